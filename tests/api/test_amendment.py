"""The family's situation turns out otherwise: items are added and dropped, and only what is new is asked."""

import pytest
from sqlalchemy import update

from onething.calendar import WorkCalendar
from onething.case_definition import CaseInput
from onething.case_record import Leaving
from onething.filing import CaseHeader
from records.audit import entries_of
from records.blob import Content, get_blob, put_blobs
from records.case import get_case
from records.schema import case as table

pytestmark = pytest.mark.usefixtures("ruling")
BENEFIT = "survivor_benefit"
HOUSE = {"has_real_estate": False}
FUND = {"has_housing_fund": True}


async def send(client, number, path="amendment", **body: object):
    return await client.post(f"/api/v1/cases/{number}/{path}", json=body)


def slots(view):
    return {one["slot"]: one["state"] for one in view["slots"]}


async def test_a_dropped_item_is_let_go_and_the_others_go_on(client, number, engine, office):
    seen = (await send(client, number, "amendment/preview", situations=HOUSE)).json()
    assert [one["slot"] for one in seen["foresight"]["dropped"]] == ["real_estate"]
    assert (seen["fields"], seen["problems"]) == ([], [])
    assert engine.updates == []
    answer = await send(client, number, situations=HOUSE)
    assert answer.status_code == 200, answer.text
    assert slots(answer.json())["real_estate"] == "not_applicable"
    assert slots(answer.json())["death_proof"] == "granted"
    again = await client.get(f"/api/v1/cases/{number}")
    assert slots(again.json()) == slots(answer.json())
    last = [one for one in await entries_of(office.archive, case=number) if one.purpose == "steer_case"][-1]
    assert (last.action, last.fields) == ("amend_case", ("has_real_estate",))


async def test_a_new_item_asks_only_what_nobody_has_said(client, number, engine):
    seen = (await send(client, number, "amendment/preview", situations=FUND)).json()
    assert [one["slot"] for one in seen["foresight"]["added"]] == ["housing_fund"]
    asked = {one["pointer"] for one in seen["fields"]}
    assert asked
    assert not asked & {"/deceased/name", "/applicant/phone", "/deceased/id_number"}
    refused = await send(client, number, situations=FUND)
    assert refused.status_code == 422
    lacking = {one["pointer"] for one in refused.json()["errors"]}
    assert lacking >= {one["pointer"] for one in seen["fields"] if one["required"]}
    assert engine.updates == []


async def test_a_new_item_is_filed_with_what_is_newlygiven(client, number, engine, office):
    newly = await given(client, number, FUND)
    answer = await send(client, number, situations=FUND, **newly)
    assert answer.status_code == 200, answer.text
    assert slots(answer.json())["housing_fund"] in {"submitting", "waiting", "blocked"}
    stored = await get_case(office.archive, number)
    (_, action) = engine.updates[0]
    assert action.payloads["housing_fund"] == stored.inputs["payload:housing_fund"]
    assert action.header == stored.inputs["header"]
    header = CaseHeader.model_validate_json(await get_blob(office.archive, number, stored.inputs["header"]))
    assert "housing_fund" in {one.slot for one in header.case.definition.slots}
    assert header.materials.keys() >= {"housing_fund", "real_estate"}


async def test_what_was_said_already_is_not_changed_by_an_amendment(client, number, engine):
    answer = await send(client, number, situations=HOUSE, answers={"deceased": {"name": "陈国樑"}})
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/deceased/name", "not_asked")
    ]
    assert engine.updates == []


@pytest.mark.parametrize(
    ("situations", "pointer"),
    [
        ({"pension": "enormous"}, "/situations/pension"),
        ({"no_such_question": True}, "/situations/no_such_question"),
        ({"has_real_estate": 7}, "/situations/has_real_estate"),
    ],
)
async def test_situations_that_cannot_be_are_refused(client, number, engine, situations, pointer):
    answer = await send(client, number, situations=situations)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert engine.updates == []


@pytest.mark.parametrize("granted", [False, True])
async def test_what_is_filed_already_and_differs_is_filed_anew_or_somebody_s_to_correct(
    client, number, engine, office, granted
):
    event = {"kind": "granted"} if granted else {"kind": "received", "ref": "S-1"}
    await engine.says(number, BENEFIT, event)
    burial = {"cremated": False}
    newly = await given(client, number, burial)
    seen = (await send(client, number, "amendment/preview", situations=burial, **newly)).json()
    assert seen["problems"] == []
    anew = BENEFIT in {one["slot"] for one in seen["foresight"]["filed_anew"]}
    orders = {(one["kind"], one["slot"]) for one in seen["foresight"]["work_orders"]}
    assert (anew, ("correct_decision", BENEFIT) in orders) == (not granted, granted)
    assert BENEFIT not in {one["slot"] for one in seen["foresight"]["kept_for_later"]}
    answer = await send(client, number, situations=burial, **newly)
    assert answer.status_code == 200, answer.text
    ((_, action),) = engine.updates
    inputs = (await get_case(office.archive, number)).inputs
    assert action.payloads[BENEFIT] == inputs[f"payload:{BENEFIT}"]
    slot = engine.states[number].slots[BENEFIT]
    assert (slot.leaving == Leaving.REFILE) == (not granted)
    kept = {(one.kind.value, one.slot) for one in engine.states[number].work_orders}
    assert (("correct_decision", BENEFIT) in kept) == granted


async def test_the_head_of_the_receipt_keeps_dropped_items(client, number, office):
    await send(client, number, situations=HOUSE)
    ref = (await get_case(office.archive, number)).inputs["header"]
    header = CaseHeader.model_validate_json(await get_blob(office.archive, number, ref))
    assert "real_estate" in {one.slot for one in header.case.definition.slots}
    assert (header.case.payloads, header.case.header) == ({}, "")
    assert "real_estate" in header.materials


async def test_years_announced_since_the_filing_stay_known(client, number, office, engine):
    inputs = (await get_case(office.archive, number)).inputs
    pinned = CaseInput.model_validate_json(await get_blob(office.archive, number, inputs["case"]))
    years = {"calendar": WorkCalendar(years=(), otherwise=office.calendar.otherwise)}
    older = pinned.model_copy(update={"definition": pinned.definition.model_copy(update=years)})
    await rewrite(office, number, inputs, older)
    assert (await send(client, number, situations=HOUSE)).status_code == 200
    assert engine.cases[number].definition.calendar == pinned.definition.calendar


async def rewrite(office, number, inputs, case):
    """Let the case stand as it was pinned before those years were announced."""
    content = Content(case.model_dump_json().encode(), "application/json")
    (ref,) = await put_blobs(office.archive, number, [content])
    newer = update(table).where(table.c.number == number).values(inputs=inputs | {"case": ref.blob_id})
    await office.archive.database.write(lambda connection: connection.execute(newer))


async def given(client, number, situations):
    """Fill in and upload whatever is still asked, as a clerk would."""
    answers, materials = {}, []
    values = {"text": "1234567890", "long_text": "无", "yes_no": False, "tick": True, "number": 1}
    for _ in range(4):
        body = {"situations": situations, "answers": answers, "materials": materials}
        seen = (await send(client, number, "amendment/preview", **body)).json()
        if not seen["problems"]:
            break
        for one in seen["problems"]:
            kind, _, name = one["pointer"].strip("/").partition("/")
            if kind == "materials":
                files = {"file": ("scan.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
                place = f"/api/v1/cases/{number}/materials"
                paper = await client.post(place, data={"material": name}, files=files)
                materials.append(paper.json()["id"])
        for field in seen["fields"]:
            role, _, key = field["pointer"].strip("/").partition("/")
            if field["value"] is None and "/" not in key:
                options = [one["value"] for one in field["options"]]
                answers.setdefault(role, {})[key] = options[0] if options else values[field["widget"]]
    return {"answers": answers, "materials": materials}
