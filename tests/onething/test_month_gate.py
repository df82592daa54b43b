from datetime import date

import pytest

from onething.clock import ClockError, ClockFault, MonthGate, explain_gate, month_gate


@pytest.mark.parametrize(
    ("day", "gate", "expected"),
    [
        ("2026-03-15", MonthGate(), "2026-04-01"),
        ("2026-03-01", MonthGate(), "2026-04-01"),
        ("2026-03-31", MonthGate(months_after=1, day=10), "2026-04-10"),
        ("2026-12-31", MonthGate(months_after=1, day=10), "2027-01-10"),
        ("2026-01-31", MonthGate(months_after=1, day=31), "2026-02-28"),
        ("2028-01-31", MonthGate(months_after=1, day=30), "2028-02-29"),
        ("2026-11-05", MonthGate(months_after=2, day=15), "2027-01-15"),
        ("2026-11-05", MonthGate(months_after=0, day=10), "2026-11-10"),
    ],
)
def test_a_month_gate_is_a_day_of_a_later_month(day, gate, expected):
    assert month_gate(date.fromisoformat(day), gate) == date.fromisoformat(expected)


def test_a_month_gate_stays_on_a_rest_day():
    assert month_gate(date(2026, 9, 5), MonthGate()) == date(2026, 10, 1)  # National Day
    assert month_gate(date(2026, 9, 5), MonthGate(day=4)) == date(2026, 10, 4)  # a Sunday in it


def test_a_month_gate_says_from_when_and_that_it_does_not_move():
    said = explain_gate(date(2026, 3, 15), MonthGate(day=10))
    assert said.zh == (
        "自2026年3月15日（星期日）的次月10日起，即2026年4月10日（星期五）；"
        "按月起算，不按天数计算，遇休息日不顺延。"
    )
    assert said.en == (
        "From day 10 of the month after Sun 15 Mar 2026: Fri 10 Apr 2026; "
        "a month gate counts no days and does not move off rest days."
    )


@pytest.mark.parametrize(
    ("gate", "zh", "en"),
    [
        (MonthGate(months_after=0, day=20), "的当月20日起，即", "of the month of Sat 31 Jan 2026: "),
        (MonthGate(months_after=3), "的后第3个月1日起，即", "of month 3 after Sat 31 Jan 2026: "),
        (MonthGate(day=30), "（该月没有这一天，以月末为准）", "in a shorter month its last: Sat 28 Feb 2026"),
    ],
)
def test_other_months_and_short_ones_are_named(gate, zh, en):
    said = explain_gate(date(2026, 1, 31), gate)
    assert zh in said.zh
    assert en in said.en


def test_an_event_in_a_far_off_year_is_refused():
    with pytest.raises(ClockError) as caught:
        month_gate(date(9999, 12, 31), MonthGate())
    assert caught.value.fault is ClockFault.DATE_OUT_OF_RANGE
