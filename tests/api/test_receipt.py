import json
from dataclasses import replace

import pytest

from onething.case_event import HandedOut, ReceiptIssued
from onething.counting import BEIJING
from records.audit import entries_of
from records.receipt import NewReceipt, store_receipt

CODE = "abcdefghijklmnopqrstuvwxyz"[:24] + "23"
TITLE = {"zh": "身后一件事", "en": "Post-death affairs"}
DOCUMENT = {
    "case_number": "",
    "title": TITLE,
    "state": {"code": "running", "title": {"zh": "办理中", "en": "in progress"}},
    "revision": {"number": 1, "reason": "accepted"},
    "issued_at": "2026-03-03T10:05:00+08:00",
    "applicant": {"name": "陈*兰"},
    "slots": [
        {
            "title": {"zh": "死亡注销户口", "en": "cancellation"},
            "agency": {"zh": "公安", "en": "police"},
            "state": {"code": "granted", "title": {"zh": "准予", "en": "granted"}},
        }
    ],
}


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


async def store(office, number, pdf=b"%PDF-1.7 receipt", revision=1):
    new = NewReceipt(
        case=number,
        revision=revision,
        reason="accepted",
        document=json.dumps(DOCUMENT | {"case_number": number}).encode(),
        sha256="ab" * 32,
        code=CODE,
        issued_at=office.now().astimezone(BEIJING),
        pdf=pdf,
    )
    await store_receipt(office.archive, new)


async def test_giving_a_receipt_out_is_told_to_the_case_and_audited(client, number, office, engine):
    await store(office, number)
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == b"%PDF-1.7 receipt"
    answer = await client.get(f"/api/v1/cases/{number}/receipt.json")
    assert answer.json()["case_number"] == number
    assert engine.handed == [(number, 1)]
    told = [one for one in await entries_of(office.archive, case=number) if "receipt" in one.action]
    assert [(one.action, one.fields) for one in told] == [
        ("hand_out_receipt", ("revision:1", "pdf")),
        ("read_receipt", ("revision:1", "json")),
    ]


@pytest.fixture
def drawing(ruling, office):
    """The case's own rules, and a printer: called it draws what they ask for, and after that by itself."""
    drawn: list[int] = []

    async def handed_out(number, given) -> None:
        await ruling.feed(number, HandedOut(revision=given.revision))
        if drawn:
            await draw(number)

    async def draw(number) -> None:
        drawn.append(ruling.states[number].receipt_asked)
        await store(office, number, b"%%PDF-1.7 revision %d" % drawn[-1], drawn[-1])
        await ruling.feed(number, ReceiptIssued(revision=drawn[-1], sha256="ab" * 32))

    ruling.handed_out = handed_out
    return draw


async def test_what_has_changed_since_the_receipt_was_drawn_is_drawn_before_it_is_given(
    client, number, engine, drawing
):
    states = engine.states[number]
    for slot in [name for name, one in states.slots.items() if one.state == "submitting"]:
        await engine.says(number, slot, {"kind": "received", "ref": "R-1"})
    await drawing(number)
    await engine.says(number, "death_proof", {"kind": "granted"})
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf")
    assert answer.content == b"%PDF-1.7 revision 2"
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf?revision=1")
    assert answer.content == b"%PDF-1.7 revision 1"


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200)])
async def test_another_sites_page_cannot_have_a_receipt_handed_out(  # noqa: PLR0917 - fixtures
    client, number, office, engine, site, status
):
    await store(office, number)
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf", headers={"sec-fetch-site": site})
    assert answer.status_code == status
    assert engine.handed == ([(number, 1)] if status == 200 else [])


async def test_before_the_first_receipt_there_is_none(client, number):
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_known")


async def test_a_receipt_is_given_out_after_the_end_and_while_the_engine_is_away(
    client, number, office, engine
):
    await store(office, number)
    engine.ended.add(number)
    assert (await client.get(f"/api/v1/cases/{number}/receipt.pdf")).status_code == 200
    engine.away = True
    assert (await client.get(f"/api/v1/cases/{number}/receipt.pdf")).status_code == 200


async def test_where_no_pdf_could_be_made_nothing_pretends_to_be_one(client, number, office):
    await store(office, number, pdf=None)
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf")
    assert answer.status_code == 404
    assert (await client.get(f"/api/v1/cases/{number}/receipt.json")).status_code == 200


async def test_anybody_with_the_code_sees_outcomes_and_no_person(client, number, office):
    await store(office, number)
    answer = await client.get(f"/v/{CODE}")
    assert answer.status_code == 200
    assert "死亡注销户口" in answer.text
    assert "准予" in answer.text
    assert "陈" not in answer.text
    assert "第 1 版回执出具时（2026年3月3日 10:05）的结果" in answer.text
    assert "最新办理结果" not in answer.text
    assert '<a class="again" href="/status">' in answer.text


@pytest.mark.parametrize("code", ["a" * 26, "A" * 26, "a", "1" * 26, "昨天", "a" * 200])
async def test_a_code_of_no_receipt_is_said_to_be_unknown_with_the_way_on_and_nothing_else(client, code):
    answer = await client.get(f"/v/{code}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "没有查到这份回执" in answer.text
    assert "12345" in answer.text
    assert "受理窗口的电话" in answer.text
    assert code not in answer.text or code == "a"
    answer = await client.get(f"/v/{code}?lang=en", headers={"accept": "text/html"})
    assert "No such receipt is known here" in answer.text


async def test_a_program_is_told_of_an_unknown_code_as_a_problem(client):
    answer = await client.get(f"/v/{'a' * 26}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "code" not in answer.json()["title"]


async def test_a_code_typed_in_capitals_is_the_same_code(client, number, office):
    await store(office, number)
    assert (await client.get(f"/v/{CODE.upper()}")).status_code == 200


async def test_where_no_pdf_could_be_made_the_page_is_handed_out(client, number, office, engine, app):
    app.state.office = replace(
        office, page_of=lambda data: f"<p>PDF unavailable {json.loads(data)['title']}</p>"
    )
    await store(office, number, pdf=None)
    answer = await client.get(f"/api/v1/cases/{number}/receipt.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "PDF unavailable" in answer.text
    assert "style-src 'unsafe-inline'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert engine.handed == [(number, 1)]
