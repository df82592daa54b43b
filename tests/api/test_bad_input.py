"""Every line of bad input: a clear problem that names the field, nothing stored, nothing personal said."""

import copy
import json
from collections.abc import AsyncIterator

import pytest

KEY = {"Idempotency-Key": "k"}


def pointers(answer):
    return {(one["pointer"], one["code"]) for one in answer.json()["errors"]}


async def refused(client, body, status=422):
    headers = KEY | {"content-type": "application/json"}
    answer = await client.post("/api/v1/cases", content=json.dumps(body), headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "title_en", "status", "code"} <= set(problem)
    for one in problem.get("errors", []):
        assert set(one) == {"pointer", "code", "zh", "en"}
        assert one["zh"] != one["en"]
    assert (await client.get("/api/v1/cases")).json() == []
    return answer


async def test_an_unknown_bundle(client, filing):
    answer = await refused(client, filing(bundle="weddings"), 404)
    assert answer.json()["title"] == "没有找到一件事“weddings”，请核对；也可能不在您能查看的范围内"
    assert (await client.get("/api/v1/bundles/weddings")).status_code == 404
    assert (await client.post("/api/v1/bundles/weddings/plan", json={})).status_code == 404


async def test_an_unknown_field(client, filing, draft_of):
    body = filing(draft=await draft_of())
    body["answers"] = body["answers"] | {"pets": {"name": "x"}, "funeral": {"colour": "red"}}
    answer = await refused(client, body)
    assert {("/pets", "unknown_field"), ("/funeral/colour", "unknown_field")} <= pointers(answer)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"deceased": []}, ("/deceased", "type")),
        ({"deceased": "x"}, ("/deceased", "type")),
        ({"heirs": {}}, ("/heirs", "type")),
        ({"heirs": ["x"]}, ("/heirs/0", "type")),
        ({"heirs": [{}] * 21}, ("/heirs", "maxItems")),
        ({"deceased": {"death_place": {"a": 1}}}, ("/deceased/death_place", "type")),
        ({"deceased": {"death_place": "x" * 5000}}, ("/deceased/death_place", "maxLength")),
        ({"deceased": {"death_place": "\ud800"}}, ("/deceased/death_place", "pattern")),
        ({"deceased": {"death_place": 10**30}}, ("/deceased/death_place", "type")),
        ({"deceased": {"death_place": 7}}, ("/deceased/death_place", "type")),
        ({"deceased": {"\ud800": 7}}, ("/deceased/?", "unknown_field")),
        ({"payee": {"same_as": "heirs/9"}}, ("/payee/same_as", "enum")),
    ],
)
async def test_wrong_types(client, filing, answers, found):
    body = filing()
    body["answers"] = body["answers"] | answers
    assert found in pointers(await refused(client, body))


async def test_a_wrong_check_digit_names_the_field_and_not_the_number(client, filing):
    body = filing()
    body["answers"] = copy.deepcopy(body["answers"])
    body["answers"]["deceased"]["id_number"] = "360902194311094335"
    answer = await refused(client, body)
    (told,) = [one for one in answer.json()["errors"] if one["pointer"] == "/deceased/id_number"]
    assert "校验码" in told["zh"]
    assert "360902194311094335" not in answer.text


async def test_contradictory_situations(client, filing):
    body = filing()
    body["situations"] = body["situations"] | {"death_kind": "unknown"}
    answer = await refused(client, body)
    (told,) = [one for one in answer.json()["errors"] if one["code"] == "contradiction"]
    assert "公安机关" in told["zh"]


@pytest.mark.parametrize(
    ("situations", "found"),
    [
        ({"pension": "golden"}, ("/situations/pension", "enum")),
        ({"pension": ["employee"]}, ("/situations/pension", "enum")),
        ({"benefits": "elderly"}, ("/situations/benefits", "enum")),
        ({"cremated": "yes"}, ("/situations/cremated", "enum")),
        ({"weather": "rain"}, ("/situations/weather", "unknown_field")),
    ],
)
async def test_situations_that_nobody_asks(client, filing, situations, found):
    body = filing()
    body["situations"] = body["situations"] | situations
    assert found in pointers(await refused(client, body))


async def test_missing_situations_are_asked_for(client, filing):
    assert ("/situations/death_kind", "required") in pointers(await refused(client, filing(situations={})))


@pytest.mark.parametrize(
    ("day", "code"), [("2026-03-04", "future_day"), ("2019-01-01", "minimum"), ("0001-01-01", "minimum")]
)
async def test_the_day_of_receipt_is_today_or_earlier(client, filing, day, code):
    assert ("/received_on", code) in pointers(await refused(client, filing(received_on=day)))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"region": "江西"}, "/region"),
        ({"origin": "moon"}, "/origin"),
        ({"received_on": "yesterday"}, "/received_on"),
        ({"draft": "../../etc"}, "/draft"),
        ({"answers": []}, "/answers"),
        ({"situations": None}, "/situations"),
        ({"pledge": {}}, "/pledge"),
        ({"extra": 1}, "/extra"),
    ],
)
async def test_a_malformed_request_names_its_field(client, filing, changes, pointer):
    answer = await refused(client, filing(**changes))
    assert pointer in {one["pointer"] for one in answer.json()["errors"]}


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
async def test_the_key_has_a_shape(client, filing, key):
    answer = await client.post("/api/v1/cases", json=filing(), headers={"Idempotency-Key": key})
    assert answer.status_code == 422


async def test_a_filing_without_a_key_is_refused(client, filing):
    answer = await client.post("/api/v1/cases", json=filing())
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "pointer": "/Idempotency-Key",
        "code": "required",
        "zh": "请填写Idempotency-Key",
        "en": "Idempotency-Key is required",
    }


async def test_a_draft_that_is_not_there(client, filing):
    await refused(client, filing(draft="0" * 32), 404)


async def test_a_hostile_five_megabyte_body_is_refused_as_declared_and_as_it_streams(client):
    body = b'{"answers": "' + b"x" * 5_000_000 + b'"}'
    answer = await client.post(
        "/api/v1/cases", content=body, headers=KEY | {"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "request_rejected")

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * 1_000_000

    answer = await client.post(
        "/api/v1/cases", content=stream(), headers=KEY | {"content-type": "application/json"}
    )
    assert answer.status_code == 413


async def test_deep_nesting_is_refused_before_it_is_parsed(client):
    for body in (b'{"answers":' + b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40):
        answer = await client.post(
            "/api/v1/bundles/bereavement/plan", content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "request_rejected")


@pytest.mark.parametrize(
    ("place", "body", "pointer", "code"),
    [
        (
            "drafts",
            {"bundle": "bereavement", "answers": {"applicant": {"name": "\ud800"}}},
            "/applicant/name",
            "pattern",
        ),
        (
            "drafts",
            {"bundle": "bereavement", "answers": {"applicant": {"\udfff": 1}}},
            "/applicant/?",
            "unknown_field",
        ),
        (
            "drafts",
            {"bundle": "bereavement", "situations": {"pension": ["\ud83d"]}},
            "/situations/pension/0",
            "pattern",
        ),
        ("search", {"q": "\ud800"}, "/q", "pattern"),
    ],
)
async def test_half_a_character_is_refused_wherever_json_is_read(client, place, body, pointer, code):
    content = json.dumps(body)
    for raw in (content.encode(), content.encode().decode("unicode-escape").encode("utf-8", "surrogatepass")):
        answer = await client.post(
            f"/api/v1/{place}", content=raw, headers={"content-type": "application/json"}
        )
        assert answer.status_code == (422 if raw.isascii() else 400), answer.text
    answer = await client.post(
        f"/api/v1/{place}", content=content, headers={"content-type": "application/json"}
    )
    assert pointers(answer) == {(pointer, code)}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
async def test_json_is_utf_8_and_nothing_else(client, encoding):
    body = json.dumps({"q": "\ud800"}).encode(encoding)
    answer = await client.post("/api/v1/search", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_a_whole_pair_written_as_two_escapes_is_one_character(client):
    body = {"bundle": "bereavement", "answers": {"applicant": {"name": "𠮷"}}}
    answer = await client.post("/api/v1/drafts", json=body, headers={})
    assert answer.status_code == 201
    raw = json.dumps(body).encode()
    assert b"\\ud842\\udfb7" in raw
    answer = await client.post("/api/v1/drafts", content=raw, headers={"content-type": "application/json"})
    assert answer.json()["answers"] == body["answers"]


async def test_brackets_inside_strings_are_no_nesting(client):
    answer = await client.post(
        "/api/v1/bundles/bereavement/plan", json={"answers": {"deceased": {"death_place": "[" * 90}}}
    )
    assert answer.status_code == 200


async def test_json_that_is_none(client):
    for body in (b"{", b"\xff\xfe", b"NaN,"):
        answer = await client.post(
            "/api/v1/bundles/bereavement/plan", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400, body
        assert answer.headers["content-type"] == "application/problem+json"


async def test_not_a_number_is_no_answer(client):
    body = b'{"answers": {"funeral": {"burial_place": NaN}}}'
    answer = await client.post(
        "/api/v1/bundles/bereavement/plan", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200
    assert {"/funeral/burial_place"} <= {one["pointer"] for one in answer.json()["problems"]}


async def test_unknown_addresses_and_methods_are_problems_too(client):
    answer = await client.get("/api/v1/citizens/360902194311094334")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "360902194311094334" not in answer.text
    answer = await client.delete("/api/v1/bundles")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


async def test_the_unexpected_is_a_number_and_nothing_else(client, office, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("陈国梁 360902194311094334")

    monkeypatch.setattr("api.plan.plan_of", broken)
    answer = await client.post("/api/v1/bundles/bereavement/plan", json={})
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["code"] == "internal"
    assert problem["instance"].endswith(answer.headers["x-request-id"])
    assert "360902194311094334" not in answer.text
    assert office


async def test_the_unexpected_is_a_page_for_a_browser(client, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("陈国梁 360902194311094334")

    monkeypatch.setattr("api.guide.page_guide.guides", broken)
    answer = await client.get("/guides", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert answer.text.startswith("<!doctype html>")
    assert answer.headers["x-request-id"] in answer.text
    assert "360902194311094334" not in answer.text
    assert "content-security-policy" in answer.headers
