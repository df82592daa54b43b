"""An item that came to nothing is applied for again by a form: with what is better, or just as it was."""

import re
from html import unescape

import pytest

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}
POLICE = "household_cancellation"
REFUSED = {
    "kind": "refused",
    "reasons": [{"code": "no", "text": {"zh": "姓名<b>有误</b>", "en": "wrong name"}}],
    "remedies": [{"zh": "可以申请行政复议", "en": "review"}],
}


@pytest.fixture
async def place(number, engine):
    await engine.says(number, POLICE, REFUSED)
    return f"/cases/{number}/slots/{POLICE}/reapplication"


async def test_the_page_shows_why_it_failed_and_what_was_filed(client, place, engine):
    page = await client.get(place, headers=HTML)
    assert page.status_code == 200, page.text
    assert "姓名&lt;b&gt;有误&lt;/b&gt;" in page.text
    shown = re.findall(r'name="shown" value="([^"]+)"', page.text)
    assert "/deceased/name" in shown
    assert engine.updates == []


async def test_better_data_is_filed_with_the_new_round(client, place, number, engine):
    form = {"shown": "/deceased/name", "/deceased/name": "陈国樑"}
    answer = await client.post(place, data=form, headers=HTML)
    assert answer.status_code == 303, answer.text
    (_, action) = engine.updates[0]
    assert action.payload
    assert engine.states[number].slots[POLICE].round == 2
    page = await client.get(f"/cases/{number}", headers=HTML)
    assert "陈国樑" not in page.text.partition('id="live"')[2]


async def test_what_is_left_as_it_was_is_filed_as_it_was(client, place, engine):
    page = await client.get(place, headers=HTML)
    found = re.search(r'name="/deceased/name" value="([^"]*)"', page.text)
    form = {"shown": "/deceased/name", "/deceased/name": unescape(found[1])}
    assert (await client.post(place, data=form, headers=HTML)).status_code == 303
    (_, action) = engine.updates[0]
    assert not action.payload


async def test_wrong_data_is_told_beside_its_field_and_nothing_is_filed(client, place, engine):
    form = {"shown": "/applicant/kinship", "/applicant/kinship": "<script>alert(1)</script>"}
    answer = await client.post(place, data=form, headers=HTML)
    assert answer.status_code == 422, answer.text
    assert "<script>alert" not in answer.text
    assert engine.updates == []
