"""Result files: what a handler gives out with a decision reaches family and window, and nobody else."""

import re

import pytest

from activities.receipt import beside
from api.standing import standing_of
from records.audit import entries_of
from records.blob import blobs_of

PDF = b"%PDF-1.7\n%issued\n%%EOF\n"
FILES = {"papers": ("内部编号 某某.pdf", PDF, "application/pdf")}


@pytest.fixture
async def health(number, at):
    """A handler of the health office in front of the certificate of death."""
    del number
    handler = await at("health")
    handler.item_id = await handler.item()
    return handler


async def results(browser, number):
    answer = await browser.get(f"/api/v1/own/cases/{number}/results")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_given_out_with_a_grant_is_fetched_by_the_family_and_at_the_window(
    health, engine, number, family, client
):
    await health.act(health.item_id, "grant", files=FILES)
    assert "申请人可以查看" in health.page
    await engine.work()
    (paper,) = await results(family, number)
    assert (paper["slot"], paper["title"]["zh"], paper["kind"]) == ("death_proof", "结果文件 1", "PDF")
    own = await family.get(f"/api/v1/own/cases/{number}/results/{paper['result']}")
    assert (own.status_code, own.content) == (200, PDF)
    assert (await client.get(f"/cases/{number}/results/{paper['result']}")).content == PDF
    assert own.headers["content-disposition"] == f'inline; filename="{number}-death_proof-1.pdf"'


async def test_the_receipt_names_it_once_the_case_has_the_decision_and_never_as_the_agency_called_it(
    health, engine, number, office
):
    engine.away = True
    await health.act(health.item_id, "grant", files=FILES)
    before = await beside(office.archive, number, (await standing_of(office, number)).state)
    assert not before.results
    engine.away = False
    await engine.work()
    after = await beside(office.archive, number, (await standing_of(office, number)).state)
    assert {slot: [one.zh for one in files] for slot, files in after.results.items()} == {
        "death_proof": ["结果文件 1（PDF）"]
    }


async def test_a_refusal_comes_with_its_decision_too(health, engine, number, family):
    form = health.form("refuse") | {"reason": "不属实", "remedies": ["review", "lawsuit"]}
    await health.act(health.item_id, "refuse", form=form, files=FILES)
    await engine.work()
    assert [one["slot"] for one in await results(family, number)] == ["death_proof"]


async def test_a_paper_is_not_read_before_the_case_has_taken_the_decision(health, engine, number, family):
    engine.away = True
    await health.act(health.item_id, "grant", files=FILES)
    assert await results(family, number) == []
    engine.away = False
    await engine.work()
    assert len(await results(family, number)) == 1


async def test_what_lies_beside_other_acts_stays_with_the_agency(health, engine, number, family):
    page = await health.open(f"/desk/items/{health.item_id}")
    assert "只留在本部门" not in re.search(r'acts/grant".*?</form>', page, re.DOTALL)[0]
    await health.act(health.item_id, "accept")
    await engine.work()
    await health.act(health.item_id, "grant")
    await engine.work()
    assert await results(family, number) == []


async def test_nobody_else_fetches_it_and_who_does_is_in_the_audit_trail(  # noqa: PLR0917 - fixtures
    health, engine, number, family, visitor, office, at
):
    await health.act(health.item_id, "grant", files=FILES)
    await engine.work()
    (paper,) = await results(family, number)
    own, page = f"/api/v1/own/cases/{number}/results", f"/cases/{number}/results"
    stranger = await visitor(name="李一", id_number="110105199001011232")
    for address in (own, f"{own}/{paper['result']}"):
        assert (await stranger.get(address)).status_code == 404
    police = await at("police")
    for browser in (police.browser, await visitor(account="auditor"), stranger):
        assert (await browser.get(f"{page}/{paper['result']}")).status_code == 403
    assert (await family.get(f"{own}/{'0' * 32}-1-0")).status_code == 404
    assert not [one for one in await entries_of(office.archive) if one.action == "read_result"]
    await family.get(f"{own}/{paper['result']}")
    (entry,) = [one for one in await entries_of(office.archive) if one.action == "read_result"]
    assert (entry.case, entry.role, entry.fields) == (number, "citizen", ("death_proof",))


async def test_the_file_lies_sealed_among_the_cases_own(health, engine, number, office):
    before = {one.blob_id for one in await blobs_of(office.archive, number)}
    await health.act(health.item_id, "grant", files=FILES)
    await engine.work()
    after = await blobs_of(office.archive, number)
    assert len(PDF) in {one.size for one in after if one.blob_id not in before}
    stored = [path.read_bytes() for path in office.archive.blobs.rglob("*") if path.is_file()]
    assert not any(PDF in data for data in stored)
