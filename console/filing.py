"""A clerk's day over HTTP: in goes a story, out comes its case, filed as a person at the window would."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx2

from onething.definition import Scenario
from onething.errors import OneThingError
from runtime.settings import Settings

_PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""One grey pixel: what a story's scanned papers look like."""


class FilingRefused(OneThingError):
    """The door refused the filing: `status`, and its own words in `told`."""

    code = "filing_refused"

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        """Keep the problem as the door told it."""
        self.status, self.told = status, told
        super().__init__(status=status, told=told)


@dataclass(frozen=True, slots=True)
class Counter:
    """The window's connection: the API, and the stand-in agencies behind it."""

    api: httpx2.Client
    agencies: httpx2.Client

    def set_story(self, bundle: str, story: str) -> None:
        """Let the stand-in agencies play a story's behaviour and know its people."""
        self.agencies.put(f"/story/{bundle}/{story}").raise_for_status()

    def know(self, story: Scenario) -> None:
        """Let the stand-in registers know the people of a story."""
        for register, records in story.registers.items():
            people = {number: record for number, record in records.items() if isinstance(record, dict)}
            if people:
                self.agencies.post(f"/registers/{register}/people", json=people).raise_for_status()

    def file(self, bundle: str, story: Scenario, key: str | None = None) -> str:
        """Draft, ask the registers, upload, submit; the case's number. Raises FilingRefused."""
        return self.submit(self.fill_in(bundle, story), key or uuid4().hex)

    def fill_in(self, bundle: str, story: Scenario) -> dict[str, Any]:
        """Draft, ask the registers and upload; gives the filing as it is to be submitted."""
        draft = self._post("/drafts", {"bundle": bundle})["id"]
        asked = {
            "situations": story.situations,
            "answers": story.answers,
            "draft": draft,
            "notice_shown": True,
            "complain": False,
        }
        self._post(f"/bundles/{bundle}/plan", asked)
        for material in story.materials:
            self._upload(draft, material)
        return {
            "bundle": bundle,
            "region": story.region,
            "situations": story.situations,
            "answers": story.answers,
            "draft": draft,
            "pledge": True,
        }

    def submit(self, filing: dict[str, Any], key: str) -> str:
        """Submit once under `key`; the same filing under the same key is the same case."""
        number: str = self._post("/cases", filing, {"Idempotency-Key": key})["number"]
        return number

    def case(self, number: str) -> dict[str, Any]:
        """The case as the screen shows it."""
        return self._get(f"/cases/{number}")

    def timeline(self, number: str, after: int) -> list[dict[str, Any]]:
        """The lines of the case's story after number `after`, oldest first."""
        answer = self.api.get(f"/api/v1/cases/{number}/timeline", params={"after": after})
        _check(answer)
        lines: list[dict[str, Any]] = answer.json()
        return lines

    def receipt(self, number: str, kind: str) -> bytes:
        """The newest receipt, `pdf` or `json`."""
        answer = self.api.get(f"/api/v1/cases/{number}/receipt.{kind}")
        _check(answer)
        content: bytes = answer.content
        return content

    def ledger(self, number: str) -> dict[str, Any]:
        """What the stand-in agencies' own ledgers hold of a case."""
        answer = self.agencies.get("/ledger", params={"prefix": number})
        answer.raise_for_status()
        counts: dict[str, Any] = answer.json()
        return counts

    def _upload(self, draft: str, material: str) -> None:
        file = {"file": (f"{material}.png", _PNG, "image/png")}
        answer = self.api.post("/api/v1/materials", data={"draft": draft, "material": material}, files=file)
        _check(answer)

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self.api.post(f"/api/v1{path}", json=body, headers=headers or {})
        _check(answer)
        told: dict[str, Any] = answer.json()
        return told

    def _get(self, path: str) -> dict[str, Any]:
        answer = self.api.get(f"/api/v1{path}")
        _check(answer)
        told: dict[str, Any] = answer.json()
        return told


@contextmanager
def at_the_counter(settings: Settings) -> Iterator[Counter]:
    """Connect to a running installation."""
    base = f"http://127.0.0.1:{settings.api_port}"
    with (
        httpx2.Client(base_url=base, timeout=30.0) as api,
        httpx2.Client(base_url=settings.simulator_url, timeout=30.0) as agencies,
    ):
        yield Counter(api, agencies)


def _check(answer: httpx2.Response) -> None:
    if answer.status_code >= 400:
        raise FilingRefused(answer.status_code, answer.json())
