"""Work-orders at the desk: what an agency has still to do after it decided, and nobody else's."""

import re


async def revoked(client, number):
    answer = await client.post(f"/api/v1/cases/{number}/revocation", json={"reason": "record_wrong"})
    assert answer.status_code == 200, answer.text


async def test_an_act_to_undo_stands_at_its_own_agency_and_is_closed_there(number, at, engine, client):
    health, police = await at("health"), await at("police")
    item = await health.item()
    await health.act(item, "grant")
    await engine.work()
    assert "没有待处理的工单" in await health.open("/desk/orders")
    await revoked(client, number)
    await engine.work()
    page = await health.open("/desk/orders")
    assert number in page
    assert f"/desk/items/{item}" in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert number not in await police.open("/desk/orders")
    address = f"/desk/orders/{number}/close"
    mark = re.search(r'name="csrf" value="([^"]*)"', police.page)
    theirs = {"order": form["order"], "result": "done", "csrf": mark[1] if mark else ""}
    assert (await police.browser.post(address, data=theirs)).status_code == 404
    form["order"] = f"{number}/{form['order']}"  # as programs name it
    answer = await health.browser.post(address, data=form | {"result": "done"})
    assert answer.status_code == 303
    assert "没有待处理的工单" in await health.open("/desk/orders")
    orders = engine.states[number].work_orders
    assert [one.result for one in orders if one.owner == "health"] == ["done"]


async def test_a_paper_that_was_owed_is_read_at_the_desk_once_it_has_come(  # noqa: PLR0917 - fixtures
    file_story, at, engine, office, client, story
):
    engine.office, paper = office, "household_book_original"
    situations = story.situations | {"special": ["last_of_household"]}
    number = (await file_story(owed=[paper], situations=situations)).json()["number"]
    await engine.work()
    health, police = await at("health"), await at("police")
    await health.act(await health.item(), "grant")
    await engine.work()
    item = await police.item()
    await police.act(item, "accept")
    await engine.work()
    address = f"/desk/items/{item}/owed/{paper}"
    assert "容缺待补" in await police.open(f"/desk/items/{item}")
    assert (await police.browser.get(address)).status_code == 404
    files = {"file": ("scan.pdf", b"%PDF-1.7\nbook\n%%EOF\n", "application/pdf")}
    await client.post(f"/api/v1/cases/{number}/materials", data={"material": paper}, files=files)
    brought = f"/api/v1/cases/{number}/slots/household_cancellation/papers/{paper}"
    assert (await client.post(brought)).status_code == 200
    assert f'href="{address}"' in await police.open(f"/desk/items/{item}")
    assert (await police.browser.get(address)).content == b"%PDF-1.7\nbook\n%%EOF\n"
    assert (await health.browser.get(address)).status_code == 404
