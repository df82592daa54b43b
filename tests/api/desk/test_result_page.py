"""Result files on the case pages: the family's and the window's lead to them, and JSON names them."""

from tests.api.desk.test_result import FILES, PDF


async def test_both_case_pages_and_json_lead_to_what_was_given_out(at, engine, number, family, client):
    health = await at("health")
    await health.act(await health.item(), "grant", files=FILES)
    await engine.work()
    view = (await family.get(f"/api/v1/own/cases/{number}")).json()
    (paper,) = next(one["results"] for one in view["items"] if one["slot"] == "death_proof")
    own = f"/api/v1/own/cases/{number}/results/{paper['result']}"
    assert own in (await family.get(f"/m/cases/{number}")).text
    assert (await family.get(own)).content == PDF
    for page in (f"/cases/{number}", f"/cases/{number}/live"):
        assert f"/cases/{number}/results/{paper['result']}" in (await client.get(page)).text
