"""A handler reads which paper nobody brought, because whoever filed has a mandate on record."""

import pytest

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
FRIEND = {"name": "李一", "id_number": "110105199001011232"}


@pytest.fixture
def represented(client, filing, story, draft_of):
    """File the story as a friend with a mandate does, without a letter."""

    async def file() -> None:
        applicant = {key: story.answers["applicant"][key] for key in ("name", "id_number")}
        mandate = {"principal": applicant, "representative": FRIEND, "scope": ["file"], "until": "2026-03-31"}
        signed = {"kind": "drawn", "value": PNG}
        made = await client.post("/api/v1/mandates", json=mandate | {"signature": signed})
        assert made.status_code == 201
        body = filing(
            answers=story.answers | {"representative": FRIEND | {"phone": "13970500777"}},
            situations=story.situations | {"filing_by_representative": True, "has_real_estate": False},
            draft=await draft_of(),
        )
        filed = await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "key-1"})
        assert filed.status_code == 201, filed.text

    return file


async def test_a_handler_reads_that_the_mandate_stands_for_the_letter(represented, at, engine, office):
    engine.office = office
    await represented()
    await engine.work()
    handler = await at("health")
    await handler.item()
    assert "以登记的授权委托代替的材料</strong>：授权委托书" in handler.page
