"""A clerk's worklist and search: views, filters, pages, the area, and words that are kept nowhere."""

import re
from datetime import timedelta

import pytest

from onething.case_event import Stuck, Ticked
from onething.case_state import OperatorReason
from records.audit import AuditEntry, entries_of
from records.case import NewCase, create_case
from records.search import index_case

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
HTML = {"accept": "text/html"}


async def numbers(client, query="", **headers: str):
    answer = await client.get(f"/api/v1/work{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [line["number"] for line in answer.json()["lines"]]


async def found(client, words, **headers: str):
    answer = await client.post("/api/v1/search", json={"q": words}, headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["line"]["number"] for one in answer.json()["found"]]


async def test_each_view_lists_what_it_says_and_counts_them_all(client, number, engine):
    (line,) = (await client.get("/api/v1/work")).json()["lines"]
    assert (line["number"], line["mine"], line["ended"]) == (number, True, False)
    assert 0 < line["done"] < line["count"]
    assert await numbers(client, "?view=mine") == [number]
    assert await numbers(client, "?view=overdue") == []
    assert await numbers(client, "?view=operator") == []
    at = engine.office.now() - timedelta(days=40)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    stuck = Stuck(slot="medical_account_closing", round=1, reason=OperatorReason.PAYLOAD_REJECTED, detail="")
    if stuck.slot in engine.states[number].slots:
        await engine.feed(number, stuck)
    await engine.feed(number, Ticked())
    page = (await client.get("/api/v1/work?view=overdue")).json()
    assert page["lines"][0]["light"] == "red"
    assert page["counts"]["overdue"] == page["counts"]["open"] == 1
    assert page["counts"]["closed"] == 0
    assert await numbers(client, "?view=overdue&agency=police") == [number]
    assert await numbers(client, "?bundle=newborn") == []
    assert await numbers(client, "?state=running&agency=") == [number]


async def test_a_clerk_lists_the_cases_of_the_window_s_area_and_those_it_filed(client, number, window, clerk):
    near = await clerk("近", await window("near", "3609"))
    far = await clerk("远", await window("far", "37"))
    supervisor = await clerk("督", None, role="supervisor", area="37")
    assert await numbers(client, authorization=near["authorization"]) == [number]
    assert await numbers(client, authorization=far["authorization"]) == []
    for place, nothing in (("/api/v1/cases", []), ("/api/v1/worklists/stuck", [])):
        answer = await client.get(place, headers=far)
        assert answer.json() == nothing, place
    answer = await client.get("/api/v1/worklists/overdue", headers=supervisor)
    assert answer.json() == []
    near_list = await client.get("/api/v1/cases", headers={"authorization": near["authorization"]})
    assert [one["number"] for one in near_list.json()] == [number]


async def test_a_case_is_found_by_names_numbers_and_titles_that_all_have_to_fit(client, number, story):
    deceased = story.answers["deceased"]
    applicant = story.answers["applicant"]
    name = (await client.post("/api/v1/search", json={"q": number})).json()["found"][0]["subject"][0]
    assert await found(client, name) == [number]
    assert await found(client, name[1:]) == [number]
    assert await found(client, number[-6:]) == [number]
    assert await found(client, deceased["id_number"]) == [number]
    assert await found(client, applicant["id_number"].lower()) == [number]
    assert await found(client, f"{name} 身后") == [number]
    assert await found(client, f"{name} 新生儿") == []
    assert await found(client, "社会保险 身后") == [number]
    assert await found(client, "绝无此人") == []
    assert await found(client, "110101194903071220") == []


async def test_every_case_that_a_search_shows_has_its_trace_and_its_people_are_told(client, number, office):
    async def traces() -> list[AuditEntry]:
        return [one for one in await entries_of(office.archive, case=number) if one.action == "find_case"]

    assert await found(client, "绝无此人") == []
    assert await traces() == []
    assert await found(client, "陈若兰") == [number]
    (trace,) = await traces()
    assert (trace.role, trace.fields) == ("clerk", ("applicant", "subject"))
    told = (await client.get(f"/api/v1/cases/{number}/disclosures")).json()["looked"]
    assert "检索时显示了该办件" in {one["what"]["zh"] for one in told}


async def test_a_search_of_another_area_finds_nothing_and_none_is_kept_in_words(
    client, number, window, clerk, office
):
    far = await clerk("远", await window("far", "37"))
    name = (await client.post("/api/v1/search", json={"q": number})).json()["found"][0]["applicant"][0]
    assert await found(client, name, authorization=far["authorization"]) == []
    assert await found(client, number, authorization=far["authorization"]) == []
    entries = [one for one in await entries_of(office.archive) if one.action == "search_cases"]
    assert [one.fields for one in entries] == [("number",), ("name",), ("number",)]
    assert entries[1].actor == far["account"]
    assert all(name not in repr(one) for one in await entries_of(office.archive))


async def test_the_pages_show_views_and_hits_and_what_is_typed_harms_nobody(client, number, office):
    page = await client.get("/work", headers=HTML)
    assert page.status_code == 200, page.text
    assert number in page.text
    assert 'aria-current="page">全部在办' in page.text
    await index_case(office.archive, number, (("subject", "<script>alert(1)</script>"),))
    hit = await client.post("/work", data={"q": "<script>alert"}, headers=HTML)
    assert hit.status_code == 200, hit.text
    assert number in hit.text
    assert "<script>alert" not in hit.text
    none = await client.post("/work", data={"q": "绝无此人"}, headers=HTML)
    assert "没有找到符合的办件" in none.text
    assert "Cases" in (await client.get("/work?lang=en", headers=HTML)).text


async def test_pages_of_the_list_neither_skip_nor_repeat(client, office, monkeypatch):
    monkeypatch.setattr("api.case_work.worklist.PAGE", 2)
    plain = {"bundle": "bereavement", "origin": "window", "filing_mode": "assisted", "region": "360900"}
    for name in "ABCDE":
        row = plain | {"idempotency_key": name, "body_sha256": name, "received_on": office.today()}
        new = NewCase(number=f"20261123-{name}", submitted_at=office.now(), **row)
        await create_case(office.archive, new)
    seen, after = [], ""
    while after is not None:
        page = (await client.get("/api/v1/work", params={"after": after})).json()
        seen += [one["number"][-1] for one in page["lines"]]
        after = page["more"]
        assert page["counts"]["open"] == 5
    assert seen == list("EDCBA")


async def test_what_narrows_nothing_known_is_refused_or_empty(client, number):
    assert (await client.get("/api/v1/work?view=everything")).status_code == 422
    assert (await client.get("/api/v1/work?after=yesterday")).status_code == 422
    assert await numbers(client, "?state=nope") == []
    assert (await client.post("/api/v1/search", json={"q": ""})).status_code == 422
    assert re.fullmatch(r"[A-Za-z0-9-]+", number)
