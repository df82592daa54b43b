"""Times that an office keeps because an earlier item was granted: a case in, day, half day and office out.

Which item that is, and which of its facts say when and where, stands in the catalog's file of opening hours.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from api.office import Office
from api.phone.appointment_table import KeptBy, opening_hours
from api.standing import Standing
from onething.box import Box
from onething.case_definition import SlotDefinition
from onething.case_state import SlotState
from onething.explanation import with_days
from onething.fact import parse_fact
from onething.filing import SlotFiling
from onething.item import Item
from onething.text import Model, Text
from records.blob import get_blob

_KEPT: Final = Text(zh="已预约 {day}{time}，{place}", en="Booked: {day}, {time}, {place}")
_PAST: Final = Text(
    zh="预约时间已过：{day}{time}，{place}", en="The booked time has passed: {day}, {time}, {place}"
)
_NUMBERED: Final = Text(zh="{title}（编号 {code}）", en="{title} (number {code})")


class KeptTime(Model):
    """When and where people are expected, as the granted item says; nobody has to book again."""

    day: date
    time: Text
    place: Text
    past: bool
    text: Text
    """All of it as one sentence."""
    bring: Text | None


async def kept_times(
    office: Office, standing: Standing, slots: Iterable[SlotDefinition]
) -> dict[str, KeptTime]:
    """By slot, the time kept for it by an item before it that was granted; raises CaseErased."""
    hours = opening_hours(office.settings.catalog_dir)
    found = {}
    for one in slots:
        by = hours.items[one.item].kept_by if one.item in hours.items else None
        before = _granted(standing, one, by) if by is not None else None
        if by is None or before is None:
            continue
        kept = await _kept(office, standing, before, by)
        if kept is not None:
            found[one.slot] = kept.model_copy(update={"bring": hours.bring(one.item)})
    return found


def _granted(standing: Standing, slot: SlotDefinition, by: KeptBy) -> SlotDefinition | None:
    """The slot before this one whose grant keeps the time."""
    states = standing.state.slots
    return next(
        (
            one
            for one in standing.case.definition.slots
            if one.slot in slot.after
            and one.item == by.item
            and one.slot in standing.case.payloads
            and states[one.slot].state is SlotState.GRANTED
        ),
        None,
    )


async def _kept(office: Office, standing: Standing, slot: SlotDefinition, by: KeptBy) -> KeptTime | None:
    """What the filing said that was granted; None where it names no day."""
    stored = await get_blob(office.archive, standing.number, standing.case.payloads[slot.slot])
    payload = SlotFiling.model_validate_json(stored).payload
    item = office.catalog.item(slot.item, standing.stored.received_on, standing.stored.region or "")
    boxes = {_concept(box): box for box in office.catalog.boxes(item) if box.binding.fact}
    day = _value(boxes[by.day], payload)
    if not isinstance(day, str):
        return None
    on = date.fromisoformat(day)
    time = _told(office, item, boxes[by.time], payload)
    place = _told(office, item, boxes[by.place], payload)
    past = on < office.today()
    said = with_days(_PAST if past else _KEPT, day=on)
    text = Text(
        zh=said.zh.format(time=time.zh, place=place.zh), en=said.en.format(time=time.en, place=place.en)
    )
    return KeptTime(day=on, time=time, place=place, past=past, text=text, bring=None)


def _told(office: Office, item: Item, box: Box, payload: Mapping[str, Any]) -> Text:
    """A filed value in the concept's own words; a bare code is said with its title."""
    value = _value(box, payload)
    for step in reversed(box.binding.via):
        table = item.code_tables.get(step.code_table or "", {})
        value = next((code for code, filed in table.items() if filed == value), value)
    concept = office.catalog.concepts[_concept(box)]
    if value in concept.options:
        return concept.options[str(value)]
    return Text(
        zh=_NUMBERED.zh.format(title=concept.title.zh, code=value),
        en=_NUMBERED.en.format(title=concept.title.en, code=value),
    )


def _concept(box: Box) -> str:
    return parse_fact(box.binding.fact or "").concept


def _value(box: Box, payload: Mapping[str, Any]) -> Any:
    """What a filing says in one box; None where it says nothing."""
    place: Any = payload
    for part in box.path:
        place = place.get(part) if isinstance(place, Mapping) else None
    return place
