"""What a browser's form says, read as a clerk would write it."""

from datetime import date

import pytest

from api.page_form import day_of


@pytest.mark.parametrize("typed", ["2026年3月1日", "2026-3-1", "2026.03.01", "２０２６/３/１"])
def test_a_day_is_taken_however_it_is_written(typed):
    assert day_of(typed) == date(2026, 3, 1)


@pytest.mark.parametrize("typed", ["", "昨天", "2026-02-30", "2026年", "2026-13-01"])
def test_what_is_no_day_is_none(typed):
    assert day_of(typed) is None
