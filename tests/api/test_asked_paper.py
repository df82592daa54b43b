"""A paper that an agency asks for is uploaded, or it is said how it stands with it; silence is no answer."""

import re
from html import unescape

import pytest

from onething.case_record import WorkOrderKind

POLICE, BOOK = "household_cancellation", "household_book_original"
HTML = {"accept": "text/html"}
SILENT = "部门要求提交居民户口簿"
UPLOADED = {f"/materials/{BOOK}": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}

pytestmark = pytest.mark.usefixtures("ruling", "asked")


@pytest.fixture
async def asked(number, engine):
    await engine.asks(number, POLICE, materials=[BOOK])


@pytest.fixture
def place(number):
    return f"/cases/{number}/correction"


def round_of(engine, number):
    return engine.states[number].slots[POLICE].round


@pytest.mark.parametrize("do", ["check", "confirm"])
async def test_at_the_window_nothing_is_not_an_answer(client, number, engine, place, do):
    page = await client.post(place, data={"do": do}, headers=HTML)
    assert page.status_code == 422
    assert SILENT in page.text
    assert 'class="summary"' in page.text
    assert 'name="seen"' not in page.text
    assert (engine.updates, round_of(engine, number)) == ([], 1)


async def test_over_http_nothing_is_refused_by_the_paper_s_name(client, number, engine):
    for path in ("corrections/preview", "corrections"):
        answer = await client.post(f"/api/v1/cases/{number}/{path}", json={"acknowledged": True})
        assert answer.status_code == 422
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
            (f"/materials/{BOOK}", "paper_unanswered")
        ]
    assert engine.updates == []
    other = {"instead": {"will_or_deed": "none", BOOK: "none"}}
    answer = await client.post(f"/api/v1/cases/{number}/corrections", json=other)
    assert [one["code"] for one in answer.json()["errors"]] == ["not_asked"]


async def test_an_original_that_lies_at_the_window_is_handed_on_by_a_work_order(
    client, number, engine, place
):
    form = {f"/instead/{BOOK}": "at_window"}
    page = await client.post(place, data=form | {"do": "check"}, headers=HTML)
    assert "补交的材料请转交办理部门" in page.text
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    done = await client.post(place, data=form | {"do": "confirm", "seen": seen}, headers=HTML)
    assert done.status_code == 303
    assert round_of(engine, number) == 2
    orders = [one for one in engine.states[number].work_orders if one.slot == POLICE]
    assert [one.kind for one in orders] == [WorkOrderKind.DELIVER_PAPER]
    assert engine.states[number].slots[POLICE].correction.instead == {BOOK: "at_window"}


async def test_what_was_said_can_be_stood_by_without_the_paper(client, number, engine):
    answer = await client.post(f"/api/v1/cases/{number}/corrections", json={"instead": {BOOK: "none"}})
    assert answer.status_code == 200, answer.text
    assert round_of(engine, number) == 2
    assert engine.states[number].work_orders == ()


async def test_a_paper_that_came_counts_more_than_that_there_is_none(client, number, engine, place):
    form = {f"/instead/{BOOK}": "none", "do": "check"}
    page = await client.post(place, data=form, files=UPLOADED, headers=HTML)
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    upload = re.search(r'name="upload" value="(\w{32})"', page.text)[1]
    body = form | {"do": "confirm", "seen": seen, "upload": upload}
    assert (await client.post(place, data=body, headers=HTML)).status_code == 303
    assert engine.states[number].slots[POLICE].correction.instead == {}
