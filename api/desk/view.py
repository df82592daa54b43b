"""A filing for its handler's eyes: in goes its place, out comes all that page and JSON show.

The rest of the case stays unseen: other items, other agencies' boxes, the window's notes.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from api.clock_view import due_view, extension_view, pause_view, promised_of
from api.desk.askable import askable_fields, askable_materials
from api.desk.basis import basis_of
from api.desk.correction import answered_of, awaited_of
from api.desk.effect import effect_fields
from api.desk.form import causes, groups_of, material_title
from api.desk.history import acts_of
from api.desk.inbox import light_of, state_text
from api.desk.item_view import Choice, GroundView, ItemView, NoticeView, PaperView, StepLine
from api.desk.order import orders_of
from api.desk.origin import Marks, Origin, marks_of
from api.desk.place import Place
from api.desk.pledge import pledges_of
from api.desk.possible import (
    drops_correction,
    evident_steps_missing,
    lacking_text,
    notice_of,
    possible,
    steps_before,
    steps_needless,
    steps_to_take,
    steps_unrecorded,
)
from api.desk.told import letters_of
from api.office import Office
from api.page_view import limit_text, word
from api.remedy import OF_LAW, remedies_against
from api.standing import header_of
from onething.adapter import StepOutcome
from onething.case_action import may_doubt
from onething.case_definition import SlotStep
from onething.case_record import OwedState
from onething.counting import BEIJING
from onething.duration import Duration
from onething.receipt import PaperSource
from onething.text import Text
from records.desk_item import rounds_of

_REMEDY_WORDS: Final = {name: word(f"desk_remedy_{name}") for name in OF_LAW}
"""The law's two ways in few words; an agency's own stand as the catalog has them."""
_NO_CLOCK: Final[dict[str, Any]] = {
    "light": "none",
    "overdue": (),
    "promised": None,
    "statutory": None,
    "pauses": (),
    "extension": None,
}


async def view_item(office: Office, place: Place, reader: str) -> ItemView:
    """Draw a filing; `reader` is the account of whoever looks."""
    rounds = await rounds_of(office.archive, place.item)
    return ItemView(
        **_head(place),
        rounds=tuple(Choice(name=id_, title=_plain(str(number))) for number, id_ in rounds),
        **_state(place),
        **_clock(office, place),
        **_filed(office, place, await marks_of(office, place, rounds)),
        by_mandate=await _by_mandate(office, place),
        **_course(office, place),
        promise_first=_promise_first(place),
        awaited=awaited_of(place),
        answered=await answered_of(office, place, rounds),
        letters=await letters_of(office, place),
        acts=acts_of(office, place, reader),
        orders=await orders_of(office, place),
        **_choices(office, place),
    )


def _head(place: Place) -> dict[str, Any]:
    """Which filing it is."""
    item, definition, published = place.item, place.definition, place.published
    return {
        "id": item.id,
        "revision": item.revision,
        "number": item.case,
        "bundle": place.standing.case.definition.title,
        "slot": item.slot,
        "title": definition.title,
        "form_title": published.form_title if published is not None else definition.title,
        "agency": definition.agency_title,
        "round": item.round,
    }


def _state(place: Place) -> dict[str, Any]:
    """Where it stands; what the case says counts for the round that the case is in."""
    item, slot = place.item, place.slot
    same = slot.round == item.round
    return {
        "state": item.state.value,
        "state_text": state_text(item.state, deemed=same and slot.deemed),
        "open": place.open,
        "received_at": item.received_at,
        "accepted_at": slot.accepted_at if same else None,
        "deemed": same and slot.deemed,
        "accept_by": _last_day(slot.accept_by) if same and slot.accepted_at is None else None,
        "leaving": same and slot.leaving is not None and place.open,
        "hold": _hold(place) if place.open else None,
        "drops_correction": place.open and drops_correction(place),
    }


def _hold(place: Place) -> Text | None:
    """Why the life event is held: who found it reads why, others that something is checked."""
    hold, definition = place.state.hold, place.standing.case.definition
    if hold is None:
        return None
    finder = next((one.agency for one in definition.slots if one.slot == hold.slot), None)
    rule = next((one for one in definition.holds if one.hold == hold.hold), None)
    return rule.text if rule is not None and finder == place.item.agency else word("desk_hold_other")


def _clock(office: Office, place: Place) -> dict[str, Any]:
    """Its lights, due days and waits; an earlier round has none of its own."""
    slot, definition, case = place.slot, place.definition, place.standing.case
    if slot.round != place.item.round:
        return _NO_CLOCK
    promised = promised_of(slot, definition, case)
    return {
        "light": _light(place) if place.open else "none",
        "overdue": slot.overdue if place.open else (),
        "promised": due_view(promised, overdue="promised" in slot.overdue),
        "statutory": due_view(slot.statutory, overdue="statutory" in slot.overdue),
        "pauses": tuple(pause_view(one, slot, definition, case, office.now()) for one in slot.pauses),
        "extension": extension_view(slot),
    }


def _light(place: Place) -> str:
    """The light as the inbox shows it."""
    limit = place.slot.promised or place.slot.statutory
    due = limit.due.due if limit is not None else None
    return light_of(place.item.state, due, (place.slot.light.value,))


def _promise_first(place: Place) -> bool:
    """Whether the promised day comes before the one by which it has to be accepted."""
    slot = place.slot
    if not place.open or slot.round != place.item.round or slot.accepted_at is not None:
        return False
    last = _last_day(slot.accept_by)
    return last is not None and slot.promised is not None and slot.promised.due.due < last


def _filed(office: Office, place: Place, marks: Marks) -> dict[str, Any]:
    """What the applicant has filed, and still owes; of what was taken back, nothing."""
    if place.gone:
        return {"form": (), "from_registers": False, "papers": (), "owed": (), "pledges": (), "gone": True}
    form = groups_of(office, place, marks)
    origins = {row.origin for group in form for row in group.rows}
    return {
        "form": form,
        "gone": False,
        "from_registers": Origin.REGISTER in origins and not origins & {Origin.TYPED, Origin.INFERRED},
        "papers": tuple(_papers(office, place)),
        "pledges": pledges_of(office, place.definition),
        "owed": tuple(one.title for one in place.slot.owed if one.state is OwedState.OWED),
    }


async def _by_mandate(office: Office, place: Place) -> tuple[Text, ...]:
    """The papers that nobody brings, because whoever filed has a mandate on record."""
    if place.gone:
        return ()
    header = await header_of(office, place.standing)
    listed = header.materials.get(place.item.slot, ())
    return tuple(one.title for one in listed if one.source is PaperSource.MANDATE)


def _course(office: Office, place: Place) -> dict[str, Any]:
    """What it rests on, and the steps of its chain."""
    return {
        "basis": basis_of(place),
        "steps": tuple(_step(office, place, one) for one in place.definition.steps),
        "steps_missing": tuple(lacking_text(place, one) for one in evident_steps_missing(place))
        if place.open
        else (),
        "steps_unrecorded": tuple(one.title for one in steps_unrecorded(place)) if place.open else (),
        "notice": _notice(place),
    }


def _choices(office: Office, place: Place) -> dict[str, Any]:
    """What a handler may do, and what may be picked in doing so."""
    most = place.profile.extension_at_most
    fields, papers = askable_fields(office, place), askable_materials(office, place)
    return {
        "possible": tuple(sorted(possible(place))),
        "may_doubt": not place.gone
        and place.item.round == place.slot.round
        and may_doubt(place.standing.state, place.item.slot),
        "effects": effect_fields(office, place.definition),
        "grounds": tuple(_grounds(place)),
        "remedies": tuple(
            Choice(name=name, title=_REMEDY_WORDS.get(name, title))
            for name, title in remedies_against(office.catalog, place.item.agency).items()
        ),
        "askable": tuple(Choice(name=name, title=_plain(title)) for name, title in fields.items()),
        "askable_papers": tuple(Choice(name=name, title=title) for name, title in papers.items()),
        "causes": tuple(Choice(name=name, title=title) for name, title in causes(place).items()),
        "supplement": _supplement(place) if place.open else None,
        "to_take": tuple(_step(office, place, one) for one in steps_to_take(place, "step")),
        "to_notice": tuple(_step(office, place, one) for one in steps_to_take(place, "begin_notice")),
        "early_notice": tuple(one.title for one in _before_notice(place)),
        "extension_at_most": limit_text(most) if most is not None else None,
        "extension_unit": most.unit.value if most is not None else "",
    }


def _before_notice(place: Place) -> tuple[SlotStep, ...]:
    first = next(iter(steps_to_take(place, "begin_notice")), None)
    return steps_before(place, first) if first is not None and place.open else ()


def _supplement(place: Place) -> Text | None:
    slot = place.slot
    if slot.correction is not None:
        return word("desk_supplement_asked")
    if slot.accepted_at is None:
        return None
    return word("desk_supplement_deemed" if slot.deemed else "desk_supplement_accepted")


def _plain(words: str) -> Text:
    return Text(zh=words, en=words)


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


def _step(office: Office, place: Place, step: SlotStep) -> StepLine:
    notice = notice_of(place)
    since = notice.since if notice is not None and notice.step.step == step.step else None
    until = (place.slot.decided_at or office.now()).astimezone(BEIJING).date()
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
        needless=step.step in steps_needless(place),
        since=since,
        ends=since + timedelta(days=step.days) if since is not None else None,
        stood=(until - since).days if since is not None else 0,
    )


def _limit(step: SlotStep) -> Text | None:
    if step.limit is None:
        return None
    return limit_text(Duration(amount=step.limit.amount, unit=step.limit.unit))


def _notice(place: Place) -> NoticeView | None:
    notice = notice_of(place) if place.open else None
    if notice is None:
        return None
    days = notice.step.days
    ends = notice.since + timedelta(days=days)
    return NoticeView(title=notice.step.title, since=notice.since, days=days, ends=ends)


def _grounds(place: Place) -> Iterator[GroundView]:
    for number, one in enumerate(place.published.refusals if place.published is not None else ()):
        yield GroundView(name=f"ground_{number}", reason=one.reason, remedy=one.remedy)
