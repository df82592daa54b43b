"""What a person sees and files: their own facts, what they typed, and of others nothing at all."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from activities.registers.mock import MockRegister, MockRegisterOptions
from api import lookup
from api.standing import answered_of, standing_of
from onething.mandate import MandateScope
from records.audit import AuditEntry, entries_of
from records.lookup import fingerprint_subject
from records.mandate import NewMandate, create_mandate, revoke_mandate
from records.schema_account import account

PLAN = "/api/v1/bundles/bereavement/plan"
DAUGHTER = {"name": "陈若兰", "id_number": "360902197106256246"}
STRANGER = {"name": "李一", "id_number": "110105199001011232"}


@pytest.fixture
def records(office, story):
    """The registers' own records; `hold` has the registers of the open door say what stands in them now."""
    found = deepcopy(dict(story.registers))

    def hold() -> None:
        for name, held in found.items():
            office.registers[name] = MockRegister(name, MockRegisterOptions(people=held))

    return found, hold


@pytest.fixture
async def citizen(client):
    """A function that signs a person in; gives the headers that say so."""

    async def sign_in(**choice: str) -> dict[str, str]:
        answer = await client.post("/sign-in/development", data=choice or DAUGHTER)
        token = client.cookies["once_session"]
        client.cookies.clear()
        assert answer.status_code == 303
        return {"authorization": f"Bearer {token}"}

    return sign_in


@pytest.fixture
async def draft(client, citizen, story):
    """The daughter's own draft with its papers, and who she is."""
    her = await citizen()
    answer = await client.post("/api/v1/drafts", json={"bundle": "bereavement"}, headers=her)
    made = answer.json()["id"]
    for material in story.materials:
        await client.post(
            "/api/v1/materials",
            data={"draft": made, "material": material},
            files={"file": ("p.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")},
            headers=her,
        )
    return made, her


def answers_of(story):
    """The story's answers as somebody types them who is known from signing in."""
    own = {key: value for key, value in story.answers["applicant"].items() if key == "phone"}
    return {**story.answers, "applicant": own}


async def planned(client, draft, story, **changes: Any):
    number, her = draft
    body = {"situations": story.situations, "answers": answers_of(story), "draft": number}
    answer = await client.post(PLAN, json=body | {"notice_shown": True} | changes, headers=her)
    assert answer.status_code == 200, answer.text
    return answer


async def filed(client, draft, story, **changes: Any):
    number, her = draft
    body = {
        "bundle": "bereavement",
        "region": story.region,
        "situations": story.situations,
        "answers": answers_of(story),
        "draft": number,
        "pledge": True,
    }
    headers = her | {"Idempotency-Key": "key-1"}
    if changes.pop("notice", True):
        told = {name: (body | changes)[name] for name in ("situations", "answers", "draft")}
        await client.post(PLAN, json=told | {"notice_shown": True}, headers=her)
    return await client.post("/api/v1/cases", json=body | changes, headers=headers)


def fields(answer):
    plan = answer.json()
    return {one["pointer"]: one for s in plan["sections"] for b in s["blocks"] for one in b["fields"]}


def values_of_others(story):
    """Everything a register holds about anybody but the daughter, unless other text has it too."""
    own = {
        str(value)
        for held in story.registers.values()
        for value in leaves(held.get(DAUGHTER["id_number"], {}))
    }
    said = {str(value) for value in leaves(story.answers)} | set(DAUGHTER.values())
    return {
        str(value)
        for held in story.registers.values()
        for number, record in held.items()
        if number != DAUGHTER["id_number"]
        for value in leaves(record)
        if (len(str(value)) > 4 or not str(value).isascii()) and str(value) not in own | said | CODES
    }


CODES = {
    "married", "widowed", "retired", "college", "employee", "receiving", "daughter", "spouse", "house",
    "resident", "deducted", "elderly", "disability", "False",
}  # fmt: skip
"""Words of code tables, which stand as options in every plan."""


def leaves(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves(one)
    else:
        yield value


async def test_a_plan_shows_what_is_on_record_about_the_person_and_names_who_holds_the_rest(
    client, draft, story
):
    answer = await planned(client, draft, story)
    shown = fields(answer)
    assert shown["/applicant/id_number"]["value"] == DAUGHTER["id_number"]
    assert shown["/applicant/household_address"]["value"] == "江西省宜春市袁州区锦绣路55号2栋703室"
    name = shown["/deceased/name"]
    assert (name["value"], name["required"], name["source"]) == (None, False, None)
    assert name["withheld"]["zh"] == "由公安人口库持有，提交时自动带入，不在此显示"
    assert answer.json()["problems"] == []


async def test_nothing_that_a_register_holds_about_others_is_in_a_plan_or_a_draft(client, draft, story):
    values = values_of_others(story)
    assert {"陈国梁", "3609020014311"} <= values
    number, her = draft
    plan = (await planned(client, draft, story)).text
    kept = (await client.get(f"/api/v1/drafts/{number}", headers=her)).text
    standing = await client.post(
        PLAN.replace("plan", "eligibility"), json={"draft": number, "notice_shown": True}, headers=her
    )
    assert standing.status_code == 200
    for text in (plan, kept, standing.text):
        assert [value for value in values if value in text] == []


async def test_what_a_plan_shows_does_not_depend_on_what_registers_hold_about_others(
    client, draft, story, records
):
    before = (await planned(client, draft, story)).json()
    found, hold = records
    for held in found.values():
        for number in held.keys() - {DAUGHTER["id_number"]}:
            del held[number]
    hold()
    assert (await planned(client, draft, story)).json() == before


async def test_others_are_asked_about_at_submission_only_and_every_question_is_audited(
    client, draft, story, office
):
    about = fingerprint_subject(office.archive.ring, "resident_id", story.answers["deceased"]["id_number"])

    async def asked() -> list[AuditEntry]:
        found = await entries_of(office.archive, subject_blind=about)
        return [one for one in found if one.action == "ask_register"]

    await planned(client, draft, story)
    assert await asked() == []
    incomplete = answers_of(story) | {"filing": {}}
    assert (await filed(client, draft, story, answers=incomplete)).status_code == 422
    assert (await filed(client, draft, story, pledge=False)).status_code == 422
    assert await asked() == []
    assert (await filed(client, draft, story)).status_code == 201
    assert {one.role for one in await asked()} == {"citizen"}


async def test_no_register_is_asked_about_others_while_a_paper_lacks(client, citizen, story, office):
    her = await citizen()
    begun = await client.post("/api/v1/drafts", json={"bundle": "bereavement"}, headers=her)
    answer = await filed(client, (begun.json()["id"], her), story)
    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["errors"]} == {"material_missing"}
    about = fingerprint_subject(office.archive.ring, "resident_id", story.answers["deceased"]["id_number"])
    found = await entries_of(office.archive, subject_blind=about)
    assert [one for one in found if one.action == "ask_register"] == []


async def test_registers_are_asked_about_so_many_others_a_day_and_no_more(client, draft, story, monkeypatch):
    monkeypatch.setattr(lookup, "_STRANGERS", replace(lookup._STRANGERS, amount=1))
    answer = await filed(client, draft, story)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_persons")
    assert "1 位他人" in answer.json()["title"]


async def test_what_was_withheld_stands_in_the_case(client, draft, story, office):
    number = (await filed(client, draft, story)).json()["number"]
    answered = await answered_of(office, await standing_of(office, number))
    assert answered.known["/deceased/name"].value == "陈国梁"
    assert answered.known["/applicant/kinship_to_deceased"].value == "daughter"


async def test_a_person_files_for_themselves_and_today_whatever_they_send(client, draft, story, engine):
    sent = {"origin": "window", "mode": "on_behalf", "received_on": "2026-03-01"}
    answer = await filed(client, draft, story, **sent)
    case = engine.started[answer.json()["number"]]
    assert (case.origin, case.mode, case.received_on.isoformat()) == ("self", "self", "2026-03-03")


async def test_the_same_filing_sent_twice_is_one_case(client, draft, story):
    first, second = await filed(client, draft, story), await filed(client, draft, story)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["number"] == second.json()["number"]


async def test_nobody_files_as_somebody_else(client, citizen, story):
    him = await citizen(**STRANGER)
    made = await client.post("/api/v1/drafts", json={"bundle": "bereavement"}, headers=him)
    answer = await filed(client, (made.json()["id"], him), story, answers=dict(story.answers))
    assert answer.status_code == 422
    told = answer.json()["errors"][0]
    assert (told["pointer"], told["code"]) == ("/applicant/id_number", "not_own")
    assert told["zh"] == "申请人应当是登录的本人；替他人办理，须先取得对方的授权"


async def test_with_the_persons_mandate_somebody_else_files_and_sees_no_more(
    client, citizen, story, office, engine
):
    him = await citizen(**STRANGER)
    made = (await client.post("/api/v1/drafts", json={"bundle": "bereavement"}, headers=him)).json()["id"]
    for material in (*story.materials, "authorisation_letter"):
        await client.post(
            "/api/v1/materials",
            data={"draft": made, "material": material},
            files={"file": ("p.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")},
            headers=him,
        )
    await give_mandate(office, STRANGER["id_number"], DAUGHTER["id_number"])
    body = {"situations": story.situations, "answers": story.answers, "draft": made, "notice_shown": True}
    shown = fields(await client.post(PLAN, json=body, headers=him))
    assert shown["/applicant/household_address"]["value"] is None
    acting = {**story.answers, "representative": {**STRANGER, "phone": "13800001111"}}
    answer = await filed(client, (made, him), story, answers=acting)
    assert answer.status_code == 201, answer.text
    case = engine.started[answer.json()["number"]]
    assert (case.origin, case.mode) == ("representative", "on_behalf")


@pytest.mark.parametrize(
    "change",
    [
        {"until": -1},
        {"starts_on": 1},
        {"revoked": True},
        {"scope": (MandateScope.FOLLOW,)},
        {"bundle": "newborn"},
    ],
)
async def test_a_mandate_that_does_not_count_lets_nobody_file(client, citizen, story, office, change):
    him = await citizen(**STRANGER)
    await give_mandate(office, STRANGER["id_number"], DAUGHTER["id_number"], **change)
    answer = await client.post(
        "/api/v1/cases",
        json={"bundle": "bereavement", "region": "360900", "situations": {}, "answers": story.answers},
        headers=him | {"Idempotency-Key": "k"},
    )
    assert answer.json()["errors"][0]["code"] == "not_own"


async def give_mandate(office, holder, giver, **change: Any):
    def party(number) -> str:
        return fingerprint_subject(office.archive.ring, "resident_id", number)

    def day(name, usual) -> date:
        return office.today() + timedelta(days=change.get(name, usual))

    new = NewMandate(
        principal=party(giver),
        representative=party(holder),
        scope=change.get("scope", (MandateScope.FILE,)),
        starts_on=day("starts_on", 0),
        until=day("until", 30),
        document={"signature": {"kind": "drawn"}},
        entered_by="clerk",
        signed_at=office.now(),
        bundle=change.get("bundle"),
    )
    made = await create_mandate(office.archive, new)
    if change.get("revoked"):
        await revoke_mandate(office.archive, made, "giver", office.now())


async def test_who_has_not_proven_their_identity_sees_nothing_of_registers_and_files_nothing(
    client, draft, story, office
):
    number, her = draft
    await unprove(office)
    shown = fields(await planned(client, draft, story, answers=dict(story.answers)))
    assert shown["/applicant/household_address"]["value"] is None
    assert shown["/applicant/household_address"]["withheld"]
    answer = await filed(client, (number, her), story, answers=dict(story.answers))
    assert [one["code"] for one in answer.json()["errors"]] == ["not_proven"]


async def unprove(office):
    def store(connection) -> None:
        connection.execute(account.update().values(verified=False))

    await office.archive.database.write(store)


async def test_without_consent_everything_is_typed(client, draft, story):
    shown = fields(await planned(client, draft, story, notice_shown=False))
    assert (shown["/deceased/name"]["withheld"], shown["/deceased/name"]["required"]) == (None, True)


async def test_what_no_register_gave_is_asked_after_the_submission_was_tried(client, draft, story):
    number, _ = draft
    story = story.model_copy(update={"situations": {**story.situations, "death_proof_known": True}})
    lacking = answers_of(story)
    lacking = lacking | {"deceased": {"id_number": story.answers["deceased"]["id_number"]}}
    assert (await planned(client, draft, story, answers=lacking)).json()["problems"] == []
    answer = await filed(client, draft, story, answers=lacking)
    wanted = {one["pointer"]: one["code"] for one in answer.json()["errors"]}
    assert wanted["/deceased/death_time"] == "required"
    assert "/deceased/name" not in wanted
    after = await planned(client, draft, story, answers=lacking)
    assert fields(after)["/deceased/death_time"]["withheld"] is None
    assert fields(after)["/deceased/name"]["withheld"]
    for text in (answer.text, after.text):
        assert [value for value in values_of_others(story) if value in text] == []
    assert number not in answer.text


async def test_a_value_on_record_that_does_not_fit_is_not_told(client, draft, story, records):
    found, hold = records
    found["population"][story.answers["deceased"]["id_number"]]["name"] = "odd-one" * 40
    hold()
    answer = await filed(client, draft, story)
    assert answer.status_code == 422
    told = {one["pointer"]: one for one in answer.json()["errors"]}["/deceased/name"]
    assert (told["code"], "odd-one" in answer.text) == ("held_unfit", False)
    assert "请联系窗口核实" in told["zh"]


async def test_drafts_and_cases_are_listed_for_their_own_person_only(client, draft, story, citizen):
    number, her = draft
    listed = (await client.get("/api/v1/own/drafts", headers=her)).json()
    assert [one["id"] for one in listed] == [number]
    assert listed[0]["expires_at"].startswith("2026-03-06")
    case = (await filed(client, draft, story)).json()["number"]
    listed = (await client.get("/api/v1/own/cases", headers=her)).json()
    assert [(one["number"], one["bundle"], one["ended"], one["closed_at"]) for one in listed] == [
        (case, "bereavement", False, None)
    ]
    him = await citizen(**STRANGER)
    for path in ("/api/v1/own/drafts", "/api/v1/own/cases"):
        assert (await client.get(path, headers=him)).json() == []
    assert (await client.get(f"/api/v1/drafts/{number}", headers=him)).status_code == 404
