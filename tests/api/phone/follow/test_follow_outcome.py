"""What an item brought: the family reads it as the receipt says it; a mandate has to cover that."""

import pytest

from activities.receipt_document import build_document
from onething.adapter import Effect
from tests.activities.conftest import heading
from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
ITEM = "survivor_benefit"
SUM = "去世后多发、需要退回的养老金：1200.50元"


@pytest.fixture
async def decided(number, engine):
    """The benefit is granted, and money paid after the death is to come back."""
    effects = (Effect(fact="overpaid_amount(deceased)", value=120050),)
    note = {"zh": "已转入登记账户", "en": "Paid to the account on record"}
    granted = {"kind": "granted", "effects": effects, "note": note}
    await engine.says(number, ITEM, {"kind": "received", "ref": "R-1"}, granted)
    return number


async def item(browser, number):
    items = (await browser.get(f"/api/v1/own/cases/{number}")).json()["items"]
    return next(one for one in items if one["slot"] == ITEM)


async def test_the_family_reads_each_result_as_the_receipt_says_it(citizen, decided, engine, office):
    header = heading(engine.cases[decided])
    paper = build_document(header, engine.states[decided], (1, "accepted", ()), office.now(), "a" * 26)
    slot = next(one for one in paper.slots if one.slot_id == ITEM)
    told = (await item(citizen, decided))["outcome"]
    assert [one["zh"] for one in told] == [one.zh for one in slot.effects]
    said = words(await look(citizen, f"/m/cases/{decided}"))
    assert SUM in said
    assert "已转入登记账户" in said
    assert "Paid to the account on record" in words(await look(citizen, f"/m/cases/{decided}?lang=en"))


async def test_while_money_is_claimed_back_nobody_is_said_to_have_nothing_left_to_do(
    citizen, client, decided, engine, office
):
    said = words(await look(citizen, f"/m/cases/{decided}"))
    call = f"{SUM}，由工作人员与您联系办理，请留意电话"
    assert (await item(citizen, decided))["next"]["zh"] == call
    assert "还在处理的后续工作" in said
    assert said.count(call) == 2, "among what is still seen to, and at the item"
    assert "已开立工单" not in said
    assert "涉及已支付的款项，由工作人员与您联系" in said
    code = (await citizen.get(f"/api/v1/own/cases/{decided}")).json()["receipt_code"]
    status = words(await client.post("/status", data={"number": decided, "code": code or ""}))
    if code:
        assert "1200.50" not in status
    header = heading(engine.cases[decided])
    paper = build_document(header, engine.states[decided], (1, "accepted", ()), office.now(), "a" * 26)
    assert call in [one.title.zh for one in paper.orders if one.slot_id == ITEM and one.calls]


async def test_whoever_may_only_follow_reads_that_it_is_granted_and_no_more(citizen, stranger, decided):
    agreed = {
        "representative_name": "李一",
        "representative_id_number": "110105199001011232",
        "scope": "follow",
        "until": "2026-03-31",
        "signature": "陈若兰",
    }
    assert (await citizen.post("/m/mandates", agreed)).status_code == 303
    assert (await item(stranger, decided))["state"] == "granted"
    assert (await item(stranger, decided))["outcome"] == []
    assert SUM not in words(await look(stranger, f"/m/cases/{decided}"))
    assert (await citizen.post("/m/mandates", agreed | {"scope": "receive"})).status_code == 303
    assert (await item(stranger, decided))["outcome"][1]["zh"] == SUM
