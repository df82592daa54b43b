"""Filing for the couple: its marriage case, and its child's birth after it."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import update

from api.session import sign_in as begin_session
from console.serve import receipt_pdf
from onething.case_event import GateOpened
from records.account import NewAccount, open_account
from records.case import get_case
from records.schema import case as case_table
from records.window import WindowRow, add_window
from tests.api.conftest import NOW
from tests.api.family.couple import SITUATIONS, Filing, as_couple


async def upload(client, draft, material):
    file = {"file": ("paper.pdf", b"%PDF-1.7\n%%EOF\n", "application/octet-stream")}
    await client.post("/api/v1/materials", data={"draft": draft, "material": material}, files=file)


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
def clock():
    """Every look at the clock is a second after the one before: cases have an order."""
    seconds = count()
    return lambda: NOW + timedelta(seconds=next(seconds))


@pytest.fixture
def wiring(wiring, settings):
    """The same wiring, with papers over several cases drawn and signed."""
    return replace(wiring, pdf_of=receipt_pdf(settings.keys_dir))


@pytest.fixture
def asked(client, birth):
    """The plan of the couple's birth form, or of whoever the changes name; in a draft of its own."""

    async def plan(situations=None, changes=None, draft=None, *, notice=True, keep=False) -> Any:
        if draft is None:
            draft = (await client.post("/api/v1/drafts", json={"bundle": "newborn"})).json()["id"]
        answers = as_couple(birth.answers)
        del answers["applicant"]["phone"]
        for role, group in (changes or {}).items():
            answers[role] = answers[role] | group if group else {}
        body = {"situations": SITUATIONS | (situations or {}), "answers": answers, "draft": draft}
        answer = await client.post("/api/v1/bundles/newborn/plan", json=body | {"notice_shown": notice})
        assert answer.status_code == 200, answer.text
        return (draft, answer.json()) if keep else answer.json()

    return plan


@pytest.fixture
def file(client):
    """File through a draft whose notice was shown; gives the answer and the plan before it."""

    async def filed(story, situations, answers, between=None) -> Any:
        draft = (await client.post("/api/v1/drafts", json={"bundle": story.bundle})).json()["id"]
        for material in story.materials:
            await upload(client, draft, material)
        body = {"situations": situations, "answers": answers, "draft": draft}
        url = f"/api/v1/bundles/{story.bundle}/plan"
        plan = await client.post(url, json=body | {"notice_shown": True})
        assert plan.status_code == 200, plan.text
        if between is not None:
            await between()
        whole = body | {"bundle": story.bundle, "region": "360900", "pledge": True}
        key = {"Idempotency-Key": f"{story.bundle}-1"}
        return await client.post("/api/v1/cases", json=whole, headers=key), plan.json()

    return filed


@pytest.fixture
def wed(ruling, file, story, office):
    """File the couple's marriage case and, unless told otherwise, have the marriage granted."""

    async def filed(*, granted=True, registers=False) -> str:
        if registers:
            office.registers["population"].available = True
        filing = Filing("marriage_birth_household", story.materials)
        answer, _ = await file(filing, story.situations, story.answers)
        assert answer.status_code == 201, answer.text
        number = answer.json()["number"]
        if registers:
            office.registers["population"].available = False
        await ruling.says(number, "appointment", {"kind": "received", "ref": "R-0"}, {"kind": "granted"})
        await ruling.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
        effects = [{"fact": "marriage_date(registration)", "value": "2026-03-03"}]
        await ruling.says(number, "marriage", {"kind": "received", "ref": "R-1"})
        if granted:
            await ruling.says(number, "marriage", {"kind": "granted", "effects": effects})
        return number

    return filed


@pytest.fixture
async def marriage(wed):
    """The couple's marriage case, with the marriage granted."""
    return await wed()


@pytest.fixture
def child(file, birth):
    """File the birth for the couple, with what the changes say."""

    async def filed(without=(), between=None, **changes: Any) -> Any:
        answers = as_couple(birth.answers)
        answers = {role: group | changes.get(role, {}) for role, group in answers.items()}
        for role, name in without:
            del answers[role][name]
        return await file(Filing("newborn", birth.materials), birth.situations, answers, between)

    return filed


@pytest.fixture
async def elsewhere(marriage, child, office):
    """The marriage case lies in another area: family, the birth's number, a clerk of the birth's area."""
    birth = (await child())[0].json()["number"]
    moved = (
        update(case_table).where(case_table.c.number == marriage).values(region="440305", window_id="other")
    )
    await office.archive.database.write(lambda connection: connection.execute(moved))
    row = WindowRow("win-3609", "窗口", "Window", "360900", "3609", "1", "地址", "Address", "全天", "All day")
    await add_window(office.archive, row)
    new = NewAccount("oidc", "s-3609", "clerk", window_id="win-3609", person={"name": "近"})
    token = await begin_session(office, await open_account(office.archive, new, office.now()))
    family = (await get_case(office.archive, birth)).family
    return family, birth, {"authorization": f"Bearer {token}"}
