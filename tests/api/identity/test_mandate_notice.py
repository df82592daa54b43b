"""Who gave a mandate at a window is told of it, in the way they chose, and nobody else is."""

from datetime import datetime

import httpx2
import pytest

from activities.notify import HttpOutbox, deliver
from records.lookup import fingerprint_subject
from records.notice import notices_of
from records.notice_choice import NoticeChoice, choose
from records.notice_delivery import deliveries_of
from records.party import Capacity, keep
from runtime.settings import Settings

pytestmark = pytest.mark.usefixtures("ruling")
APPLICANT = {"name": "陈若兰", "id_number": "360902197106256246"}
FRIEND = {"name": "李一", "id_number": "110105199001011232"}
SECRET = "whsec_" + "c2VjcmV0" * 6
NIGHT = datetime.fromisoformat("2026-03-03T22:00:00+08:00")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path, notify_url="https://sender.example/in", notify_secret=SECRET)


@pytest.fixture
def enter(client):
    """A clerk enters the applicant's mandate to a friend."""

    async def made(**changed: object) -> str:
        body = {"principal": APPLICANT, "representative": FRIEND, "scope": ["file", "follow"]}
        signed = {"until": "2026-03-31", "signature": {"kind": "typed", "value": "陈若兰"}}
        answer = await client.post("/api/v1/mandates", json=body | signed | changed)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return made


async def told(office, number):
    found = [one for one in await notices_of(office.archive, number) if one.kind == "mandate_entered"]
    return [(one.key, one.recipient) for one in found]


async def test_who_has_a_case_is_told_with_it(enter, number, office):
    mandate = await enter()
    assert await told(office, number) == [(f"mandate_entered/{mandate}", "applicant")]
    named = await enter(case=number)
    assert (f"mandate_entered/{named}", "applicant") in await told(office, number)


async def test_who_has_none_yet_is_told_with_the_first_and_once(enter, file_story, office):
    mandate = await enter()
    other = await enter(bundle="newborn")
    number = (await file_story()).json()["number"]
    assert await told(office, number) == [(f"mandate_entered/{mandate}", "applicant")]
    assert other not in str(await told(office, number))


async def test_only_who_gave_it_hears_of_it_and_no_short_message_comes_at_night(enter, number, office):
    ring = office.archive.ring
    given, held = (fingerprint_subject(ring, "resident_id", one["id_number"]) for one in (APPLICANT, FRIEND))
    for party in (given, held):
        chosen = NoticeChoice(party, ("sms",), "zh", night=False, contact={"sms": "13970500334"})
        await choose(office.archive, chosen, NIGHT)
    helping = ((Capacity.FILER.value, held),)
    await office.archive.database.write(lambda connection: keep(connection, number, helping))
    await enter()
    posted = []

    async def sender(request) -> httpx2.Response:
        posted.append(request)
        return httpx2.Response(204)

    box = HttpOutbox("https://sender.example/in", SECRET, httpx2.MockTransport(sender))
    await deliver(office.archive, box, NIGHT)
    (mandates,) = [one for one in await notices_of(office.archive, number) if one.kind == "mandate_entered"]
    ways = [one for one in await deliveries_of(office.archive, number) if one.notice == mandates.id]
    assert [(one.party, one.reason) for one in ways] == [(given, "quiet_hours")]
    assert not [one for one in posted if "mandate_entered" in one.content.decode()]


async def test_a_mandate_that_one_gave_oneself_is_no_news(client, number, office):
    answer = await client.post("/api/v1/sign-in/development", json=APPLICANT)
    headers = {"authorization": f"Bearer {answer.json()['token']}"}
    body = {"representative": FRIEND, "scope": ["follow"], "until": "2026-03-31"}
    signed = {"signature": {"kind": "typed", "value": "陈若兰"}}
    assert (await client.post("/api/v1/mandates", json=body | signed, headers=headers)).status_code == 201
    assert await told(office, number) == []


async def test_a_clerk_is_asked_before_a_mandate_ends(client, enter):
    mandate = await enter()
    page = (await client.get(f"/mandates/{mandate}", headers={"accept": "text/html"})).text
    assert 'method="post"' not in page.partition("<main")[2].partition("</main")[0]
    assert f'href="/mandates/{mandate}/revocation"' in page
    asked = (await client.get(f"/mandates/{mandate}/revocation", headers={"accept": "text/html"})).text
    assert "确认撤销" in asked
    assert (await client.post(f"/mandates/{mandate}/revocation")).status_code == 303
    ended = (await client.get(f"/mandates/{mandate}/revocation", headers={"accept": "text/html"})).text
    assert "确认撤销" not in ended
