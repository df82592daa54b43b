"""The clock's figure: what is measured is a mixed lot, no question twice, and it is held to a limit."""

from pathlib import Path

from console import bench, bench_clock
from onething.calendar import load_calendar
from onething.clock import Unit

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalog" / "calendars")


def test_every_start_meets_every_limit_and_every_limit_is_sometimes_paused():
    mix = bench_clock._mix()
    limits = {str(one.limit) for one in mix}
    assert len({(one.start, str(one.limit)) for one in mix}) == len(mix) == 365 * len(limits)
    assert {str(one.limit) for one in mix if one.pauses} == limits
    assert 0.2 < sum(bool(one.pauses) for one in mix) / len(mix) < 0.3


def test_most_limits_are_in_working_days_and_other_units_are_there():
    units = [one.limit.unit for one in bench_clock._mix()]
    assert units.count(Unit.WORKING_DAY) > len(units) / 2
    assert {Unit.DAY, Unit.MONTH, Unit.HOUR} < set(units)


def test_the_figure_is_held_to_fifty_thousand_a_second(monkeypatch):
    monkeypatch.setattr(bench_clock, "_ROUNDS", 1)
    figures = bench_clock.measure(CALENDAR)
    assert list(figures) == ["due_dates_per_second"]
    assert figures["due_dates_per_second"] > 0
    assert bench.LIMITS["due_dates_per_second"] == (">=", 50_000)
