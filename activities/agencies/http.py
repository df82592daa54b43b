"""The adapter for agencies that speak `docs/reference/agency-http.yaml`: in goes a filing, out come events.

What can be promised about a failed attempt decides its error: nothing was sent or the agency said that
nothing was taken (AgencyUnavailable), or it may have arrived (SubmissionUncertain).
"""

import asyncio
import base64
from datetime import datetime
from typing import Annotated, Any, Final

import httpx2
from pydantic import BaseModel, Field, SecretStr, ValidationError

from activities.plugin import read_options
from onething.adapter import AgencyEvent, Callback, Capabilities, Health, Submission
from onething.errors import (
    AdapterError,
    AgencyUnavailable,
    AuthDenied,
    CallbackRejected,
    NotWithdrawable,
    PayloadRejected,
    SubmissionUncertain,
)
from onething.text import Model

NOT_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""Failures before a connection stood: the agency certainly took nothing."""

NOT_TAKEN: Final = frozenset({408, 425, 429})
"""Statuses by which HTTP itself says that the request was not processed."""

DENIED: Final = frozenset({401, 403})

_LARGEST_ANSWER: Final = 1 << 20


class HttpOptions(Model):
    """Where the agency is, how it knows us, and what it promises."""

    base_url: Annotated[str, Field(pattern=r"^https?://[^/?#]+[^?#]*$")]
    token: SecretStr | None = None
    """Sent as `Authorization: Bearer …`."""
    webhook_secret: SecretStr | None = None
    """Standard Webhooks secret (`whsec_…`) of its callbacks; the API checks signatures with it."""
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 20
    """For a whole call; shorter than the 30 s that an activity has."""
    connect_seconds: Annotated[float, Field(gt=0, le=10)] = 5
    connections: Annotated[int, Field(ge=1, le=200)] = 20
    proxy: str | None = None
    capabilities: Capabilities = Capabilities()


class HttpAgency:
    """One agency over HTTP, through one pooled client that `aclose` lets go of."""

    def __init__(
        self, agency: str, options: HttpOptions, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Keep the address and credentials; connects on first use. `transport` is for tests."""
        self.agency = agency
        self.capabilities = options.capabilities
        self._limit = options.timeout_seconds
        self._client = _client(options, transport)

    async def submit(self, submission: Submission) -> tuple[AgencyEvent, ...]:
        """`POST /filings` under `Idempotency-Key`.

        Raises AgencyUnavailable (nothing taken), SubmissionUncertain, PayloadRejected, AuthDenied.
        """
        response = await self._send(
            "POST", "/filings", headers={"Idempotency-Key": submission.key}, json=_body(submission)
        )
        if response.is_success:
            try:
                return _events(response)
            except ValueError:
                raise self._error(SubmissionUncertain, "answer not readable") from None
        raise self._refusal(response)

    async def query(self, key: str, at: datetime) -> tuple[AgencyEvent, ...] | None:
        """`GET /filings/{key}`; None when the agency itself says that it knows no such key.

        Without the capability nothing is asked and None says nothing. Raises AgencyUnavailable, AuthDenied.
        """
        del at
        if not self.capabilities.query_by_key:
            return None
        response = await self._ask("GET", f"/filings/{path_of(key)}")
        if response.status_code == 404 and _problem_code(response) == "unknown_key":
            return None
        self._check(response)
        try:
            return _events(response)
        except ValueError:
            raise self._error(AgencyUnavailable, "answer not readable") from None

    async def withdraw(self, key: str, reason: str) -> None:
        """`DELETE /filings/{key}`; raises NotWithdrawable, AgencyUnavailable, AuthDenied."""
        if not self.capabilities.withdraw:
            raise self._error(NotWithdrawable, "this agency takes nothing back")
        response = await self._ask("DELETE", f"/filings/{path_of(key)}", json={"reason": reason})
        if response.status_code in {404, 409, 410} and _problem_code(response):
            raise self._error(NotWithdrawable, _problem_code(response))
        self._check(response)

    def parse_callback(self, body: bytes) -> Callback:
        """Read `{key, events}`; raises CallbackRejected naming the places that are wrong."""
        try:
            callback = Callback.model_validate_json(body)
            _check_events(callback.events)
        except ValidationError as error:
            places = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False)]
            raise self._error(CallbackRejected, f"wrong at {', '.join(places)}") from None
        except ValueError as error:
            raise self._error(CallbackRejected, str(error)) from None
        return callback

    async def health(self) -> Health:
        """`GET /health`; never raises for an agency that is away."""
        try:
            response = await self._ask("GET", "/health")
        except AdapterError as error:
            return Health(ok=False, detail=f"{error.code}: {error.params.get('detail', '')}")
        return Health(ok=response.is_success, detail=f"HTTP {response.status_code}")

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()

    async def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            async with asyncio.timeout(self._limit):
                return await self._client.request(method, path, **request)
        except NOT_SENT as error:
            raise self._error(AgencyUnavailable, type(error).__name__) from None
        except (httpx2.RequestError, TimeoutError) as error:
            raise self._error(SubmissionUncertain, type(error).__name__) from None

    async def _ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """Call where asking again does no harm: every failure on the way is plain unavailability."""
        try:
            return await self._send(method, path, **request)
        except SubmissionUncertain as error:
            raise self._error(AgencyUnavailable, str(error.params["detail"])) from None

    def _check(self, response: httpx2.Response) -> None:
        if response.status_code in DENIED:
            raise self._error(AuthDenied, f"HTTP {response.status_code}")
        if not response.is_success:
            raise self._error(AgencyUnavailable, f"HTTP {response.status_code}")

    def _refusal(self, response: httpx2.Response) -> AdapterError:
        """Say what an unsuccessful answer to a filing means."""
        status, detail = response.status_code, f"HTTP {response.status_code}"
        if status in DENIED:
            return self._error(AuthDenied, detail)
        if status in NOT_TAKEN or (status == 503 and _problem(response).taken is False):
            return self._error(AgencyUnavailable, detail)
        if 400 <= status < 500:
            return self._error(PayloadRejected, f"{detail} {_problem_code(response)}".strip())
        return self._error(SubmissionUncertain, detail)

    def _error(self, kind: type[AdapterError], detail: str) -> AdapterError:
        return kind(agency=self.agency, detail=detail)


def create(agency_id: str, options: dict[str, Any]) -> HttpAgency:
    """Build the adapter of `agency_id`; options as in `HttpOptions`."""
    file = f"catalog/agencies/{agency_id}/agency.yaml"
    return HttpAgency(agency_id, read_options(HttpOptions, options, file))


def path_of(key: str) -> str:
    """Write a key as one path segment: its UTF-8 in base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


class _Answer(BaseModel):
    """What is read of an agency's answer."""

    events: tuple[AgencyEvent, ...]


class _Problem(BaseModel):
    """What is read of an agency's problem+json."""

    code: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")] = ""
    taken: bool | None = None


def _client(options: HttpOptions, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    headers = {"Accept": "application/json"}
    if options.token is not None:
        headers["Authorization"] = f"Bearer {options.token.get_secret_value()}"
    # An idle connection is given up well before the agency closes it (5 s is common): a filing sent
    # into a connection that is just being closed would be uncertain for nothing.
    limits = httpx2.Limits(max_connections=options.connections, keepalive_expiry=2.0)
    return httpx2.AsyncClient(
        base_url=options.base_url,
        headers=headers,
        limits=limits,
        timeout=httpx2.Timeout(options.timeout_seconds, connect=options.connect_seconds),
        proxy=options.proxy,
        transport=transport,
        trust_env=False,
    )


def _body(submission: Submission) -> dict[str, Any]:
    return {
        "item": submission.item,
        "slot": submission.slot,
        "round": submission.round,
        "form": submission.payload,
        "materials": [paper.model_dump(mode="json") for paper in submission.materials],
        "callback_url": submission.callback_url,
    }


def _events(response: httpx2.Response) -> tuple[AgencyEvent, ...]:
    if len(response.content) > _LARGEST_ANSWER:
        raise ValueError("answer too large")
    events = _Answer.model_validate_json(response.content).events
    _check_events(events)
    return events


def _check_events(events: tuple[AgencyEvent, ...]) -> None:
    if not events:
        raise ValueError("no events")
    if any(event.occurred_at.tzinfo is None for event in events):
        raise ValueError("a time without its zone")


def _problem(response: httpx2.Response) -> _Problem:
    try:
        return _Problem.model_validate_json(response.content)
    except ValidationError:
        return _Problem()


def _problem_code(response: httpx2.Response) -> str:
    return _problem(response).code
