"""What a case wants of the family stands on the first page and on the list, the most urgent case on top."""

from datetime import date

import pytest

from api.phone.follow_list import CaseLine, by_urgency
from onething.text import Text
from tests.api.conftest import NOW
from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
PAPER = "household_book_original"


@pytest.mark.parametrize("path", ["/m", "/m/cases"])
async def test_a_correction_is_said_with_its_day_where_ones_cases_are_listed(citizen, number, engine, path):
    assert "需要您处理" not in words(await look(citizen, path))
    await engine.asks(number, POLICE, fields=["xm"])
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": engine.office.now()})
    view = (await citizen.get(f"/api/v1/own/cases/{number}")).json()
    (item,) = (one for one in view["items"] if one["slot"] == POLICE)
    year, month, day = (int(part) for part in item["answer_by"]["due"].split("-"))
    said = words(await look(citizen, path))
    assert f"! 需要您处理： {year}年{month}月{day}日 前（含当日）补正" in said
    assert "For you to do" in words(await look(citizen, f"{path}?lang=en"))


async def test_a_paper_owed_is_said_before_it_has_a_day(citizen, file_story, engine, story):
    answer = await file_story(owed=[PAPER], situations=story.situations | {"special": ["last_of_household"]})
    await engine.says(answer.json()["number"], "death_proof", {"kind": "granted"})
    assert "需要您处理： 补交" in words(await look(citizen, "/m/cases"))


def line(number, *, asked=False, by=None):
    text = Text(zh="身后一件事", en="After a death")
    return CaseLine(
        number=number,
        bundle="bereavement",
        title=text,
        state="running",
        state_text=text,
        submitted_at=NOW,
        closed_at=None,
        ended=False,
        asked=asked,
        answer_by=by,
    )


def test_the_most_urgent_case_is_on_top():
    lines = (
        line("newest"),
        line("no-day", asked=True),
        line("later", asked=True, by=date(2026, 3, 20)),
        line("soon", asked=True, by=date(2026, 3, 9)),
        line("oldest"),
    )
    assert [one.number for one in by_urgency(lines)] == ["soon", "later", "no-day", "newest", "oldest"]
