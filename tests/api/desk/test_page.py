"""The desk's pages: what a handler sees and does, from the inbox to the decision."""


async def test_the_inbox_shows_the_agencys_own_filings_and_nobody_elses(number, at):
    health, police = await at("health"), await at("police")
    (item,) = await health.inbox()
    assert number in health.page
    assert "陈*梁" in health.page
    assert "陈国梁" not in health.page
    assert await police.inbox() == []
    assert number not in police.page
    del item


async def test_a_search_that_finds_nothing_says_so_and_how_to_leave_it(number, at):
    health = await at("health")
    (item,) = await health.inbox()
    some = number[3:-2].lower()
    page = await health.open(f"/desk?number={some}")
    assert f"/desk/items/{item}" in page
    assert f"编号含“{some.upper()}”的申请：1 件" in page
    page = await health.open(f"/desk?wanted=done&number={some}")
    assert f"“已办”中没有编号含“{some.upper()}”的申请" in page
    assert f'href="/desk?number={some.upper()}">在全部申请中查找' in page
    page = await health.open("/desk?number=ZZ99")
    assert "没有找到编号含“ZZ99”的申请" in page
    assert 'href="/desk?wanted=">清除查找' in page
    assert "这里没有申请" not in page


async def test_another_agencys_handler_is_told_that_there_is_nothing(number, at):
    del number
    health, police = await at("health"), await at("police")
    item = await health.item()
    await police.open(f"/desk/items/{item}", 404)
    answer = await police.browser.get(f"/api/v1/desk/items/{item}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_known")


async def test_a_handler_accepts_and_grants_and_the_case_goes_on(number, at, engine):
    del number
    health = await at("health")
    item = await health.item()
    await health.act(item, "accept")
    await engine.work()
    assert engine.state("death_proof").state == "accepted"
    await health.act(item, "grant")
    await engine.work()
    assert engine.state("death_proof").state == "granted"
    assert await health.inbox() == []
    assert await health.inbox("done") == [item]


async def test_until_when_to_accept_stands_in_the_inbox_and_silence_is_called_what_it_does(
    number, at, engine
):
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    police = await at("police")
    await police.open("/desk")
    assert "受理与告知截止 2026年3月10日" in police.page
    assert "逾期视为受理" in police.page
    await engine.pass_by(8)
    assert engine.state("household_cancellation").deemed
    police = await at("police")
    (item,) = await police.inbox("new")
    assert "受理与告知截止" not in police.page
    assert "视为受理" in police.page
    (line,) = (await police.browser.get("/api/v1/desk/items")).json()["lines"]
    assert (line["state"], line["state_text"]["zh"], line["accept_by"]) == ("new", "视为受理", None)
    assert line["promised"] is not None
    page = await police.open(f"/desk/items/{item}")
    assert "</span> 视为受理</span>" in page


async def test_a_limit_that_counts_from_a_step_says_from_which(number, at, engine):
    del number
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    funeral = await at("funeral")
    item = await funeral.item()
    await funeral.act(item, "accept")
    await engine.work()
    assert engine.state("cremation").promised is None
    assert "自“遗体火化”完成起计时" in await funeral.open("/desk")
    await funeral.open(f"/desk/items/{item}")
    await funeral.act(item, "step", step="cremate", early_known="yes", early_reason="补记")
    await engine.work()
    page = await funeral.open("/desk")
    assert "完成起计时" not in page
    assert "2026年3月3日 14:05" in page
