"""`once clock`: it agrees with the counts done by hand, and says what is wrong with a question."""

import json
import re
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import cli
from console import clock
from console.clock import Question, answer
from console.clock_word import FAULTS
from onething.calendar import load_calendar
from onething.clock import BEIJING, ClockFault

TREE = Path(__file__).parents[2]
CALENDARS = TREE / "catalog" / "calendars"
VECTORS = YAML(typ="safe").load(
    (TREE / "tests" / "onething" / "clock_vectors.yaml").read_text(encoding="utf-8")
)
TYPED = [vector for vector in VECTORS if "closes" not in vector]
EXAMPLE = Question("2026-02-10", "15wd", pauses=("2026-02-24..2026-02-27:correction",))


READ_ONCE = cache(load_calendar)


@pytest.fixture(autouse=True)
def each_calendar_is_read_once(monkeypatch):
    monkeypatch.setattr(clock, "load_calendar", READ_ONCE)


def asked(vector):
    return Question(
        start=vector["start"],
        limit=vector["limit"],
        calendar=vector.get("calendar", "cn"),
        pauses=tuple(vector.get("pauses", ())),
        extend=vector.get("extension"),
        decided=vector.get("decided"),
        today=vector.get("today"),
    )


def test_the_counts_done_by_hand_are_many_and_of_every_kind():
    assert len(TYPED) >= 100
    assert {vector["limit"].lstrip("0123456789") for vector in TYPED} == {"h", "d", "w", "m", "wd"}
    assert sum("extension" in vector for vector in TYPED) >= 5
    assert sum(":reset" in text for vector in TYPED for text in vector.get("pauses", ())) >= 5
    assert sum("why" in vector for vector in TYPED) == len(TYPED)


@pytest.mark.parametrize("vector", TYPED, ids=lambda vector: f"{vector['start']}+{vector['limit']}")
def test_the_command_agrees_with_the_count_done_by_hand(vector):
    figures = answer(asked(vector), CALENDARS).figures()
    midnight = date.fromisoformat(vector["due"]) + timedelta(days=1)
    assert figures["due"] == vector["due"]
    assert figures["due_at"] == vector.get("due_at", f"{midnight}T00:00:00+08:00")
    assert figures["provisional"] is vector.get("provisional", False)
    assert figures["red"] == figures["due_at"]
    assert figures["yellow"] <= figures["red"]


def test_json_has_these_keys_and_no_others(capsys):
    assert clock.run(EXAMPLE, as_json=True) == 0
    figures = json.loads(capsys.readouterr().out)
    assert list(figures) == ["due_at", "due", "provisional", "yellow", "red", "explanation"]
    assert figures["due_at"] == "2026-03-14T00:00:00+08:00"
    assert figures["due"] == "2026-03-13"
    assert figures["yellow"] == "2026-03-11T00:00:00+08:00"
    assert figures["explanation"]["zh"].endswith("至2026年3月13日（星期五）24时届满。")
    assert figures["explanation"]["en"].endswith("due by the end of Fri 13 Mar 2026.")


def test_the_print_is_chinese_first_and_then_english(capsys):
    assert clock.run(EXAMPLE, as_json=False) == 0
    zh, en = capsys.readouterr().out.split("\n\n")
    assert zh.startswith("届满：2026年3月13日（星期五）24时\n黄灯：2026年3月11日（星期三）00:00起；红灯：")
    assert en.startswith("Due by the end of Fri 13 Mar 2026\nYellow from 00:00 on Wed 11 Mar 2026, red from ")


def test_hours_name_the_minute_and_a_provisional_day_says_so(capsys):
    assert clock.run(Question("2026-03-02T09:30+08:00", "48h"), as_json=False) == 0
    assert "届满：2026年3月4日（星期三）09:30\n" in capsys.readouterr().out
    assert clock.run(Question("2026-12-25", "15wd"), as_json=False) == 0
    said = capsys.readouterr().out
    assert "2027年1月18日（星期一）24时 [暂定]" in said
    assert "Mon 18 Jan 2027 [provisional]" in said


def test_what_if_shows_the_date_that_asking_today_would_lead_to(capsys):
    question = Question("2026-03-02", "20wd", today="2026-03-10", what_if="correction:5d")
    figures = answer(question, CALENDARS).figures()
    then = figures.pop("what_if")
    assert figures["due"] == "2026-03-30"
    # Tue 10 to Sun 15 stand still, four working days: Mar 30 becomes Mar 31, Apr 1, 2, 3
    assert (then["asked"], then["answered"], then["reason"]) == ("2026-03-10", "2026-03-15", "correction")
    assert (then["due"], then["days_later"]) == ("2026-04-03", 4)
    assert then["due_at"] == "2026-04-04T00:00:00+08:00"
    assert "3月10日至15日因补正材料暂停" in then["explanation"]["zh"]
    assert clock.run(question, as_json=False) == 0
    said = capsys.readouterr().out
    assert "如果从2026年3月10日（星期二）起因补正材料暂停，到2026年3月15日（星期日）为止：推迟4天" in said
    assert "for correction of papers from Tue 10 Mar 2026 to Sun 15 Mar 2026: 4 days later" in said


@pytest.mark.parametrize(
    ("what_if", "today", "due"),
    [
        # to Tue 17, six working days: Mar 31, Apr 1 2 3, 7 8
        ("correction:5wd", "2026-03-10", "2026-04-08"),
        # anew after Sun 15: 16-20 = 5; 23-27 = 10; Mar 30 - Apr 3 = 15; 7-10 = 19; Mon 13 = 20
        ("hearing:5d:reset", "2026-03-10", "2026-04-13"),
        # asked and answered on Tue 10
        ("hearing:0d", "2026-03-10", "2026-03-31"),
        # Sat 7 and Sun 8 only
        ("correction:1d", "2026-03-07", "2026-03-30"),
        # asked after the due day
        ("correction:5d", "2026-03-31", "2026-03-30"),
    ],
)
def test_what_if_takes_other_lengths_a_reset_and_days_that_cost_nothing(what_if, today, due):
    found = answer(Question("2026-03-02", "20wd", today=today, what_if=what_if), CALENDARS)
    assert found.figures()["what_if"]["due"] == due


def test_what_if_that_changes_nothing_says_so(capsys):
    assert clock.run(Question("2026-03-02", "5wd", today="2026-03-10", what_if="correction:5d"), False) == 0
    said = capsys.readouterr().out
    assert "届满日不变" in said
    assert "the due day stays" in said


def test_today_is_beijings_unless_it_is_given(monkeypatch):
    question = Question("2026-03-02", "20wd", pauses=("2026-03-09..:correction",), what_if=None)
    given = answer(Question("2026-03-02", "20wd", pauses=question.pauses, today="2026-03-11"), CALENDARS)

    class Eleventh(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return datetime.fromisoformat("2026-03-10T17:00:00+00:00").astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Eleventh)
    assert Eleventh.now(BEIJING).day == 11
    assert answer(question, CALENDARS) == given


WRONG = [
    (ClockFault.LIMIT_WITHOUT_UNIT, {"limit": "15"}, "--limit"),
    (ClockFault.LIMIT_UNREADABLE, {"limit": "15 days"}, "--limit"),
    (ClockFault.LIMIT_UNREADABLE, {"limit": "-5wd"}, "--limit"),
    (ClockFault.LIMIT_WITHOUT_UNIT, {"extend": "10", "decided": "2026-03-05"}, "--extend"),
    (ClockFault.LIMIT_WITHOUT_UNIT, {"what_if": "correction:5"}, "--what-if"),
    (ClockFault.PAUSE_UNREADABLE, {"pauses": ("2026-02-30..2026-03-01",)}, "--pause"),
    (ClockFault.PAUSE_UNREADABLE, {"pauses": ("2026-03-03",)}, "--pause"),
    (ClockFault.PAUSE_REASON_UNKNOWN, {"pauses": ("2026-03-03..2026-03-05:holiday",)}, "--pause"),
    (ClockFault.PAUSE_REASON_UNKNOWN, {"what_if": "holiday:5d"}, "--what-if"),
    (ClockFault.PAUSE_BACKWARDS, {"pauses": ("2026-03-05..2026-03-04:hearing",)}, "--pause"),
    (
        ClockFault.PAUSES_OVERLAP,
        {"pauses": ("2026-03-03..2026-03-05:hearing", "2026-03-05..2026-03-06:testing")},
        "--pause",
    ),
    (ClockFault.WORKING_DAYS_NEED_CALENDAR, {"calendar": "none"}, "--calendar"),
    (
        ClockFault.WORKING_DAYS_NEED_CALENDAR,
        {"calendar": "none", "limit": "5d", "extend": "5wd", "decided": "2026-03-05"},
        "--calendar",
    ),
    (ClockFault.HOURS_NEED_INSTANT, {"limit": "24h"}, "--start"),
    (ClockFault.INSTANT_WITHOUT_ZONE, {"start": "2026-03-02T09:00", "limit": "24h"}, "--start"),
    (ClockFault.INSTANT_WITHOUT_ZONE, {"start": "2026-03-02T09:00"}, "--start"),
    (ClockFault.DATE_OUT_OF_RANGE, {"start": "9999-12-31"}, "--start"),
    (ClockFault.DATE_OUT_OF_RANGE, {"start": "9999-12-31T23:00Z", "limit": "9999h"}, "--start"),
    (ClockFault.DATE_OUT_OF_RANGE, {"pauses": ("2026-03-03..9999-12-31:hearing",)}, "--pause"),
    (ClockFault.DATE_OUT_OF_RANGE, {"pauses": ("2026-03-03..:hearing",), "today": "9999-12-31"}, "--today"),
    (ClockFault.DATE_OUT_OF_RANGE, {"today": "9999-12-31", "what_if": "correction:9999m"}, "--what-if"),
    (ClockFault.DATE_OUT_OF_RANGE, {"today": "2200-12-31", "what_if": "correction:5d"}, "--what-if"),
    (ClockFault.DATE_UNREADABLE, {"start": "2026-02-30"}, "--start"),
    (ClockFault.DATE_UNREADABLE, {"start": "明天"}, "--start"),
    (ClockFault.DATE_UNREADABLE, {"today": "2026-13-01"}, "--today"),
    (ClockFault.DATE_UNREADABLE, {"today": "2026-03-02T09:00+08:00"}, "--today"),
    (ClockFault.DATE_UNREADABLE, {"extend": "5wd", "decided": "soon"}, "--decided"),
    (ClockFault.CALENDAR_UNKNOWN, {"calendar": "de"}, "--calendar"),
    (ClockFault.CALENDAR_UNKNOWN, {"calendar": "../calendars/cn"}, "--calendar"),
    (ClockFault.EXTENSION_TOO_LATE, {"extend": "5wd", "decided": "2026-03-10"}, "--decided"),
    (ClockFault.EXTENSION_MIXES_UNITS, {"extend": "5h", "decided": "2026-03-05"}, "--extend"),
    (ClockFault.EXTENSION_INCOMPLETE, {"extend": "5wd"}, "--decided"),
    (ClockFault.EXTENSION_INCOMPLETE, {"decided": "2026-03-05"}, "--extend"),
    (ClockFault.WHAT_IF_UNREADABLE, {"what_if": "5d"}, "--what-if"),
    (ClockFault.WHAT_IF_UNREADABLE, {"what_if": ""}, "--what-if"),
    (ClockFault.WHAT_IF_UNREADABLE, {"what_if": "correction:48h"}, "--what-if"),
    (ClockFault.WHAT_IF_UNREADABLE, {"what_if": "correction:5d:later"}, "--what-if"),
    (
        ClockFault.WHAT_IF_WHILE_PAUSED,
        {"pauses": ("2026-03-03..:hearing",), "today": "2026-03-05", "what_if": "correction:5d"},
        "--pause",
    ),
    (
        ClockFault.WHAT_IF_WHILE_PAUSED,
        {"pauses": ("2026-03-05..2026-03-05:hearing",), "today": "2026-03-05", "what_if": "correction:5d"},
        "--pause",
    ),
]


@pytest.mark.parametrize(
    ("fault", "change", "option"), WRONG, ids=lambda one: one if isinstance(one, ClockFault) else ""
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_makes_no_sense_is_one_sentence_in_each_language_and_exit_code_two(
    capsys, fault, change, option, as_json
):
    assert clock.run(Question(**{"start": "2026-03-02", "limit": "5wd", **change}), as_json) == 2
    said = capsys.readouterr()
    assert said.out == ""
    zh, en = said.err.splitlines()
    assert option in zh
    assert option in en
    for text, line in ((FAULTS[fault].zh, zh), (FAULTS[fault].en, en)):
        assert line.startswith(text.partition("{")[0])
        assert "{" not in line


IDLE = [
    ("2026-02-10..2026-03-02:correction", "在起算之前就已结束", "over before the count began"),
    (
        "2026-04-01..2026-04-03:hearing",
        "在届满（2026年3月30日（星期一））之后才开始",
        "begins after the limit has ended",
    ),
    ("2026-03-07..2026-03-08:hearing", "其间没有要计入期限的日子", "no day in it would have counted"),
    ("2026-03-20..:hearing", "到2026年3月10日（星期二）还没有开始", "has not begun by Tue 10 Mar 2026"),
    ("2026-03-09..2026-03-13:public_notice", "公示按一般程序计入期限，不暂停计时", "the clock runs on"),
]


@pytest.mark.parametrize(("pause", "zh", "en"), IDLE, ids=[one[0] for one in IDLE])
def test_a_pause_that_moves_nothing_is_noted_with_the_reason(pause, zh, en, capsys):
    question = Question("2026-03-02", "20wd", pauses=(pause,), today="2026-03-10")
    figures = answer(question, CALENDARS).figures()
    assert figures["due"] == "2026-03-30"
    (note,) = figures["notes"]
    assert zh in note["zh"]
    assert en in note["en"]
    assert clock.run(question, as_json=False) == 0
    said = capsys.readouterr().out
    assert f"注意：{note['zh']}" in said
    assert f"Note: {note['en']}" in said


def test_only_the_idle_one_of_two_pauses_is_noted():
    pauses = ("2026-03-09..2026-03-10:correction", "2026-05-06..2026-05-07:hearing")
    figures = answer(Question("2026-03-02", "20wd", pauses=pauses), CALENDARS).figures()
    assert figures["due"] == "2026-04-01"
    assert len(figures["notes"]) == 1
    assert "5月6日" in figures["notes"][0]["zh"]


def test_what_if_with_a_reason_that_is_counted_in_changes_nothing():
    found = answer(Question("2026-03-02", "20wd", today="2026-03-10", what_if="public_notice:5d"), CALENDARS)
    assert found.figures()["what_if"]["days_later"] == 0


def faults_of_the_clock():
    """Every fault that the clock and its command raise; a case has some more, which cannot be typed."""
    for name in (
        "onething/clock.py",
        "onething/counting.py",
        "onething/duration.py",
        "console/clock.py",
        "console/clock_note.py",
    ):
        found = re.findall(r"ClockFault\.([A-Z_]+)", (TREE / name).read_text(encoding="utf-8"))
        yield from (ClockFault[word] for word in found)


def test_every_fault_has_its_sentence_naming_an_option_in_both_languages():
    assert set(FAULTS) == set(faults_of_the_clock())
    for text in FAULTS.values():
        assert "--" in text.zh.replace("{option}", "--")
        assert "--" in text.en.replace("{option}", "--")


def test_every_fault_that_can_be_typed_is_proven():
    # The command always knows today, so only a caller of the kernel can leave it out.
    assert {fault for fault, _, _ in WRONG} == set(FAULTS) - {ClockFault.OPEN_PAUSE_NEEDS_TODAY}


def test_the_options_reach_the_clock():
    line = (
        "clock --start 2026-03-02 --limit 20wd --calendar cn --pause 2026-03-05..2026-03-06:correction "
        "--pause 2026-03-12..:hearing --extend 10wd --decided 2026-03-20 --today 2026-03-13 --json"
    )
    told = CliRunner().invoke(cli.app, line.split())
    assert told.exit_code == 0
    # Mar 30 and four days more is Apr 3; then 7-10 = 4; 13-17 = 9; Mon 20 = 10
    assert json.loads(told.stdout)["due"] == "2026-04-20"


def test_a_limit_without_a_unit_ends_the_command_with_two():
    told = CliRunner().invoke(cli.app, ["clock", "--start", "2026-03-02", "--limit", "15"])
    assert told.exit_code == 2
    assert "--limit 15 lacks its unit" in told.stderr


def test_a_faulty_calendar_file_is_told_and_is_no_fault_of_the_question(capsys, monkeypatch, tmp_path):
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "cn-unannounced.yaml").write_text("version: [", encoding="utf-8")
    monkeypatch.setenv("ONCE_CATALOG_DIR", str(tmp_path))
    assert clock.run(EXAMPLE, as_json=False) == 1
    assert "cn-unannounced.yaml" in capsys.readouterr().err
