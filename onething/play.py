"""A stand-in agency's behaviour played out: in go a behaviour, a filing and two times, out comes its answer.

Nothing is random and nothing is remembered here: ids, numbers and times follow from the key and the
times given, so that the in-process mock, the simulator and a replay say the same.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from onething.adapter import (
    Accepted,
    AgencyEvent,
    CorrectionRequested,
    Declined,
    Effect,
    EventKind,
    Extended,
    Granted,
    Pending,
    Received,
    Refused,
    Resumed,
    StepDone,
    Suspended,
)
from onething.behaviour import Behaviour, Step, StepKind, duration
from onething.play_word import CHINA, DEFAULT, effect_value


class Fault(StrEnum):
    """How an attempt goes wrong: nothing taken, the program broke, or taken without a word."""

    UNAVAILABLE = "unavailable"
    CRASHED = "crashed"
    REPLY_LOST = "reply_lost"


_FAULTS: Final = {
    StepKind.CRASH: Fault.CRASHED,
    StepKind.UNAVAILABLE: Fault.UNAVAILABLE,
    StepKind.LOSE_REPLY: Fault.REPLY_LOST,
}
_DECISIONS: Final = {StepKind.GRANT, StepKind.PARTLY_GRANT, StepKind.REFUSE}
_ROUND_ENDS: Final = {StepKind.ASK_CORRECTION, StepKind.REFUSE, StepKind.DECLINE}
_ENDS: Final = _DECISIONS | _ROUND_ENDS | {StepKind.NEVER_ANSWER}
_SILENT: Final = {StepKind.WAIT, StepKind.NEVER_ANSWER, StepKind.ANSWER_TWICE, *_FAULTS}
_DECIDED: Final = {EventKind.GRANTED, EventKind.REFUSED, EventKind.DECLINED}

_ASK_AGAIN: Final = timedelta(days=1)
"""How long an agency that never answers puts the asker off."""


@dataclass(frozen=True, slots=True)
class Office:
    """The stand-in agency's own circumstances: its name, region, what its item brings about, its pace."""

    agency: str
    region: str = "360900"
    effects: Mapping[str, Any] = field(default_factory=dict)
    """Fact to template (`onething.play_word.effect_templates`)."""
    pace: float = 1.0
    """How many times faster than the story its time passes."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What the agency knows of one filing: its key, its round, its times and the faults already played."""

    key: str
    round: int
    first_seen_at: datetime
    received_at: datetime | None = None
    withdrawn_at: datetime | None = None
    number: int = 1
    """Counts filings under one key at an agency that does not know a key again."""
    faults: int = 0
    """Faults counted by attempts that this key has met."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agency says: all events so far, when the next is due, or the fault instead of a reply."""

    events: tuple[AgencyEvent, ...] = ()
    ready_at: datetime | None = None
    raises: Fault | None = None
    taken: bool = True
    """Whether the filing lies at the agency after this."""
    counted: bool = False
    """Whether a fault was used up, so that `Filing.faults` grows by one."""
    next_id: str = ""

    @property
    def told(self) -> tuple[AgencyEvent, ...]:
        """The events with `Pending` behind them while more is to come."""
        if self.ready_at is None or not self.events:
            return self.events
        last = self.events[-1].occurred_at
        return (*self.events, Pending(event_id=self.next_id, occurred_at=last, ready_at=self.ready_at))

    @property
    def decided(self) -> bool:
        """Whether a decision or a refusal to accept is among the events."""
        return any(event.kind in _DECIDED for event in self.events)

    @property
    def granted(self) -> bool:
        """Whether an effect has come about."""
        return any(event.kind is EventKind.GRANTED for event in self.events)


def play(behaviour: Behaviour, filing: Filing, now: datetime, office: Office) -> Answer:
    """Answer an attempt to file at `now`; `filing` is as it stood before the attempt."""
    steps, _ = _round(behaviour.steps, filing.round)
    if _away(steps, filing, now, office.pace):
        return Answer(raises=Fault.UNAVAILABLE, taken=filing.received_at is not None)
    fault = _counted_fault(steps, filing.faults)
    if fault in (Fault.UNAVAILABLE, Fault.CRASHED):
        return Answer(raises=fault, taken=filing.received_at is not None, counted=True)
    answer = _tell(behaviour, filing, now, office)
    if fault is None:
        return answer
    return Answer(answer.events, answer.ready_at, fault, counted=True, next_id=answer.next_id)


def recall(behaviour: Behaviour, filing: Filing, now: datetime, office: Office) -> Answer:
    """Answer a question about a filing that was received; only an outage in time keeps it unanswered."""
    steps, _ = _round(behaviour.steps, filing.round)
    if _away(steps, filing, now, office.pace):
        return Answer(raises=Fault.UNAVAILABLE)
    return _tell(behaviour, filing, now, office)


# ---- the script of one round ----------------------------------------------------------------------


def _round(steps: tuple[Step, ...], number: int) -> tuple[tuple[Step, ...], bool]:
    """Cut out what is played in round `number` (from 1), and whether the filing was accepted before it."""
    rounds: list[list[Step]] = [[]]
    for step in steps:
        rounds[-1].append(step)
        if step.do in _ROUND_ENDS:
            rounds.append([])
    if not rounds[-1] and len(rounds) > 1:
        rounds.pop()
    index = max(number, 1) - 1
    earlier = [step.do for step in steps[: sum(map(len, rounds[:index]))]]
    accepted = StepKind.ACCEPT in earlier and earlier[-1] is StepKind.ASK_CORRECTION
    if index < len(rounds):
        return tuple(rounds[index]), accepted
    # Who refused once refuses again; who asked for a correction is content with it.
    asked = bool(earlier) and earlier[-1] is StepKind.ASK_CORRECTION
    return (() if asked else tuple(rounds[-1])), accepted


def _completed(steps: tuple[Step, ...], accepted: bool) -> tuple[Step, ...]:
    spoken = [step for step in steps if step.do not in _FAULTS]
    if not any(step.do in _ENDS for step in spoken):
        spoken.append(Step(do=StepKind.GRANT))
    kinds = {step.do for step in spoken}
    if kinds & _DECISIONS and StepKind.ACCEPT not in kinds and not accepted:
        spoken.insert(0, Step(do=StepKind.ACCEPT))
    return tuple(spoken)


def _away(steps: tuple[Step, ...], filing: Filing, now: datetime, pace: float) -> bool:
    since = filing.first_seen_at
    for step in steps:
        since += duration(step.after) / pace
        if step.for_ is not None and since <= now < since + duration(step.for_) / pace:
            return True
    return False


def _counted_fault(steps: tuple[Step, ...], played: int) -> Fault | None:
    for step in steps:
        if step.do not in _FAULTS or step.for_ is not None:
            continue
        if step.do is StepKind.CRASH and step.times is None:
            return Fault.CRASHED
        played -= step.times or 1
        if played < 0:
            return _FAULTS[step.do]
    return None


def _tell(behaviour: Behaviour, filing: Filing, now: datetime, office: Office) -> Answer:
    received_at = filing.received_at or now
    steps = _completed(*_round(behaviour.steps, filing.round))
    events: list[AgencyEvent] = [_received(filing, office, received_at)]
    at = received_at
    for step in steps:
        at += duration(step.after) / office.pace
        if filing.withdrawn_at is not None and at > filing.withdrawn_at:
            return Answer(tuple(events))
        moment = _Moment(step, at, _event_id(filing, office, len(events)), filing, office)
        if at > now:
            return Answer(tuple(events), ready_at=at, next_id=f"{moment.event_id}-pending")
        if step.do is StepKind.NEVER_ANSWER and filing.withdrawn_at is None:
            days = (now - at) // _ASK_AGAIN + 1
            return Answer(tuple(events), at + days * _ASK_AGAIN, next_id=f"{moment.event_id}-pending-{days}")
        if step.do not in _SILENT:
            events.append(_SPEAK[step.do](moment))
    twice = any(step.do is StepKind.ANSWER_TWICE for step in steps)
    return Answer((*events, events[-1]) if twice else tuple(events))


# ---- one event ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Moment:
    step: Step
    at: datetime
    event_id: str
    filing: Filing
    office: Office

    @property
    def named(self) -> dict[str, Any]:
        return {"event_id": self.event_id, "occurred_at": self.at}


def _event_id(filing: Filing, office: Office, index: int) -> str:
    return f"{_digest(filing, office)[:24]}-{index:02d}"


def _digest(filing: Filing, office: Office) -> str:
    return hashlib.sha256(f"{office.agency}|{filing.key}|{filing.number}".encode()).hexdigest()


def _received(filing: Filing, office: Office, at: datetime) -> Received:
    serial = int(_digest(filing, office)[24:36], 16) % 10**6
    ref = f"{office.region}{at.astimezone(CHINA):%Y%m%d}{serial:06d}"
    return Received(event_id=_event_id(filing, office, 0), occurred_at=at, ref=ref)


def _granted(moment: _Moment) -> Granted:
    step, office = moment.step, moment.office
    templates = office.effects if step.effects is None else step.effects
    seed = _digest(moment.filing, office)
    effects = tuple(
        Effect(fact=fact, value=effect_value(template, moment.at, office.region, f"{seed}|{fact}"))
        for fact, template in templates.items()
    )
    partial = step.do is StepKind.PARTLY_GRANT
    return Granted(partial=partial, already=step.already, effects=effects, note=step.note, **moment.named)


def _suspended(moment: _Moment) -> Suspended:
    return Suspended(reason=moment.step.reason, since=moment.at.astimezone(CHINA).date(), **moment.named)


def _resumed(moment: _Moment) -> Resumed:
    return Resumed(at=moment.at.astimezone(CHINA).date(), mode=moment.step.mode, **moment.named)


def _refused(moment: _Moment) -> Refused:
    reasons = moment.step.reasons or DEFAULT.refused
    return Refused(reasons=reasons, remedies=moment.step.remedies or DEFAULT.remedies, **moment.named)


def _declined(moment: _Moment) -> Declined:
    reasons = moment.step.reasons or DEFAULT.declined
    return Declined(reasons=reasons, where_to=moment.step.where_to or DEFAULT.where_to, **moment.named)


def _asked(moment: _Moment) -> CorrectionRequested:
    step = moment.step
    reasons = step.reasons or DEFAULT.incomplete
    return CorrectionRequested(fields=step.fields, materials=step.materials, reasons=reasons, **moment.named)


def _extended(moment: _Moment) -> Extended:
    step = moment.step
    why = step.note or DEFAULT.extended
    return Extended(amount=step.amount, approver=step.approver, reason=why, **moment.named)


def _step_done(moment: _Moment) -> StepDone:
    step = moment.step
    begun = moment.at - duration(step.after) / moment.office.pace
    return StepDone(
        step=step.name,
        outcome=step.outcome,
        officers=step.officers,
        since=begun.astimezone(CHINA).date(),
        note=step.note,
        **moment.named,
    )


_SPEAK: Final[Mapping[StepKind, Callable[[_Moment], AgencyEvent]]] = {
    StepKind.ACCEPT: lambda moment: Accepted(at=moment.at, **moment.named),
    StepKind.GRANT: _granted,
    StepKind.PARTLY_GRANT: _granted,
    StepKind.REFUSE: _refused,
    StepKind.DECLINE: _declined,
    StepKind.ASK_CORRECTION: _asked,
    StepKind.SUSPEND: _suspended,
    StepKind.RESUME: _resumed,
    StepKind.EXTEND: _extended,
    StepKind.STEP: _step_done,
}
