"""Clerks know cases by their people: names in lists, what waits on the first page, a word with an offer."""

import pytest

from records.audit import entries_of
from records.supervision_note import notes_of

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}
WORD = "家属周五来取结果"


@pytest.fixture
async def anna(window, clerk):
    headers = await clerk("安娜", await window("near", "3609"))
    return headers["account"], {"authorization": headers["authorization"]} | HTML


async def offer(client, number, account):
    data = {"to": f"{account}|near", "reason": "area", "note": f"  {WORD} "}
    answer = await client.post(f"/cases/{number}/handover", data=data, headers=HTML)
    assert answer.status_code == 303, answer.text


async def test_the_lists_name_applicant_and_subject_and_the_people_can_be_told(client, number, anna, office):
    for place in ("/", "/work"):
        page = (await client.get(place, headers=HTML)).text
        assert "陈国梁" in page
        assert "陈若兰" in page
    own = [one for one in await entries_of(office.archive, case=number) if one.action == "list_case"]
    assert own == []
    account, headers = anna
    assert "陈国梁" in (await client.get("/work", headers=headers)).text
    (trace,) = [one for one in await entries_of(office.archive, case=number) if one.action == "list_case"]
    assert (trace.actor, trace.fields) == (account, ("applicant", "subject"))
    told = (await client.get(f"/api/v1/cases/{number}/disclosures")).json()["looked"]
    assert "在办件列表中看到姓名" in {one["what"]["zh"] for one in told}


async def test_another_area_s_clerk_is_shown_no_names(client, number, window, clerk):
    far = {"authorization": (await clerk("远", await window("far", "37")))["authorization"]} | HTML
    for place in ("/", "/work"):
        page = (await client.get(place, headers=far)).text
        assert number not in page
        assert "陈国梁" not in page


async def test_an_offer_stands_on_the_taker_s_first_page_and_brings_its_word(client, number, anna, office):
    account, headers = anna
    assert "请您接办" not in (await client.get("/", headers=headers)).text
    await offer(client, number, account)
    first = (await client.get("/", headers=headers)).text
    assert "1 件请您接办" in first
    assert "1 件请您接办" not in (await client.get("/", headers=HTML)).text
    page = (await client.get("/work", headers=headers)).text
    offered = page[page.index('id="offers"') : page.index("</section>")]
    for told in (WORD, "陈国梁", "办件属于接办方辖区"):
        assert told in offered
    assert WORD in (await client.get(f"/cases/{number}", headers=headers)).text
    entries = await entries_of(office.archive, case=number)
    assert all(WORD not in repr(one) for one in entries)
    step = (await client.get(f"/api/v1/cases/{number}/owner", headers=headers)).json()
    assert step["offer"]["note"] == WORD
    assert step["steps"][-1]["note"] is None
    await client.post(f"/cases/{number}/handover/answer", data={"answer": "accept"}, headers=headers)
    assert "请您接办" not in (await client.get("/", headers=headers)).text


async def test_an_offer_without_a_word_keeps_none(client, number, anna, office):
    account, _ = anna
    body = {"account": account, "window": "near", "reason": "leave", "note": "  "}
    answer = await client.post(f"/api/v1/cases/{number}/handover", json=body)
    assert answer.json()["offer"]["note"] is None
    assert await notes_of(office.archive, (number, "")) == ()


async def test_what_is_held_stands_on_the_first_page(client, number):
    assert 'href="/work?view=operator"' not in (await client.get("/", headers=HTML)).text
    await client.post(f"/api/v1/cases/{number}/hold", json={"hold": "identity_mismatch"})
    page = (await client.get("/", headers=HTML)).text
    assert 'href="/work?view=operator"' in page
    assert "1 件有事待处理（卡住的事项、未办结的工单等）" in page
