import base64
import json
import os

import httpx2
import pytest

from onething.errors import CatalogError
from runtime.health import PROCESS_HEADER
from simulator.app import create_app, options_from

KEY = "c1/household/1/submit"
BODY = {"item": "police/cancel_household", "slot": "household", "round": 1, "form": {"xm": "甲乙丙"}}


def path(key=KEY, agency="police"):
    return f"/agencies/{agency}/filings/{base64.urlsafe_b64encode(key.encode()).decode().rstrip('=')}"


async def file(client, key=KEY, agency="police", **changed: object):
    return await client.post(
        f"/agencies/{agency}/filings", json={**BODY, **changed}, headers={"Idempotency-Key": key}
    )


async def play(client, steps, agency="police", item="cancel_household"):
    answer = await client.put(f"/agencies/{agency}/behaviour/{item}", json=steps)
    assert answer.status_code == 204


def kinds(answer):
    return [event["kind"] for event in answer.json()["events"]]


async def test_a_filing_is_granted_at_once_with_the_items_effects_and_counted_once(client):
    first, again = await file(client), await file(client)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert kinds(first) == ["received", "accepted", "granted"]
    assert first.json()["events"][2]["effects"] == [{"fact": "household_cancelled(deceased)", "value": True}]
    counts = (await client.get("/ledger/police")).json()["keys"][KEY]
    assert (counts["attempts"], counts["filings"], counts["effects"], counts["state"]) == (2, 1, 1, "granted")


async def test_an_agency_that_knows_no_key_again_shows_its_second_effect_to_whoever_looks(client):
    await file(client, agency="real_estate")
    await file(client, agency="real_estate")

    ledger = (await client.get("/ledger")).json()
    assert ledger["agencies"]["real_estate"]["effects"] == 2
    assert ledger["agencies"]["real_estate"]["more_than_once"] == [KEY]
    assert ledger["more_than_once"] == 1


async def test_an_agency_that_is_not_queryable_says_so_and_does_not_say_unknown(client):
    await file(client, agency="real_estate")

    answer = await client.get(path(agency="real_estate"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_queryable")


async def test_the_ledger_can_be_read_for_one_case(client):
    await file(client)
    await file(client, key="c2/household/1/submit")

    assert (await client.get("/ledger", params={"prefix": "c2/"})).json()["effects"] == 1
    assert list((await client.get("/ledger/police", params={"prefix": "c1/"})).json()["keys"]) == [KEY]


async def test_what_was_taken_survives_a_kill(start):
    for round_ in range(2):
        transport = httpx2.ASGITransport(app=start())
        async with httpx2.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            answer = await file(client)
            assert answer.status_code == (201, 200)[round_]
    assert kinds(answer) == ["received", "accepted", "granted"]


async def test_what_the_family_wrote_is_not_kept(client, tmp_path):
    await file(client)

    kept = b"".join(one.read_bytes() for one in tmp_path.glob("simulator.db*"))
    assert b"household" in kept
    assert "甲乙丙".encode() not in kept


async def test_the_same_key_with_another_body_is_refused(client):
    await file(client)

    answer = await file(client, form={"xm": "丁"})
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


async def test_a_body_that_does_not_fit_names_the_place_and_repeats_nothing(client):
    answer = await file(client, round="甲乙丙")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["problems"] == [{"pointer": "/round", "code": "int_parsing"}]
    assert "甲乙丙" not in answer.text


async def test_a_filing_without_its_key_is_refused(client):
    assert (await client.post("/agencies/police/filings", json=BODY)).status_code == 422


async def test_an_unknown_agency_key_or_segment_is_not_found(client):
    assert (await file(client, agency="moon")).json()["code"] == "unknown_agency"
    assert (await client.get(path())).json()["code"] == "unknown_key"
    assert (await client.get("/agencies/police/filings/_w")).json()["code"] == "unreadable_key"


async def test_an_agency_that_is_closed_says_that_it_took_nothing(client):
    await play(client, [{"unavailable": 1}])

    closed, opened = await file(client), await file(client)

    assert (closed.status_code, closed.json()["taken"]) == (503, False)
    assert opened.status_code == 201


async def test_a_broken_program_answers_500_and_took_nothing(client):
    await play(client, ["crash"])

    assert (await file(client)).status_code == 500
    assert (await client.get(path())).status_code == 404


async def test_a_delayed_decision_comes_about_in_its_time_and_is_counted_when_asked(client, clock):
    await play(client, [{"wait": "3d"}])
    assert kinds(await file(client)) == ["received", "accepted", "pending"]

    clock.pass_(days=3)

    assert kinds(await client.get(path())) == ["received", "accepted", "granted"]
    assert (await client.get("/ledger")).json()["effects"] == 1


async def test_time_passes_faster_at_a_higher_pace(start, clock):
    transport = httpx2.ASGITransport(app=start(pace=86400))
    async with httpx2.AsyncClient(transport=transport, base_url="http://stand-in") as client:
        await play(client, [{"wait": "3d"}])
        await file(client)
        clock.pass_(seconds=3)
        assert kinds(await client.get(path()))[-1] == "granted"


async def test_an_undecided_filing_is_taken_back_twice_without_harm(client, clock):
    await play(client, [{"wait": "3d"}])
    await file(client)

    for _ in range(2):
        assert (await client.request("DELETE", path(), json={"reason": "applicant_asked"})).status_code == 204

    clock.pass_(days=9)
    assert kinds(await client.get(path())) == ["received", "accepted"]
    assert (await client.get("/ledger/police")).json()["keys"][KEY]["state"] == "withdrawn"


@pytest.mark.parametrize(("agency", "code"), [("police", "decided"), ("stern", "not_withdrawable")])
async def test_what_cannot_be_taken_back_says_why(client, agency, code):
    await file(client, agency=agency)

    answer = await client.delete(path(agency=agency))
    assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_a_story_is_played_by_slot_until_it_ends(client):
    assert (await client.put("/story/bereavement/refused")).status_code == 204
    assert kinds(await file(client))[-1] == "refused"

    assert (await client.delete("/story")).status_code == 204
    assert kinds(await file(client, key="c2/household/1/submit"))[-1] == "granted"
    assert (await client.put("/story/bereavement/unheard_of")).status_code == 404


async def test_a_filing_keeps_the_behaviour_it_was_received_under(client, clock):
    await play(client, [{"wait": "1h"}])
    await file(client)
    await play(client, ["refuse"])

    clock.pass_(hours=1)

    assert kinds(await client.get(path()))[-1] == "granted"
    assert (await client.delete("/agencies/police/behaviour/cancel_household")).status_code == 204


async def test_steps_that_make_no_sense_are_refused_with_the_known_ones(client):
    answer = await client.put("/agencies/police/behaviour/cancel_household", json=["dance"])

    assert (answer.status_code, answer.json()["code"]) == (422, "behaviour_unreadable")
    assert "never_answer" in answer.json()["fix"]


async def test_with_a_token_only_its_bearer_may_file_but_anybody_may_read_the_ledger(start):
    transport = httpx2.ASGITransport(app=start(token="let-me-in"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://stand-in") as client:
        assert (await file(client)).status_code == 401
        client.headers["Authorization"] = "Bearer let-me-in"
        assert (await file(client)).status_code == 201
        del client.headers["Authorization"]
        assert (await client.get("/ledger")).json()["effects"] == 1


async def test_it_says_that_it_serves(client):
    answer = await client.get("/healthz")
    assert answer.json() == {"ok": True, "agencies": 3}
    assert answer.headers[PROCESS_HEADER] == str(os.getpid())
    assert (await client.get("/agencies/police/health")).json()["ok"]


def test_the_environment_names_folder_catalog_pace_and_secrets(tmp_path):
    options = options_from(
        {
            "ONCE_HOME": str(tmp_path),
            "ONCE_CATALOG_DIR": "/c",
            "ONCE_SIMULATOR_PACE": "60",
            "ONCE_SIMULATOR_TOKEN": "t",
            "ONCE_SIMULATOR_WEBHOOK_SECRET": "whsec_x",
        }
    )

    assert (str(options.catalog), options.pace, options.token) == ("/c", 60, "t")
    assert options.webhook_secret == "whsec_x"
    assert options_from({}).token is None


def test_a_missing_catalog_stops_the_start(tmp_path):
    with pytest.raises(CatalogError):
        create_app(options_from({"ONCE_HOME": str(tmp_path), "ONCE_CATALOG_DIR": str(tmp_path / "none")}))


async def test_the_page_shows_every_agency_and_lets_one_choose_what_it_plays(client):
    await file(client, agency="real_estate")
    await file(client, agency="real_estate")

    page = (await client.get("/")).text
    assert "police部门" in page
    assert "重复提交会重复办理" in page
    assert "重复 1" in page

    form = {"agency": "police", "item": "cancel_household", "preset": "refuse"}
    assert (await client.post("/play", data=form)).status_code == 303
    assert kinds(await file(client))[-1] == "refused"
    assert '<option value="refuse" selected>' in (await client.get("/")).text
    assert (await client.post("/play", data={**form, "preset": "dance"})).status_code == 404


async def test_the_page_plays_stories_and_switches_registers(client):
    assert (await client.post("/play/story", data={"story": "bereavement/refused"})).status_code == 303
    assert "正在按剧本办理：household" in (await client.get("/")).text
    assert (await client.post("/play/register", data={"name": "population", "closed": "true"})).is_redirect
    assert "已停用" in (await client.get("/")).text
    assert (await client.post("/play/story", data={"story": "no/such"})).status_code == 404


async def test_behaviour_of_ones_own_shows_as_such_and_json_is_plain(client):
    await play(client, [{"wait": "5h"}])

    assert "自定义" in (await client.get("/")).text
    assert json.loads((await client.get("/ledger")).text)["filings"] == 0


async def test_what_came_about_is_undone_by_the_agencys_own_clerk_and_stays_so(client):
    await file(client)
    for _ in range(2):
        assert (await client.post(f"{path()}/undoing")).status_code == 204
    assert (await client.get("/ledger")).json()["effects"] == 0

    await client.get(path())
    assert (await client.get("/ledger/police")).json()["keys"][KEY]["effects"] == 0
    assert (await client.post(f"{path('c9/x/1/submit')}/undoing")).status_code == 404
