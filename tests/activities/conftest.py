"""One archive on a temporary SQLite file, and a case in it with one sealed filing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onething.case_definition import CaseInput
from onething.filing import AwaitedBox, CaseHeader, SlotFiling
from onething.receipt import ReceiptPerson, ReceiptWindow
from records.archive import Archive, open_archive
from records.blob import Content
from records.case import NewCase, create_case
from runtime.keyring import KeyRing
from tests.onething.office import FILED_AT, WORD, Play, slot

FORM = {"type": "object", "properties": {"CERT_NO": {"type": "string"}}, "required": ["CERT_NO"]}


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    ring = KeyRing({"00000001": bytes(32)}, bytes(32))
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/once.db", ring, tmp_path / "blobs") as opened:
        yield opened


@dataclass(frozen=True)
class Sealed:
    """A stored case: its play, and the blobs of its filing and heading."""

    play: Play
    payload: str
    header: str

    @property
    def number(self) -> str:
        return self.play.case.number


def heading(case: CaseInput, **changes: Any) -> CaseHeader:
    window = ReceiptWindow(name=WORD, phone="12345")
    person = ReceiptPerson(name="周*生")
    given: dict[str, Any] = {
        "case": case,
        "window": window,
        "applicant": person,
        "subject": person,
        "public_url": "http://127.0.0.1:8700",
    }
    return CaseHeader(**(given | changes))


@pytest.fixture
async def sealed(archive: Archive) -> Sealed:
    play = Play([slot("a"), slot("b", ["a"])]).begin()
    filing = SlotFiling(
        slot="a",
        payload={"NAME": "周桂生"},
        awaited=(AwaitedBox(path=("CERT_NO",), fact="death_certificate_no(deceased)"),),
        form=FORM,
    )
    contents = {"payload:a": filing, "header": heading(play.case)}
    inputs = {
        name: Content(content.model_dump_json().encode(), "application/json")
        for name, content in contents.items()
    }
    created = await create_case(
        archive,
        NewCase(
            number=play.case.number,
            bundle="test",
            origin="window",
            filing_mode="assisted",
            submitted_at=FILED_AT,
            received_on=FILED_AT.date(),
            idempotency_key="key",
            body_sha256="0" * 64,
            region="360900",
            inputs=inputs,
        ),
    )
    return Sealed(play, created.inputs["payload:a"], created.inputs["header"])
