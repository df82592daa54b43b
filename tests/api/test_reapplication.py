"""An item that came to nothing is applied for again, in a case that runs or has ended."""

import pytest

from onething.case_event import ReceiptIssued, Withdrawn
from onething.case_state import DECIDED, BundleState, SlotState
from onething.filing import CaseHeader
from records.audit import entries_of
from records.blob import get_blob
from records.case import get_case
from records.notice import unsent

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
REFUSED = {
    "kind": "refused",
    "reasons": [{"code": "no", "text": {"zh": "不符合条件", "en": "not entitled"}}],
    "remedies": [{"zh": "可以申请行政复议", "en": "review"}],
}
UNFILED = {SlotState.WAITING, SlotState.BLOCKED}


@pytest.fixture
async def ended(number, engine):
    """The case at its end: the police refused, the others decided or were taken back."""
    await engine.says(number, POLICE, REFUSED)
    for name in tuple(engine.states[number].slots):
        slot = engine.states[number].slots[name]
        if slot.state in UNFILED:
            await engine.feed(number, Withdrawn(slot=name, reason="not_wanted", actor="x"))
        elif slot.state not in DECIDED:
            await engine.says(number, name, {"kind": "granted"})
    await finish(engine, number)
    return number


async def finish(engine, number):
    """The last receipts are stored, and the workflow is gone."""
    for revision in range(1, 20):
        if engine.states[number].state is BundleState.RUNNING:
            await engine.feed(number, ReceiptIssued(revision=revision, sha256="0" * 64))
    assert engine.states[number].state is BundleState.COMPLETED
    engine.ended.add(number)


async def header(office, number, ref):
    return CaseHeader.model_validate_json(await get_blob(office.archive, number, ref))


def slot_of(view, name):
    return next(one for one in view["slots"] if one["slot"] == name)


def place(number):
    return f"/api/v1/cases/{number}/slots/{POLICE}/reapplication"


async def test_a_refused_item_is_applied_for_again_with_the_old_data_or_better(
    client, number, engine, office
):
    place = f"/api/v1/cases/{number}/slots/{POLICE}/reapplication"
    early = await client.post(place, json={})
    assert (early.status_code, early.json()["title"]) == (409, "只有未办成的事项可以重新申请")
    await engine.says(number, POLICE, REFUSED)
    view = (await client.post(place, json={})).json()
    assert (slot_of(view, POLICE)["round"], slot_of(view, POLICE)["state"]) == (2, "submitting")
    assert engine.updates[-1][1].payload is None
    await engine.says(number, POLICE, REFUSED)
    before = (await get_case(office.archive, number)).inputs
    other = {"applicant": {"phone": "13970500999"}, "estate": {"co_ownership": "sole"}}
    refused = await client.post(place, json={"answers": other})
    assert "/estate/co_ownership" in [one["pointer"] for one in refused.json()["errors"]]
    view = (await client.post(place, json={"answers": {"deceased": {"name": "程国樑"}}})).json()
    assert slot_of(view, POLICE)["round"] == 3
    after = (await get_case(office.archive, number)).inputs
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {f"payload:{POLICE}", "answers", "header"}
    again = engine.updates[-1][1]
    assert (again.payload, again.header) == (after[f"payload:{POLICE}"], after["header"])
    old, new = [await header(office, number, one["header"]) for one in (before, after)]
    assert old.subject.name != new.subject.name
    assert new.case == old.case


async def test_an_ended_case_goes_on_for_an_item_and_ends_again(client, ended, engine, office):
    view = (await client.get(f"/api/v1/cases/{ended}")).json()
    assert (view["state"], slot_of(view, POLICE)["may_reapply"]) == ("completed", True)
    assert not slot_of(view, "death_proof")["may_reapply"]
    view = (await client.post(place(ended), json={})).json()
    assert view["state"] == "running"
    assert (await get_case(office.archive, ended)).closed_at is None
    assert (slot_of(view, POLICE)["round"], slot_of(view, POLICE)["state"]) == (2, "submitting")
    ((taken_up, action),) = engine.taken_up
    assert (taken_up.number, taken_up.ended["state"], action.slot) == (ended, "completed", POLICE)
    last = (await entries_of(office.archive, case=ended))[-1]
    assert (last.action, last.fields) == ("reapply_slot", (POLICE,))
    await engine.says(ended, POLICE, {"kind": "granted"})
    await finish(engine, ended)
    assert (await get_case(office.archive, ended)).closed_at is not None


async def test_better_answers_go_with_it_and_are_kept(client, ended, engine, office):
    before = (await get_case(office.archive, ended)).inputs
    answer = await client.post(place(ended), json={"answers": {"deceased": {"name": "程国樑"}}})
    assert answer.status_code == 200, answer.text
    after = (await get_case(office.archive, ended)).inputs
    assert "aside" not in after
    assert {name for name in after if after[name] != before[name]} == {
        f"payload:{POLICE}",
        "answers",
        "header",
    }
    assert engine.taken_up[-1][1].payload == after[f"payload:{POLICE}"]
    assert engine.cases[ended].header == after["header"]


async def test_beside_a_newer_case_about_the_same_person_it_is_refused(
    client, ended, engine, office, file_story
):
    second = await file_story(key="key-2")
    assert second.status_code == 201, second.text
    answer = await client.post(place(ended), json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "case_exists")
    assert second.json()["number"] not in answer.text
    origin = {"origin": str(client.base_url).rstrip("/")}
    page = await client.post(f"/cases/{ended}/slots/{POLICE}/reapplication", headers=origin)
    assert (page.status_code, answer.json()["title"] in page.text) == (409, True)
    assert engine.taken_up == []
    told = [one.kind for one in await unsent(office.archive) if one.case == second.json()["number"]]
    assert "second_filing" in told


async def test_what_was_taken_back_as_a_whole_is_not_applied_for_again(client, number):
    await client.post(f"/api/v1/cases/{number}/withdrawal", json={"reason": "not_wanted"})
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    assert not any(one["may_reapply"] for one in view["slots"])
    answer = await client.post(place(number), json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "action_rejected")


async def test_the_page_of_an_ended_case_offers_it(client, ended, engine):
    page = await client.get(f"/cases/{ended}")
    assert f"/cases/{ended}/slots/{POLICE}/reapplication" in page.text
    assert f"/cases/{ended}/slots/death_proof/reapplication" not in page.text
    asked = await client.get(f"/cases/{ended}/slots/{POLICE}/reapplication")
    assert "确认重新申请" in asked.text
    origin = {"origin": str(client.base_url).rstrip("/")}
    done = await client.post(f"/cases/{ended}/slots/{POLICE}/reapplication", headers=origin)
    assert done.status_code == 303
    assert engine.states[ended].slots[POLICE].round == 2
