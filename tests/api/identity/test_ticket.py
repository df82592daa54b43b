"""WeChat's code and the province's ticket, against stand-ins on a real port."""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import text, update

from api.session import COOKIE
from records.account import get_account
from records.notice_choice import choice_of
from records.schema_account import account as accounts
from tests.api.identity.conftest import with_stand_ins

PERSON = {"name": "李一", "id_number": "110105199001011232", "audience": "once-360900"}


@pytest.fixture
def clock():
    return lambda: datetime.now(UTC)


@pytest.fixture
def settings(tmp_path, stand_ins):
    return with_stand_ins(tmp_path, stand_ins)


@pytest.fixture
def ticket(stand_ins):
    async def make(**changed: Any) -> str:
        async with httpx2.AsyncClient() as browser:
            answer = await browser.post(f"{stand_ins}/provincial/tickets", json=PERSON | changed)
        return str(answer.json()["ticket"])

    return make


async def by_wechat(browser, code):
    return await browser.post("/api/v1/sign-in/wechat", json={"code": code})


async def by_ticket(browser, ticket):
    return await browser.post("/api/v1/sign-in/provincial", json={"ticket": ticket})


async def me(browser, answer):
    bearer = {"authorization": f"Bearer {answer.json()['token']}"}
    return (await browser.get("/api/v1/me", headers=bearer)).json()


async def test_wechat_names_somebody_and_proves_nothing(outside):
    async with outside() as phone:
        first, again = await by_wechat(phone, "login-mei-1"), await by_wechat(phone, "login-mei-2")
        who = await me(phone, first)
        assert (who["role"], who["verified"], who["name"]) == ("citizen", False, "")
        assert (await me(phone, again))["account"] == who["account"]
        assert (await me(phone, await by_wechat(phone, "login-hua-1")))["account"] != who["account"]


async def test_who_came_by_the_mini_program_chooses_wechat_also_once_proven(outside, office, ticket):
    async with outside() as phone:
        signed_in = await by_wechat(phone, "login-mei-1")
        phone.headers["authorization"] = f"Bearer {signed_in.json()['token']}"
        assert (await phone.get("/api/v1/own/notices")).json()["wechat"] is True
        answer = await phone.put("/api/v1/own/notices", json={"channels": ["wechat"]})
        assert (answer.status_code, answer.json()["channels"]) == (200, ["wechat"])
        account = (await phone.get("/api/v1/me")).json()["account"]
        openid = (await get_account(office.archive, account)).person["openid"]
        chosen = await choice_of(office.archive, f"account:{account}")
        assert chosen is not None
        assert chosen.contact == {"wechat": openid}
        assert (await phone.post("/api/v1/me/identity", json={"ticket": await ticket()})).status_code == 200
        known = (await get_account(office.archive, account)).person
        assert (known["name"], known["openid"]) == (PERSON["name"], openid)
        answer = await phone.put("/api/v1/own/notices", json={"channels": ["wechat"]})
        assert answer.status_code == 200
        assert openid not in answer.text
    rows = await office.archive.database.read(lambda c: c.execute(text("select * from account")).all())
    assert openid not in str(rows)


async def test_an_account_from_before_the_openid_was_kept_learns_it_at_the_next_sign_in(outside, office):
    async with outside() as phone:
        account = (await me(phone, await by_wechat(phone, "login-mei-1")))["account"]
        forget = update(accounts).where(accounts.c.id == account).values(sealed_person=None)
        await office.archive.database.write(lambda connection: connection.execute(forget))
        assert (await me(phone, await by_wechat(phone, "login-mei-2")))["account"] == account
    assert (await get_account(office.archive, account)).person["openid"]


async def test_wechats_session_key_is_neither_answered_nor_stored_nor_logged(outside, office, capsys):
    async with outside() as phone:
        answer = await by_wechat(phone, "login-mei-1")
    assert set(answer.json()) == {"token", "expires", "idle_seconds"}
    rows = await office.archive.database.read(lambda c: c.execute(text("select * from account")).all())
    told = str(rows) + capsys.readouterr().out + answer.text
    assert "session_key" not in told
    assert "login-mei-1" not in told


@pytest.mark.parametrize("code", ["made-up", "login-mei-%"])
async def test_a_code_that_wechat_does_not_know_is_refused(outside, code):
    async with outside() as phone:
        answer = await by_wechat(phone, code)
        assert (answer.status_code, answer.json()["code"]) == (401, "identity_refused")


async def test_a_code_counts_once(outside):
    async with outside() as phone:
        assert (await by_wechat(phone, "login-mei-1")).status_code == 200
        assert (await by_wechat(phone, "login-mei-1")).status_code == 401


async def test_a_ticket_proves_who_it_is_and_counts_once(outside, ticket):
    async with outside() as phone:
        given = await ticket()
        answer = await by_ticket(phone, given)
        who = await me(phone, answer)
        assert (who["role"], who["verified"], who["name"]) == ("citizen", True, "李一")
        assert PERSON["id_number"] not in str(who)
        assert (await by_ticket(phone, given)).status_code == 401


async def test_a_ticket_for_somebody_elses_house_or_without_a_person_is_refused(outside, ticket):
    async with outside() as phone:
        for wrong in (
            await ticket(audience="another-house"),
            await ticket(id_number="110105199001011231"),
            await ticket(name=" "),
            (await ticket())[:-3],
        ):
            answer = await by_ticket(phone, wrong)
            assert (answer.status_code, answer.json()["code"]) == (401, "identity_refused")


async def test_a_ticket_that_is_over_is_refused(outside, ticket, app):
    given = await ticket()
    late = datetime.fromtimestamp(time.time() + 181, UTC)
    object.__setattr__(app.state.office, "clock", lambda: late)
    async with outside() as phone:
        assert (await by_ticket(phone, given)).status_code == 401


async def test_whoever_came_by_wechat_proves_who_they_are_with_a_ticket(outside, ticket):
    async with outside() as phone:
        answer = await by_wechat(phone, "login-mei-1")
        bearer = {"authorization": f"Bearer {answer.json()['token']}"}
        proven = await phone.post("/api/v1/me/identity", json={"ticket": await ticket()}, headers=bearer)
        assert (proven.status_code, proven.json()["verified"]) == (200, True)
        assert (await me(phone, answer))["verified"] is True
        other = await ticket(name="王二", id_number="11010519491231002X")
        answer = await phone.post("/api/v1/me/identity", json={"ticket": other}, headers=bearer)
        assert answer.status_code == 401


async def test_a_browser_goes_to_the_portal_and_comes_back(outside):
    async with outside() as browser, httpx2.AsyncClient() as there:
        address = (await browser.get("/sign-in/provincial", params={"to": "/m"})).headers["location"]
        assert "提示" not in (await there.get(address)).text
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        place = address.partition("?")[0]
        form = {"name": PERSON["name"], "id_number": PERSON["id_number"]} | asked
        back = (await there.post(place, data=form)).headers["location"]
        answer = await browser.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/m")
        assert COOKIE in browser.cookies


async def test_a_ticket_that_another_browser_fetched_begins_no_session_here(outside, ticket):
    async with outside() as browser:
        address = (await browser.get("/sign-in/provincial")).headers["location"]
        state = parse_qs(urlsplit(address).query)["state"][0]
        answer = await browser.get(
            "/sign-in/provincial/callback", params={"ticket": await ticket(), "state": state}
        )
        assert answer.status_code == 401
        assert COOKIE not in browser.cookies
