"""Signing in without pages: a token for a program, and who it belongs to."""

import httpx2
import pytest

CITIZEN = {"name": "李一", "id_number": "110105199001011232"}
PLACE = "/api/v1/sign-in/development"


async def me(client, token):
    return await client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})


async def test_a_program_signs_in_and_is_told_who_it_is(client):
    answer = await client.post(PLACE, json=CITIZEN)
    assert answer.status_code == 200
    assert answer.json()["expires"] == "2026-03-03T14:05:00Z"
    assert answer.json()["idle_seconds"] == 1800
    assert "set-cookie" not in answer.headers
    who = (await me(client, answer.json()["token"])).json()
    assert (who["role"], who["name"], who["verified"]) == ("citizen", "李一", True)
    assert CITIZEN["id_number"] not in str(who)


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [("handler-police", "agency", "police"), ("representative", "organisation", "示范镇便民服务中心")],
)
async def test_staff_are_told_where_they_belong(client, key, field, value):
    token = (await client.post(PLACE, json={"account": key})).json()["token"]
    who = (await me(client, token)).json()
    assert who[field] == value
    assert who["verified"] is False


async def test_without_a_token_on_this_machine_one_is_the_development_clerk(client):
    who = (await client.get("/api/v1/me")).json()
    assert (who["role"], who["window"]["id"], who["development"]) == ("clerk", "dev-window-1", True)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"account": "nobody"}, "/account"),
        ({"name": "李一", "id_number": "110105199001011231"}, "/id_number"),
        ({"id_number": "110105199001011232"}, "/name"),
        ({}, "/name"),
    ],
)
async def test_whoever_does_not_exist_is_told_at_the_field(client, body, pointer):
    answer = await client.post(PLACE, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_from_another_machine_there_is_no_development_login(app, client):
    del client
    transport = httpx2.ASGITransport(app=app, client=("10.0.0.5", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as stranger:
        answer = await stranger.post(PLACE, json={"account": "administrator"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_a_program_signs_out_with_its_token(client):
    token = (await client.post(PLACE, json=CITIZEN)).json()["token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert (await client.post("/sign-out", headers=bearer)).status_code == 303
    assert (await me(client, token)).status_code == 401
