"""`once demo`: its progress, its end, its receipt and its exit code, at a counter that only pretends."""

import io
import json
from contextlib import AbstractContextManager, nullcontext

import pytest
from rich.console import Console

from console import demo, stories
from console.demo_view import table_of
from console.filing import FilingRefused
from onething.catalog import load_catalog
from runtime.settings import TREE, Settings

NUMBER = "360900-A-20261123-000001-0"


def words(text):
    return {"zh": text, "en": text}


def slot(state, **more: object):
    return {
        "slot": "licence",
        "title": words("机动车驾驶证注销"),
        "agency": words("公安局交通警察部门"),
        "state": state,
        "state_text": words(state),
        "ended": state in {"granted", "refused"},
        "promised": {"due": "2026-11-24"},
        "statutory": None,
        "awaited": None if state in {"granted", "refused"} else words(f"等待{state}"),
        "promised_limit": "1wd",
        "reasons": [],
        "blocked": None,
        "operator": None,
        **more,
    }


def case(*slots: dict[str, object], ended=True, receipts=1):
    return {
        "number": NUMBER,
        "ended": ended,
        "state_text": words("已办结" if ended else "办理中"),
        "slots": list(slots),
        "receipts": [{"revision": number + 1} for number in range(receipts)],
    }


class Pretending:
    """A counter whose case goes through the views given."""

    def __init__(self, *views: dict[str, object], twice=0, refusal=None) -> None:
        self.views, self.twice, self.refusal = list(views), twice, refusal
        self.filed = []
        self.lines = []

    def know(self, story):
        self.known = story.scenario

    def set_story(self, bundle, story):
        self.story = (bundle, story)

    def file(self, bundle, story):
        if self.refusal:
            raise self.refusal
        self.filed.append((bundle, story))
        return NUMBER

    def case(self, number):
        assert number == NUMBER
        return self.views.pop(0) if len(self.views) > 1 else self.views[0]

    def timeline(self, number, after):
        assert number == NUMBER
        return [line for line in self.lines if line["seq"] > after]

    def ledger(self, number):
        assert number == NUMBER
        return {"effects": 1, "more_than_once": self.twice}

    def receipt(self, number, kind):
        return f"{number}.{kind}".encode()


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(TREE / "catalog")


@pytest.fixture
def at(monkeypatch, tmp_path, catalog):
    """Run the demo at a pretended counter; gives its exit code."""
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "home"))

    def run(counter, answers=None, bundle="bereavement", scenario=None, home=None) -> int:
        def stack(settings, _console) -> AbstractContextManager[Settings]:
            return nullcontext(settings.model_copy(update={"home": home or settings.home}))

        monkeypatch.setattr(demo, "_stack", stack)
        monkeypatch.setattr(demo, "at_the_counter", lambda _settings: nullcontext(counter))
        monkeypatch.setattr(demo, "load_catalog", lambda _folder: catalog)
        return demo.run(bundle, scenario, answers, tmp_path / "out")

    return run


def test_a_case_that_ends_leaves_its_receipt_and_exits_zero(at, tmp_path, capsys):
    counter = Pretending(case(slot("submitting"), ended=False, receipts=0), case(slot("granted")))
    assert at(counter) == 0
    assert counter.story == ("bereavement", "smooth_employee")
    assert (tmp_path / "out" / "receipt.pdf").read_bytes() == f"{NUMBER}.pdf".encode()
    assert (tmp_path / "out" / "receipt.json").read_bytes() == f"{NUMBER}.json".encode()
    said = capsys.readouterr().out
    assert NUMBER in said
    assert "none twice" in said


def test_an_item_that_waits_for_a_person_ends_the_watch_with_two_and_says_why(at, capsys):
    stuck = slot("needs_operator", operator={"reason": "uncertain_submission"})
    assert at(Pretending(case(slot("granted"), stuck, ended=False))) == 2
    assert "uncertain_submission" in capsys.readouterr().out


def test_an_open_item_beside_one_that_waits_for_a_person_is_watched_to_its_end(at):
    stuck = slot("needs_operator", operator={"reason": "uncertain_submission"})
    counter = Pretending(
        case(slot("received"), stuck, ended=False), case(slot("granted"), stuck, ended=False)
    )
    assert at(counter) == 2
    assert len(counter.views) == 1


def test_reasons_and_what_mends_a_blocked_item_are_said(at, capsys):
    refused = slot("refused", reasons=[words("户口已注销")])
    blocked = slot("blocked", ended=True, blocked={"text": words("前一事项未办成"), "fix": words("请到窗口")})
    assert at(Pretending(case(refused, blocked))) == 0
    said = capsys.readouterr().out
    assert "户口已注销" in said
    assert "前一事项未办成；请到窗口" in said


def test_an_effect_that_stands_twice_is_shown_and_no_success(at, capsys):
    assert at(Pretending(case(slot("granted")), twice=1)) == 2
    assert "重复 1 twice" in capsys.readouterr().out


def test_answers_of_a_file_stand_in_place_of_the_storys(at, tmp_path):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"answers": {"deceased": {}}, "situations": {"cremated": False}}))
    counter = Pretending(case(slot("granted")))
    assert at(counter, answers=file) == 0
    ((_, story),) = counter.filed
    assert story.answers == {"deceased": {}}
    assert story.situations == {"cremated": False}


def test_a_file_of_answers_alone_keeps_the_storys_situations(at, tmp_path, catalog):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"deceased": {}}))
    counter = Pretending(case(slot("granted")))
    assert at(counter, answers=file) == 0
    ((_, story),) = counter.filed
    told = catalog.scenario("bereavement", "smooth_employee")
    assert (story.answers, story.situations) == ({"deceased": {}}, told.situations)


def test_a_refused_filing_shows_each_place_and_exits_one(at, capsys):
    problem = {"pointer": "/deceased/id_number", "zh": "身份证号有误", "en": "is wrong"}
    refusal = FilingRefused(422, {"title": "有 1 处需要改正", "errors": [problem]})
    assert at(Pretending(refusal=refusal)) == 1
    said = capsys.readouterr().out
    assert "/deceased/id_number  身份证号有误  is wrong" in said


@pytest.mark.parametrize(("bundle", "scenario"), [("nothing", None), ("bereavement", "nothing")])
def test_an_unknown_life_event_or_story_is_one_sentence(at, bundle, scenario, capsys):
    assert at(Pretending(), bundle=bundle, scenario=scenario) == 1
    assert "nothing" in capsys.readouterr().out


def test_a_file_that_is_no_json_is_one_sentence(at, tmp_path, capsys):
    file = tmp_path / "answers.json"
    file.write_text("{")
    assert at(Pretending(), answers=file) == 1
    assert "JSON" in capsys.readouterr().out


def test_each_news_of_an_item_is_told_once_and_what_it_waits_for_stands_in_the_table(at, capsys):
    stuck = slot("needs_operator", operator={"reason": "uncertain_submission"})
    counter = Pretending(case(slot("accepted"), ended=False), case(stuck, ended=False))
    at_nine = "2026-11-23T01:00:00Z"
    counter.lines = [
        {"seq": seq, "at": at_nine, "title": words("机动车驾驶证注销"), "text": words(text)}
        for seq, text in ((1, "部门已收件"), (2, "已受理"))
    ]
    assert at(counter) == 2
    said = capsys.readouterr().out
    assert said.count("09:00:00  机动车驾驶证注销：部门已收件，已受理") == 1
    assert "等待needs_operator" in said


def test_on_a_temporary_stack_it_is_said_that_number_and_address_end_with_it(at, tmp_path, capsys):
    assert at(Pretending(case(slot("granted"))), home=tmp_path / "passing") == 0
    said = capsys.readouterr().out.replace("\n", "")
    assert "办件编号不能再查询，回执上的二维码网址也打不开" in said
    assert "verifies with ./once verify" in said
    assert at(Pretending(case(slot("granted")))) == 0
    assert "临时环境" not in capsys.readouterr().out


def test_at_eighty_columns_no_name_is_cut_and_the_promised_day_is_shown():
    view = case(
        slot("granted", title={"zh": "企业职工基本养老保险个人账户余额一次性支付" * 2, "en": "pay" * 30})
    )
    screen = Console(width=80, file=io.StringIO())
    screen.print(table_of(view))
    shown = screen.file.getvalue()
    assert "…" not in shown
    assert "2026-11-24" in shown
    letters = "".join(shown.split())
    assert shown.count("支") == 2
    assert letters.count("pay") >= 20


def test_before_its_clock_has_started_an_item_shows_how_long_it_is_promised_to_take():
    screen = Console(width=80, file=io.StringIO())
    screen.print(table_of(case(slot("submitting", promised=None), ended=False)))
    assert "1个工作日" in screen.file.getvalue()


def test_the_stories_of_a_life_event_are_listed_with_a_sentence_in_both_languages(
    monkeypatch, catalog, capsys
):
    monkeypatch.setattr(stories, "load_catalog", lambda _folder: catalog)
    assert stories.run("bereavement") == 0
    said = capsys.readouterr().out
    for name, story in catalog.scenarios["bereavement"].items():
        assert name in said
        assert story.title.zh[:12] in said
    assert said.index("smooth_employee") < said.index("lapse_without_answer")
    assert stories.run("nothing") == 1
    assert "没有找到一件事“nothing”" in capsys.readouterr().out
