"""Filing for somebody else: whoever holds a mandate chooses the person, and types nobody's number."""

import re
from datetime import date, timedelta

import pytest

AGENT = {"name": "李一", "id_number": "110105199001011232"}
WHOM = "受陈若兰委托办理"
ASKED = "filing_by_representative"


@pytest.fixture
async def mandate(phone, story):
    """The daughter's mandate to file for her; gives its id."""
    own = story.answers["applicant"]
    await phone.sign_in(name=own["name"], id_number=own["id_number"])
    asked = {
        "representative": AGENT,
        "scope": ["file", "follow"],
        "until": (date(2026, 3, 3) + timedelta(days=30)).isoformat(),
        "signature": {"kind": "typed", "value": own["name"]},
    }
    made = await phone.client.post("/api/v1/mandates", json=asked)
    assert made.status_code == 201, made.text
    return made.json()["id"]


@pytest.fixture
async def agent(phone, mandate):
    """The phone of who holds the mandate."""
    del mandate
    await phone.sign_in(**AGENT)
    return phone


async def begun(phone, whom):
    """The first section of a filing for somebody."""
    page = await phone.get("/m/events/bereavement")
    while not page.path.endswith("/notice"):
        page = await phone.fill(page, r"/start|/events/", **{"/for": whom})
    return await phone.fill(page, "/notice", "consent")


def acted(story):
    """The story as somebody files it who acts for the family: for the house they bring a letter."""
    answers = {**story.answers, "representative": {**AGENT, "phone": "13800001111"}}
    materials = (*story.materials, "authorisation_letter")
    return story.model_copy(update={"answers": answers, "materials": materials})


def section(page, name):
    return page.path.replace("/deceased", f"/{name}")


async def test_the_first_question_is_for_whom_and_nobodys_number_is_typed(agent, mandate, engine):
    first = await agent.get("/m/events/bereavement")
    assert first.text.index("为谁办理") < first.text.index("/situations/")
    assert first.text.index("本人") < first.text.index(WHOM)
    page = await begun(agent, mandate)
    # Of who files, the mandate tells the rest: only how to reach them is asked.
    applicant = await agent.get(section(page, "applicant"))
    assert f'value="{AGENT["name"]}"' in applicant.text
    assert f'value="{AGENT["id_number"]}"' in applicant.text
    agent.story = acted(agent.story)
    assert not {"/applicant/id_number", "/applicant/name"} & set(applicant.form("/sections/")["shown"])
    assert "陈若兰" in applicant.text
    assert "由委托人在授权委托中提供" in applicant.text
    assert "锦绣路" not in applicant.text
    page = await agent.submit(await agent.sections(page))
    while page.status == 422:
        page = await agent.submit(await agent.mended(next(one for one in page.links if "mend=1" in one)))
    (filed,) = engine.started.values()
    assert (filed.mode, filed.origin) == ("on_behalf", "representative")


async def test_every_page_of_a_draft_and_the_first_page_say_for_whom_it_is(agent, mandate):
    page = await begun(agent, mandate)
    draft = page.path.rpartition("/sections/")[0]
    for place in (page.path, draft, f"{draft}/check", f"{draft}/materials", "/m"):
        assert WHOM in (await agent.get(place)).text, place
    start = await agent.get(f"{draft}/start")
    await agent.fill(start, "/start", **{"/for": "self"})
    assert WHOM not in (await agent.get(page.path)).text


async def test_a_representative_signs_as_one(agent, mandate):
    page = await begun(agent, mandate)
    place = page.path.rpartition("/sections/")[0]
    check = await agent.get(f"{place}/check")
    assert "代理人签名" in check.text
    assert "申请人签名" not in check.text


async def test_who_files_for_themselves_again_leaves_nothing_of_the_other(agent, mandate):
    page = await begun(agent, mandate)
    start = await agent.get(page.path.rpartition("/sections/")[0] + "/start")
    assert f'value="{mandate}" checked' in start.text
    await agent.fill(start, "/start", **{"/for": "self"})
    applicant = await agent.get(section(page, "applicant"))
    assert "陈若兰" not in applicant.text
    assert AGENT["id_number"] in applicant.text


async def test_a_mandate_that_ended_is_told_at_the_section(agent, mandate, story):
    page = await begun(agent, mandate)
    form = (await agent.get(f"/m/mandates/{mandate}/revocation")).form("/revocation")
    await agent.post(form["action"], form["fields"])
    told = await agent.fill(await agent.get(section(page, "applicant")), "/sections/")
    assert told.status == 422
    assert "替他人办理，须先取得对方的授权" in told.text
    assert f'value="{story.answers["applicant"]["id_number"]}"' in told.text


@pytest.fixture
async def staffed(agent):
    """A staff representative's draft; gives their first page, the draft's, and the mandate."""
    await agent.sign_in(account="representative")
    staff = (await agent.client.get("/api/v1/me")).json()["account"]
    await agent.sign_in(name="陈若兰", id_number="360902197106256254")
    asked = {
        "agent": staff,
        "scope": ["file", "follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": "陈若兰"},
        "bundle": "bereavement",
    }
    made = await agent.client.post("/api/v1/mandates", json=asked)
    await agent.sign_in(account="representative")
    home = await agent.get("/m")
    return home, await begun(agent, made.json()["id"]), made.json()["id"]


@pytest.fixture
async def over(agent, staffed):
    """The same after the mandate has ended."""
    home, page, given = staffed
    form = (await agent.get(f"/m/mandates/{given}/revocation")).form("/revocation")
    await agent.post(form["action"], form["fields"])
    return home, page


async def test_another_persons_number_without_a_mandate_is_refused_where_it_is_typed(agent, over):
    told = await agent.fill(await agent.get(section(over[1], "applicant")), "/sections/")
    assert told.status == 422
    assert "替他人办理，须先取得对方的授权" in told.text
    assert "已带出的本人信息" not in told.text
    assert "login" not in told.text


async def test_a_staff_representative_sees_what_they_were_asked_to_file_and_for_whom(agent, over):
    home, _ = over
    assert [one for one in home.links if "/m/events/" in one] == ["/m/events/bereavement"]
    assert "为陈若兰办理" in home.text
    after = await agent.get("/m")
    assert not [one for one in after.links if "/m/events/" in one]
    assert "目前没有人委托您提出申请" in after.text


async def test_a_staff_representatives_own_page_lists_each_draft_and_for_whom_it_is(agent, staffed):
    draft = staffed[1].path.partition("/sections/")[0]
    page = await agent.get("/agents")
    assert draft in page.links
    assert WHOM in page.text


async def test_without_a_mandate_a_staff_representative_is_refused_before_anything_is_typed(phone):
    await phone.sign_in(account="representative")
    page = await phone.get("/m/events/newborn")
    assert (page.status, "还没有人委托您办理这件事" in page.text) == (403, True)
    assert not [one for one in page.forms if "/m/events/" in one["action"]]
    mark = page.forms[0]["fields"]
    sent = await phone.post("/m/events/newborn", mark)
    assert (sent.status, "还没有人委托您办理这件事" in sent.text) == (403, True)
    assert "Nobody has given you a mandate" in (await phone.get("/m/events/newborn?lang=en")).text


async def test_a_citizen_with_a_mandate_still_files_for_themselves_and_sees_for_whom_else(agent):
    home = await agent.get("/m")
    assert len([one for one in home.links if "/m/events/" in one]) == 4
    assert home.text.count("也可为陈若兰办理") == 4


async def test_whether_somebody_files_for_the_applicant_is_told_by_the_mandate(agent, mandate):
    page = await begun(agent, mandate)
    place = page.path.rpartition("/sections/")[0]
    start = await agent.get(f"{place}/start")
    assert "filing_by_representative" not in start.text
    check = (await agent.get(f"{place}/check")).text
    assert re.search(r"是否由代理人办理</dt><dd>\s*是", check)
    # Whoever says otherwise is not believed: neither on the page nor by a program.
    lie = [
        *start.form("/start")["fields"],
        ("shown", f"/situations/{ASKED}"),
        (f"/situations/{ASKED}", "false"),
    ]
    await agent.post(start.form("/start")["action"], [*lie, ("/for", mandate), ("do", "next")])
    assert re.search(r"是否由代理人办理</dt><dd>\s*是", (await agent.get(f"{place}/check")).text)
    await agent.fill(await agent.get(f"{place}/start"), "/start", **{"/for": "self"})
    assert re.search(r"是否由代理人办理</dt><dd>\s*否", (await agent.get(f"{place}/check")).text)


async def test_whoever_holds_no_mandate_is_not_asked_for_whom(signed_in):
    assert "为谁办理" not in (await signed_in.get("/m/events/bereavement")).text
