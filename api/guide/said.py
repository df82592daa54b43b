"""Values in words: in goes a field of the plan and what it holds, out comes what a person reads."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from onething.plan import Plan, PlanField, Widget
from onething.text import Text

_YES_NO: Final = {True: Text(zh="是", en="Yes"), False: Text(zh="否", en="No")}
_NONE: Final = Text(zh="没有", en="none")
_TICKED: Final = Text(zh="已确认", en="confirmed")


def say_value(field: PlanField | None, value: Any) -> Text | None:
    """What a field holds, as people say it; None where nothing stands."""
    if value == [] and field is not None and field.widget is Widget.MANY:
        return _NONE
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return _TICKED if value and field is not None and field.widget is Widget.TICK else _YES_NO[value]
    labels = {option.value: option.label for option in field.options} if field is not None else {}
    values = value if isinstance(value, (list, tuple)) else [value]
    said = [labels.get(str(one)) or _plainly(field, str(one)) for one in values]
    return Text(zh="、".join(one.zh for one in said), en=", ".join(one.en for one in said))


def fields_of(*plans: Plan) -> dict[str, PlanField]:
    """Every field and question of some plans by its pointer, the later plan's first."""
    found: dict[str, PlanField] = {}
    for plan in plans:
        found |= {one.pointer: one for one in plan.questions}
        for section in plan.sections:
            for block in section.blocks:
                found |= {one.pointer: one for one in block.fields}
    return found


def owners_of(plan: Plan) -> Mapping[str, Text]:
    """By pointer, whose field it is: the title of its block."""
    return {
        one.pointer: block.title
        for section in plan.sections
        for block in section.blocks
        for one in block.fields
    }


def _plainly(field: PlanField | None, text: str) -> Text:
    """Days and moments as people write them; everything else as it was typed."""
    widget = field.widget if field is not None else None
    if widget is Widget.MONTH and re.fullmatch(r"\d{4}-\d{2}", text):
        return Text(zh=f"{text[:4]}年{int(text[5:])}月", en=text)
    if widget not in {Widget.DATE, Widget.MOMENT}:
        return Text(zh=text, en=text)
    try:
        if widget is Widget.DATE:
            return _day(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Text(zh=text, en=text)
    day = _day(moment.date())
    return Text(zh=f"{day.zh} {moment:%H:%M}", en=f"{day.en} {moment:%H:%M}")


def _day(value: date) -> Text:
    return Text(zh=f"{value.year}年{value.month}月{value.day}日", en=f"{value.day} {value:%B} {value.year}")
