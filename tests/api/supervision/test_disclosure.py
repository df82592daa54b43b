"""A citizen's own list: which agency, register or office learned what, when and why; nobody's staff names."""

import pytest

from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
FRIEND = {"name": "李一", "id_number": "110105199001011232"}
POLICE = "household_cancellation"


async def listed(client, number):
    return (await client.get(f"/api/v1/cases/{number}/disclosures")).json()


async def test_an_agency_stands_there_with_the_fields_and_papers_that_were_sent(client, number):
    sent = {one["slot"]: one for one in (await listed(client, number))["sent"]}
    police = sent[POLICE]
    fields = {field["zh"] for about in police["about"] for field in about["fields"]}
    assert "姓名" in fields
    assert police["agency"]["zh"]
    assert police["at"]
    assert "survivor_benefit" not in sent or sent["survivor_benefit"]["at"]


async def test_what_is_not_sent_yet_was_disclosed_to_nobody(client, number, engine):
    states = {name: slot.submitted_at for name, slot in engine.states[number].slots.items()}
    sent = {one["slot"] for one in (await listed(client, number))["sent"]}
    assert sent == {name for name, at in states.items() if at is not None}
    assert sent < set(states)


async def test_registers_stand_there_with_what_they_were_asked(client, number):
    asked = (await listed(client, number))["asked"]
    assert {"population", "marriage"} & {one["register_name"] for one in asked}
    assert all(one["facts"] for one in asked)
    # Everybody whose number the form bears, also who is neither applicant nor subject.
    assert {"逝者", "申请人", "继承人（2）"} <= {one["who"]["zh"] for one in asked}
    assert all(fact["zh"] != fact["en"] for one in asked for fact in one["facts"])


async def test_readers_stand_there_by_office_day_and_purpose_and_never_by_account(client, number, office):
    await client.get(f"/api/v1/cases/{number}")
    await client.get(f"/api/v1/cases/{number}")
    answer = await client.get(f"/api/v1/cases/{number}/disclosures")
    read = next(one for one in answer.json()["looked"] if one["what"]["zh"] == "查看办件")
    assert (read["who"]["zh"], read["why"]["zh"], read["times"]) == ("窗口人员", "跟进办理", 2)
    entries = await entries_of(office.archive, case=number)
    assert entries[-1].action == "read_disclosures"
    assert all(entry.actor not in answer.text for entry in entries)


async def test_who_acts_under_a_mandate_stands_there_and_the_applicant_does_not(client, number):
    async def signed_in(**who: str) -> dict[str, str]:
        answer = await client.post("/api/v1/sign-in/development", json=who)
        return {"authorization": f"Bearer {answer.json()['token']}"}

    applicant = await signed_in(name="陈若兰", id_number="360902197106256246")
    friend = await signed_in(**FRIEND)
    agent = await signed_in(account="representative")
    account = (await client.get("/api/v1/me", headers=agent)).json()["account"]
    given = {"scope": ["follow"], "until": "2026-03-31", "signature": {"kind": "typed", "value": "陈若兰"}}
    for holder in ({"agent": account}, {"representative": FRIEND}):
        answer = await client.post("/api/v1/mandates", json=given | holder, headers=applicant)
        assert answer.status_code == 201
    for headers in (applicant, friend, agent, agent):
        assert (await client.get(f"/m/cases/{number}", headers=headers)).status_code == 200
    answer = await client.get(f"/api/v1/cases/{number}/disclosures", headers=applicant)
    looked = [
        (one["who"]["zh"], one["times"]) for one in answer.json()["looked"] if one["who"]["zh"] != "窗口人员"
    ]
    assert sorted(looked) == [("代办员", 2), ("受托人", 1)]


async def test_the_page_says_the_same_in_words(client, number, story):
    page = await client.get(f"/m/cases/{number}/disclosures")
    assert page.status_code == 200
    assert "信息使用清单" in page.text
    assert "公安" in page.text
    assert story.answers["applicant"]["id_number"] not in page.text
    english = (await client.get(f"/m/cases/{number}/disclosures?lang=en")).text
    assert "Who received your information" in english


async def test_nobody_but_the_family_and_the_window_reads_it(client, number):
    await client.post("/sign-in/development", data={"account": "supervisor"})
    assert (await client.get(f"/api/v1/cases/{number}/disclosures")).status_code == 403
    client.cookies.clear()
    await client.post("/sign-in/development", data={"name": "李一", "id_number": "110105199001011232"})
    assert (await client.get(f"/api/v1/cases/{number}/disclosures")).status_code == 404
