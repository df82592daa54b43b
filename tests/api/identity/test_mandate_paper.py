"""A letter of authorisation need not be brought where the mandate is on record; it counts for nobody else."""

from typing import Any

import pytest

from api.standing import header_of, standing_of
from onething.mandate import MandateScope
from onething.receipt import PaperSource

pytestmark = pytest.mark.usefixtures("ruling")
APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
FRIEND = {"name": "李一", "id_number": "110105199001011232"}
STRANGER = {"name": "王二", "id_number": "110105199001011224"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
LETTER = "/materials/authorisation_letter"


@pytest.fixture
def represented(filing, story):
    """The story as a friend whom the form names files it at a window."""
    return filing(
        answers=story.answers | {"representative": FRIEND | {"phone": "13970500777"}},
        situations=story.situations | {"filing_by_representative": True},
    )


@pytest.fixture
def file(client, represented, draft_of):
    """File it, with every paper of the story itself."""

    async def filed() -> dict[str, Any]:
        body = represented | {"draft": await draft_of()}
        return (await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "key-1"})).json()

    return filed


async def give(client, **changes: Any):
    signature = {"kind": "drawn", "value": PNG}
    body = {"principal": APPLICANT, "representative": FRIEND, "scope": ["file"], "until": "2026-03-31"}
    answer = await client.post("/api/v1/mandates", json=body | {"signature": signature} | changes)
    assert answer.status_code == 201, answer.text


async def test_without_a_mandate_the_letter_has_to_be_brought(file):
    assert LETTER in {one["pointer"] for one in (await file())["errors"]}


async def test_with_a_mandate_on_record_the_form_shows_that_it_stands_for_the_letter(client, represented):
    await give(client)
    place = "/api/v1/bundles/bereavement/plan"
    shown = {name: represented[name] for name in ("situations", "answers", "region")}
    plan = (await client.post(place, json=shown)).json()
    letters = {one["source"] for one in plan["materials"] if one["material"] == "authorisation_letter"}
    assert "mandate" in letters


@pytest.mark.parametrize(
    "other",
    [
        {"scope": [MandateScope.FOLLOW]},
        {"representative": STRANGER},
        {"bundle": "newborn"},
        {"starts_on": "2026-03-20"},
        {"signature": {"kind": "typed", "value": APPLICANT["name"]}},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_a_mandate_to_somebody_else_for_something_else_or_unsigned_stands_for_no_letter(
    client, file, other
):
    await give(client, **other)
    assert LETTER in {one["pointer"] for one in (await file())["errors"]}


async def test_the_receipt_says_that_the_mandate_stood_for_it_also_after_a_correction(
    client, represented, file, office, engine
):
    represented["situations"]["has_real_estate"] = False
    await give(client)
    number = (await file())["number"]

    async def stood() -> bool:
        header = await header_of(office, await standing_of(office, number))
        return PaperSource.MANDATE in {paper.source for slot in header.materials.values() for paper in slot}

    assert await stood()
    await engine.says(number, "death_proof", {"kind": "granted"})
    await engine.asks(number, "household_cancellation", fields=["xm"])
    answer = await client.post(
        f"/api/v1/cases/{number}/corrections",
        json={"answers": {"deceased": {"name": "陈国樑"}}, "acknowledged": True},
    )
    assert answer.status_code == 200, answer.text
    assert await stood()
