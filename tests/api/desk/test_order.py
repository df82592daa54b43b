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
    done = {"result": "done", "words": "已更正死亡登记，通知了家属"}
    theirs = {"order": form["order"], **done, "csrf": mark[1] if mark else ""}
    assert (await police.browser.post(address, data=theirs)).status_code == 404
    form["order"] = f"{number}/{form['order']}"  # as programs name it
    assert '<span class="count">1</span>' in await health.open("/desk")
    about = await health.open(f"/desk/items/{item}")
    assert "○ 待处理" in about
    answer = await health.browser.post(address, data=form | done)
    assert answer.status_code == 303
    page = await health.open(answer.headers["location"])
    assert "已登记：请撤销或更正已办结果——已处理" in page
    assert "没有待处理的工单" in page
    assert 'class="count"' not in page
    orders = engine.states[number].work_orders
    assert [one.result for one in orders if one.owner == "health"] == ["done"]
    about = await health.open(f"/desk/items/{item}")
    assert "已处理<br>已更正死亡登记，通知了家属" in about
    assert "已登记" not in await police.open(answer.headers["location"])


async def test_a_work_order_is_closed_with_a_result_and_in_words(number, at, engine, client):
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    await revoked(client, number)
    await engine.work()
    page = await health.open("/desk/orders")
    assert '<option value="">请选择</option><option value="done">' in page
    assert "核查不实" not in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    for fields, told in (
        ({}, ("请选择处理结果", "请写明处理情况")),
        ({"result": "done", "words": " "}, ("请写明处理情况",)),
        ({"result": "pledge_false", "words": "查无此事"}, ("请选择处理结果", "查无此事</textarea>")),
        ({"result": "done", "words": "长" * 501}, ("最多 500 个字",)),
    ):
        answer = await health.browser.post(f"/desk/orders/{number}/close", data=form | fields)
        assert answer.status_code == 422, fields
        assert all(words in answer.text for words in told), fields
    asked = {"order": form["order"], "result": "done"}
    bearer = {"authorization": f"Bearer {health.browser.cookies['once_session']}"}
    health.browser.cookies.clear()
    place = f"/api/v1/desk/orders/{number}/close"
    assert (await health.browser.post(place, json=asked, headers=bearer)).status_code == 422
    assert all(one.closed_at is None for one in engine.states[number].work_orders)


async def granted(engine, number, *slots: str):
    """Have each of these items granted once it has been filed."""
    for slot in slots:
        await engine.says(number, slot, {"kind": "granted"})
        await engine.work()


async def test_a_pledge_is_named_with_the_proofs_it_stands_for(number, at, engine):
    await granted(engine, number, "death_proof")
    handler = await at("social_insurance")
    item = await handler.item()
    assert "以告知承诺代替的证明</strong>：亲属关系证明" in handler.page
    await handler.open("/desk/orders")
    assert "亲属关系证明" not in handler.page
    await engine.says(number, "survivor_benefit", {"kind": "granted"})
    page = await handler.open("/desk/orders")
    assert "请核查承诺内容" in page
    assert "以告知承诺代替的证明</strong>：亲属关系证明" in page
    offered = re.findall(r'<option value="(\w+)">([^<]*)<', page)
    assert offered == [
        ("pledge_true", "核查属实"),
        ("pledge_false", "核查不实"),
        ("pledge_unclear", "无法核查"),
    ]
    assert "登记“核查不实”后，系统随即生成下一项工单：请追回已支付的款项。" in page
    english = await handler.open("/desk/orders?lang=en")
    assert "the next work-order opens at once: have what was paid returned." in english
    (order,) = (await handler.browser.get("/api/v1/desk/orders")).json()
    assert (order["item"], order["amounts"]) == (item, [])
    assert [(one["title"]["zh"], one["statement"]) for one in order["pledges"]] == [("亲属关系证明", False)]


async def test_a_pledge_that_is_true_is_noted_as_true_and_nothing_else_is(number, at, engine, client):
    await granted(engine, number, "death_proof")
    handler = await at("social_insurance")
    await engine.says(number, "survivor_benefit", {"kind": "granted"})
    page = await handler.open("/desk/orders")
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    address, words = f"/desk/orders/{number}/close", {"words": "已与民政部门核对"}
    wrong = await handler.browser.post(address, data=form | words | {"result": "done"})
    assert wrong.status_code == 422
    said = words | {"result": "pledge_true"}
    assert (await handler.browser.post(address, data=form | said)).status_code == 303
    (order,) = [one for one in engine.states[number].work_orders if one.kind == "verify_pledge"]
    assert order.result == "pledge_true"
    await engine.says(number, "household_cancellation", {"kind": "granted"})
    await revoked(client, number)
    undone = next(one.order for one in engine.states[number].work_orders if one.kind == "undo")
    answer = await client.post(f"/api/v1/cases/{number}/work-orders/{undone}/close", json=said)
    assert answer.status_code == 409, answer.text


async def test_money_to_demand_back_is_named_with_its_sum(number, at, engine):
    await granted(engine, number, "death_proof")
    handler = await at("social_insurance")
    told = {"kind": "granted", "effects": [{"fact": "overpaid_amount(deceased)", "value": 120050}]}
    await engine.says(number, "survivor_benefit", told)
    page = await handler.open("/desk/orders")
    assert "应追回</strong>：去世后多发、需要退回的养老金：1,200.50 元" in page
    english = await handler.open("/desk/orders?lang=en")
    assert "1,200.50 yuan" in english


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
    panel = police.page.partition('id="act-grant"')[2].partition("</details>")[0]
    assert "承诺补交的材料没有交：居民户口簿" in panel
    assert "逾期没有交的，本部门会收到工单" in panel
    assert (await police.browser.get(address)).status_code == 404
    files = {"file": ("scan.pdf", b"%PDF-1.7\nbook\n%%EOF\n", "application/pdf")}
    await client.post(f"/api/v1/cases/{number}/materials", data={"material": paper}, files=files)
    brought = f"/api/v1/cases/{number}/slots/household_cancellation/papers/{paper}"
    assert (await client.post(brought)).status_code == 200
    assert f'href="{address}"' in await police.open(f"/desk/items/{item}")
    assert "承诺补交的材料没有交" not in police.page
    assert (await police.browser.get(address)).content == b"%PDF-1.7\nbook\n%%EOF\n"
    assert (await health.browser.get(address)).status_code == 404
    # Nobody is asked to carry over what is there already.
    assert "deliver_paper" not in {one.kind for one in engine.states[number].work_orders}
