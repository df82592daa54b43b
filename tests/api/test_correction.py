"""Agencies ask for corrections; only what they ask about changes, and every item that shares it with them."""

import json

import pytest

from onething.case_event import HoldRaised
from onething.case_state import SlotState
from onething.filing import CaseHeader, SlotFiling
from records.audit import entries_of
from records.blob import get_blob
from records.case import get_case

NAME = {"deceased": {"name": "陈国樑"}}
MEANT = {"acknowledged": True}
POLICE, MEDICAL = "household_cancellation", "medical_stop"


pytestmark = pytest.mark.usefixtures("ruling")


async def send(client, number, path="corrections", **body: object):
    return await client.post(f"/api/v1/cases/{number}/{path}", json=body)


async def upload(client, number, material):
    files = {"file": ("scan.pdf", b"%PDF-1.7\nnew\n%%EOF\n", "application/pdf")}
    place = f"/api/v1/cases/{number}/materials"
    return (await client.post(place, data={"material": material}, files=files)).json()


async def filed(office, number, slot):
    stored = await get_case(office.archive, number)
    return SlotFiling.model_validate_json(
        await get_blob(office.archive, number, stored.inputs[f"payload:{slot}"])
    )


async def head(office, number):
    ref = (await get_case(office.archive, number)).inputs["header"]
    return CaseHeader.model_validate_json(await get_blob(office.archive, number, ref))


async def test_what_is_asked_names_notice_day_and_the_fields_of_the_form(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"], materials=["household_book_original"])
    asked = (await client.get(f"/api/v1/cases/{number}/corrections")).json()
    (slot,) = asked["slots"]
    assert (slot["slot"], slot["number"], slot["round"], slot["breach"]) == (POLICE, 1, 1, False)
    assert slot["reasons"] == [{"zh": "填写有误", "en": "wrong"}]
    assert [(box["name"], box["pointers"]) for box in slot["boxes"]] == [("xm", ["/deceased/name"])]
    assert [one["pointer"] for one in asked["fields"]] == ["/deceased/name"]
    assert asked["fields"][0]["value"] == "陈国梁"
    assert asked["materials"][0]["title"]["zh"].startswith("居民户口簿")


async def test_once_the_notice_is_given_the_day_to_answer_by_explains_itself(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": engine.office.now()})
    (slot,) = (await client.get(f"/api/v1/cases/{number}/corrections")).json()["slots"]
    assert slot["notice"] == 1
    assert slot["due"]["due"] > "2026-03-03"
    assert "个工作日" in slot["due"]["explanation"]["zh"]
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    assert view["notices"][0]["slots"] == [POLICE]
    assert view["asked"]


async def test_a_corrected_fact_files_every_undecided_item_anew_that_was_filed_with_it(
    client, number, engine, office
):
    await engine.asks(number, POLICE, fields=["xm"])
    await engine.says(number, MEDICAL, {"kind": "granted"})
    before = await filed(office, number, POLICE)
    seen = (await send(client, number, "corrections/preview", answers=NAME)).json()
    assert POLICE in {one["slot"] for one in seen["filed_anew"]}
    assert {(one["kind"], one["slot"]) for one in seen["work_orders"]} >= {("correct_decision", MEDICAL)}
    assert engine.updates == []
    answer = await send(client, number, answers=NAME, seen=seen["mark"])
    assert answer.status_code == 200, answer.text
    slots = {one["slot"]: one for one in answer.json()["slots"]}
    assert slots[POLICE]["round"] == 2
    assert [one["slot"] for one in answer.json()["work_orders"]] == ["death_proof", MEDICAL]
    after = await filed(office, number, POLICE)
    assert (before.payload["xm"], after.payload["xm"]) == ("陈国梁", "陈国樑")
    assert before.payload | {"xm": ""} == after.payload | {"xm": ""}
    stored = await get_case(office.archive, number)
    sealed = json.loads(await get_blob(office.archive, number, stored.inputs["answers"]))
    assert sealed["answers"]["deceased"]["name"] == "陈国樑"
    assert sealed["corrections"] == ["/deceased/name"]
    (_, action) = engine.updates[-1]
    assert {name: stored.inputs[f"payload:{name}"] for name in action.payloads} == action.payloads


async def test_what_reaches_further_than_was_asked_is_seen_first_or_meant_outright(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    unseen = await send(client, number, answers=NAME)
    assert (unseen.status_code, unseen.json()["code"]) == (409, "consequences_unseen")
    assert unseen.json()["title"].startswith("这次补正还会影响其他事项或已作出的决定")
    mark = (await send(client, number, "corrections/preview", answers=NAME)).json()["mark"]
    await engine.says(number, MEDICAL, {"kind": "granted"})
    moved = await send(client, number, answers=NAME, seen=mark, acknowledged=True)
    assert (moved.status_code, moved.json()["code"]) == (409, "consequences_unseen")
    assert engine.updates == []
    assert (await send(client, number, answers=NAME, acknowledged=True)).status_code == 200


async def test_a_receipt_told_of_later_names_what_was_put_right(client, number, engine, office):
    materials = ["household_book_original"]
    await engine.asks(number, POLICE, fields=["xm"], materials=materials)
    before = await head(office, number)
    paper = await upload(client, number, *materials)
    await send(client, number, answers={"deceased": {"name": "程国樑"}}, materials=[paper["id"]], **MEANT)
    after = await head(office, number)
    assert (before.subject.name, after.subject.name) == ("陈*梁", "程*樑")
    assert after.case == before.case
    assert after.materials[POLICE] == before.materials[POLICE]
    inputs = (await get_case(office.archive, number)).inputs
    assert engine.updates[-1][1].header == engine.cases[number].header == inputs["header"]


async def test_another_field_is_refused_by_name_and_nothing_changes(client, number, engine, office):
    await engine.asks(number, POLICE, fields=["xm"])
    before = await get_case(office.archive, number)
    changes = {"deceased": {"name": "陈国樑", "death_place": "家中"}, "applicant": {"phone": "13970500999"}}
    answer = await send(client, number, answers=changes)
    assert answer.status_code == 422
    errors = {one["pointer"]: one for one in answer.json()["errors"]}
    assert set(errors) == {"/deceased/death_place", "/applicant/phone"}
    assert errors["/applicant/phone"]["code"] == "not_asked"
    assert errors["/applicant/phone"]["zh"] == "没有要求补正联系电话（申请人），不能改动"
    assert engine.updates == []
    assert (await get_case(office.archive, number)).inputs == before.inputs
    last = (await entries_of(office.archive, case=number))[-1]
    assert (last.action, last.purpose) == ("correct_case", "steer_case")
    assert last.fields == ("applicant/phone", "deceased/death_place", "deceased/name")


async def test_the_same_answers_may_be_stood_by(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    answer = await send(client, number, answers={"deceased": {"name": "陈国梁"}})
    assert answer.status_code == 200, answer.text
    ((_, action),) = engine.updates
    assert set(action.payloads) == {POLICE}


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ({"deceased": {"name": ""}}, "/deceased/name", None),
        ({"deceased": {"name": 7}}, "/deceased/name", "type"),
        ({"deceased": "陈"}, "/deceased", "type"),
        ({"nobody": {"name": "陈"}}, "/nobody", "unknown_field"),
    ],
)
async def test_what_is_wrong_is_told_as_at_filing(  # noqa: PLR0917 - cases and fixtures
    client, number, engine, answers, pointer, code
):
    await engine.asks(number, POLICE, fields=["xm"])
    answer = await send(client, number, answers=answers)
    if code is None:
        assert answer.status_code == 200  # taken away, what the register gave stands again
        return
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


async def test_without_a_question_and_after_a_lapse_it_is_refused(client, number, engine):
    answer = await send(client, number, answers=NAME)
    assert (answer.status_code, answer.json()["code"]) == (409, "action_rejected")
    assert answer.json()["title"] == "目前没有部门要求补正，请刷新后再看"
    await engine.asks(number, POLICE, fields=["xm"])
    slot = engine.states[number].slots[POLICE]
    lapsed = slot.model_copy(update={"state": SlotState.LAPSED})
    engine.states[number] = engine.states[number].model_copy(
        update={"slots": engine.states[number].slots | {POLICE: lapsed}}
    )
    await engine.says(number, MEDICAL, {"kind": "received", "ref": "M-1"})
    answer = await send(client, number, answers=NAME)
    assert answer.json()["title"].startswith("补正期限已过")


async def test_a_paper_that_was_asked_is_uploaded_and_filed_with_it(client, number, engine, office):
    await engine.asks(number, POLICE, materials=["household_book_original"])

    paper = await upload(client, number, "household_book_original")
    other = await upload(client, number, "will_or_deed")
    refused = await send(client, number, materials=[other["id"]])
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/materials/will_or_deed", "not_asked")
    ]
    strange = await send(client, number, materials=["0" * 32])
    assert [one["code"] for one in strange.json()["errors"]] == ["unknown_upload"]
    answer = await send(client, number, materials=[paper["id"]])
    assert answer.status_code == 200, answer.text
    filing = await filed(office, number, POLICE)
    assert paper["sha256"] in {one.sha256 for one in filing.materials}


async def test_only_the_questions_of_the_named_items_are_answered(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"])
    await engine.asks(number, "survivor_benefit", fields=["aac002"])
    answer = await send(client, number, answers=NAME, slots=["survivor_benefit"])
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/deceased/name"]
    answer = await send(client, number, slots=["survivor_benefit"])
    assert answer.status_code == 200
    ((_, action),) = engine.updates
    assert set(action.payloads) == {"survivor_benefit"}
    answer = await send(client, number, slots=["medical_account"])
    assert answer.status_code == 409


async def test_a_hold_opens_the_boxes_it_puts_in_question(client, number, engine):
    await engine.asks(number, POLICE, fields=["xm"], code="identity_mismatch")
    assert engine.states[number].hold.hold == "identity_mismatch"
    asked = (await client.get(f"/api/v1/cases/{number}/corrections")).json()
    assert asked["hold"]["hold"] == "identity_mismatch"
    assert [box["name"] for box in asked["hold"]["boxes"]] == ["xm"]
    assert (await send(client, number, answers=NAME, **MEANT)).status_code == 200


async def test_a_hold_that_a_person_raised_opens_no_field(client, number, engine):
    await engine.feed(number, HoldRaised(hold="reported_alive", actor="x"))
    answer = await send(client, number, answers=NAME)
    assert [one["code"] for one in answer.json()["errors"]] == ["not_asked"]


async def test_a_change_whose_answer_was_lost_is_taken_over_when_the_story_tells_it(
    client, number, engine, office
):
    await engine.asks(number, POLICE, fields=["xm"])
    engine.silent = True
    assert (await send(client, number, answers=NAME, **MEANT)).status_code == 503
    assert "aside" in (await get_case(office.archive, number)).inputs
    await engine.asks(number, POLICE, fields=["xm"])
    again = (await client.get(f"/api/v1/cases/{number}/corrections")).json()
    assert again["fields"][0]["value"] == "陈国樑"
    assert "aside" not in (await get_case(office.archive, number)).inputs


async def test_a_change_that_was_never_heard_leaves_the_answers_as_they_were(client, number, engine, office):
    await engine.asks(number, POLICE, fields=["xm"])
    engine.away = True
    assert (await send(client, number, answers=NAME, **MEANT)).status_code == 503
    engine.away = False
    asked = (await client.get(f"/api/v1/cases/{number}/corrections")).json()
    assert asked["fields"][0]["value"] == "陈国梁"
    assert (await send(client, number, answers=NAME, **MEANT)).status_code == 200
    assert "aside" not in (await get_case(office.archive, number)).inputs
