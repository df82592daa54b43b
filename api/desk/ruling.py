"""What the case's own rules will make of an act: in go its events, out comes nothing, or why they cannot be.

The same reducer that the case follows judges beforehand, so an act that would change nothing is told at once.
"""

from datetime import timedelta
from typing import Final

from api.day import day_text
from api.desk.finding import finding, refused
from api.desk.place import Place
from api.office import Office
from api.page_view import limit_text
from onething.adapter import AgencyEvent, CorrectionRequested, StepDone
from onething.case import FINAL, step
from onething.case_event import Replied
from onething.case_state import SlotState
from onething.duration import ClockFault
from onething.plan import PlanProblem
from records.desk_item import OPEN, DeskState

_FAULTS: Final = {
    ClockFault.EXTENSION_TOO_LATE: "extension_too_late",
    ClockFault.EXTENSION_TOO_LONG: "extension_too_long",
    ClockFault.EXTENSION_MIXES_UNITS: "extension_too_long",
    ClockFault.EXTENDED_BEFORE: "extended_before",
    ClockFault.NOT_PAUSED: "not_paused",
    ClockFault.PAUSES_OVERLAP: "pauses_overlap",
    ClockFault.PAUSE_BACKWARDS: "pause_backwards",
    ClockFault.DATE_OUT_OF_RANGE: "day_impossible",
    "unknown_step": "step_unknown",
    "too_few_officers": "too_few_officers",
    "notice_too_short": "notice_too_short",
}
"""By the reducer's word for what is wrong, ours; any other is `impossible`."""


def check_open(place: Place) -> None:
    """Raise ActionRejected when nobody may do anything about the filing any more, saying why."""
    item, slot = place.item, place.slot
    if item.state is DeskState.WITHDRAWN:
        code = "withdrawn"
    elif item.state is DeskState.SUPERSEDED or slot.round > item.round:
        code = "superseded"
    elif item.state not in OPEN:
        code = "decided"
    elif place.state.state in FINAL:
        code = "case_over"
    elif slot.round < item.round or slot.submitted_at is None:
        code = "not_yet"
    else:
        return
    raise refused(item.slot, finding("", code))


def check(office: Office, place: Place, events: tuple[AgencyEvent, ...]) -> None:
    """Raise ActionRejected unless the case will take every one of `events` as it is meant."""
    item = place.item
    reply = Replied(slot=item.slot, round=item.round, events=events)
    outcome = step(place.standing.case, place.state, reply, max(office.now(), events[-1].occurred_at))
    for entry in outcome.entries:
        if entry.kind == "answer_rejected":
            raise refused(item.slot, _fault(place, events, str(entry.params.get("fault"))))
        if entry.kind == "late_answer":
            raise refused(item.slot, finding("", "decided"))
    if outcome.state.slots[item.slot].state is SlotState.NEEDS_OPERATOR:
        raise refused(item.slot, finding("", "impossible"))


def is_supplement(office: Office, place: Place, event: CorrectionRequested) -> bool:
    """Whether the case will note that the request had to come with an earlier one, or before acceptance."""
    reply = Replied(slot=place.item.slot, round=place.item.round, events=(event,))
    told = step(place.standing.case, place.state, reply, max(office.now(), event.occurred_at)).state
    correction = told.slots[place.item.slot].correction
    return correction is not None and correction.asked_at == event.occurred_at and correction.breach


def _fault(place: Place, events: tuple[AgencyEvent, ...], fault: str) -> PlanProblem:
    code = _FAULTS.get(fault, "impossible")
    steps = {one.step: one for one in place.definition.steps}
    taken = next((event for event in events if isinstance(event, StepDone)), None)
    step_ = steps.get(taken.step) if taken is not None else None
    if code == "notice_too_short" and taken is not None and taken.since is not None and step_ is not None:
        first = taken.since + timedelta(days=step_.days)
        on = day_text(first)
        return finding("", code, days=step_.days, first_zh=on.zh, first_en=on.en)
    if code == "too_few_officers" and step_ is not None:
        return finding("/officers", code, count=step_.officers)
    most = place.profile.extension_at_most
    if code == "extension_too_long":
        words = limit_text(most) if most is not None else None
        return finding("/amount", code, zh=words.zh if words else "", en=words.en if words else "")
    return finding("", code)
