"""Days as people type and read them: in goes a date, out comes one to reckon with, or its words."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from onething.text import Text

FIRST: Final = date(1900, 1, 1)
LAST: Final = date(2199, 12, 31)
Day = Annotated[date, Field(ge=FIRST, le=LAST)]
"""Calendars end at the years 1 and 9999: whoever adds a day there, or changes the time zone, falls off."""


def day_text(day: date) -> Text:
    """A day as people write it."""
    return Text(zh=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {day:%B} {day.year}")


def on_day(sentence: Text, name: str, day: date, **values: object) -> Text:
    """Fill a sentence, whose place `name` is a day written as each language writes it."""
    told = day_text(day)
    zh, en = {**values, name: told.zh}, {**values, name: told.en}
    return Text(zh=sentence.zh.format_map(zh), en=sentence.en.format_map(en))


def on_month(sentence: Text, name: str, month: str) -> Text:
    """Fill a sentence, whose place `name` is a month (`2026-04`) written as each language writes it."""
    first = date.fromisoformat(f"{month}-01")
    zh, en = f"{first.year}年{first.month}月", f"{first:%B} {first.year}"
    return Text(zh=sentence.zh.format_map({name: zh}), en=sentence.en.format_map({name: en}))
