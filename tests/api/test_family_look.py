"""A couple that married here files the birth of its child: nothing their marriage case knows is asked again."""

import json

import pytest

from api.family_known import SOURCE
from api.lookup import Errand
from api.principal import Caller, Purpose, Role
from onething.case_event import GateOpened
from onething.register import Purpose as LookupPurpose
from records.audit import AuditEntry, entries_of
from records.case import erase_case, get_case

WIFE, HUSBAND = "360902199903264846", "360902199807145273"
MOTHER, FATHER = "360902199604123269", "360902199408235175"
"""The couple of the marriage story, and the parents of the birth story, whose numbers are replaced by theirs."""
OTHER = "360902196910054114"


def as_couple(value):
    """A birth story's part, about the couple of the marriage story."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.replace(MOTHER, WIFE).replace(FATHER, HUSBAND))


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("marriage_birth_household", "smooth_four_items")


@pytest.fixture(scope="session")
def birth(catalog):
    return catalog.scenario("newborn", "smooth")


@pytest.fixture
def people(story, birth):
    held = as_couple(birth.registers)
    for name, record in story.registers.items():
        for number, facts in record.items():
            group = held.setdefault(name, {})
            group[number] = {**group.get(number, {}), **facts}
    return held


@pytest.fixture
def file(client, upload_all):
    """File a story's case through a draft whose notice was shown; gives its number."""

    async def filed(bundle, situations, answers, key, papers=()):
        draft = (await client.post("/api/v1/drafts", json={"bundle": bundle})).json()["id"]
        await upload_all(draft, papers)
        body = {"situations": situations, "answers": answers, "draft": draft}
        url = f"/api/v1/bundles/{bundle}/plan"
        plan = await client.post(url, json=body | {"notice_shown": True})
        assert plan.status_code == 200, plan.text
        whole = body | {"bundle": bundle, "region": "360900", "pledge": True}
        answer = await client.post("/api/v1/cases", json=whole, headers={"Idempotency-Key": key})
        return answer, plan.json()

    return filed


@pytest.fixture
def upload_all(client):
    async def upload(draft, papers):
        for material in papers:
            await client.post(
                "/api/v1/materials",
                data={"draft": draft, "material": material},
                files={"file": ("paper.pdf", b"%PDF-1.7\n%paper\n", "application/octet-stream")},
            )

    return upload


@pytest.fixture
async def marriage(ruling, file, story):
    """The couple's marriage case, with the marriage granted."""
    answer, _ = await file(
        "marriage_birth_household", situations, story.answers, "marriage", story.materials
    )
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    await ruling.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
    effects = [{"fact": "marriage_date(registration)", "value": "2026-03-03"}]
    await ruling.says(number, "marriage", {"kind": "received", "ref": "R-1"})
    await ruling.says(number, "marriage", {"kind": "granted", "effects": effects})
    return number


@pytest.fixture
def child(file, birth):
    """File the birth for the couple, or for whoever the changes say."""

    async def filed(key="birth", without=(), **changes):
        answers = as_couple(birth.answers)
        answers = {role: group | changes.get(role, {}) for role, group in answers.items()}
        for role, name in without:
            del answers[role][name]
        return await file("newborn", birth.situations, answers, key, birth.materials)

    return filed


def fields_of(plan):
    return {
        one["pointer"]: one for section in plan["sections"] for block in section["blocks"] for one in block["fields"]
    }


