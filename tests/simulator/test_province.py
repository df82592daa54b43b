"""The stand-in for a province's portal signs tickets that its own published key verifies."""

from joserfc import jwt
from joserfc.jwk import KeySet

from simulator.province import ISSUER, SECONDS

PERSON = {"name": "李一", "id_number": "110105199001011232", "audience": "once"}


async def claims_of(client, ticket):
    keys = (await client.get("/provincial/keys")).json()
    assert all("d" not in key for key in keys["keys"])
    return jwt.decode(ticket, KeySet.import_key_set(keys), algorithms=["ES256"]).claims


async def test_a_ticket_says_who_it_is_for_whom_and_until_when(client, clock):
    ticket = (await client.post("/provincial/tickets", json=PERSON)).json()["ticket"]
    claims = await claims_of(client, ticket)
    now = int(clock().timestamp())
    assert (claims["iss"], claims["aud"], claims["name"]) == (ISSUER, "once", "李一")
    assert (claims["iat"], claims["exp"]) == (now, now + SECONDS)


async def test_each_ticket_has_its_own_name(client):
    tickets = [(await client.post("/provincial/tickets", json=PERSON)).json()["ticket"] for _ in range(2)]
    first, second = [await claims_of(client, one) for one in tickets]
    assert first["jti"] != second["jti"]
    assert first["sub"] == second["sub"]


async def test_a_browser_is_sent_back_with_what_it_brought(client):
    kept = {"back": "http://once.example/back", "audience": "once", "state": '"><script>', "nonce": "n"}
    page = await client.get("/provincial/login", params=kept)
    assert "<script>" not in page.text
    form = kept | {"state": "s", "name": "李一", "id_number": PERSON["id_number"]}
    answer = await client.post("/provincial/login", data=form)
    assert answer.headers["location"].startswith("http://once.example/back?ticket=")
    assert answer.headers["location"].endswith("&state=s")


async def test_a_browser_is_sent_to_no_other_kind_of_address(client):
    form = {"back": "javascript:alert(1)", "audience": "a", "name": "李一", "id_number": "1"}
    assert (await client.post("/provincial/login", data=form)).status_code == 400
