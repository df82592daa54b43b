"""A program asks whether its person is proven, and for whom a ticket has to be."""

from datetime import UTC, datetime

import httpx2
import pytest

from tests.api.identity.conftest import with_stand_ins

PERSON = {"name": "李一", "id_number": "110105199001011232"}


@pytest.fixture
def clock():
    return lambda: datetime.now(UTC)


@pytest.fixture
def settings(tmp_path, stand_ins):
    return with_stand_ins(tmp_path, stand_ins)


async def signed_in(phone):
    answer = await phone.post("/api/v1/sign-in/wechat", json={"code": "login-mei-1"})
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def test_the_portals_ticket_for_the_named_audience_proves_who_it_is(outside, stand_ins):
    async with outside() as phone, httpx2.AsyncClient() as there:
        bearer = await signed_in(phone)
        before = (await phone.get("/api/v1/me/identity", headers=bearer)).json()
        assert (before["verified"], before["name"]) == (False, "")
        assert before["portal"]["title"]["zh"] == "省统一身份认证平台"
        asked = PERSON | {"audience": before["portal"]["audience"]}
        ticket = (await there.post(f"{stand_ins}/provincial/tickets", json=asked)).json()
        proven = await phone.post("/api/v1/me/identity", json=ticket, headers=bearer)
        assert proven.status_code == 200, proven.text
        after = (await phone.get("/api/v1/me/identity", headers=bearer)).json()
        assert (after["verified"], after["name"]) == (True, "李一")
        assert PERSON["id_number"] not in str(after)


async def test_where_no_portal_is_set_up_none_is_named(outside, app):
    async with outside() as phone:
        bearer = await signed_in(phone)
        app.state.identity_providers = {}
        identity = (await phone.get("/api/v1/me/identity", headers=bearer)).json()
        assert identity == {"verified": False, "name": "", "portal": None}
        assert (await phone.get("/api/v1/me/identity")).status_code == 401
