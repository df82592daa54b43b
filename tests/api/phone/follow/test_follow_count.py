"""After something is taken back or put right, what is counted and said is so."""

import pytest

from onething.case_event import Withdrawn
from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"


async def test_what_was_withdrawn_is_no_result(citizen, number, engine):
    said = words(await look(citizen, f"/m/cases/{number}"))
    assert " 项中 1 项已有结果；其余" in said
    await engine.feed(number, Withdrawn(slot=None, reason="not_wanted", actor="a"))
    view = (await citizen.get(f"/api/v1/own/cases/{number}")).json()
    gone = sum(one["state"] == "withdrawn" for one in view["items"])
    assert (view["decided"], view["withdrawn"]) == (1, gone)
    page = await look(citizen, f"/m/cases/{number}")
    said = words(page)
    assert f" 项中 1 项已有结果，已撤回 {gone} 项" in said
    assert "撤回于2026年3月3日" in said
    assert said.count("办结 ·") == 1
    assert "with a result" in words(await look(citizen, f"/m/cases/{number}?lang=en"))


async def test_what_staff_see_to_is_said_in_the_familys_words(citizen, number, engine):
    for slot in ("funeral_subsidy", POLICE):
        if engine.states[number].slots[slot].state == "submitting":
            await engine.says(number, slot, {"kind": "received", "ref": "R-1"}, {"kind": "granted"})
    await engine.asks(number, "survivor_benefit", fields=())
    form = {"shown": "/deceased/name", "/deceased/name": "陈国樑", "do": "check"}
    page = await citizen.post(f"/m/cases/{number}/correction", form)
    said = words(page)
    assert "由工作人员联系原办理部门更正" in said
    assert "请核对并更正决定" not in said


async def test_worklist_case_page_and_phone_list_say_it_in_the_same_words(client, citizen, number, engine):
    await engine.says(number, "funeral_subsidy", {"kind": "received", "ref": "R-1"}, {"kind": "granted"})
    (line,) = (await client.get("/api/v1/work")).json()["lines"]
    said = line["progress"]["zh"]
    assert "项中" in said
    assert "；其余" in said
    assert said in words(await look(client, "/work"))
    assert said in words(await look(client, f"/cases/{number}"))
    assert said in words(await look(citizen, "/m/cases"))
    assert said in words(await look(citizen, f"/m/cases/{number}"))
