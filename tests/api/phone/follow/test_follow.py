"""A citizen follows a case on the phone: where it is, what is asked, and taking something back."""

import re
from datetime import timedelta
from html import unescape

import pytest

from api.identity.development import staff_account
from api.identity.mandate_view import MandateRequest
from onething.mandate import MandateScope
from records.audit import entries_of
from tests.api.conftest import NOW

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
NAVIGATION = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-dest": "document"}


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


async def look(browser, path):
    page = await browser.get(path, headers={"accept": "text/html"})
    assert page.status_code == 200, page.text
    return page


async def test_my_cases_are_mine_and_nobody_elses(citizen, stranger, number):
    assert number in (await look(citizen, "/m/cases")).text
    assert number not in (await look(stranger, "/m/cases")).text
    assert (await stranger.get(f"/m/cases/{number}")).status_code == 404
    assert (await stranger.get(f"/api/v1/own/cases/{number}")).status_code == 404


async def test_every_list_of_ones_own_cases_has_those_under_a_mandate(citizen, stranger, number):
    agreed = {
        "representative_name": "李一",
        "representative_id_number": "110105199001011232",
        "scope": "follow",
        "until": "2026-03-31",
        "signature": "陈若兰",
    }
    assert (await citizen.post("/m/mandates", agreed)).status_code == 303
    for page in ("/m", "/m/cases"):
        assert number in (await look(stranger, page)).text
    assert [one["number"] for one in (await stranger.get("/api/v1/own/cases")).json()] == [number]


async def test_the_page_says_who_holds_each_item_since_when_due_when_and_what_next(citizen, number, engine):
    await engine.says(number, POLICE, {"kind": "received", "ref": "R-1"})
    await engine.says(number, POLICE, {"kind": "accepted", "at": engine.office.now()})
    page = await look(citizen, f"/m/cases/{number}")
    text = words(page)
    assert re.search(r"自 2026年3月3日 10:05 起", text)
    assert re.search(r"承诺 2026年\d+月\d+日 前（含当日）办结", text)
    assert "期限说明" in text
    assert "下一步" in text
    assert "项中 1 项已有结果" in text
    item = next(
        one
        for one in (await citizen.get(f"/api/v1/own/cases/{number}")).json()["items"]
        if one["slot"] == POLICE
    )
    assert item["holder"] == "agency"
    assert item["promised"]["explanation"]["zh"]
    assert item["next"]["zh"]
    assert "Who holds it" in words(await look(citizen, f"/m/cases/{number}?lang=en"))


async def test_nothing_meant_for_the_window_stands_on_the_citizens_page(citizen, number):
    answer = (await citizen.get(f"/api/v1/own/cases/{number}")).json()
    assert not {"work_orders", "window", "revision", "may_hold"} & set(answer)
    assert "operator" not in answer["items"][0]


async def test_only_what_is_asked_is_corrected_and_only_after_it_was_seen(citizen, number, engine, office):
    await engine.asks(number, POLICE, fields=["xm"], materials=["household_book_original"])
    place = f"/m/cases/{number}/correction"
    page = await look(citizen, place)
    assert re.findall(r'name="shown" value="([^"]+)"', page.text) == ["/deceased/name"]
    form = {"shown": "/deceased/name", "/deceased/name": "陈国樑"}
    files = {"/materials/household_book_original": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    before = len(engine.updates)
    page = await citizen.post(place, form | {"do": "check"}, files)
    assert page.status_code == 200
    assert len(engine.updates) == before
    upload = re.search(r'name="upload" value="([^"]+)"', page.text)[1]
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    form |= {"do": "confirm", "seen": seen, "upload": upload}
    answer = await citizen.post(place, form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/cases/{number}?done=corrected")
    assert len(engine.updates) == before + 1
    actions = [one.action for one in await entries_of(office.archive, case=number)]
    assert "correct_case" in actions


async def test_a_photo_is_kept_and_the_page_stays_at_the_fields(citizen, number, engine):
    await engine.asks(number, POLICE, fields=["xm"], materials=["household_book_original"])
    form = {"shown": "/deceased/name", "/deceased/name": "陈国樑"}
    files = {"/materials/household_book_original": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    page = await citizen.post(f"/m/cases/{number}/correction", form, files)
    assert 'name="upload"' in page.text
    assert "book.pdf" in page.text
    assert 'value="陈国樑"' in page.text
    assert "确认后将这样办理" not in page.text


async def test_a_field_nobody_asked_about_is_refused(citizen, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    form = {"shown": "/applicant/phone", "/applicant/phone": "13800000000", "do": "check"}
    answer = await citizen.post(f"/m/cases/{number}/correction", form)
    assert answer.status_code == 422
    assert all(action.kind != "corrected" for _, action in engine.updates)


async def test_an_item_is_taken_back_after_it_was_said_what_follows(citizen, number, engine):
    place = f"/m/cases/{number}/withdrawal"
    page = await look(citizen, f"{place}?slot={POLICE}")
    assert "撤回" in words(page)
    assert all(action.kind != "withdrawn" for _, action in engine.updates)
    answer = await citizen.post(place, {"slot": POLICE, "reason": "not_wanted"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/cases/{number}?done=withdrawn")
    assert engine.updates[-1][1].slot == POLICE


async def test_the_whole_case_is_taken_back(citizen, number, engine):
    assert "整件" in words(await look(citizen, f"/m/cases/{number}/withdrawal"))
    answer = await citizen.post(f"/m/cases/{number}/withdrawal", {"reason": "done_elsewhere"})
    assert answer.status_code == 303
    assert engine.updates[-1][1].slot is None


@pytest.mark.parametrize("path", ["correction", "withdrawal"])
async def test_a_stranger_changes_nothing(stranger, number, engine, path):
    answer = await stranger.post(f"/m/cases/{number}/{path}", {"reason": "not_wanted"})
    assert answer.status_code == 404
    assert engine.updates == []


async def test_a_form_without_the_sessions_mark_changes_nothing(citizen, number, engine):
    answer = await citizen.browser.post(
        f"/m/cases/{number}/withdrawal", data={"reason": "not_wanted", "csrf": "0" * 32}
    )
    assert answer.status_code == 403
    assert engine.updates == []


async def test_an_ended_item_is_rated_once_and_one_under_way_is_not(citizen, stranger, number):
    place = f"/m/cases/{number}/slots/death_proof/rating"
    assert "评价" in words(await look(citizen, f"/m/cases/{number}"))
    assert 'name="level" value="5"' in (await look(citizen, place)).text
    empty = await citizen.post(place, {"words": '"><script>alert(1)</script>'})
    assert empty.status_code == 422
    assert "<script>alert" not in empty.text
    assert (await stranger.post(place, {"level": "1"})).status_code == 404
    sent = await citizen.post(place, {"level": "4"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/m/cases/{number}?done=rated")
    assert "评价已提交" in words(await look(citizen, sent.headers["location"]))
    assert "已评价： 满意" in words(await citizen.post(place, {"level": "1"}))
    assert "已评价：满意" in words(await look(citizen, f"/m/cases/{number}"))
    assert "2026年3月3日已评价： 满意" in words(await look(citizen, place))
    early = await citizen.get(f"/m/cases/{number}/slots/{POLICE}/rating")
    assert early.status_code == 409
    assert "还没有办理结果" in words(early)
    assert (await citizen.get(f"/m/cases/{number}/slots/no_such_item/rating")).status_code == 404


async def test_who_acts_for_somebody_stands_on_the_case_and_is_ended_there(citizen, number, office, story):
    agent = await staff_account(office, "representative")
    applicant = story.answers["applicant"]
    request = MandateRequest(
        agent=agent.id,
        scope=(MandateScope.FOLLOW,),
        until=NOW.date() + timedelta(days=30),
        case=number,
        signature={"kind": "typed", "value": applicant["name"]},
    )
    answer = await citizen.browser.post("/api/v1/mandates", json=request.model_dump(mode="json"))
    assert answer.status_code == 201, answer.text
    page = await look(citizen, f"/m/cases/{number}")
    action = re.search(r'href="(/m/cases/[^"]+/revocation)"', page.text)[1]
    asked = await look(citizen, action)
    assert "确认撤销" in words(asked)
    assert f'action="{action}"' in asked.text
    own = re.search(r'href="(/m/mandates/[^"]+/revocation)"', (await look(citizen, "/m/mandates")).text)[1]
    assert f'action="{own}"' in (await look(citizen, own)).text
    answer = await citizen.post(action)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/cases/{number}?done=revoked")
    page = await look(citizen, answer.headers["location"])
    assert "委托已撤销" in words(page)
    assert "/revocation" not in page.text
    assert "确认撤销" not in words(await look(citizen, action))


async def test_whoever_holds_a_mandate_has_the_case_on_their_own_list(citizen, browser, number, story):
    agent = {"name": "李一", "id_number": "110105199001011232"}
    mandate = {
        "representative": agent,
        "scope": ["follow"],
        "until": (NOW.date() + timedelta(days=30)).isoformat(),
        "case": number,
        "signature": {"kind": "typed", "value": story.answers["applicant"]["name"]},
    }
    answer = await citizen.browser.post("/api/v1/mandates", json=mandate)
    assert answer.status_code == 201, answer.text
    async with browser() as opened:
        await opened.post("/sign-in/development", data=agent)
        assert number in (await look(opened, "/m/cases")).text
        page = await look(opened, f"/m/cases/{number}")
        said, name = words(page), story.answers["applicant"]["name"]
        assert re.search(rf"您受{name}委托：查询进度，至2026年4月\d+日", said)
        assert story.answers["applicant"]["id_number"] not in page.text
        assert "没有委托他人代办" not in said
        assert "回执" not in said
        assert "撤回" not in said
        view = (await opened.get(f"/api/v1/own/cases/{number}")).json()
        assert (view["may"]["withdraw"], view["may_withdraw"], view["receipts"]) == (False, False, [])
        assert not any(one["may_withdraw"] or one["may_book"] for one in view["items"])
        refused = await opened.get(f"/api/v1/cases/{number}/receipt.pdf", headers=NAVIGATION)
        assert refused.status_code == 403
        assert refused.headers["content-type"].startswith("text/html")
        refused = await opened.get(f"/api/v1/cases/{number}/receipt.pdf")
        assert refused.headers["content-type"].startswith("application/problem+json")
