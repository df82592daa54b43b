"""A yes that saves a paper counts only where its register has a record; otherwise the paper is asked for."""

from typing import Any

import pytest

from activities.registers.mock import MockRegister, MockRegisterOptions

PLAN = "/api/v1/bundles/bereavement/plan"
POINTER = "/situations/death_proof_known"
PAPER = "death_certificate_paper"


@pytest.fixture
def planned(client, draft_of, story):
    async def plan(*, known) -> dict[str, Any]:
        body = {
            "situations": {**story.situations, "death_proof_known": known},
            "answers": story.answers,
            "draft": await draft_of(),
            "notice_shown": True,
        }
        answer: dict[str, Any] = (await client.post(PLAN, json=body)).json()
        return answer

    return plan


def told(plan):
    return [one["text"]["zh"] for one in plan["problems"] if one["pointer"] == POINTER]


def hold(office, people) -> None:
    office.registers["death"] = MockRegister("death", MockRegisterOptions(people=people))


async def test_a_yes_without_a_record_is_told_and_a_no_asks_for_the_paper(planned, office):
    hold(office, {})
    (words,) = told(await planned(known=True))
    assert "没有查到" in words
    assert "请改选“否”" in words
    plan = await planned(known=False)
    assert told(plan) == []
    assert PAPER in {one["material"] for one in plan["materials"] if one["source"] == "self"}


async def test_a_yes_with_a_record_is_right_and_one_of_a_register_that_is_away_may_be(planned, office, story):
    hold(office, {story.answers["deceased"]["id_number"]: {"death_time": "2026-03-01T05:20"}})
    assert told(await planned(known=True)) == []
    hold(office, {"unavailable": True})
    assert told(await planned(known=True)) == []
