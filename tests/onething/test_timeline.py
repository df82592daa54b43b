"""Lines of a story name the step, the gate, the item before or the day that they are about."""

import pytest

from onething.case_definition import SlotGate, SlotStep
from onething.duration import Duration
from onething.item import StepKind
from onething.text import Text
from onething.timeline import line_text
from onething.wording import TIMELINE
from tests.onething.office import slot

VISIT = SlotStep(
    step="visit",
    title=Text(zh="入户调查", en="Home visit"),
    agency_title=Text(zh="乡镇", en="Township"),
    kind=StepKind.HOME_VISIT,
)
NOTICE = VISIT.model_copy(
    update={
        "step": "notice",
        "title": Text(zh="公示", en="Public notice"),
        "kind": StepKind.PUBLIC_NOTICE,
        "days": 7,
    }
)
HEIRS = SlotGate(
    gate="heirs", open=False, text=Text(zh="继承人未定", en="no heir yet"), fix=Text(zh="公证", en="x")
)
ITEM = slot("b", after=("a",)).model_copy(update={"steps": (VISIT, NOTICE), "gates": (HEIRS,)})
TITLES = {"a": Text(zh="前一项", en="the first")}


@pytest.mark.parametrize(
    ("kind", "params", "zh", "en"),
    [
        ("step_done", {"step": "visit"}, "已完成“入户调查”", "step taken: Home visit"),
        ("step_disputed", {"step": "visit"}, "对“入户调查”有异议", "objection to: Home visit"),
        ("steps_missing", {"steps": ["notice"]}, "没有“公示”已完成的记录", "finished: Public notice"),
        (
            "steps_missing",
            {"steps": ["visit", "notice"]},
            "没有“入户调查、公示”已完成的记录",
            "Home visit, Public notice",
        ),
        ("blocked", {"by": "heirs"}, "暂不能办理：继承人未定", "blocked: no heir yet"),
        ("blocked", {"by": "a"}, "前置事项“前一项”未办成", "“the first” was not granted"),
        ("suspended", {"reason": "public_notice"}, "开始公示，公示 7 日", "for 7 days"),
        ("clock_resumed", {"reason": "public_notice", "counts": True}, "公示撤下", "taken down"),
        ("clock_resumed", {"reason": "public_notice"}, "公示撤下，恢复计时", "the clock goes on"),
        ("suspended", {"reason": "hearing", "counts": True}, "等待听证，计入办理期限", "within the limit"),
        ("offered", {"until": "2026-03-28"}, "2026年3月28日（星期六）起自动办理", "from Sat 28 Mar 2026"),
    ],
)
def test_a_line_names_what_it_is_about(kind, params, zh, en):
    said = line_text(kind, params, ITEM, TITLES)
    assert zh in said.zh
    assert en in said.en


@pytest.mark.parametrize(
    "kind", ["step_done", "blocked", "offered", "accepted", "suspended", "steps_missing"]
)
def test_a_line_that_names_nothing_known_is_said_plainly(kind):
    assert line_text(kind, {"step": "gone", "by": "gone"}, ITEM, TITLES) == TIMELINE[kind]
    assert line_text(kind, {}, None, TITLES) == TIMELINE[kind]


def test_a_notice_of_unknown_length_is_still_told_as_one():
    said = line_text("suspended", {"reason": "public_notice"}, slot("b"), TITLES)
    assert said.zh.startswith("开始公示（")
    assert line_text("suspended", {"reason": "hearing"}, ITEM, TITLES) == TIMELINE["suspended"]


def test_an_unknown_word_is_shown_as_it_stands():
    assert line_text("strange", {}, None, {}).zh == "strange"


def test_people_who_have_to_come_are_awaited_and_nothing_is_called_impossible():
    come = HEIRS.model_copy(
        update={"gate": "come", "in_person": True, "text": Text(zh="等待双方", en="both")}
    )
    item = slot("b").model_copy(update={"gates": (HEIRS, come)})
    assert line_text("blocked", {"by": "come"}, item, TITLES) == come.text
    assert line_text("blocked", {"by": "heirs"}, item, TITLES).zh == "暂不能办理：继承人未定"


def test_a_correction_by_a_window_is_not_said_to_be_the_applicant_s():
    assert line_text("corrected", {"by": "window"}, None, TITLES).zh == "窗口代为补正"
    assert line_text("corrected", {}, None, TITLES).zh == "申请人已补正"


def test_what_comes_by_itself_unless_declined_is_not_called_impossible():
    unasked = HEIRS.model_copy(
        update={
            "gate": "opt_out",
            "opt_out": Duration.parse("5wd"),
            "text": Text(zh="将于下月自动发放", en="it begins next month"),
        }
    )
    item = slot("b").model_copy(update={"gates": (HEIRS, unasked)})
    said = line_text("blocked", {"by": "opt_out"}, item, TITLES)
    assert (said.zh, said.en) == ("免申即享：将于下月自动发放", "without asking: it begins next month")
    assert line_text("blocked", {"by": "heirs"}, item, TITLES).zh == "暂不能办理：继承人未定"
