"""Stories of days and weeks on the screen: their own dates, their course, a receipt that holds."""

import json
from typing import Never

import pytest

from console import demo, demo_story, verify
from console.demo_view import tell_end, view_of
from onething.errors import CatalogError


@pytest.mark.parametrize(
    ("changes", "long"),
    [
        ({}, False),
        ({"behaviour": {"licence": ["accept", {"wait": "20s"}, {"grant": "30s"}]}}, False),
        ({"behaviour": {"licence": ["accept", {"wait": "50s"}, {"grant": "30s"}]}}, True),
        ({"behaviour": {"licence": [{"unavailable": {"for": "3d"}}]}}, True),
        ({"behaviour": {"licence": ["accept", "never_answer"]}}, True),
        ({"acts": [{"do": "hand_out"}]}, True),
    ],
    ids=["plain", "short", "waits", "away", "silent", "acts"],
)
def test_what_nobody_would_sit_through_is_played_in_its_own_time(told, changes, long):
    assert demo_story.takes_long(told(**changes)) is long


@pytest.fixture
def show(monkeypatch, tmp_path, shipped):
    """Run the demonstration with keys and data of its own; no stack may be started."""
    monkeypatch.setenv("ONCE_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    monkeypatch.setenv("ONCE_KEYS_DIR", str(tmp_path / "keys"))
    monkeypatch.setattr(demo, "load_catalog", lambda _folder: shipped)
    monkeypatch.setattr(demo, "_stack", lambda *_: pytest.fail("the real stack was asked for"))

    def run(scenario: str) -> int:
        return demo.run("bereavement", scenario, None, tmp_path / "out")

    return run


def test_a_case_paused_over_spring_festival_is_shown_explained_and_leaves_a_genuine_receipt(
    show, tmp_path, capsys
):
    assert show("correction_after_acceptance_over_spring_festival") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2026-02-24 10:00" in said
    assert said.index("要求补正") < said.index("申请人已补正") < said.index("全部事项已办结")
    assert "2026年3月11日（星期三）" in said
    assert "2月24日至27日因补正材料暂停" in said.replace(" ", "")
    assert "无重复 none twice" in said
    receipt = json.loads((tmp_path / "out" / "receipt.json").read_text(encoding="utf-8"))
    assert any(
        "暂停" in slot.get("promised", {}).get("explanation", {}).get("zh", "") for slot in receipt["slots"]
    )
    assert verify.run(tmp_path / "out" / "receipt.pdf") == verify.VALID
    assert not (tmp_path / "none.db").exists()


def test_a_story_that_does_not_come_out_as_it_says_is_one_sentence_and_exits_one(show, monkeypatch, capsys):
    async def never(played) -> Never:
        raise played.wrong("the end never comes about", "look at its acts")

    monkeypatch.setattr(demo_story, "perform", never)
    assert show("lapse_without_answer") == 1
    assert "lapse_without_answer.yaml" in capsys.readouterr().out


async def test_an_end_says_why_what_did_not_succeed_did_not(stage, told, capsys):
    from rich.console import Console

    story = told(behaviour={"survivor_benefit": ["refuse"]})
    async with stage.play(story) as played:
        await played.end()
        view = view_of(played.case, await played.state())
    tell_end(view, {"effects": 7, "more_than_once": 1}, Console(width=200))
    said = capsys.readouterr().out
    assert "已办结 completed  部门台账：生效 7 次，重复 1 twice" in said
    assert "经审核，不符合规定的办理条件。" in said
    assert "未办成；办成" in said


async def test_a_wrong_story_says_what_is_wrong(stage, told):
    async with stage.play(told()) as played:
        error = played.wrong("one", "two")
    assert isinstance(error, CatalogError)
    assert (error.what, error.fix) == ("one", "two")
