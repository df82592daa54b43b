"""Walking a case through all it can come to: in goes where it stands, out come its moves and its looks.

Two stands that look alike go on alike: times, event ids and wording are left out of a look, and slots that
the order of a case does not tell apart may change places.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from onething.adapter import AgencyEvent
from onething.case import check_action, initial_state, next_instant, step
from onething.case_definition import CaseInput
from onething.case_event import (
    Action,
    Begun,
    CaseEvent,
    Corrected,
    FilingLeft,
    GateOpened,
    HandedOut,
    NotFound,
    OperatorAction,
    Reapplied,
    ReceiptIssued,
    Replied,
    Resumed,
    Stuck,
    Ticked,
    Unavailable,
    Uncertain,
    Withdrawn,
)
from onething.case_leave import is_certainly_unfiled
from onething.case_state import AT_AGENCY, DECIDED, CaseState, OperatorReason, SlotCase, SlotState
from onething.case_turn import Outcome
from onething.errors import ActionRejected
from tests.onething.graphs import Graph, Renaming, symmetries
from tests.onething.office import Events, Play, slot

NAMES = "abcde"
SAY = Events()
MIDWAY = AT_AGENCY | {SlotState.CORRECTION_REQUESTED, SlotState.NEEDS_OPERATOR}
"""Neither at its beginning nor at its end."""
_UNFILED = frozenset({SlotState.WAITING, SlotState.BLOCKED})


class Stand(NamedTuple):
    """Where a case stands, and when."""

    case: CaseInput
    state: CaseState
    now: datetime


class Scope(NamedTuple):
    """How far to walk: to which round, how many slots midway at a time, whether receipts are handed out."""

    rounds: int = 2
    midway: int = 5
    hands_out: bool = True


class Move(NamedTuple):
    """Something that may happen next: whose turn it is, about which slot, and what it comes to."""

    by: str
    slot: str
    event: CaseEvent
    outcome: Outcome
    stand: Stand


def begin(graph: Graph) -> Stand:
    """A case of slots in this order, all filed that may be."""
    slots = [slot(NAMES[one], [NAMES[before] for before in after]) for one, after in enumerate(graph)]
    play = Play(slots)
    return take(Stand(play.case, initial_state(play.case), play.now), Begun())[1]


def take(stand: Stand, event: CaseEvent, now: datetime | None = None) -> tuple[Outcome, Stand]:
    """What the event makes of the case, then and there or at a later time."""
    now = now or stand.now
    outcome = step(stand.case, stand.state, event, now)
    return outcome, Stand(outcome.case or stand.case, outcome.state, now)


def moves(stand: Stand, scope: Scope) -> Iterator[Move]:
    """Whatever may happen to the case as it stands."""
    for by, about, event, now in _events(stand, scope):
        yield Move(by, about, event, *take(stand, event, now))


def reachable(graph: Graph, scope: Scope, visit: Callable[[Stand, list[Move]], None]) -> int:
    """Show `visit` every stand that a case in this order can come to, with its moves; return how many."""
    names = symmetries(graph)
    first = begin(graph)
    known, ahead = {look(graph, first.state, names)}, [first]
    while ahead:
        stand = ahead.pop()
        made = list(moves(stand, scope))
        visit(stand, made)
        for move in made:
            if move.stand.state is stand.state or not _is_within(scope, move.stand.state):
                continue
            seen = look(graph, move.stand.state, names)
            if seen not in known:
                known.add(seen)
                ahead.append(move.stand)
    return len(known)


def _is_within(scope: Scope, state: CaseState) -> bool:
    slots = state.slots.values()
    midway = sum(slot.state in MIDWAY for slot in slots)
    return midway <= scope.midway and all(slot.round <= scope.rounds for slot in slots)


def nonsense(state: CaseState) -> Iterator[CaseEvent]:
    """What nobody could mean: other slots, other rounds, receipts never asked for, beginnings long past."""
    for name, round_ in (
        ("z", 1),
        *((one.slot, one.round + way) for one in state.slots.values() for way in (1, -1)),
    ):
        yield Replied(slot=name, round=round_, events=(SAY.received(), SAY.accepted()))
        yield Unavailable(slot=name, round=round_, exhausted=True)
        yield Uncertain(slot=name, round=round_)
        yield NotFound(slot=name, round=round_)
        yield Stuck(slot=name, round=round_, reason=OperatorReason.UNEXPECTED)
        yield FilingLeft(slot=name, round=round_, gone=True)
    for one in state.slots.values():
        if one.leaving is None:
            yield FilingLeft(slot=one.slot, round=one.round, gone=True)
    for name in ("z", "a"):
        yield GateOpened(slot=name, gate="none", actor="clerk")
    yield Resumed(slot="z", actor="clerk", action=OperatorAction.RETRY)
    yield ReceiptIssued(revision=99, sha256="0" * 64)
    yield HandedOut(revision=99)
    yield Begun()


def look(graph: Graph, state: CaseState, names: tuple[Renaming, ...]) -> object:
    """All that decides how the case goes on, the same for slots that may change places."""
    seen = [_traits(state.slots[NAMES[one]]) for one in range(len(graph))]
    behind = [_blocker(state.slots[NAMES[one]]) for one in range(len(graph))]
    whole = (
        state.state.value,
        state.ending.value,
        bool(state.notices),
        bool(state.receipt_asked),
        state.receipt_asked > len(state.receipts),
        bool(state.handed_out),
        state.receipt_revision_of == state.outcomes,
    )
    return whole, min(_renamed(seen, behind, naming) for naming in names)


def _renamed(seen: list[str], behind: list[int], naming: Renaming) -> tuple[tuple[str, int], ...]:
    there = [("", -1)] * len(seen)
    for one, becomes in enumerate(naming):
        there[becomes] = (seen[one], naming[behind[one]] if behind[one] >= 0 else -1)
    return tuple(there)


def _blocker(slot: SlotCase) -> int:
    return NAMES.index(slot.blocked_by.slot) if slot.blocked_by and slot.blocked_by.slot else -1


def _traits(slot: SlotCase) -> str:
    """Decided is decided; of what is under way, whatever the reducer's rules go by in that state."""
    marks: tuple[object, ...] = ()
    if slot.state is SlotState.CORRECTION_REQUESTED and slot.correction is not None:
        marks = (slot.correction.notice is None, slot.accepted_at is None, "answer" in slot.overdue)
    elif slot.state is SlotState.NEEDS_OPERATOR:
        heard = (slot.heard_at is None, slot.received_at is None, slot.accepted_at is None)
        marks = (*heard, slot.uncertain_since is None, is_certainly_unfiled(slot))
    elif slot.state is SlotState.SUBMITTING:
        marks = (slot.uncertain_since is None, slot.accepted_at is None)
    return f"{slot.state} {slot.round} {slot.leaving} {marks}"


def _events(stand: Stand, scope: Scope) -> Iterator[tuple[str, str, CaseEvent, datetime | None]]:
    state = stand.state
    for one in state.slots.values():
        if one.state not in _UNFILED:
            yield from (("agency", one.slot, event, at) for event, at in _words(one, stand.now))
            yield from (("system", one.slot, event, None) for event in _results(one))
        for by, event in _acts(one, stand.now):
            if _may(stand, event):
                yield by, one.slot, event, None
    whole = Withdrawn(reason="wish", actor="clerk")
    if _may(stand, whole):
        yield "applicant", "", whole, None
    instant = next_instant(state, stand.now)
    if instant is not None:
        yield "system", "", Ticked(), instant
    if state.receipt_asked > len(state.receipts):
        yield "system", "", ReceiptIssued(revision=state.receipt_asked, sha256="0" * 64), None
    elif state.receipts and scope.hands_out:
        yield "window", "", HandedOut(revision=len(state.receipts)), None


def _words(slot: SlotCase, now: datetime) -> Iterator[tuple[CaseEvent, datetime]]:
    """What the slot's agency may say, then and there or the next day."""
    words: list[AgencyEvent] = [SAY.granted(now), SAY.correction(now)]
    if slot.state not in DECIDED:
        words += [SAY.received(now), SAY.accepted(now), SAY.refused(now), SAY.declined(now)]
        tomorrow = now + timedelta(days=1)
        yield Replied(slot=slot.slot, round=slot.round, events=(SAY.correction(tomorrow),)), tomorrow
    for word in words:
        yield Replied(slot=slot.slot, round=slot.round, events=(word,)), now


def _results(slot: SlotCase) -> Iterator[CaseEvent]:
    """What may become of a filing, a question or a withdrawal under way."""
    named = {"slot": slot.slot, "round": slot.round}
    yield Unavailable(**named)
    yield Unavailable(**named, exhausted=True)
    yield Uncertain(**named)
    yield NotFound(**named)
    yield Stuck(**named, reason=OperatorReason.UNEXPECTED)
    yield Stuck(**named, reason=OperatorReason.PAYLOAD_REJECTED)
    if slot.leaving is not None and slot.received_at is not None and slot.state is not SlotState.SUBMITTING:
        # Only then has it been asked back.
        yield FilingLeft(**named, gone=True)
        yield FilingLeft(**named, gone=False)
        yield Stuck(**named, reason=OperatorReason.WITHDRAWAL_FAILED)


def _acts(slot: SlotCase, now: datetime) -> Iterator[tuple[str, Action]]:
    """What people may do about the slot."""
    named = {"slot": slot.slot, "actor": "clerk"}
    yield "window", Resumed(**named, action=OperatorAction.RETRY)
    yield "window", Resumed(**named, action=OperatorAction.SKIP, reason="given_up")
    entered = (SAY.granted(now + timedelta(seconds=1)),)
    yield "window", Resumed(**named, action=OperatorAction.ENTER_ANSWER, events=entered)
    yield "applicant", Withdrawn(slot=slot.slot, reason="wish", actor="clerk")
    yield "applicant", Corrected(payloads={slot.slot: "blob"}, actor="clerk")
    yield "applicant", Reapplied(**named)


def _may(stand: Stand, action: Action) -> bool:
    try:
        check_action(stand.case, stand.state, action, stand.now)
    except ActionRejected:
        return False
    return True
