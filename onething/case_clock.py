"""A slot's clocks: in go its days and limits, out come due dates, lights and the next instant of note."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from onething.adapter import StepOutcome
from onething.case_definition import CaseInput, SlotDefinition, SlotLimit
from onething.case_record import Deadline, OwedPaper, OwedState
from onething.case_state import AT_AGENCY, FAVOURABLE, CaseState, ClockState, Light, SlotCase, SlotState
from onething.clock import Duration, due_date, lights, local_day
from onething.counting import midnight
from onething.duration import ClockError, ClockFault, Extension, Pause, Unit
from onething.item import ClockStart

FIRST_RECEIPT_WITHIN: Final = timedelta(minutes=15)
"""How long a family waits at the counter for the first receipt, whichever agency is away."""
_NOON: Final = timedelta(hours=12)
_ONE_DAY: Final = timedelta(days=1)
_BEFORE_ACCEPTANCE: Final = frozenset({SlotState.RECEIVED, SlotState.CORRECTION_REQUESTED})
LIMITS: Final = ("statutory", "promised")
CORRECTION: Final = "correction"
"""The reason of the pause while the applicant's answer is awaited."""
ANEW: Final[dict[str, Any]] = {"statutory": None, "promised": None, "overdue": (), "reminded": ()}
"""Changes that have a slot's due dates counted again."""


def begin_clocks(slot: SlotCase, definition: SlotDefinition, case: CaseInput, now: datetime) -> SlotCase:
    """Set due dates whose clock has started and lights for `now`; the slot itself when nothing changes."""
    changes: dict[str, Any] = {}
    if slot.accept_by is None and slot.accepted_at is None and slot.state in _BEFORE_ACCEPTANCE:
        changes |= _accept_by(slot, definition, case)
    if is_counted(slot):
        changes |= _counted(slot, definition, case, now)
    if not changes.keys().isdisjoint(LIMITS) and slot.clock is ClockState.STOPPED:
        changes["clock"] = ClockState.RUNNING
    counted = slot.model_copy(update=changes) if changes else slot
    if _begins_owing(slot):
        owed = tuple(_owed(paper, counted, definition, case, now) for paper in slot.owed)
        counted = counted.model_copy(update={"owed": owed}) if owed != slot.owed else counted
    return tick(counted, now)


def deadline(  # noqa: PLR0913, PLR0917 -- what one legal count takes
    start: date | datetime,
    limit: SlotLimit,
    case: CaseInput,
    definition: SlotDefinition,
    slot: SlotCase,
    now: datetime | None = None,
) -> Deadline:
    """The due date of one limit from its start, around the slot's pauses, with the instants of its lights.

    An open pause runs to the day of `now`. An extension moves a due date that had not passed when it was
    decided, and no other. Raises ClockError for pauses that cannot be.
    """
    profile = case.definition.profile(definition)
    duration = Duration(amount=limit.amount, unit=limit.unit)
    count = partial(
        due_date,
        start,
        duration,
        case.definition.calendar,
        pauses=slot.pauses,
        today=local_day(now) if now else None,
        closes=profile.closes,
    )
    due, extension = count(), _extension(slot, limit)
    if extension is not None and extension.decided <= due.due:
        due = count(extension=extension)
    shown = lights(due, start, duration, case.definition.calendar, profile.lights)
    return Deadline(due=due, yellow_from=shown.yellow_from, red_from=shown.red_from)


def check_extension(slot: SlotCase, extension: Extension) -> None:
    """Raise ClockError when an extension was decided after the due dates it would move (art. 42)."""
    dues = [due.due.due for due in (slot.promised, slot.statutory) if due is not None]
    if dues and extension.decided > max(dues):
        raise ClockError(ClockFault.EXTENSION_TOO_LATE, decided=extension.decided, due=max(dues))


def limit_from(day: date, within: Duration, case: CaseInput, definition: SlotDefinition) -> Deadline:
    """A limit of the procedure itself, such as the applicant's for a correction, from `day`."""
    profile = case.definition.profile(definition)
    due = due_date(day, within, case.definition.calendar, closes=profile.closes)
    shown = lights(due, day, within, case.definition.calendar, profile.lights)
    return Deadline(due=due, yellow_from=shown.yellow_from, red_from=shown.red_from)


def tick(slot: SlotCase, now: datetime) -> SlotCase:
    """The slot with its light and overdue marks as of `now`; itself when nothing changes."""
    if slot.state not in AT_AGENCY or slot.clock is ClockState.PAUSED:
        return slot
    due = {name: getattr(slot, name) for name in reversed(LIMITS)}
    overdue = tuple(name for name, one in due.items() if one is not None and now >= one.red_from)
    near = tuple(name for name, one in due.items() if one is not None and now >= one.yellow_from)
    light = Light.RED if overdue else Light.YELLOW if near else Light.GREEN
    clock = ClockState.OVERDUE if overdue else slot.clock
    if clock is ClockState.OVERDUE and not overdue:
        clock = ClockState.RUNNING
    if (light, overdue, near, clock) == (slot.light, slot.overdue, slot.reminded, slot.clock):
        return slot
    return slot.model_copy(update={"light": light, "overdue": overdue, "reminded": near, "clock": clock})


def next_instant(state: CaseState, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which something changes by itself; None when nothing will.

    Lights change, silence becomes acceptance or a lapse, notices go out; and revision 1 of the receipt does.
    """
    first = state.begun_at + FIRST_RECEIPT_WITHIN if state.begun_at and not state.receipt_asked else None
    instants = [first] if first is not None else []
    notice = notice_at(state)
    if notice is not None:
        instants.append(notice)
    for slot in state.slots.values():
        instants += _instants(slot)
    return min((instant for instant in instants if instant > now), default=None)


def notice_at(state: CaseState) -> datetime | None:
    """When the defect notice goes out at the latest: noon of the day the earliest notice window ends.

    None when nothing is gathered for it, or when it went out before.
    """
    gathered = [
        slot
        for slot in state.slots.values()
        if slot.state is SlotState.CORRECTION_REQUESTED
        and slot.correction is not None
        and slot.correction.notice is None
    ]
    if not gathered or state.notices:
        return None
    windows = [
        slot.accept_by
        for slot in state.slots.values()
        if slot.accept_by is not None and (slot in gathered or slot.state is SlotState.RECEIVED)
    ]
    return min(windows) - _NOON if windows else None


def start_of(
    slot: SlotCase, definition: SlotDefinition, limit: SlotLimit, case: CaseInput
) -> date | datetime | None:
    """The day or instant the limit counts from; None while its clock has not started.

    The window receives for every agency (Administrative Licensing Law, article 26), so for slots
    started at submission the day of receipt is the day the papers came over the counter.
    """
    if limit.starts is ClockStart.EVENT:
        return _event_of(slot, limit)
    from_receipt = limit.starts is ClockStart.RECEIVED or slot.deemed
    instant = slot.received_at if from_receipt else slot.accepted_at
    if instant is None:
        return None
    if limit.unit is Unit.HOUR:
        return instant
    return receipt_day(slot, definition, case) if from_receipt else local_day(instant)


def _event_of(slot: SlotCase, limit: SlotLimit) -> date | datetime | None:
    """When the step that the limit runs from was done, as its agency told, such as the cremation itself."""
    told = [
        one.at
        for one in slot.steps
        if one.step == limit.event and one.round == slot.round and one.outcome is StepOutcome.DONE
    ]
    if not told:
        return None
    return told[-1] if limit.unit is Unit.HOUR else local_day(told[-1])


def receipt_day(slot: SlotCase, definition: SlotDefinition, case: CaseInput) -> date | None:
    """The day of receipt: that of the papers, for a slot filed at submission and never sent back."""
    if slot.received_at is None:
        return None
    at_once = slot.round == 1 and not definition.waits_for and all(gate.open for gate in definition.gates)
    return case.received_on if at_once else local_day(slot.received_at)


def holder(slot: SlotCase, *, held: bool = False) -> str:
    """Who holds the slot now: exactly one of window, applicant, agency, system, nobody.

    While the whole case is `held`, whatever would be filed next is the window's to clear up.
    """
    if held and slot.state in {SlotState.WAITING, SlotState.SUBMITTING}:
        return "window"
    match slot.state:
        case SlotState.NEEDS_OPERATOR:
            return "window"
        case SlotState.CORRECTION_REQUESTED:
            told = slot.correction is None or slot.correction.notice is not None
            return "agency" if slot.leaving else "applicant" if told else "window"
        case SlotState.BLOCKED if slot.blocked_by is not None:
            if slot.blocked_by.until is not None:
                return "system"
            return "applicant" if slot.blocked_by.gate else "nobody"
    if slot.state in AT_AGENCY:
        return "agency"
    if slot.ended:
        owes = slot.state in FAVOURABLE and any(paper.state is OwedState.OWED for paper in slot.owed)
        return "applicant" if owes else "nobody"
    return "system"


def close_pause(slot: SlotCase, last: date, *, only: str | None = None, **changes: Any) -> tuple[Pause, ...]:
    """The slot's pauses with the open ones ended on `last`, or on their own first day if that is later.

    `only` ends those of one reason: what the applicant is waited for and what the agency waits for end apart.
    """
    return tuple(
        pause
        if pause.last is not None or (only is not None and pause.reason != only)
        else pause.model_copy(update={"last": max(last, pause.first), **changes})
        for pause in slot.pauses
    )


def _counted(slot: SlotCase, definition: SlotDefinition, case: CaseInput, now: datetime) -> dict[str, Any]:
    """The due dates that are to be counted."""
    found: dict[str, Any] = {}
    for name in LIMITS:
        limit: SlotLimit | None = getattr(definition, name)
        if limit is None or getattr(slot, name) is not None:
            continue
        start = start_of(slot, definition, limit, case)
        if start is not None:
            found[name] = deadline(start, limit, case, definition, slot, now)
    return found


def is_counted(slot: SlotCase) -> bool:
    """Whether a clock may run: with the agency, or sent back by it after it had accepted."""
    if slot.state in AT_AGENCY:
        return True
    return slot.state is SlotState.CORRECTION_REQUESTED and slot.accepted_at is not None


def _extension(slot: SlotCase, limit: SlotLimit) -> Extension | None:
    """The extension as it moves this limit: one in days does not move one in hours."""
    extension = slot.extension
    if extension is None:
        return None
    units = {limit.unit, extension.duration.unit}
    return None if len(units) > 1 and Unit.HOUR in units else extension


def _accept_by(slot: SlotCase, definition: SlotDefinition, case: CaseInput) -> dict[str, Any]:
    """The end of the notice window."""
    within = case.definition.profile(definition).notice_within
    day = receipt_day(slot, definition, case)
    if day is None:
        return {"accept_by": None}
    due = due_date(day, within, case.definition.calendar)
    return {"accept_by": midnight(due.due + _ONE_DAY), "accept_by_provisional": due.provisional}


def _begins_owing(slot: SlotCase) -> bool:
    """Whether the time to bring a paper runs: from acceptance, which a decision in favour implies."""
    return slot.accepted_at is not None or slot.state in FAVOURABLE


def _owed(
    paper: OwedPaper, slot: SlotCase, definition: SlotDefinition, case: CaseInput, now: datetime
) -> OwedPaper:
    """The day by which a paper must come: its own limit, or some working days before the promise ends.

    Never before the end of the working day after the family could first hear of it. Once the item is granted
    no promise ends any more, and what the family was told from the first, its own limit, is all.
    """
    since = slot.accepted_at or slot.decided_at
    granted = slot.state in FAVOURABLE and case.definition.papers_outlast_grants
    counted = paper.due is not None and not (granted and paper.state is OwedState.OWED)
    if counted or since is None:
        return paper
    profile, calendar = case.definition.profile(definition), case.definition.calendar
    start = local_day(since)
    due = due_date(start, profile.owed_within, calendar)
    last = due.due
    if slot.promised is not None and profile.owed_before_promise and not granted:
        last = min(last, calendar.working_day_before(slot.promised.due.due, profile.owed_before_promise))
    last = max(last, calendar.add_working_days(max(start, local_day(now)), 1))
    if last != due.due:
        due = due_date(start, Duration(amount=(last - start).days, unit=Unit.DAY), None)
    if due == paper.due:
        return paper
    remind_at = midnight(calendar.working_day_before(last + _ONE_DAY, 1))
    reminded = paper.reminded and now >= remind_at
    return paper.model_copy(update={"due": due, "remind_at": remind_at, "reminded": reminded})


def _instants(slot: SlotCase) -> Iterator[datetime]:
    """Every instant at which something about the slot changes by itself."""
    if slot.state in AT_AGENCY and slot.clock is not ClockState.PAUSED:
        for due in (slot.promised, slot.statutory):
            if due is not None:
                yield due.yellow_from
                yield due.red_from
    if slot.state is SlotState.RECEIVED and slot.accept_by is not None:
        yield slot.accept_by
    if slot.state is SlotState.BLOCKED and slot.blocked_by is not None and slot.blocked_by.until is not None:
        yield slot.blocked_by.until
    correction = slot.correction
    if slot.state is SlotState.CORRECTION_REQUESTED and correction is not None and correction.due is not None:
        yield correction.due.yellow_from
        yield correction.due.red_from
    for paper in slot.owed:
        if paper.state is OwedState.OWED and paper.due is not None:
            yield paper.due.due_at
            if paper.remind_at is not None:
                yield paper.remind_at
