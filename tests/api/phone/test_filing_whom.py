"""Filing for somebody else: whoever holds a mandate chooses the person, and types nobody's number."""

from datetime import date, timedelta

import pytest

AGENT = {"name": "李一", "id_number": "110105199001011232"}
WHOM = "受陈若兰委托办理"


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


def section(page, name):
    return page.path.replace("/deceased", f"/{name}")


async def test_the_first_question_is_for_whom_and_nobodys_number_is_typed(agent, mandate, engine):
    first = await agent.get("/m/events/bereavement")
    assert first.text.index("为谁办理") < first.text.index("/situations/")
    assert first.text.index("本人") < first.text.index(WHOM)
    page = await begun(agent, mandate)
    applicant = await agent.get(section(page, "applicant"))
    assert not {"/applicant/id_number", "/applicant/name"} & set(applicant.form("/sections/")["shown"])
    assert "陈若兰" in applicant.text
    assert "由委托人在授权委托中提供" in applicant.text
    assert "锦绣路" not in applicant.text
    page = await agent.submit(await agent.sections(page))
    while page.status == 422:
        page = await agent.submit(await agent.mended(next(one for one in page.links if "mend=1" in one)))
    (filed,) = engine.started.values()
    assert (filed.mode, filed.origin) == ("on_behalf", "representative")


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


async def test_another_persons_number_without_a_mandate_is_refused_where_it_is_typed(phone):
    await phone.sign_in(account="representative")
    page = await phone.begin("bereavement")
    told = await phone.fill(await phone.get(section(page, "applicant")), "/sections/")
    assert told.status == 422
    assert "替他人办理，须先取得对方的授权" in told.text
    assert "已带出的本人信息" not in told.text
    assert "login" not in told.text


async def test_whoever_holds_no_mandate_is_not_asked_for_whom(signed_in):
    assert "为谁办理" not in (await signed_in.get("/m/events/bereavement")).text
