"""The adapter for registers that speak `docs/reference/agency-http.yaml`: in goes a question, out an answer.

The id number travels in the body, never in an address: addresses end up in logs.
"""

import asyncio
from typing import Annotated, Any

import httpx2
from pydantic import Field, SecretStr, TypeAdapter, ValidationError

from activities.plugin import read_options
from onething.adapter import Health
from onething.errors import RegisterError, RegisterUnavailable
from onething.register import LookupRequest, RegisterAnswer, concept_of, guard
from onething.text import Model

_ANSWER: TypeAdapter[RegisterAnswer] = TypeAdapter(RegisterAnswer)


class HttpRegisterOptions(Model):
    """Where the register is and how it knows us."""

    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#]+[^?#]*$")]
    token: SecretStr | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=20)] = 5
    """A person waits in front of the form; after this the facts are typed."""
    connections: Annotated[int, Field(ge=1, le=100)] = 10
    proxy: str | None = None


class HttpRegister:
    """One register over HTTP, through one pooled client that `aclose` lets go of."""

    def __init__(
        self, register: str, options: HttpRegisterOptions, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Keep the address and credentials; connects on first use. `transport` is for tests."""
        self.register = register
        self._limit = options.timeout_seconds
        token = options.token.get_secret_value() if options.token else ""
        self._client = httpx2.AsyncClient(
            base_url=options.base_url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            limits=httpx2.Limits(max_connections=options.connections, keepalive_expiry=2.0),
            timeout=options.timeout_seconds,
            proxy=options.proxy,
            transport=transport,
            trust_env=False,
        )

    async def lookup(self, request: LookupRequest) -> RegisterAnswer:
        """`POST /lookup` under the guard.

        Raises LookupRefused, RegisterUnavailable (also for an answer that cannot be read), RegisterError
        when the register does not accept our credentials.
        """
        guard(request)
        response = await self._send("POST", "/lookup", json=_body(request))
        if response.status_code in {401, 403}:
            raise RegisterError(register=self.register, detail=f"HTTP {response.status_code}")
        if not response.is_success:
            raise self._away(f"HTTP {response.status_code}")
        try:
            return _ANSWER.validate_json(response.content)
        except ValidationError:
            raise self._away("answer not readable") from None

    async def health(self) -> Health:
        """`GET /health`; never raises for a register that is away."""
        try:
            response = await self._send("GET", "/health")
        except RegisterUnavailable as error:
            return Health(ok=False, detail=str(error.params["detail"]))
        return Health(ok=response.is_success, detail=f"HTTP {response.status_code}")

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()

    async def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            async with asyncio.timeout(self._limit):
                return await self._client.request(method, path, **request)
        except (httpx2.RequestError, TimeoutError) as error:
            raise self._away(type(error).__name__) from None

    def _away(self, detail: str) -> RegisterUnavailable:
        return RegisterUnavailable(register=self.register, detail=detail)


def create(register: str, options: dict[str, Any]) -> HttpRegister:
    """Build the adapter of `register`; options as in `HttpRegisterOptions`."""
    return HttpRegister(register, read_options(HttpRegisterOptions, options, f"register {register}"))


def _body(request: LookupRequest) -> dict[str, Any]:
    asked = [
        {"name": word, "concept": concept_of(word), "other_id_number": request.others.get(word)}
        for word in request.concepts
    ]
    return {
        "id_number": request.id_number,
        "asked": asked,
        "purpose": request.purpose,
        "actor": request.actor,
        "draft": request.draft,
    }
