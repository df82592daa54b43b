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
