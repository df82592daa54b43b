"""Status without an account: the paper's number and code open a masked status, and nothing else is told."""

import json

import pytest

from api.phone.status import plain_code, plain_number
from records.audit import entries_of
from records.receipt import NewReceipt, store_receipt
from tests.api.conftest import NOW

CODE = "abcdefghijklmnopqrstuvwx23"
OTHER = "bbbbbbbbbbbbbbbbbbbbbbbb22"


@pytest.fixture
async def paper(office, number):
    """A receipt that the family holds; gives its case's number."""
    await store_receipt(
        office.archive, NewReceipt(number, 1, "first_end", b"{}", "0" * 64, CODE, NOW, b"%PDF-1.7")
    )
    return number


async def ask(browser, number, code, address="203.0.113.7"):
    async with browser(address) as public:
        return await public.post(
            "/status", data={"number": number, "code": code}, headers={"accept": "text/html"}
        )


async def test_number_and_code_show_a_masked_status(browser, paper, story, office):
    page = await ask(browser, paper, CODE)
    assert page.status_code == 200
    assert "已保存" not in page.text
    assert "正在送达办理部门，您不用做什么" in page.text
    assert "户口注销" in page.text or "注销户口" in page.text
    for value in (*story.answers["applicant"].values(), *story.answers["deceased"].values(), paper, CODE):
        assert str(value) not in page.text
    actions = [one.action for one in await entries_of(office.archive, case=paper)]
    assert "read_status" in actions


@pytest.mark.parametrize(
    "typed",
    [
        CODE.upper(),
        "abcd efgh ijkl mnop qrst uvwx 23",
        f" https://once.example/v/{CODE} ",
        f"https://once.example/v/{CODE}#OT1.x.1.20260303",
        "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-23",
    ],
)
async def test_the_code_counts_however_it_was_typed(browser, paper, typed):
    assert (await ask(browser, f" {paper.lower()} ", typed)).status_code == 200


async def test_a_wrong_number_and_a_wrong_code_are_told_alike(browser, paper):
    wrong_code = await ask(browser, paper, OTHER)
    wrong_number = await ask(browser, "360900-A-20260303-999999-9", CODE)
    nonsense = await ask(browser, "<script>", "'; DROP TABLE receipt")
    same = {
        page.text.replace(typed, "…")
        for page, typed in (
            (wrong_code, paper),
            (wrong_number, "360900-A-20260303-999999-9"),
            (nonsense, "&lt;script&gt;"),
        )
    }
    assert len(same) == 1
    assert {page.status_code for page in (wrong_code, wrong_number, nonsense)} == {422}
    assert "<script>" not in nonsense.text


async def test_too_many_wrong_tries_shut_the_door_to_that_address_only(browser, paper):
    for _ in range(10):
        assert (await ask(browser, paper, OTHER)).status_code == 422
    shut = await ask(browser, paper, CODE)
    assert (shut.status_code, shut.headers["retry-after"].isdecimal()) == (429, True)
    assert "12345" in shut.text
    assert (await ask(browser, paper, CODE, "203.0.113.8")).status_code == 200


async def test_the_audit_trail_keeps_a_refused_try_without_what_was_typed(browser, paper, office):
    await ask(browser, paper, OTHER)
    refused = [one for one in await entries_of(office.archive) if one.action == "status_refused"]
    assert [(one.case, one.fields) for one in refused] == [(None, ())]


def test_what_can_be_no_number_or_code_becomes_one_that_nobody_has():
    assert plain_number("１ 2") == "-"
    assert plain_number("360900–A–20260303–000001–5") == "360900-A-20260303-000001-5"
    assert plain_code("") == "-"
    assert plain_code(CODE + "a") == "-"


async def test_the_code_stands_in_groups_on_the_pages_of_whoever_follows_once_there_is_a_receipt(
    citizen, browser, number, office
):
    places = (f"/m/cases/{number}", f"/m/done/{number}")
    for place in places:
        assert CODE[:4] not in (await citizen.get(place)).text
    document = json.dumps({"proof": {"code": CODE}}).encode()
    receipt = NewReceipt(number, 1, "accepted", document, "0" * 64, CODE, NOW, b"%PDF-1.7")
    await store_receipt(office.archive, receipt)
    for place in places:
        page = (await citizen.get(place)).text
        assert "abcd efgh ijkl mnop qrst uvwx 23" in page
        assert 'href="/status"' in page
        assert "（/status）" not in page
    shown = (await citizen.get(f"/api/v1/own/cases/{number}")).json()["receipt_code"]
    assert (await ask(browser, number, shown)).status_code == 200


@pytest.mark.usefixtures("ruling")
async def test_each_item_says_whether_whoever_asks_has_to_do_anything(browser, paper, engine):
    page = (await ask(browser, paper, CODE)).text
    assert "已办结，您不用再做什么" in page
    await engine.says(paper, "household_cancellation", {"kind": "received", "ref": "R-1"})
    page = (await ask(browser, paper, CODE)).text
    assert "现在由谁办理：" in page
    for word in ("无需处理", "系统自动处理"):
        assert word not in page


async def test_who_has_not_signed_in_on_this_machine_is_led_to_signing_in_and_back(client):
    page = {"accept": "text/html"}
    answer = await client.get("/m/events/bereavement", headers=page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/m/events/bereavement")
    assert (
        await client.get("/m/events/bereavement", headers={"accept": "application/json"})
    ).status_code == 403
    assert (await client.get("/administration", headers=page)).status_code == 403
