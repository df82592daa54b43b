"""Corrections by the family: what registers said of others is neither shown nor to be guessed at."""

import re
from html import unescape

import pytest

from api.standing import answered_of, standing_of, value_at
from onething.filing import SlotFiling
from records.blob import get_blob
from records.case import get_case

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
NAME = "/deceased/name"


@pytest.fixture
async def held(office, number):
    """By pointer, everything that registers said about the deceased of the case."""
    answered = await answered_of(office, await standing_of(office, number))
    return {
        pointer: str(one.value)
        for pointer, one in answered.known.items()
        if pointer.startswith("/deceased/") and value_at(answered.answers, pointer) is None
    }


async def asked_of(citizen, number):
    answer = await citizen.get(f"/api/v1/own/cases/{number}/corrections")
    assert answer.status_code == 200, answer.text
    return answer


async def filed_name(office, number):
    ref = (await get_case(office.archive, number)).inputs[f"payload:{POLICE}"]
    return SlotFiling.model_validate_json(await get_blob(office.archive, number, ref)).payload["xm"]


async def test_what_registers_said_of_others_is_not_shown(citizen, number, engine, held, story):
    await engine.asks(number, POLICE)  # every box of its form
    page = (await citizen.get(f"/m/cases/{number}/correction")).text
    view = (await asked_of(citizen, number)).json()
    shown = set(re.findall(r'name="shown" value="([^"]+)"', page))
    assert {one["pointer"] for one in view["fields"]} == shown
    assert shown & held.keys()
    options = {option["value"] for one in view["fields"] for option in one["options"]}
    told = {said for said in held.values() if said not in options and said not in str(story.answers)}
    assert len(told) >= 3
    for answer in (unescape(page), str(view)):
        assert [said for said in told if said in answer] == []
    fields = {one["pointer"]: one for one in view["fields"]}
    assert {fields[one]["value"] for one in shown & held.keys()} == {None}
    assert view["withheld"][NAME]["zh"] == "现有内容来自公安人口库，不在此显示；要更改才填写，留空即不变"
    assert view["withheld"][NAME]["zh"] in unescape(page)


async def test_what_is_ones_own_and_what_was_typed_is_shown(citizen, client, number, engine, story):
    await engine.asks(number, POLICE)
    view = (await asked_of(citizen, number)).json()
    own = {one["pointer"]: one["value"] for one in view["fields"] if one["pointer"].startswith("/applicant/")}
    assert own["/applicant/name"] == story.answers["applicant"]["name"]
    assert not {"/applicant/name", "/applicant/id_number"} & view["withheld"].keys()
    clerks = (await client.get(f"/api/v1/cases/{number}/corrections")).json()
    assert clerks["withheld"] == {}
    typed = {
        one["pointer"] for one in clerks["fields"] if value_at(story.answers, one["pointer"]) is not None
    }
    assert not typed & view["withheld"].keys()


async def test_what_is_left_empty_stays_as_registers_said(citizen, number, engine, office, held):
    await engine.asks(number, POLICE, fields=["xm"])
    place = f"/m/cases/{number}/correction"
    form = {"shown": NAME, NAME: ""}
    page = await citizen.post(place, form | {"do": "check"})
    assert page.status_code == 200, page.text
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    assert (await citizen.post(place, form | {"do": "confirm", "seen": seen})).status_code == 303
    assert await filed_name(office, number) == held[NAME]


async def test_a_right_guess_is_answered_as_a_wrong_one(citizen, number, engine, held):
    await engine.asks(number, POLICE, fields=["xm"])
    seen, pages = [], []
    for guess in (held[NAME], "张大千"):
        body = {"answers": {"deceased": {"name": guess}}}
        answer = await citizen.browser.post(
            f"/api/v1/own/cases/{number}/corrections/preview",
            json=body,
        )
        assert answer.status_code == 200, answer.text
        seen.append(answer.json())
        form = {"shown": NAME, NAME: guess, "do": "check"}
        page = (await citizen.post(f"/m/cases/{number}/correction", form)).text
        pages.append(page.replace(guess, "…"))
    assert seen[0] == seen[1]
    assert pages[0] == pages[1]


async def test_a_second_tap_on_the_same_confirmation_is_no_error(citizen, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    place, form = f"/m/cases/{number}/correction", {"shown": NAME, NAME: "陈国樑"}
    page = await citizen.post(place, form | {"do": "check"})
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    before = len(engine.updates)
    for _ in range(2):
        answer = await citizen.post(place, form | {"do": "confirm", "seen": seen})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/m/cases/{number}?done=corrected")
    assert len(engine.updates) == before + 1
    other = await citizen.post(place, form | {NAME: "别的", "do": "confirm", "seen": seen})
    assert other.status_code == 409


async def test_the_family_corrects_over_http(citizen, number, engine, office):
    await engine.asks(number, POLICE, fields=["xm"], materials=["household_book_original"])
    place = f"/api/v1/own/cases/{number}"
    file = {"file": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    asked = {"data": {"material": "household_book_original", "csrf": citizen.csrf}, "files": file}
    kept = await citizen.browser.post(f"{place}/materials", **asked)
    assert kept.status_code == 201, kept.text
    body = {"answers": {"deceased": {"name": "陈国樑"}}, "materials": [kept.json()["id"]]}
    seen = await citizen.browser.post(f"{place}/corrections/preview", json=body)
    unseen = await citizen.browser.post(f"{place}/corrections", json=body)
    assert (unseen.status_code, unseen.json()["code"]) == (409, "consequences_unseen")
    body["seen"] = seen.json()["mark"]
    answer = await citizen.browser.post(f"{place}/corrections", json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await filed_name(office, number) == "陈国樑"


async def test_what_is_typed_is_read_again_and_what_registers_said_is_not(citizen, number, engine, held):
    await engine.asks(number, POLICE, fields=["xm"])
    form = {"shown": NAME, NAME: "陈国樑", "do": "check"}
    page = unescape((await citizen.post(f"/m/cases/{number}/correction", form)).text)
    review = page[page.index('id="seen"') : page.index('<details class="changes">')]
    assert "原内容：（不在此显示）" in review
    assert "新内容：陈国樑" in review
    assert held[NAME] not in page


async def test_papers_nobody_asked_for_are_not_kept(citizen, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    for material in ("household_book_original", "nothing_known"):
        answer = await citizen.browser.post(
            f"/api/v1/own/cases/{number}/materials",
            data={"material": material, "csrf": citizen.csrf},
            files={"file": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")},
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "not_asked"


async def test_a_file_that_is_not_taken_is_told_beside_its_paper(citizen, number, engine):
    await engine.asks(number, POLICE, materials=["household_book_original"])
    files = {"/materials/household_book_original": ("book.pdf", b"no picture", "application/pdf")}
    page = await citizen.post(f"/m/cases/{number}/correction", {"do": "check"}, files)
    assert page.status_code == 422
    assert "居民户口簿" in page.text
    assert "PDF" in re.search(r'class="error"[^>]*>([^<]+)<', page.text)[1]


async def test_a_family_without_the_paper_says_so_and_only_a_window_can_have_received_it(
    citizen, number, engine
):
    await engine.asks(number, POLICE, materials=["household_book_original"])
    place, said = f"/m/cases/{number}/correction", "/instead/household_book_original"
    page = await citizen.get(place)
    assert re.findall(r'name="/instead/[a-z_]+" value="([a-z_]+)"', page.text) == ["none"]
    for form in ({}, {said: "at_window"}, {said: "else"}):
        refused = await citizen.post(place, form | {"do": "check"})
        assert refused.status_code == 422
        assert "部门要求提交居民户口簿" in refused.text
    page = await citizen.post(place, {said: "none", "do": "check"})
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    assert re.search(r'type="checkbox" name="/instead/[a-z_]+" value="none" checked', page.text)
    done = await citizen.post(place, {said: "none", "do": "confirm", "seen": seen})
    assert done.status_code == 303
    assert engine.states[number].slots[POLICE].correction.instead == {"household_book_original": "none"}


async def test_nobody_else_sees_or_corrects(stranger, client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    place = f"/api/v1/own/cases/{number}/corrections"
    assert (await stranger.get(place)).status_code == 404
    assert (await client.get(place)).status_code == 403
