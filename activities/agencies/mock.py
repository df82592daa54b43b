"""The in-process stand-in agency: in goes a filing, out come the events its behaviour plays.

It keeps what it knows in memory and counts effects by key. Its time is the filing's scheduled time, so
that a test may skip days.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import Field, ValidationError

from activities.plugin import read_options
from onething.adapter import AgencyEvent, Callback, Capabilities, Health, Submission
from onething.behaviour import Behaviour, choose
from onething.errors import (
    AgencyUnavailable,
    CallbackRejected,
    NotWithdrawable,
    SubmissionUncertain,
)
from onething.play import Answer, Fault, Filing, Office, play, recall
from onething.play_word import effect_templates
from onething.text import Model


class MockOptions(Model):
    """How the agency behaves by slot, item or `*`, what its items bring about, and what it promises."""

    behaviour: dict[str, Any] = {}
    effects: dict[str, list[str] | dict[str, Any]] = {}
    """Item to its facts, each with a template or none (then by the fact's name)."""
    capabilities: Capabilities = Capabilities(callbacks=False)
    region: str = "360900"
    pace: float = Field(default=1.0, gt=0)


class MockCrashed(RuntimeError):
    """The adapter's program broke, as programs do: deliberately outside the error tree."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One filing here, with the behaviour and office chosen for it when it came."""

    filing: Filing
    behaviour: Behaviour
    office: Office
    seen_at: datetime
    """The last time anybody spoke about it; a withdrawal carries no time of its own."""
    reply_heard: bool = False
    """An agency not queryable by our key is asked by the number in its reply, once that was heard."""


class MockAgency:
    """Plays behaviours (`onething.play`); `ledger` counts the effects brought about under each key."""

    def __init__(self, agency: str, options: MockOptions) -> None:
        """Read the behaviours and templates; raises CatalogError for those that make no sense."""
        self.agency = agency
        self.capabilities = options.capabilities
        self.ledger: dict[str, int] = {}
        self._options = options
        self._behaviours = {
            name: Behaviour.read(steps, f"behaviour of {name}") for name, steps in options.behaviour.items()
        }
        self._effects = {item: effect_templates(facts) for item, facts in options.effects.items()}
        self._entries: dict[str, list[_Entry]] = {}
        self._first_seen: dict[str, datetime] = {}
        self._faults: dict[str, int] = {}
        self._granted: set[tuple[str, int]] = set()

    async def submit(self, submission: Submission) -> tuple[AgencyEvent, ...]:
        """Take the filing at `submission.at`, or meet the fault that the story has for this attempt."""
        key, now = submission.key, submission.at
        entry = self._entry(submission)
        answer = play(entry.behaviour, entry.filing, now, entry.office)
        self._faults[key] = entry.filing.faults + answer.counted
        if answer.taken:
            filing = replace(entry.filing, received_at=entry.filing.received_at or now)
            heard = entry.reply_heard or answer.raises is None
            self._keep(replace(entry, filing=filing, seen_at=now, reply_heard=heard), answer)
        if answer.raises is not None:
            raise _error(answer.raises, self.agency)
        return answer.told

    async def query(self, key: str, at: datetime) -> tuple[AgencyEvent, ...] | None:
        """Tell everything known at `at`; None says nothing when the agency is not queryable by key."""
        entries = self._entries.get(key)
        if not entries or not (self.capabilities.query_by_key or entries[-1].reply_heard):
            return None
        entry = entries[-1]
        answer = recall(entry.behaviour, entry.filing, at, entry.office)
        if answer.raises is not None:
            raise _error(answer.raises, self.agency)
        self._keep(replace(entry, seen_at=at), answer)
        return answer.told

    async def withdraw(self, key: str, reason: str) -> None:
        """Take the filing back as of the last word about it; a second time changes nothing."""
        del reason
        entries = self._entries.get(key)
        if not entries or not self.capabilities.withdraw:
            raise NotWithdrawable(agency=self.agency, detail="unknown key, or nothing is taken back here")
        entry = entries[-1]
        if entry.filing.withdrawn_at is not None:
            return
        if recall(entry.behaviour, entry.filing, entry.seen_at, entry.office).decided:
            raise NotWithdrawable(agency=self.agency, detail="decided")
        entries[-1] = replace(entry, filing=replace(entry.filing, withdrawn_at=entry.seen_at))

    def undo(self, key: str) -> None:
        """Undo what came about under a key, as the agency's own clerk does on a work-order; twice is once."""
        self.ledger[key] = 0

    def parse_callback(self, body: bytes) -> Callback:
        """Read our own wire shape (`docs/reference/agency-http.yaml`)."""
        try:
            return Callback.model_validate_json(body)
        except ValidationError as error:
            fields = tuple(".".join(map(str, one["loc"])) for one in error.errors(include_input=False))
            raise CallbackRejected(agency=self.agency, detail=fields) from None

    async def health(self) -> Health:
        """Say that this process is here."""
        return Health(ok=True, detail="in process")

    def _entry(self, submission: Submission) -> _Entry:
        """Find the filing under this key, or open the next one: always, where keys are not known again."""
        key, entries = submission.key, self._entries.get(submission.key, [])
        faults = self._faults.get(key, 0)
        if entries and self.capabilities.idempotent_submit:
            return replace(entries[-1], filing=replace(entries[-1].filing, faults=faults))
        first_seen = self._first_seen.setdefault(key, submission.at)
        number = len(entries) + 1
        item = submission.item.rpartition("/")[2]
        effects = self._effects.get(submission.item, self._effects.get(item, {}))
        return _Entry(
            filing=Filing(key, submission.round, first_seen, number=number, faults=faults),
            behaviour=choose(self._behaviours, submission.slot, submission.item),
            office=Office(self.agency, self._options.region, effects, self._options.pace),
            seen_at=submission.at,
        )

    def _keep(self, entry: _Entry, answer: Answer) -> None:
        """Store the filing; count its effect when it first shows."""
        key, number = entry.filing.key, entry.filing.number
        entries = self._entries.setdefault(key, [])
        entries[number - 1 : number] = [entry]
        if answer.granted and (key, number) not in self._granted:
            self._granted.add((key, number))
            self.ledger[key] = self.ledger.get(key, 0) + 1


def create(agency_id: str, options: dict[str, Any]) -> MockAgency:
    """Build the stand-in agency `agency_id`; options as in `MockOptions`."""
    file = f"catalog/agencies/{agency_id}/agency.yaml"
    return MockAgency(agency_id, read_options(MockOptions, options, file))


def _error(fault: Fault, agency: str) -> Exception:
    if fault is Fault.UNAVAILABLE:
        return AgencyUnavailable(agency=agency, detail="closed")
    if fault is Fault.REPLY_LOST:
        return SubmissionUncertain(agency=agency, detail="reply lost")
    return MockCrashed(agency)
