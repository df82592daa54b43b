"""A case that is held: every desk sees it, nobody decides; a correction is taken back by its own name."""

import re

POLICE = "household_cancellation"
FOUND = {"reason": "反映有非正常死亡情形", "fields": ["xm"], "cause": "abnormal_death", "hold_known": "yes"}
ON = "不再要求补正，继续办理"


async def at_police(at, engine):
    """A handler of the police in front of a household cancellation that came just now."""
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    handler = await at("police")
    handler.item_id = await handler.item()
    return handler


def offered(page):
    """The acts that a page offers."""
    return set(re.findall(r'id="act-(\w+)"', page))


async def test_whoever_found_what_holds_the_case_sees_the_hold_and_cannot_decide(number, at, engine, client):
    police = await at_police(at, engine)
    form = police.form("grant")
    page = await police.act(police.item_id, "correct", **FOUND)
    await engine.work()
    page = await police.open(f"/desk/items/{police.item_id}")
    assert "现在不能作出准予或者不予的决定：发现逝者可能属于非正常死亡" in page
    assert not {"accept", "grant", "refuse"} & offered(page)
    form["revision"] = police.form("correct")["revision"]
    for kind in ("grant", "refuse"):
        told = await police.act(
            police.item_id, kind, 409, form, reason="不符", remedies=["review", "lawsuit"]
        )
        assert "全部事项已经暂停" in told
    await police.act(police.item_id, "accept", 409, form)
    assert engine.state(POLICE).state == "correction_requested"
    answer = await client.request("DELETE", f"/api/v1/cases/{number}/hold", json={"end": "continue"})
    assert answer.status_code == 200, answer.text
    await engine.work()
    page = await police.open(f"/desk/items/{police.item_id}")
    assert "现在不能作出" not in page
    assert "accept" in offered(page)


async def test_another_agency_sees_that_the_case_is_held_and_not_why(number, at, engine, client):
    police = await at_police(at, engine)
    answer = await client.post(f"/api/v1/cases/{number}/hold", json={"hold": "abnormal_death"})
    assert answer.status_code == 200, answer.text
    await engine.work()
    page = await police.open(f"/desk/items/{police.item_id}")
    assert "决定：有信息待核实。由受理窗口核实" in page
    assert {"accept", "grant", "refuse"} & offered(page) == {"accept"}
    english = await police.open(f"/desk/items/{police.item_id}?lang=en")
    assert "Every item of the case stands still" in english


async def test_a_correction_is_taken_back_under_its_own_name(number, at, engine):
    del number
    police = await at_police(at, engine)
    await police.act(police.item_id, "accept")
    await engine.work()
    assert ON not in police.page
    await police.act(police.item_id, "correct", reason="姓名不一致", fields=["xm"], supplement_known="yes")
    await engine.work()
    page = await police.open(f"/desk/items/{police.item_id}")
    assert f"确定：{ON}" in page
    assert "请先选择" in await police.act(police.item_id, "grant", 409, police.form("accept"))
    await police.open(f"/desk/items/{police.item_id}")
    page = await police.act(police.item_id, "accept")
    await engine.work()
    assert f"已登记：{ON}" in page
    assert engine.state(POLICE).state == "accepted"
