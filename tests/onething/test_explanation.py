from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from onething.calendar import WorkCalendar, load_calendar
from onething.clock import BEIJING, Duration, Extension, Pause, due_date
from onething.text import Text

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalog" / "calendars")


def _said(start: date, limit: str, calendar: WorkCalendar | None = CALENDAR, **more: Any) -> Text:
    return due_date(start, Duration.parse(limit), calendar, **more).explanation


def test_a_clerk_can_read_out_a_count_over_the_spring_festival_with_a_pause():
    said = _said(date(2026, 2, 10), "15wd", pauses=[Pause.parse("2026-02-24..2026-02-27:correction")])
    assert said.zh == (
        "自2026年2月10日（星期二）起，当日不计，期限15个工作日；其间休息日12天不计（含春节2月15日至23日）；"
        "2月14日（星期六）、2月28日（星期六）为调休上班日，照常计入；2月24日至27日因补正材料暂停，不计入期限；"
        "至2026年3月13日（星期五）24时届满。"
    )
    assert said.en == (
        "Counted from Tue 10 Feb 2026, that day excluded, limit 15 working days; 12 rest days left out "
        "(with Spring Festival 15 to 23 Feb); Sat 14 Feb, Sat 28 Feb are make-up workdays and count; "
        "paused 24 to 27 Feb for correction of papers, not counted; due by the end of Fri 13 Mar 2026."
    )


def test_a_paused_make_up_day_is_not_said_to_count():
    said = _said(date(2026, 2, 10), "15wd", pauses=[Pause.parse("2026-02-14..2026-02-14:correction")])
    assert "2月28日（星期六）为调休上班日" in said.zh
    assert "2月14日（星期六）" not in said.zh


def test_a_last_day_that_is_not_worked_is_named_with_its_holiday():
    said = _said(date(2026, 6, 12), "1w")
    assert "最后一日6月19日（端午节）不是工作日，顺延至6月22日" in said.zh
    assert "the last day 19 Jun (Dragon Boat Festival) is not worked, so it moves to 22 Jun" in said.en


def test_counting_without_a_calendar_says_that_nothing_moves():
    said = _said(date(2026, 6, 12), "7d", None)
    assert "按自然日计算、末日遇休息日不顺延" in said.zh
    assert "not moved off rest days" in said.en


def test_a_reset_and_an_open_pause_say_so():
    reset = _said(date(2026, 2, 10), "15wd", pauses=[Pause.parse("2026-02-24..2026-02-27:hearing:reset")])
    assert "2月24日至27日因听证中止，2月27日当日不计，期限重新计算" in reset.zh
    still = _said(date(2026, 3, 2), "20wd", pauses=[Pause.parse("2026-03-09..:x")], today=date(2026, 3, 11))
    assert "3月9日至11日（尚未恢复）因x暂停" in still.zh
    assert "paused 9 to 11 Mar (not yet resumed) for x" in still.en


def test_an_extension_names_the_first_due_day():
    extension = Extension(duration=Duration.parse("10wd"), decided=date(2026, 3, 25))
    said = _said(date(2026, 3, 2), "20wd", extension=extension)
    assert "原定3月30日届满，3月25日批准延长10个工作日" in said.zh
    assert "first due 30 Mar, extended on 25 Mar by 10 working days" in said.en


def test_an_unannounced_year_is_said_to_be_provisional():
    said = _said(date(2026, 12, 25), "15wd")
    assert said.zh.endswith("2027年放假安排尚未公布，此日期为暂定。")
    assert said.en.endswith("provisional: the holidays of 2027 are not announced yet.")


def test_hours_and_close_of_business_name_the_hour():
    hours = _said(datetime(2026, 2, 13, 16, tzinfo=BEIJING), "48h")
    assert "16时00分起按实际时间计算，期限48小时；至2026年2月15日（星期日）16时00分届满" in hours.zh
    closing = _said(date(2026, 3, 2), "20wd", closes=time(17, 30))
    assert closing.zh.endswith("至2026年3月30日（星期一）17时30分届满。")
    assert closing.en.endswith("due by 17:30 on Mon 30 Mar 2026.")


def test_an_immediate_item_is_due_the_same_day():
    said = _said(date(2026, 2, 10), "0wd")
    assert said.zh == "2026年2月10日（星期二）收到，当日办结；至2026年2月10日（星期二）24时届满。"


def test_a_pause_that_met_nothing_is_not_mentioned():
    said = _said(date(2026, 3, 2), "5wd", pauses=[Pause.parse("2026-03-20..2026-03-21:hearing")])
    assert "听证" not in said.zh
