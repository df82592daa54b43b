"""The adapter: in goes a filing as a file in `out/`, out come events read from the answer in `in/`.

The agency writes its own words: 流水号 number, 状态 state, 时间 local time, 原因 reason, 结果 results.
"""

import hashlib
import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from file_exchange.bureau import answer
from onething.adapter import (
    Accepted,
    AgencyEvent,
    Callback,
    Capabilities,
    Effect,
    Granted,
    Health,
    Pending,
    Reason,
    Received,
    Refused,
    Submission,
)
from onething.errors import AgencyUnavailable, CallbackRejected, CatalogError, NotWithdrawable
from onething.text import Text

ACCEPTED, GRANTED, REFUSED = "10", "20", "30"
"""The agency's states: 已受理, 已办结, 不予办理."""

REMEDIES: Final = (
    # Administrative Reconsideration Law (2023), article 20.
    Text(zh="可自知道之日起六十日内申请行政复议。", en="Reconsideration may be sought within sixty days."),
)
ASK_EVERY: Final = timedelta(minutes=10)
"""The agency's program looks into the folder this often."""

_CHINA: Final = timezone(timedelta(hours=8))


class Options(BaseModel):
    """Where the shared folder is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    rehearsal: bool = False
    """Play the agency's side too, at once."""


class AnswerFile(BaseModel):
    """One answer as the agency writes it."""

    model_config = ConfigDict(frozen=True)

    key: str = Field(alias="业务编号", min_length=1)
    number: str = Field(alias="流水号", min_length=1)
    states: tuple[tuple[str, datetime], ...] = Field(alias="状态", min_length=1)
    reason: str = Field(alias="原因", default="")
    results: dict[str, Any] = Field(alias="结果", default={})


class FileExchange:
    """Writes each filing once, under a name made of its key: the same key is the same file."""

    capabilities = Capabilities(callbacks=False)

    def __init__(self, agency: str, options: Options) -> None:
        """Open the folder's two sides."""
        self.agency = agency
        self._folder, self._rehearsal = options.folder, options.rehearsal
        for side in ("out", "in"):
            (options.folder / side).mkdir(parents=True, exist_ok=True)

    async def submit(self, submission: Submission) -> tuple[AgencyEvent, ...]:
        """Put the file there if it is not there yet; a folder that cannot be written took nothing."""
        content = {
            "业务编号": submission.key,
            "事项": submission.item,
            "表单": submission.payload,
            "收件时间": submission.at.astimezone(_CHINA).isoformat(),
        }
        try:
            _write_once(self._out(submission.key), content)
        except OSError as error:
            raise AgencyUnavailable(agency=self.agency, detail=type(error).__name__) from None
        if self._rehearsal:
            answer(self._folder)
        return self._events(submission.key, submission.at)

    async def query(self, key: str, at: datetime) -> tuple[AgencyEvent, ...] | None:
        """Read what lies there; None when no file went out under this key."""
        return self._events(key, at) if self._out(key).exists() else None

    async def withdraw(self, key: str, reason: str) -> None:
        """Take the file back while nobody has answered it; leave a note so that a second time is known."""
        note = self._out(key).with_suffix(".withdrawn")
        if note.exists():
            return
        if not self._out(key).exists() or self._in(key).exists():
            raise NotWithdrawable(agency=self.agency, detail="unknown or answered")
        _write_once(note, {"业务编号": key, "原因": reason})

    def parse_callback(self, body: bytes) -> Callback:
        """Read an answer file that somebody carried over by hand."""
        try:
            found = AnswerFile.model_validate_json(body)
            return Callback(key=found.key, events=_told(found))
        except (ValidationError, ValueError):
            raise CallbackRejected(agency=self.agency, detail="not an answer file") from None

    async def health(self) -> Health:
        """Say whether the folder can be written."""
        return Health(ok=os.access(self._folder / "out", os.W_OK), detail="shared folder")

    def _events(self, key: str, at: datetime) -> tuple[AgencyEvent, ...]:
        sent = json.loads(self._out(key).read_text(encoding="utf-8"))
        received_at = datetime.fromisoformat(sent["收件时间"])
        name = self._out(key).stem
        if self._in(key).exists():
            told = _told(AnswerFile.model_validate_json(self._in(key).read_bytes()))
        elif self._out(key).with_suffix(".withdrawn").exists():
            told = ()
        else:
            ready_at = at + ASK_EVERY
            ask_id = f"{name}-ask-{ready_at.isoformat()}"
            told = (Pending(event_id=ask_id, occurred_at=received_at, ready_at=ready_at),)
        return (Received(event_id=f"{name}-0", occurred_at=received_at, ref=name), *told)

    def _out(self, key: str) -> Path:
        return self._folder / "out" / f"{_name(key)}.json"

    def _in(self, key: str) -> Path:
        return self._folder / "in" / f"{_name(key)}.json"


def create(agency_id: str, options: dict[str, Any]) -> FileExchange:
    """Build the adapter of `agency_id`; options as in `Options`."""
    try:
        return FileExchange(agency_id, Options.model_validate(options))
    except ValidationError as error:
        file = f"catalog/agencies/{agency_id}/agency.yaml"
        raise CatalogError(
            file, f"options do not fit: {error.error_count()} findings", "give folder"
        ) from None


def _told(found: AnswerFile) -> tuple[AgencyEvent, ...]:
    return tuple(_event(found, state, at.replace(tzinfo=_CHINA)) for state, at in found.states)


def _event(found: AnswerFile, state: str, at: datetime) -> AgencyEvent:
    event_id = f"{_name(found.key)}-{state}"
    if state == ACCEPTED:
        return Accepted(event_id=event_id, occurred_at=at, at=at)
    if state == GRANTED:
        effects = tuple(Effect(fact=fact, value=value) for fact, value in found.results.items())
        return Granted(event_id=event_id, occurred_at=at, effects=effects)
    if state == REFUSED:
        reason = Reason(code="refused", text=Text(zh=found.reason or "不符合条件", en="Conditions not met"))
        return Refused(event_id=event_id, occurred_at=at, reasons=(reason,), remedies=REMEDIES)
    raise ValueError(state)


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _write_once(path: Path, content: dict[str, Any]) -> None:
    """Write all or nothing, and never over what is there: a half-written file must not be taken."""
    if path.exists():
        return
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
