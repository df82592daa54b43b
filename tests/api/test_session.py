"""Signing in: tokens that count, and every way in which one does not."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from api.session import COOKIE, GRACE, IDLE, LONGEST, RENEW_AFTER, RENEWED

BEGAN = datetime.fromisoformat("2026-03-03T10:05:00+08:00")
CITIZEN = {"name": "李一", "id_number": "110105199001011232"}


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time):
        self.now += time


@pytest.fixture
def clock():
    return Clock()


async def signed_in(client, **choice: str):
    answer = await client.post("/sign-in/development", data=choice)
    assert answer.status_code == 303, answer.text
    return answer


def token_of(client):
    return client.cookies[COOKIE]


def sent(answer):
    """The token that an answer sets as its cookie."""
    return answer.headers["set-cookie"].partition(f"{COOKIE}=")[2].partition(";")[0]


async def test_signing_in_gives_a_cookie_that_scripts_cannot_read(client):
    answer = await signed_in(client, account="supervisor")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert (await client.get("/worklists")).status_code == 200


async def test_each_sign_in_is_a_new_session_whatever_the_browser_brought(client):
    client.cookies[COOKIE] = "planted"
    first = sent(await signed_in(client, account="clerk"))
    client.cookies.clear()
    client.cookies[COOKIE] = "planted"
    assert sent(await signed_in(client, account="clerk")) != first != "planted"


async def test_signing_out_ends_the_session_for_every_copy_of_the_token(client):
    await signed_in(client, account="clerk")
    copy = token_of(client)
    page = await client.get("/")
    csrf = page.text.partition('name="csrf" value="')[2][:32]
    assert (await client.post("/sign-out", data={"csrf": csrf})).status_code == 303
    client.cookies.clear()
    answer = await client.get("/api/v1/cases", headers={"authorization": f"Bearer {copy}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_form_without_its_sessions_mark_is_refused(client):
    await signed_in(client, account="clerk")
    for csrf in ("", "0" * 32):
        assert (await client.post("/sign-out", data={"csrf": csrf})).status_code == 403
    assert (await client.post("/sign-out")).status_code == 403
    assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize("spoil", ["cut", "other_key", "none", "other_session"])
async def test_a_forged_token_is_refused(client, office, spoil):
    await signed_in(client, account="clerk")
    token = token_of(client)
    client.cookies.clear()
    claims = {"sid": "0" * 32, "gen": 1}
    forged = {
        "cut": token[:-2],
        "other_key": jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(b"k" * 32)),
        "none": "eyJhbGciOiJub25lIn0.eyJzaWQiOiJhIiwiZ2VuIjoxfQ.",
        "other_session": jwt.encode(
            {"alg": "HS256"}, claims, OctKey.import_key(office.archive.ring.derived("session token"))
        ),
    }[spoil]
    answer = await client.get("/api/v1/cases", headers={"authorization": f"Bearer {forged}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_session_ends_half_an_hour_after_its_last_use(client, clock):
    await signed_in(client, account="clerk")
    clock.pass_(IDLE - timedelta(minutes=1))
    assert (await client.get("/api/v1/cases")).status_code == 200
    clock.pass_(IDLE + timedelta(minutes=1))
    assert (await client.get("/api/v1/cases")).status_code == 401


async def test_a_session_ends_twelve_hours_after_it_began_however_much_it_is_used(client, clock):
    await signed_in(client, account="clerk")
    for _ in range(int(LONGEST / timedelta(minutes=25))):
        assert (await client.get("/api/v1/cases")).status_code == 200
        clock.pass_(timedelta(minutes=25))
    clock.pass_(timedelta(minutes=25))
    assert (await client.get("/api/v1/cases")).status_code == 401


async def test_a_token_is_renewed_while_it_is_used_and_the_one_before_still_serves_what_was_under_way(
    client, clock
):
    await signed_in(client, account="clerk")
    old = token_of(client)
    clock.pass_(RENEW_AFTER + timedelta(seconds=1))
    assert (await client.get("/api/v1/cases")).status_code == 200
    new = token_of(client)
    assert new != old
    bearer = {"authorization": f"Bearer {old}"}
    client.cookies.clear()
    assert (await client.get("/api/v1/cases", headers=bearer)).status_code == 200


def bearer(token):
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("later", [timedelta(seconds=70), timedelta(minutes=9), timedelta(minutes=25)])
async def test_a_renewal_whose_answer_never_arrives_signs_nobody_out(client, clock, later):
    await signed_in(client, account="clerk")
    old = token_of(client)
    client.cookies.clear()
    clock.pass_(RENEW_AFTER + timedelta(seconds=1))
    lost = (await client.get("/api/v1/cases", headers=bearer(old))).headers[RENEWED]
    for _ in range(2):
        clock.pass_(later)
        again = await client.get("/api/v1/cases", headers=bearer(old))
        assert again.status_code == 200
        assert again.headers[RENEWED] == lost
    clock.pass_(later)
    answer = await client.get("/api/v1/cases", headers=bearer(again.headers[RENEWED]))
    assert answer.status_code == 200
    newest = answer.headers.get(RENEWED, lost)
    clock.pass_(GRACE + timedelta(seconds=1))
    if newest != lost:
        assert (await client.get("/api/v1/cases", headers=bearer(newest))).status_code == 200
    for token in (old, newest):
        assert (await client.get("/api/v1/cases", headers=bearer(token))).status_code == 401


async def test_a_browser_whose_answer_was_lost_has_its_cookie_again(client, clock):
    await signed_in(client, account="clerk")
    old = token_of(client)
    clock.pass_(RENEW_AFTER + timedelta(seconds=1))
    await client.get("/api/v1/cases")
    new = token_of(client)
    client.cookies.clear()
    client.cookies[COOKIE] = old
    clock.pass_(GRACE + timedelta(seconds=10))
    answer = await client.get("/api/v1/cases")
    assert (answer.status_code, sent(answer)) == (200, new)


async def test_a_lost_answer_keeps_no_session_alive_beyond_its_time(client, clock):
    await signed_in(client, account="clerk")
    old = token_of(client)
    client.cookies.clear()
    clock.pass_(RENEW_AFTER + timedelta(seconds=1))
    await client.get("/api/v1/cases", headers=bearer(old))
    clock.pass_(IDLE + timedelta(minutes=1))
    assert (await client.get("/api/v1/cases", headers=bearer(old))).status_code == 401


async def test_a_token_from_before_the_renewal_ends_the_session_for_both(client, clock):
    await signed_in(client, account="clerk")
    stolen = token_of(client)
    clock.pass_(RENEW_AFTER + timedelta(seconds=1))
    await client.get("/api/v1/cases")
    own = token_of(client)
    assert (await client.get("/api/v1/cases")).status_code == 200
    clock.pass_(GRACE + timedelta(seconds=1))
    client.cookies.clear()
    for token in (stolen, own):
        bearer = {"authorization": f"Bearer {token}"}
        assert (await client.get("/api/v1/cases", headers=bearer)).status_code == 401


async def test_a_program_finds_the_renewed_token_in_the_answer(client, clock):
    await signed_in(client, account="clerk")
    bearer = {"authorization": f"Bearer {token_of(client)}"}
    client.cookies.clear()
    clock.pass_(RENEW_AFTER + timedelta(seconds=1))
    answer = await client.get("/api/v1/cases", headers=bearer)
    renewed = {"authorization": f"Bearer {answer.headers[RENEWED]}"}
    assert (await client.get("/api/v1/cases", headers=renewed)).status_code == 200


@pytest.mark.parametrize("to", ["//evil.example/", "https://evil.example/", "/\\evil.example", ""])
async def test_after_signing_in_nobody_is_sent_to_another_site(client, to):
    answer = await signed_in(client, account="clerk", to=to)
    assert answer.headers["location"] == "/"


async def test_a_page_that_needs_a_sign_in_comes_back_after_it(client):
    client.cookies[COOKIE] = "gone"
    answer = await client.get("/worklists", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/worklists")


async def test_signing_in_comes_back_to_the_very_page_in_its_language(client):
    client.cookies[COOKIE] = "gone"
    asked = "/m/cases/360900-A-20260303-000000-X/withdrawal?slot=household_cancellation&lang=en"
    answer = await client.get(asked, headers={"accept": "text/html"})
    page = await client.get(answer.headers["location"])
    assert '<html lang="en">' in page.text
    to = unescape(page.text.split('name="to" value="')[1].split('"')[0])
    client.cookies.clear()
    answer = await client.post("/sign-in/development?lang=en", data=CITIZEN | {"to": to})
    assert answer.headers["location"] == asked


async def test_who_comes_from_a_page_for_persons_finds_their_own_way_in_first(client):
    page = (await client.get("/sign-in?to=/m/cases")).text
    assert page.index('id="id_number"') < page.index('name="account"')
    page = (await client.get("/sign-in?to=/worklists")).text
    assert page.index('name="account"') < page.index('id="id_number"')


async def test_the_switch_of_language_keeps_where_one_was_going(client):
    page = await client.get("/sign-in?to=/m/cases")
    assert 'href="?lang=en&amp;to=/m/cases"' in page.text


async def test_staff_who_sign_in_at_a_page_for_persons_come_to_their_own(client):
    answer = await signed_in(client, account="clerk", to="/m/cases")
    assert answer.headers["location"] == "/"
    client.cookies.clear()
    answer = await signed_in(client, account="representative", to="/m/cases")
    assert answer.headers["location"] == "/m/cases"


async def test_a_citizen_who_leaves_finds_the_way_in_for_citizens(client):
    await signed_in(client, **CITIZEN)
    csrf = (await client.get("/m")).text.partition('name="csrf" value="')[2][:32]
    left = await client.post("/sign-out?lang=en", data={"csrf": csrf})
    assert left.headers["location"] == "/sign-in?to=/m&lang=en"


async def test_a_wrong_number_is_told_at_the_field(client):
    answer = await client.post("/sign-in/development", data=CITIZEN | {"id_number": "110105199001011231"})
    assert answer.status_code == 422
    assert 'id="id_number-error">居民身份证号码有误：应为 18 位' in answer.text
    assert 'value="李一"' in answer.text


async def test_without_a_name_nobody_signs_in(client):
    answer = await client.post("/sign-in/development", data=CITIZEN | {"name": "  "})
    assert answer.status_code == 422
    assert 'id="name-error">请填写姓名' in answer.text
    assert "id_number-error" not in answer.text
    assert COOKIE not in client.cookies
