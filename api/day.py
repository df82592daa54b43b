"""Days as people type them: in goes a date of any year, out comes one that can be reckoned with."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

FIRST: Final = date(1900, 1, 1)
LAST: Final = date(2199, 12, 31)
Day = Annotated[date, Field(ge=FIRST, le=LAST)]
"""Calendars end at the years 1 and 9999: whoever adds a day there, or changes the time zone, falls off."""
