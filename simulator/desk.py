"""The stand-in agencies' desk: in go filings, questions and withdrawals, out come answers.

Effects are counted as they come about. What is to be said later is kept in the ledger with its time, so that
a killed simulator goes on where it was.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from onething.adapter import AgencyEvent, Granted, MaterialReference
from onething.behaviour import Behaviour, choose
from onething.play import Answer, Filing, Office, play, recall
from simulator.ledger import Attempt, Ledger, Lying
from simulator.world import AgencyCard, World

EVERYWHERE: Final = "*"
"""The agency name under which a story's behaviour is kept: it goes by slot, whoever the agency is."""

_LONGEST_PAUSE: Final = timedelta(minutes=10)


class FilingBody(BaseModel):
    """What `POST /filings` carries (`docs/reference/agency-http.yaml`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str = Field(min_length=1)
    slot: str = Field(min_length=1)
    round: int = Field(ge=1)
    form: dict[str, Any]
    materials: tuple[MaterialReference, ...] = ()
    callback_url: str | None = Field(default=None, pattern=r"^https?://")

    @property
    def fingerprint(self) -> str:
        """Tell two bodies apart without keeping either; where to call back is not part of the filing."""
        content = self.model_dump(mode="json", exclude={"callback_url"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Objection(StrEnum):
    """Why the desk does not do what was asked; the codes of its problem documents."""

    KEY_REUSED = "key_reused"
    UNKNOWN_KEY = "unknown_key"
    NOT_QUERYABLE = "not_queryable"
    NOT_WITHDRAWABLE = "not_withdrawable"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Notice:
    """Events to be called back about one filing."""

    filing: Lying
    events: tuple[AgencyEvent, ...]
    then_due_at: datetime | None


class Desk:
    """All stand-in agencies over one ledger, each with its own effects and its own behaviour."""

    def __init__(self, ledger: Ledger, world: World, now: Callable[[], datetime], pace: float = 1.0) -> None:
        """`now` gives aware UTC times; `pace` makes the agencies' time pass faster."""
        self.ledger, self.world = ledger, world
        self._now, self._pace = now, pace

    def file(self, card: AgencyCard, key: str, body: FilingBody) -> tuple[Answer, bool] | Objection:
        """Take a filing, or play its fault; with the answer: whether the filing is new here."""
        now = self._now()
        with self.ledger.together():
            attempt = self.ledger.attempt(card.agency, key) or Attempt(now, 0, 0)
            known = self.ledger.latest(card.agency, key)
            again = known if card.capabilities.idempotent_submit else None
            if again is not None and again.body_hash != body.fingerprint:
                return Objection.KEY_REUSED
            number = 1 if known is None else known.number + 1
            filing = again or replace(
                self._fresh(card, key, body, now), number=number, first_seen_at=attempt.first_seen_at
            )
            steps, office = Behaviour.read(filing.behaviour), self._office(card, filing)
            answer = play(steps, _filing(filing, attempt.faults), now, office)
            faults = attempt.faults + answer.counted
            self.ledger.remember(
                card.agency, key, Attempt(attempt.first_seen_at, attempt.attempts + 1, faults)
            )
            if answer.events:
                self._settle(filing, answer, told=len(answer.events))
        return answer, again is None

    def ask(self, card: AgencyCard, key: str) -> Answer | Objection:
        """Tell everything known about a filing."""
        if not card.capabilities.query_by_key:
            return Objection.NOT_QUERYABLE
        filing = self.ledger.latest(card.agency, key)
        if filing is None:
            return Objection.UNKNOWN_KEY
        answer = self._recall(card, filing)
        if answer.events:
            self._settle(filing, answer, told=filing.told)
        return answer

    def take_back(self, card: AgencyCard, key: str) -> Objection | None:
        """Take an undecided filing back; a second time changes nothing."""
        filing = self.ledger.latest(card.agency, key)
        if filing is None:
            return Objection.UNKNOWN_KEY
        if not card.capabilities.withdraw:
            return Objection.NOT_WITHDRAWABLE
        if filing.withdrawn_at is not None:
            return None
        answer = self._recall(card, filing)
        if answer.decided:
            self._settle(filing, answer, told=filing.told)
            return Objection.DECIDED
        self.ledger.keep(replace(filing, withdrawn_at=self._now(), due_at=None, state="withdrawn"))
        return None

    def undo(self, card: AgencyCard, key: str) -> Objection | None:
        """Undo what came about under a key, as a clerk of this agency does on a work-order; twice is once."""
        if self.ledger.latest(card.agency, key) is None:
            return Objection.UNKNOWN_KEY
        with self.ledger.together():
            self.ledger.undo(card.agency, key, self._now())
        return None

    def notices(self) -> list[Notice]:
        """Everything to be called back by now; effects due come about whether or not anybody listens."""
        found = []
        for filing in self.ledger.due(self._now()):
            card = self.world.agencies.get(filing.agency)
            answer = Answer() if card is None else self._recall(card, filing)
            if not answer.events:  # away, or no longer in the catalog
                self.postpone(filing)
                continue
            new = answer.events[filing.told :]
            if filing.callback_url is None or not new:
                self._settle(filing, answer, told=len(answer.events), due_at=answer.ready_at)
                continue
            self._settle(filing, answer, told=filing.told)
            found.append(Notice(filing, new, answer.ready_at))
        return found

    def delivered(self, notice: Notice) -> None:
        """Keep that a notice was heard, and when the next is due."""
        old = notice.filing
        filing = self.ledger.filing(old.agency, old.key, old.number) or old
        due_at = None if filing.withdrawn_at is not None else notice.then_due_at
        told = notice.filing.told + len(notice.events)
        self.ledger.keep(replace(filing, told=told, due_at=due_at, tries=0))

    def postpone(self, filing: Lying) -> None:
        """Try again later: after 1, 2, 4 … seconds, at most ten minutes."""
        pause = min(timedelta(seconds=2 ** min(filing.tries, 10)), _LONGEST_PAUSE)
        self.ledger.keep(replace(filing, due_at=self._now() + pause, tries=filing.tries + 1))

    def playing(self, card: AgencyCard, item: str) -> list[Any]:
        """The steps chosen for an item now; an empty list is the default."""
        own, story = self.ledger.behaviours(card.agency), self.ledger.behaviours(EVERYWHERE)
        return own.get(item, own.get("*", story.get("*", [])))

    def _fresh(self, card: AgencyCard, key: str, body: FilingBody, now: datetime) -> Lying:
        """Open a filing under the behaviour chosen now, which it keeps."""
        chosen = {**self.ledger.behaviours(EVERYWHERE), **self.ledger.behaviours(card.agency)}
        read: Mapping[str, Behaviour] = {name: Behaviour.read(steps) for name, steps in chosen.items()}
        behaviour = choose(read, body.slot, body.item)
        return Lying(
            agency=card.agency,
            key=key,
            number=1,
            item=body.item.rpartition("/")[2],
            slot=body.slot,
            round=body.round,
            body_hash=body.fingerprint,
            callback_url=body.callback_url if card.capabilities.callbacks else None,
            first_seen_at=now,
            received_at=now,
            behaviour=_written(behaviour),
        )

    def _recall(self, card: AgencyCard, filing: Lying) -> Answer:
        office = self._office(card, filing)
        return recall(Behaviour.read(filing.behaviour), _filing(filing), self._now(), office)

    def _office(self, card: AgencyCard, filing: Lying) -> Office:
        return Office(card.agency, effects=card.effects.get(filing.item, {}), pace=self._pace)

    def _settle(self, filing: Lying, answer: Answer, told: int, due_at: datetime | None = None) -> None:
        """Store the filing as it now stands; let its effect come about once."""
        state = answer.events[-1].kind.value if filing.withdrawn_at is None else "withdrawn"
        due = due_at or (answer.ready_at if told == len(answer.events) else filing.due_at)
        self.ledger.keep(replace(filing, told=told, due_at=due, state=state))
        for event in answer.events:
            if isinstance(event, Granted):
                facts = {effect.fact: effect.value for effect in event.effects}
                self.ledger.effect(filing, event.occurred_at, facts)


def _filing(filing: Lying, faults: int = 0) -> Filing:
    return Filing(
        key=filing.key,
        round=filing.round,
        first_seen_at=filing.first_seen_at,
        received_at=filing.received_at,
        withdrawn_at=filing.withdrawn_at,
        number=filing.number,
        faults=faults,
    )


def _written(behaviour: Behaviour) -> list[Any]:
    written = behaviour.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return list(written.get("steps", []))
