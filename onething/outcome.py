"""What a decision brought about, in words: in go an item's definition and state, out come its lines.

The receipt and the family's own pages say the same of it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from onething.adapter import Effect
from onething.case_definition import SlotDefinition, SlotEffect
from onething.case_state import SlotCase, SlotState
from onething.counting import BEIJING
from onething.item import EffectFrom
from onething.text import Text

YES: Final = Text(zh="是", en="yes")
NO: Final = Text(zh="否", en="no")
_DAY: Final = 10
"""Characters of an ISO 8601 day; what stands behind them is the time of day."""
_BY_MONTH: Final = frozenset({EffectFrom.NEXT_MONTH, EffectFrom.APPLICATION_MONTH, EffectFrom.SLOT_BEFORE})


def outcome_lines(definition: SlotDefinition, slot: SlotCase) -> Iterator[Text]:
    """What the decision brought about, in words; a value is shown when it is a number, a day or a code."""
    if slot.state not in {SlotState.GRANTED, SlotState.PARTLY_GRANTED}:
        return
    values = {effect.fact: effect for effect in slot.effects}
    for effect in definition.effects:
        found = values.get(effect.item_fact or "")
        if effect.opens is not None and not (found and found.value):
            continue  # nothing that calls for anybody
        if found is None:
            yield effect.title
        else:
            value = _sum(found) if effect.money else _shown(found, effect)
            yield Text(zh=f"{effect.title.zh}：{value.zh}", en=f"{effect.title.en}: {value.en}")
    if slot.already:
        yield Text(zh="此前已办结，本次不重复办理", en="already done before; not done twice")
    if slot.note is not None:
        yield slot.note


def sums_behind(definition: SlotDefinition, slot: SlotCase, kind: str) -> tuple[Text, ...]:
    """The sums of a decision for which a work-order of this kind is opened, each with its title."""
    values = {effect.fact: effect for effect in slot.effects}
    opening = [one for one in definition.effects if one.money and one.opens is not None and one.opens == kind]
    found = [(one.title, values.get(one.item_fact or "")) for one in opening]
    return tuple(
        Text(zh=f"{title.zh}：{_sum(value).zh}", en=f"{title.en}: {_sum(value).en}")
        for title, value in found
        if value is not None and value.value
    )


def start_month(definition: SlotDefinition, slot: SlotCase) -> str | None:
    """The month (`2026-04`) from which a decision counts, where it counts by the month."""
    later = any(effect.since in _BY_MONTH for effect in definition.effects)
    return slot.effective_from.strftime("%Y-%m") if later and slot.effective_from else None


def _sum(effect: Effect) -> Text:
    """A sum in fen as people write it."""
    fen = int(effect.value)
    text = f"{fen // 100}.{fen % 100:02d}"
    return Text(zh=f"{text}元", en=f"{text} yuan")


def _shown(found: Effect, effect: SlotEffect) -> Text:
    """A value as people write it: an option by its name, days and moments in their language's way."""
    if isinstance(found.value, bool):
        return YES if found.value else NO
    text = str(found.value)
    if text in effect.options:
        return effect.options[text]
    moment = _moment(text)
    if moment is None:
        return Text(zh=text, en=text)
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    timed = len(text) > _DAY
    hour = f" {moment:%H:%M}" if timed else ""
    return Text(zh=f"{day}{hour}", en=f"{moment:%Y-%m-%d}{hour}")


def _moment(text: str) -> datetime | None:
    """The day or moment that a text writes (ISO 8601), if it writes one with all three parts."""
    if text.count("-") < 2:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(BEIJING) if moment.tzinfo else moment
