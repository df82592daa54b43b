"""Drafts of the clerk's own: saved while typing, listed, dropped, and never written over by another page."""

import re
from html import unescape

import pytest

from tests.api.guide.walk import HTML, Clerk, held

PLACE = "/deceased/death_place"


@pytest.fixture
async def clerk(client, story):
    clerk = Clerk(client, "bereavement", story)
    await clerk.to_form()
    return clerk


@pytest.fixture
def draft(clerk):
    return held(clerk.page)["draft"][0]


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


async def save(client, draft, page, **typed: object):
    return await client.post(f"/drafts/{draft}/save", data=held(page) | typed)


async def test_typing_is_saved_and_the_page_is_told_so(client, clerk, draft):
    answer = await save(client, draft, clerk.page, **{PLACE: "家中"})
    assert answer.status_code == 200
    assert answer.json()["text"] == "已保存 10:05"
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert stored["answers"]["deceased"]["death_place"] == "家中"
    assert stored["revision"] == answer.json()["revision"]
    again = await save(client, draft, clerk.page, **{PLACE: "家中二楼"})
    assert again.status_code == 200, "a page does not stand in its own way when an answer was lost"


async def test_of_two_pages_the_overtaken_one_shows_both_and_loses_nothing(client, clerk, draft, story):
    second = Clerk(client, "bereavement", story)
    await second.open(f"{clerk.place}?draft={draft}&step=form")
    await save(client, draft, second.page, **{PLACE: "县人民医院"})
    stale = await save(client, draft, clerk.page, **{PLACE: "家中"})
    assert stale.status_code == 409
    assert "另一处修改" in stale.json()["text"]
    await clerk.click("save", **{PLACE: "家中", "/deceased/death_cause": "disease"})
    assert clerk.status == 409
    text = words(clerk.page)
    assert "您填写的： 家中" in text
    assert "另一处已保存的： 县人民医院" in text
    assert "有 2 处内容不一致" in text
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert stored["answers"]["deceased"]["death_place"] == "县人民医院"
    await clerk.click("save", **{f"pick:{PLACE}": "theirs", "pick:/deceased/death_cause": "mine"})
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()["answers"]["deceased"]
    assert (stored["death_place"], stored["death_cause"]) == ("县人民医院", "disease")


async def test_what_two_pages_say_of_a_paper_is_shown_as_what_was_chosen(client, story):
    alone = story.model_copy(update={"situations": story.situations | {"special": ["last_of_household"]}})
    clerk, paper = Clerk(client, "bereavement", alone), "/owed/household_book_original"
    await clerk.to_form()
    (draft,) = held(clerk.page)["draft"]
    second = Clerk(client, "bereavement", alone)
    await second.open(f"{clerk.place}?draft={draft}&step=form")
    await save(client, draft, second.page, **{paper: "later"})
    await clerk.click("save", **{paper: "none"})
    assert clerk.status == 409
    text = words(clerk.page)
    assert "居民户口簿原件（整户注销时收缴）" in text
    assert "您填写的： 没有这份材料" in text
    assert "另一处已保存的： 以后补，按期补交（容缺受理）" in text
    await clerk.click("save", **{f"pick:{paper}": "theirs"})
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert (stored["owed"], stored["without"]) == (["household_book_original"], [])


async def test_two_pages_that_agree_are_no_conflict(client, clerk, draft, story):
    second = Clerk(client, "bereavement", story)
    await second.open(f"{clerk.place}?draft={draft}&step=form")
    await save(client, draft, second.page, **{PLACE: "家中"})
    await clerk.click("save", **{PLACE: "家中"})
    assert clerk.status == 200


async def test_a_program_that_names_a_stale_revision_is_refused(client, draft):
    place = f"/api/v1/drafts/{draft}"
    seen = (await client.get(place)).json()["revision"]
    assert (await client.put(place, json={"revision": seen})).status_code == 200
    assert (await client.put(place, json={"revision": seen})).status_code == 409


async def test_drafts_are_listed_with_whom_they_are_about_and_can_be_dropped(client, clerk, draft):
    page = await client.get("/drafts", headers=HTML)
    assert "陈国梁" in page.text
    assert f"draft={draft}&amp;step=form" in page.text
    assert "继续未提交的草稿（1 件）" in (await client.get("/")).text
    answer = await client.post(f"/drafts/{draft}/drop")
    assert (answer.status_code, answer.headers["location"]) == (303, "/drafts")
    assert "没有未提交的草稿" in (await client.get("/drafts")).text
    assert (await client.post(f"/drafts/{draft}/drop")).status_code == 404
    assert (await save(client, draft, clerk.page)).status_code == 404


async def test_another_account_finds_none_of_it(client, draft):
    await client.post("/sign-in/development", data={"account": "clerk"})
    mine = held((await client.get("/drafts")).text + '<form method="post" enctype')
    assert mine == {}
    answer = await client.post(f"/drafts/{draft}/save", headers={"authorization": _bearer(client)})
    assert answer.status_code == 404


def _bearer(client) -> str:
    token = client.cookies["once_session"]
    client.cookies.clear()
    return f"Bearer {token}"


async def test_a_paper_goes_up_at_once_and_stays_beside_the_form(client, clerk, draft):
    place = f"/drafts/{draft}/papers/death_certificate_paper"
    file = {"/materials/death_certificate_paper": ("证明.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    answer = await client.post(place, data=held(clerk.page), files=file)
    assert answer.status_code == 200
    assert "已上传：证明.pdf" in answer.text
    file = {"/materials/death_certificate_paper": ("断.pdf", b"%PDF-1.7\n", "application/pdf")}
    answer = await client.post(place, data=held(clerk.page), files=file)
    assert answer.status_code == 422
    assert "不完整" in answer.text
    assert "已上传：证明.pdf" in answer.text
    assert (await client.post(f"/drafts/{draft}/papers/love_letter", files=file)).status_code == 404


async def test_papers_chosen_on_an_overtaken_page_are_kept_too(client, clerk, draft, story):
    second = Clerk(client, "bereavement", story)
    await second.open(f"{clerk.place}?draft={draft}&step=form")
    await save(client, draft, second.page, **{PLACE: "县人民医院"})
    file = {"/materials/death_certificate_paper": ("协议.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    await clerk.click("save", files=file, **{PLACE: "家中"})
    assert clerk.status == 409
    assert "已上传：协议.pdf" in await second.open(f"{clerk.place}?draft={draft}&step=form")


async def test_a_check_page_that_was_overtaken_files_nothing(client, clerk, draft, engine):
    await clerk.open(f"{clerk.place}?draft={draft}&step=check")
    await client.put(f"/api/v1/drafts/{draft}", json={"answers": {}})
    await clerk.click("submit", **{"/pledge": "true"})
    assert clerk.status == 409
    assert "已在另一处修改" in clerk.page
    assert engine.started == {}


NUMBER = "/deceased/id_number"


def value_of(page, pointer):
    found = re.search(rf'name="{pointer}" value="([^"]*)"', page)
    return unescape(found[1]) if found else None


@pytest.mark.parametrize("saved", [True, False])
async def test_a_number_typed_anew_takes_along_what_registers_said_of_the_one_before(
    client, clerk, draft, saved
):
    known = value_of(clerk.page, "/deceased/name")
    assert known
    typed = {NUMBER: "36090219470214268X"}
    if saved:
        assert (await save(client, draft, clerk.page, **typed)).status_code == 200
    page = await clerk.click("bring:/deceased", **typed)
    assert value_of(page, "/deceased/name") == "黄秀珍"
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()["answers"]["deceased"]
    assert stored == {"id_number": "36090219470214268X"}


async def test_of_a_number_that_no_register_knows_nothing_of_the_one_before_is_left(client, clerk, draft):
    name = value_of(clerk.page, "/deceased/name")
    assert name
    typed = {NUMBER: "360902194007120331", PLACE: "家中"}
    assert (await save(client, draft, clerk.page, **typed)).status_code == 200
    page = await clerk.click("next", **typed)
    assert value_of(page, "/deceased/name") in {"", None}
    assert name not in page
    stored = (await client.get(f"/api/v1/drafts/{draft}")).json()["answers"]["deceased"]
    assert stored == {"id_number": "360902194007120331", "death_place": "家中"}
