"""The family reads by when it has to answer, by when others have to, and why it takes longer."""

import pytest

from tests.api.phone.follow.test_follow import POLICE, look, words

pytestmark = pytest.mark.usefixtures("ruling")


async def test_what_has_to_be_put_right_says_by_when_above_and_at_the_item(citizen, number, engine):
    await engine.asks(number, POLICE, fields=["xm"], materials=[])
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": engine.office.now()})
    said = words(await look(citizen, f"/m/cases/{number}"))
    items = (await citizen.get(f"/api/v1/own/cases/{number}")).json()["items"]
    by = next(one for one in items if one["slot"] == POLICE)["answer_by"]["due"]
    year, month, day = (int(part) for part in by.split("-"))
    told = f"{year}年{month}月{day}日 前（含当日）"
    assert f"需要补正，{told}" in said
    assert f"补正期限 {told}" in said
    assert "! 等待您处理" in said
    assert "! 等待您处理" in words(await look(citizen, "/m/cases"))


async def test_what_is_received_says_from_when_its_limit_counts(citizen, number, engine):
    await engine.says(number, POLICE, {"kind": "received", "ref": "R-1"})
    said = words(await look(citizen, f"/m/cases/{number}"))
    assert "应当何时办结 部门受理后" in said
    assert "（含当日）决定是否受理，需要补正的一次性告知" in said
    assert "等待您处理" not in said


async def test_why_an_agency_takes_longer_is_said_to_the_family_and_at_the_window(
    citizen, client, number, engine
):
    why = {"zh": "需向原单位核实", "en": "the former employer has to be asked"}
    more = {"kind": "extended", "amount": "5wd", "approver": "x", "reason": why}
    accepted = {"kind": "accepted", "at": engine.office.now()}
    await engine.says(number, POLICE, {"kind": "received", "ref": "R-1"}, accepted, more)
    said = words(await look(citizen, f"/m/cases/{number}"))
    assert "期限已延长5个工作日" in said
    assert "理由： 需向原单位核实" in said or "理由：需向原单位核实" in said
    assert "需向原单位核实" in words(await look(client, f"/cases/{number}"))


async def test_what_is_not_accepted_says_what_can_be_done_against_that(citizen, client, number, engine):
    no = {
        "kind": "declined",
        "reasons": [{"code": "not_ours", "text": {"zh": "不属于本机关职权", "en": "not ours"}}],
    }
    await engine.says(number, POLICE, no)
    for browser, path in ((citizen, f"/m/cases/{number}"), (client, f"/cases/{number}")):
        said = words(await look(browser, path))
        assert "不属于本机关职权" in said
        assert "行政复议" in said
