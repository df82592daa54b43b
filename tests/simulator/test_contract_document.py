"""docs/reference/agency-http.yaml says what the stand-ins and the adapter really do."""

import base64
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from ruamel.yaml import YAML

from onething.adapter import EventKind, ResumeMode
from onething.register import Grade, Purpose
from simulator.preset import PRESETS

DOCUMENT = YAML(typ="safe").load(
    (Path(__file__).parents[2] / "docs" / "reference" / "agency-http.yaml").read_text(encoding="utf-8")
)
SCHEMAS = DOCUMENT["components"]["schemas"]
KEY = "c1/household/1/submit"
SEGMENT = base64.urlsafe_b64encode(KEY.encode()).decode().rstrip("=")
BODY = {"item": "police/cancel_household", "slot": "household", "round": 1, "form": {}}


def check(content, name):
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(content)


def test_every_path_and_method_is_served_by_the_stand_ins(start):
    served = start().openapi()["paths"]
    names = {path: set(methods) for path, methods in served.items()}

    for path, methods in DOCUMENT["paths"].items():
        owner = "/registers/{register}" if path == "/lookup" else "/agencies/{agency}"
        real = names[owner + path.replace("{key}", "{segment}")]
        assert {method for method in methods if method in {"get", "post", "put", "delete"}} == real


def test_every_word_of_the_kernel_is_in_the_document_and_no_other():
    events = SCHEMAS["Event"]
    assert set(events["properties"]["kind"]["enum"]) == {kind.value for kind in EventKind}
    told = {one["if"]["properties"]["kind"]["const"]: one["then"] for one in events["allOf"]}
    assert set(told) == set(events["properties"]["kind"]["enum"])
    assert set(told["resumed"]["properties"]["mode"]["enum"]) == {mode.value for mode in ResumeMode}
    assert set(SCHEMAS["Question"]["properties"]["purpose"]["enum"]) == {one.value for one in Purpose}
    grades = SCHEMAS["RegisterAnswer"]["allOf"][0]["then"]["properties"]["grade"]["enum"]
    assert set(grades) == {grade.value for grade in Grade}


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"down", "unavailable", "crash", "lose_reply"}))
async def test_what_the_stand_ins_say_fits_the_document(client, clock, preset):
    check(BODY, "Filing")
    await client.put("/agencies/police/behaviour/*", json=PRESETS[preset].steps)
    filed = await client.post("/agencies/police/filings", json=BODY, headers={"Idempotency-Key": KEY})
    clock.pass_(days=4)
    asked = await client.get(f"/agencies/police/filings/{SEGMENT}")

    for answer in (filed, asked):
        check(answer.json(), "Answer")


async def test_how_the_stand_ins_say_no_fits_the_document(client):
    await client.put("/agencies/police/behaviour/*", json=[{"unavailable": 1}])
    answers = [
        await client.post("/agencies/police/filings", json=BODY, headers={"Idempotency-Key": KEY}),
        await client.post("/agencies/police/filings", json={}, headers={"Idempotency-Key": KEY}),
        await client.get(f"/agencies/police/filings/{SEGMENT}"),
    ]

    assert [answer.status_code for answer in answers] == [503, 422, 404]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        check(answer.json(), "Problem")


@pytest.mark.parametrize("number", ["110101194001010013", "110101190001010012"])
async def test_what_registers_say_fits_the_document(client, number):
    asked = [{"name": "name(deceased)", "concept": "name"}]
    question = {"id_number": number, "asked": asked, "purpose": "prefill", "actor": "a", "draft": "d"}
    check(question, "Question")

    check((await client.post("/registers/population/lookup", json=question)).json(), "RegisterAnswer")


def test_the_example_of_a_key_in_a_path_is_right():
    assert f"`{KEY}` is `{SEGMENT}`" in re.sub(r"\s+", " ", DOCUMENT["info"]["description"])
