"""The desk as JSON: the same inbox, filing and acts, for the same handlers."""

import pytest


@pytest.fixture
async def health(number, at):
    del number
    return (await at("health")).browser


async def first(browser):
    return (await browser.get("/api/v1/desk/items")).json()["lines"][0]["id"]


@pytest.fixture
def bearer(health):
    """The session as a program carries it: no cookie, so no form's mark either."""
    headers = {"authorization": f"Bearer {health.cookies['once_session']}"}
    health.cookies.clear()
    return headers


async def test_inbox_and_filing_say_what_the_pages_say(health, number):
    inbox = (await health.get("/api/v1/desk/items?wanted=new")).json()
    assert (inbox["counts"]["new"], len(inbox["lines"])) == (1, 1)
    line = inbox["lines"][0]
    assert (line["number"], line["state"], line["person"]) == (number, "new", "陈*梁")
    item = (await health.get(f"/api/v1/desk/items/{line['id']}")).json()
    assert {"accept", "decline", "correct", "grant", "refuse"} == set(item["possible"])
    assert "陈国梁" in {row["text"]["zh"] for group in item["form"] for row in group["rows"]}
    found = (await health.get(f"/api/v1/desk/items?number={number}")).json()
    assert len(found["lines"]) == 1
    assert (await health.get("/api/v1/desk/items?number=999999")).json()["lines"] == []
    assert (await health.get("/api/v1/desk/items?wanted=nonsense")).status_code == 422


async def test_an_act_is_done_once_and_a_stale_one_is_refused(health, bearer, engine):
    item = (await health.get("/api/v1/desk/items", headers=bearer)).json()["lines"][0]["id"]
    place = f"/api/v1/desk/items/{item}/acts"
    asked = {"revision": 0, "act": {"kind": "accept"}}
    done = await health.post(place, json=asked, headers=bearer)
    assert (done.status_code, done.json()["state"], done.json()["revision"]) == (200, "review", 1)
    again = await health.post(place, json=asked, headers=bearer)
    assert (again.status_code, again.json()["code"]) == (409, "action_rejected")
    assert again.json()["errors"][0]["code"] == "changed"
    await engine.work()
    assert engine.state("death_proof").state == "accepted"


@pytest.mark.parametrize(
    ("act", "status", "pointer"),
    [
        ({"kind": "refuse"}, 422, "/reason"),
        ({"kind": "correct", "fields": ["nothing"], "reason": "x"}, 422, "/fields"),
        ({"kind": "grant", "effects": {"id_number(child)": "1"}}, 422, "/effects"),
        ({"kind": "cheer"}, 422, "/act"),
        ({"kind": "extend", "amount": -1}, 422, "/act/extend/amount"),
        ({"kind": "resume", "at": "2026-03-03"}, 409, ""),
        ({"kind": "accept", "more": True}, 422, "/act/accept/more"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(  # noqa: PLR0917 - one row each
    health, bearer, engine, act, status, pointer
):
    item = (await health.get("/api/v1/desk/items", headers=bearer)).json()["lines"][0]["id"]
    answer = await health.post(
        f"/api/v1/desk/items/{item}/acts", json={"revision": 0, "act": act}, headers=bearer
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    await engine.work()
    assert engine.state("death_proof").state == "received"


async def test_health_tells_load_and_lights(health):
    told = (await health.get("/api/v1/desk/health")).json()
    assert (told["adapter"], told["ok"], told["open"], told["red"], told["stuck"]) == ("desk", True, 1, 0, 0)
    assert told["counts"]["new"] == 1


@pytest.mark.parametrize("account", ["clerk", "supervisor", "administrator", "auditor", "representative"])
async def test_nobody_but_a_handler_sees_a_desk(client, account):
    await client.post("/sign-in/development", data={"account": account})
    for place in ("/api/v1/desk/items", "/api/v1/desk/health", f"/api/v1/desk/items/{'0' * 32}"):
        assert (await client.get(place)).status_code == 403
