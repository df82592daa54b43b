"""A decision that is wrong is mended from a screen: by its own desk, and by the window that hears of it."""

import re

from records.audit import entries_of

DAY = "cremation_date(funeral)"
GIVEN = {"/effects/cremation_certificate_no(funeral)": "HH20260304001", f"/effects/{DAY}": "2026-03-02"}
WRONG = {"words": "火化日期登记错了"}


def fields_of(page, action):
    """The hidden fields of the form that is sent there."""
    (form,) = re.findall(rf'<form [^>]*action="{re.escape(action)}"(.*?)</form>', page, re.DOTALL)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


async def granted(number, at, engine):
    """A cremation noted with a mistake at its desk, by a handler who looks at it again."""
    await engine.says(number, "death_proof", {"kind": "granted"})
    await engine.work()
    funeral = await at("funeral")
    item = await funeral.item()
    await funeral.act(item, "grant", **GIVEN)
    await engine.work()
    return funeral, item


async def doubted(handler, item, engine):
    page = await handler.open(f"/desk/items/{item}")
    form = fields_of(page, f"/desk/items/{item}/doubt")
    answer = await handler.browser.post(f"/desk/items/{item}/doubt", data=form | WRONG)
    assert answer.status_code == 303, answer.text
    await engine.work()
    return await handler.open(answer.headers["location"])


async def test_a_desk_has_its_own_decision_looked_at_again_and_says_what_was_wrong(
    number, at, engine, office
):
    handler, item = await granted(number, at, engine)
    page = await handler.open(f"/desk/items/{item}")
    assert "决定有误，需要更正或者撤销" in page
    form = fields_of(page, f"/desk/items/{item}/doubt")
    silent = await handler.browser.post(f"/desk/items/{item}/doubt", data=form | {"words": " "})
    assert silent.status_code == 422
    assert "请写明决定或者结果哪里有误" in silent.text
    page = await doubted(handler, item, engine)
    assert "已生成工单" in page
    assert "哪里有误：火化日期登记错了" in page
    assert "决定有误，需要更正或者撤销</summary>" not in page
    orders = await handler.open("/desk/orders")
    assert "决定或者登记的结果可能有误，请核对，更正或者撤销" in orders
    assert "火化日期登记错了" in orders
    (order,) = engine.states[number].work_orders
    assert (order.kind, order.owner) == ("review_decision", "funeral")
    assert "doubt_decision" in [one.action for one in await entries_of(office.archive, case=number)]


async def test_nothing_is_doubted_before_it_is_decided(number, at, engine):
    handler = await at("health")
    item = await handler.item()
    assert f"/desk/items/{item}/doubt" not in handler.page
    mark = re.search(r'name="csrf" value="([^"]*)"', handler.page)
    data = WRONG | {"csrf": mark[1] if mark else ""}
    answer = await handler.browser.post(f"/desk/items/{item}/doubt", data=data)
    assert answer.status_code == 409
    assert engine.states[number].work_orders == ()


async def test_the_corrected_result_replaces_the_old_one_on_every_page(number, at, engine, client):
    handler, item = await granted(number, at, engine)
    (slot,) = [one for one in engine.states[number].slots.values() if one.agency == "funeral"]
    await doubted(handler, item, engine)
    page = await handler.open("/desk/orders")
    assert "现登记：2026年3月2日" in page
    address = f"/desk/orders/{number}/close"
    form = fields_of(page, address) | {"words": "按火化登记簿更正"}
    nothing = await handler.browser.post(address, data=form | {"result": "result_corrected"})
    assert nothing.status_code == 422
    assert "至少一项与现登记的不同" in nothing.text
    wrong = form | {"result": "result_corrected", f"/effects/{DAY}": "2026-02-31"}
    answer = await handler.browser.post(address, data=wrong)
    assert answer.status_code == 422
    assert "写法不对" in answer.text
    right = form | {"result": "result_corrected", f"/effects/{DAY}": "2026-03-03"}
    answer = await handler.browser.post(address, data=right)
    assert answer.status_code == 303, answer.text
    await engine.work()
    values = {one.fact: one.value for one in engine.states[number].slots[slot.slot].effects}
    assert values[DAY] == "2026-03-03"
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    (shown,) = [one for one in view["slots"] if one["slot"] == slot.slot]
    assert shown["course"][-1]["zh"].endswith("更正了办理结果，以更正后的为准")
    lines = (await client.get(f"/api/v1/cases/{number}/timeline")).json()
    told = [one["text"]["zh"] for one in lines]
    assert "办理部门核对后，已更正办理结果" in told


async def test_the_window_opens_and_closes_one_for_an_agency_that_rings(number, at, engine, client):
    await granted(number, at, engine)
    page = (await client.get(f"/cases/{number}", headers={"accept": "text/html"})).text
    first, address = re.findall(r'action="(/cases/[^"]+/doubt)"', page)
    answer = await client.post(address, data=fields_of(page, address) | WRONG)
    assert answer.status_code == 303, answer.text
    page = (await client.get(f"/cases/{number}", headers={"accept": "text/html"})).text
    assert "火化日期登记错了" in page
    assert re.findall(r'action="(/cases/[^"]+/doubt)"', page) == [first]
    (close,) = re.findall(r'action="(/cases/[^"]+/work-orders/[^"]+/close)"', page)
    form = fields_of(page, close) | {"words": "部门来电：无误"}
    for result in ("done", "pledge_true"):
        assert (await client.post(close, data=form | {"result": result})).status_code in {409, 422}
    empty = await client.post(close, data=form | {"result": "result_corrected"})
    assert empty.status_code == 422
    assert "至少一项与现登记的不同" in empty.text
    answer = await client.post(close, data=form | {"result": "decision_stands"})
    assert answer.status_code == 303, answer.text
    (order,) = engine.states[number].work_orders
    assert order.result == "decision_stands"
