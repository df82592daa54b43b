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
