"""What a handler may do about a filing now: in goes its place, out come acts, steps and the open notice."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from api.day import on_day
from api.desk.place import Place
from api.page_view import word
from onething.adapter import StepOutcome
from onething.case_clock import CORRECTION
from onething.case_definition import SlotStep
from onething.case_state import SlotState
from onething.duration import Pause
from onething.item import StepKind
from onething.text import Text

PUBLIC_NOTICE: Final = "public_notice"
"""The reason of the wait while a notice stands."""
SUSPENSIONS: Final = ("investigation", "inspection", "expert_review", "hearing")
"""For what else a clock may stand still (Administrative Licensing Law, article 45)."""
DECIDING: Final = frozenset({"grant", "refuse"})
"""What nobody does while the whole life event is held."""
_EVIDENT: Final = frozenset({StepKind.HOME_VISIT, StepKind.PUBLIC_NOTICE})


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A public notice that stands."""

    step: SlotStep
    since: date


def possible(place: Place) -> frozenset[str]:
    """The kinds of act that make sense now; each is still judged by the case's rules when it is done."""
    if not place.open:
        return frozenset()
    slot, accepted = place.slot, place.slot.accepted_at is not None
    sent_back, notice, wait = slot.state is SlotState.CORRECTION_REQUESTED, notice_of(place), wait_of(place)
    working, held = accepted and not sent_back, place.state.hold is not None
    found = {
        "accept": (not accepted and not sent_back) or drops_correction(place),
        "decline": not accepted,
        "correct": True,
        "grant": not sent_back and not held,
        "refuse": not sent_back and not held,
        "step": working and bool(_work_steps(place)),
        "begin_notice": working and notice is None and bool(_notices(place)),
        "end_notice": working and notice is not None,
        "suspend": working and wait is None,
        "resume": accepted and wait is not None and notice is None,
        "extend": working and slot.extension is None and place.profile.extension_at_most is not None,
    }
    return frozenset(kind for kind, may in found.items() if may)


def drops_correction(place: Place) -> bool:
    """Whether the act `accept` would take back the correction that is open.

    One for which the whole life event was held is the window's to end.
    """
    hold = place.state.hold
    sent_back = place.slot.state is SlotState.CORRECTION_REQUESTED
    return sent_back and (hold is None or hold.slot != place.item.slot)


def wait_of(place: Place) -> Pause | None:
    """The wait that is open and is not for the applicant."""
    return next((one for one in place.slot.pauses if one.last is None and one.reason != CORRECTION), None)


def notice_of(place: Place) -> OpenNotice | None:
    """The public notice that stands, if one does."""
    for act in reversed(place.item.acts):
        if act.kind == "end_notice":
            return None
        if act.kind == "begin_notice":
            step = next((one for one in place.definition.steps if one.step == act.note.get("step")), None)
            return OpenNotice(step, date.fromisoformat(act.note["since"])) if step is not None else None
    return None


def steps_to_take(place: Place, kind: str) -> tuple[SlotStep, ...]:
    """The steps that the acts `step` and `begin_notice` offer: open ones, needless ones, those taken."""
    steps = _notices(place) if kind == "begin_notice" else _work_steps(place)
    done, needless = _done(place), steps_needless(place)
    return tuple(sorted(steps, key=lambda one: (one.step in done, one.step in needless)))


def steps_before(place: Place, step: SlotStep) -> tuple[SlotStep, ...]:
    """The steps that come before this one in the chain and that nobody has recorded yet."""
    done, needless = _done(place), steps_needless(place)
    steps = place.definition.steps
    earlier = steps[: next((n for n, one in enumerate(steps) if one.step == step.step), 0)]
    return tuple(one for one in earlier if one.step not in done and one.step not in needless)


def evident_steps_missing(place: Place) -> tuple[SlotStep, ...]:
    """Visits and notices that the chain has and nobody has taken: a grant without them is told."""
    done = _done(place)
    return tuple(one for one in place.definition.steps if one.kind in _EVIDENT and one.step not in done)


def steps_unrecorded(place: Place) -> tuple[SlotStep, ...]:
    """Steps of other kinds that nobody has recorded: a grant makes an end of them without more ado."""
    done, needless = _done(place), steps_needless(place)
    return tuple(
        one
        for one in place.definition.steps
        if one.kind not in _EVIDENT and one.step not in done and one.step not in needless
    )


def steps_needless(place: Place) -> frozenset[str]:
    """Steps that are taken only if needed, while nobody has objected to anything."""
    if place.published is None or any(one.outcome is StepOutcome.DISPUTED for one in place.slot.steps):
        return frozenset()
    return frozenset(one.step for one in place.published.steps if one.if_needed)


def steps_disputed(place: Place) -> frozenset[str]:
    """Steps to whose last taking somebody objected."""
    last = {one.step: one.outcome for one in place.slot.steps}
    return frozenset(step for step, outcome in last.items() if outcome is StepOutcome.DISPUTED)


def lacking_text(place: Place, step: SlotStep) -> Text:
    """How a step that was not taken is named; of a notice, that it stands yet or was broken off."""
    notice = notice_of(place)
    if notice is None or notice.step.step != step.step:
        broken = step.kind is StepKind.PUBLIC_NOTICE and step.step in steps_disputed(place)
        return word("desk_notice_lacking").fill(zh=step.title.zh, en=step.title.en) if broken else step.title
    title, days = step.title, step.days
    unfinished = word("desk_notice_unfinished")
    return on_day(unfinished, "since", notice.since, zh=title.zh, en=title.en, days=days)


def _done(place: Place) -> frozenset[str]:
    done = (one for one in place.slot.steps if one.outcome is StepOutcome.DONE)
    return frozenset(one.step for one in done)


def _notices(place: Place) -> list[SlotStep]:
    return [one for one in place.definition.steps if one.kind is StepKind.PUBLIC_NOTICE]


def _work_steps(place: Place) -> list[SlotStep]:
    return [one for one in place.definition.steps if one.kind is not StepKind.PUBLIC_NOTICE]
