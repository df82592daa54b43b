"""A filing for its handler's eyes: in goes its place, out comes all that page and JSON show.

The rest of the case stays unseen: other items, other agencies' boxes, the window's notes.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from api.clock_view import (
    DueView,
    ExtensionView,
    PauseView,
    due_view,
    extension_view,
    pause_view,
    promised_of,
)
from api.desk.effect import EffectField, effect_fields
from api.desk.form import BoxGroup, askable_fields, askable_materials, causes, groups_of, material_title
from api.desk.history import ActView, acts_of
from api.desk.place import Place
from api.desk.possible import evident_steps_missing, notice_of, possible, steps_to_take
from api.office import Office
from api.page_view import word
from onething.adapter import StepOutcome
from onething.case_definition import SlotStep
from onething.case_record import OwedState
from onething.counting import BEIJING
from onething.duration import Duration
from onething.text import Model, Text
from records.desk_item import rounds_of


class PaperView(Model):
    """A paper that came with the filing, or was owed and came later (then without type and size)."""

    title: Text
    mime: str
    size: int
    href: str


class StepLine(Model):
    """One step of the item's chain, and whether it was taken."""

    step: str
    title: Text
    agency: Text
    kind: str
    officers: int
    days: int
    limit: Text | None
    cite: str
    taken_at: datetime | None
    disputed: bool


class NoticeView(Model):
    """The public notice that stands: from when, and from which day on it may be taken down."""

    title: Text
    since: date
    days: int


class GroundView(Model):
    """A published ground of refusal, with what the applicant may do."""

    name: str
    reason: Text
    remedy: Text


class Choice(Model):
    """One thing that may be picked."""

    name: str
    title: Text


class ItemView(Model):
    """One filing of the desk."""

    id: str
    revision: int
    number: str
    bundle: Text
    slot: str
    title: Text
    form_title: Text
    agency: Text
    round: int
    rounds: tuple[Choice, ...]
    """Every round of it: its number, and the id that it lies here under."""
    state: str
    state_text: Text
    open: bool
    received_at: datetime
    accepted_at: datetime | None
    deemed: bool
    """Accepted because nothing was asked for in time."""
    accept_by: date | None
    """The day by whose end it is to be told what lacks; afterwards it counts as accepted."""
    leaving: bool
    """The applicant wants it back."""
    light: str
    overdue: tuple[str, ...]
    promised: DueView | None
    statutory: DueView | None
    pauses: tuple[PauseView, ...]
    extension: ExtensionView | None
    form: tuple[BoxGroup, ...]
    papers: tuple[PaperView, ...]
    owed: tuple[Text, ...]
    """Papers that the applicant has promised to bring later."""
    steps: tuple[StepLine, ...]
    steps_missing: tuple[Text, ...]
    """Visits and notices that the law has, before which nothing should be decided."""
    notice: NoticeView | None
    acts: tuple[ActView, ...]
    """What was done about it, oldest first."""
    possible: tuple[str, ...]
    """The kinds of act that may be done now."""
    effects: tuple[EffectField, ...]
    grounds: tuple[GroundView, ...]
    askable: tuple[Choice, ...]
    askable_papers: tuple[Choice, ...]
    causes: tuple[Choice, ...]
    to_take: tuple[StepLine, ...]
    to_notice: tuple[StepLine, ...]
    extension_at_most: Text | None
    extension_unit: str
    """wd, d and so on; empty where the procedure knows no extension."""

    @property
    def box_names(self) -> tuple[str, ...]:
        """The agency's own names of the boxes that are shown: for the audit trail."""
        return tuple(dict.fromkeys(row.name for group in self.form for row in group.rows))


async def view_item(office: Office, place: Place, reader: str) -> ItemView:
    """Draw a filing; `reader` is the account of whoever looks."""
    item, slot, definition, case = place.item, place.slot, place.definition, place.standing.case
    same = slot.round == item.round
    promised = promised_of(slot, definition, case) if same else None
    most = place.profile.extension_at_most
    published = place.published
    rounds = await rounds_of(office.archive, item)
    now = office.now()
    return ItemView(
        id=item.id,
        revision=item.revision,
        number=item.case,
        bundle=case.definition.title,
        slot=item.slot,
        title=definition.title,
        form_title=published.form_title if published is not None else definition.title,
        agency=definition.agency_title,
        round=item.round,
        rounds=tuple(Choice(name=id_, title=Text(zh=str(number), en=str(number))) for number, id_ in rounds),
        state=item.state.value,
        state_text=word(f"desk_state_{item.state.value}"),
        open=place.open,
        received_at=item.received_at,
        accepted_at=slot.accepted_at if same else None,
        deemed=same and slot.deemed,
        accept_by=_last_day(slot.accept_by) if same and slot.accepted_at is None else None,
        leaving=same and slot.leaving is not None and place.open,
        light=slot.light.value if same and place.open else "green",
        overdue=slot.overdue if same and place.open else (),
        promised=due_view(promised, overdue=same and "promised" in slot.overdue),
        statutory=due_view(slot.statutory, overdue="statutory" in slot.overdue) if same else None,
        pauses=tuple(pause_view(one, slot, definition, case, now) for one in slot.pauses) if same else (),
        extension=extension_view(slot) if same else None,
        form=groups_of(office, place),
        papers=tuple(_papers(office, place)),
        owed=tuple(one.title for one in slot.owed if one.state is OwedState.OWED),
        steps=tuple(_step(place, one) for one in definition.steps),
        steps_missing=tuple(one.title for one in evident_steps_missing(place)) if place.open else (),
        notice=_notice(place),
        acts=acts_of(office, place, reader),
        possible=tuple(sorted(possible(place))),
        effects=effect_fields(office, place),
        grounds=tuple(_grounds(place)),
        askable=tuple(
            Choice(name=name, title=Text(zh=title, en=title))
            for name, title in askable_fields(office, place).items()
        ),
        askable_papers=tuple(
            Choice(name=name, title=title) for name, title in askable_materials(office, place).items()
        ),
        causes=tuple(Choice(name=name, title=title) for name, title in causes(place).items()),
        to_take=tuple(_step(place, one) for one in steps_to_take(place, "step")),
        to_notice=tuple(_step(place, one) for one in steps_to_take(place, "begin_notice")),
        extension_at_most=most.text if most is not None else None,
        extension_unit=most.unit.value if most is not None else "",
    )


def _last_day(end: datetime | None) -> date | None:
    """The day at whose end something is over."""
    return (end - timedelta(seconds=1)).astimezone(BEIJING).date() if end is not None else None


def _papers(office: Office, place: Place) -> Iterator[PaperView]:
    for number, paper in enumerate(place.item.materials):
        yield PaperView(
            title=material_title(office, paper.material),
            mime=paper.mime,
            size=paper.size,
            href=f"/desk/items/{place.item.id}/papers/{number}",
        )
    for owed in place.slot.owed:
        if owed.state is OwedState.MET:
            href = f"/desk/items/{place.item.id}/owed/{owed.material}"
            yield PaperView(title=owed.title, mime="", size=0, href=href)


def _step(place: Place, step: SlotStep) -> StepLine:
    records = [one for one in place.slot.steps if one.step == step.step]
    last = records[-1] if records else None
    return StepLine(
        step=step.step,
        title=step.title,
        agency=step.agency_title,
        kind=step.kind.value,
        officers=step.officers,
        days=step.days,
        limit=_limit(step),
        cite=step.cite,
        taken_at=last.at if last is not None else None,
        disputed=last is not None and last.outcome is StepOutcome.DISPUTED,
    )


def _limit(step: SlotStep) -> Text | None:
    if step.limit is None:
        return None
    return Duration(amount=step.limit.amount, unit=step.limit.unit).text


def _notice(place: Place) -> NoticeView | None:
    notice = notice_of(place) if place.open else None
    if notice is None:
        return None
    return NoticeView(title=notice.step.title, since=notice.since, days=notice.step.days)


def _grounds(place: Place) -> Iterator[GroundView]:
    for number, one in enumerate(place.published.refusals if place.published is not None else ()):
        yield GroundView(name=f"ground_{number}", reason=one.reason, remedy=one.remedy)
