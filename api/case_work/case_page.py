"""What a case's page shows: in goes its number, out come its template's values; reading it is audited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api import audit
from api.case_view import CaseView, TimelineLine, view_case, view_timeline
from api.case_work.handover import HandoverLine, Responsibility, responsibility_of
from api.case_work.page_print import sheets_of
from api.case_work.persons import persons_of
from api.coming import coming_of
from api.desk.result import results_of
from api.family import read_family
from api.guide.page_acceptance import is_accepted
from api.office import Office
from api.order_result import RESULTS, results_for
from api.page_told import told_of
from api.page_view import word
from api.principal import Caller
from api.progress import progress_of
from api.review import review_of
from api.standing import standing_of
from api.stuck import SKIP_REASONS
from onething.case_record import OwedState
from onething.plan import PlanProblem
from onething.text import Locale, Model, Text
from records.case import get_case
from records.supervision_note import Note, proofs_of
from records.work_order import WorkOrderState, outcomes_of, work_orders

REFRESH = 5
"""Seconds after which the page comes again by itself where no script runs."""


@dataclass(frozen=True, slots=True)
class TypedOrder:
    """What was typed to close a work-order, and what is missing of it."""

    order: str
    result: str
    words: str
    problems: tuple[PlanProblem, ...]
    effects: Mapping[str, str] = field(default_factory=dict)

    @property
    def found(self) -> dict[str, PlanProblem]:
        """What is to be said, by field."""
        return {one.pointer: one for one in self.problems}

    def wrong(self, pointer: str) -> PlanProblem | None:
        """What is to be said beside a field."""
        return next((one for one in self.problems if one.pointer == pointer), None)


class StoryLine(Model):
    """One line of what happened: the case's own, or a step of who answers for it."""

    at: datetime
    title: Text | None
    text: Text
    slot: str | None = None


async def case_values(office: Office, caller: Caller, number: str, sent: int | None = None) -> dict[str, Any]:
    """Everything that the page shows; raises NotKnown, CaseErased.

    `sent` is the revision at which something was asked of the case: while it has no newer one, the page says
    that this is on its way, and nothing more can be asked.
    """
    view = await view_case(office, number)
    pending = sent is not None and (await get_case(office.archive, number)).revision <= sent
    if pending:
        view = _quiet(view)
    lines, standing = await view_timeline(office, number), await standing_of(office, number)
    who = await responsibility_of(office, caller, number)
    titles = {slot.slot: slot.title for slot in view.slots}
    told = await told_of(office, number, titles)
    persons = await persons_of(office, number)
    proofs = _proofs(await proofs_of(office.archive, number), lines, titles)
    beside = (*proofs, *await _done(office, number, titles))
    await audit.note(office, caller, "read_case", number, persons.read)
    return {
        "case": view,
        "persons": persons,
        "coming": await coming_of(office, standing),
        "lines": story_of(lines, who, beside),
        "stories": {slot.slot: [one for one in lines if one.slot == slot.slot] for slot in view.slots},
        "given": await results_of(office, number),
        "seen": lines[-1].seq if lines else 0,
        "told": told,
        "who": who,
        "sheets": sheets_of(view),
        "owing": any(paper.state != OwedState.MET for slot in view.slots for paper in slot.owed),
        "accepted": is_accepted(view),
        "family": await read_family(office, caller, view.family) if view.family else None,
        "left": _days_left(office, view),
        "today": office.today(),
        "progress": progress_of(view.slots, over=view.ended),
        "refresh": None if view.ended else REFRESH,
        "again": REFRESH if view.ended and pending else None,
        "results": RESULTS,
        "results_for": results_for,
        "reviews": {one.id: review_of(office, standing, one.id) for one in view.work_orders},
        "skip_reasons": SKIP_REASONS,
        "typing": not pending and _is_typed_in(view),
        "sent": sent if pending else None,
    }


def story_of(
    lines: tuple[TimelineLine, ...], who: Responsibility, beside: tuple[StoryLine, ...] = ()
) -> tuple[StoryLine, ...]:
    """The case's lines, the steps of its responsibility and what was written beside them, newest first."""
    own = [StoryLine(at=one.at, title=one.title, text=one.text, slot=one.slot) for one in lines]
    steps = [
        StoryLine(at=one.answered_at or one.asked_at, title=word("owner_title"), text=step_text(one))
        for one in who.steps
    ]
    # Sorting keeps the order of lines of one instant.
    return tuple(sorted((*steps, *beside, *own), key=lambda one: one.at))[::-1]


def _proofs(
    notes: tuple[Note, ...], lines: tuple[TimelineLine, ...], titles: dict[str, Text]
) -> tuple[StoryLine, ...]:
    """What was seen of the items that went on: a door that stopped in between may have left more."""
    opened = {one.slot for one in lines if one.kind == "gate_opened"}
    return tuple(
        StoryLine(at=one.at, title=titles.get(one.slot), text=word("case_gate_seen", words=one.words))
        for one in notes
        if one.slot in opened
    )


async def _done(office: Office, number: str, titles: dict[str, Text]) -> list[StoryLine]:
    """What was written when work-orders were closed."""
    words = await outcomes_of(office.archive, number)
    rows = await work_orders(office.archive, case=number, state=WorkOrderState.DONE) if words else ()
    return [
        StoryLine(
            at=row.closed_at,
            title=titles.get(row.slot or ""),
            text=word("case_order_outcome", words=words[row.id]),
            slot=row.slot,
        )
        for row in rows
        if words.get(row.id) and row.closed_at is not None
    ]


def step_text(one: HandoverLine) -> Text:
    """One step of the responsibility in words."""

    def said(locale: Locale) -> str:
        giver = one.giver.name.say(locale) if one.giver else ""
        form = word(f"owner_step_{one.state}").say(locale)
        return form.format(giver=giver, taker=one.taker.name.say(locale), reason=one.reason.say(locale))

    return Text(zh=said(Locale.ZH), en=said(Locale.EN))


def _quiet(view: CaseView) -> CaseView:
    """The case without anything to press, while what was pressed last is on its way."""
    still: dict[str, Any] = {"operator": None, "owed": (), "correction": None}
    still |= {"may_withdraw": False, "may_reapply": False, "may_doubt": False}
    slots = tuple(
        one.model_copy(
            update=still | {"blocked": one.blocked and one.blocked.model_copy(update={"gate": None})}
        )
        for one in view.slots
    )
    hold = view.hold and view.hold.model_copy(update={"ends": ()})
    nothing = {"may_withdraw": False, "may_hold": (), "work_orders": (), "asked": False, "hold": hold}
    return view.model_copy(update={"slots": slots, **nothing})


def _is_typed_in(view: CaseView) -> bool:
    """Whether there is something on the page to fill in, which must not be swapped away meanwhile."""
    stuck = any(slot.operator or slot.owed for slot in view.slots)
    return bool(stuck or view.work_orders or view.hold or view.asked)


def _days_left(office: Office, view: CaseView) -> dict[str, int]:
    """Working days from tomorrow to each running item's promised day, both counted."""
    tomorrow = office.today() + timedelta(days=1)
    return {
        slot.slot: max(office.calendar.working_days(tomorrow, slot.promised.due), 0)
        for slot in view.slots
        if slot.promised is not None and not slot.ended and slot.promised.due >= tomorrow
    }
