"""Staff by an OpenID provider that runs as a server of its own."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from api.identity.door import KEPT_COOKIE
from api.session import COOKIE
from records.account import NewAccount, change_account, open_account
from records.audit import entries_of
from tests.api.identity.conftest import with_oidc

STAFF = "s-100"


@pytest.fixture
def clock():
    """The real time: the provider's tokens are made now."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def settings(tmp_path, issuer):
    return with_oidc(tmp_path, issuer)


@pytest.fixture
async def account(office):
    new = NewAccount("oidc", STAFF, "clerk", window_id=None, area="36", person={"name": "王窗口"})
    return await open_account(office.archive, new, office.now())


async def there(browser, to=""):
    """Go to the provider's page."""
    answer = await browser.get("/sign-in/oidc", params={"to": to})
    assert answer.status_code == 303
    return answer.headers["location"]


async def signed_in_there(address, subject=STAFF, **data: Any):
    """Sign in at the provider; gives the address that it sends the browser back to."""
    async with httpx2.AsyncClient() as browser:
        answer = await browser.post(address, data={"sub": subject} | data)
    back = urlsplit(answer.headers["location"])
    assert back.netloc == "once.example"
    return f"{back.path}?{back.query}"


async def refused(answer, browser):
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_refused")
    assert COOKIE not in browser.cookies
    return True


async def test_a_clerk_signs_in_and_goes_on_where_they_wanted(outside, account):
    del account
    async with outside() as browser:
        back = await signed_in_there(await there(browser, to="/worklists"))
        answer = await browser.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/worklists")
        assert "Secure" in answer.headers["set-cookie"]
        who = (await browser.get("/api/v1/me")).json()
    assert (who["role"], who["area"], who["name"], who["development"]) == ("clerk", "36", "王窗口", False)


async def test_what_goes_to_the_provider_is_bound_to_this_browser(outside):
    async with outside() as browser:
        first, second = await there(browser), await there(browser)
        asked = [parse_qs(urlsplit(address).query) for address in (first, second)]
        assert asked[0]["code_challenge_method"] == ["S256"]
        assert asked[0]["redirect_uri"] == ["https://once.example/sign-in/oidc/callback"]
        for name in ("state", "nonce", "code_challenge"):
            assert len(asked[0][name][0]) >= 43
            assert asked[0][name] != asked[1][name]
        assert "hush" not in first
        assert asked[0]["state"][0] not in browser.cookies[KEPT_COOKIE]


async def test_staff_without_an_account_are_told_whom_to_ask(outside, office):
    async with outside() as browser:
        back = await signed_in_there(await there(browser), subject="s-unknown")
        answer = await browser.get(back, headers={"accept": "text/html"})
        assert answer.status_code == 403
        assert "s-unknown" in answer.text
        assert COOKIE not in browser.cookies
    assert [one.action for one in await entries_of(office.archive)] == ["sign_in_not_enrolled"]


async def test_an_account_that_was_closed_does_not_come_in(outside, office, account):
    await change_account(office.archive, account.id, disabled_at=office.now())
    async with outside() as browser:
        answer = await browser.get(await signed_in_there(await there(browser)))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_another_state_is_refused(outside, account):
    del account
    async with outside() as browser:
        back = await signed_in_there(await there(browser))
        code = parse_qs(urlsplit(back).query)["code"][0]
        answer = await browser.get("/sign-in/oidc/callback", params={"code": code, "state": "s" * 43})
        assert await refused(answer, browser)


async def test_a_sign_in_that_another_browser_began_does_not_end_here(outside, account):
    del account
    async with outside() as attacker, outside() as victim:
        back = await signed_in_there(await there(attacker))
        assert await refused(await victim.get(back), victim)
        await there(victim)
        assert await refused(await victim.get(back), victim)


async def test_a_code_counts_once(outside, account):
    del account
    async with outside() as browser:
        address = await there(browser)
        kept = browser.cookies[KEPT_COOKIE]
        back = await signed_in_there(address)
        assert (await browser.get(back)).status_code == 303
        browser.cookies.clear()
        assert await refused(await browser.get(back), browser)
        answer = await browser.get(back, headers={"cookie": f"{KEPT_COOKIE}={kept}"})
        assert await refused(answer, browser)


async def test_whoever_says_no_at_the_provider_is_not_signed_in(outside, account):
    del account
    async with outside() as browser:
        back = await signed_in_there(await there(browser), action="deny")
        assert await refused(await browser.get(back), browser)


async def test_a_session_that_was_planted_is_not_the_one_that_is_begun(outside, account):
    del account
    async with outside() as browser:
        back = await signed_in_there(await there(browser))
        browser.cookies.set(COOKIE, "planted", domain="once.example", path="/")
        answer = await browser.get(back)
        assert f"{COOKIE}=planted" not in answer.headers["set-cookie"]
        assert len(answer.headers["set-cookie"].partition(f"{COOKIE}=")[2].partition(";")[0]) > 60


async def test_without_the_development_login_nobody_is_the_development_clerk(client):
    assert (await client.get("/api/v1/cases")).status_code == 401
    page = await client.get("/sign-in")
    assert "/sign-in/oidc" in page.text
    assert "/sign-in/development" not in page.text
    for path in ("/sign-in/development", "/api/v1/sign-in/development"):
        form = {"data": {"account": "clerk"}} if "api" not in path else {"json": {"account": "clerk"}}
        assert (await client.post(path, **form)).status_code == 403


@pytest.mark.parametrize("path", ["/sign-in/wechat", "/sign-in/provincial", "/sign-in/x"])
async def test_only_what_is_offered_is_there(client, path):
    assert (await client.get(path)).status_code == 404
    assert (await client.get(f"{path}/callback")).status_code == 404
