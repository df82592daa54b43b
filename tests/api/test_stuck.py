"""A clerk takes a stuck item in hand; what may have arrived is not sent twice by one click."""

import re

import pytest

from api.page_view import word
from onething.case import initial_state
from onething.case_event import OperatorAction
from onething.case_state import OperatorNeed, OperatorReason, SlotState
from records.audit import entries_of
from records.snapshot import CaseSnapshot, apply_snapshot

SLOT = "medical_stop"


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


@pytest.fixture
def stuck(number, office, engine):
    """Put one item of the case into a person's hands for a reason; gives its key."""

    async def put(reason: OperatorReason = OperatorReason.UNCERTAIN_SUBMISSION) -> str:
        state = initial_state(engine.started[number])
        key = f"{number}/{SLOT}/1/submit"
        need = OperatorNeed(reason=reason, owner="window", since=office.now(), key=key)
        slot = state.slots[SLOT].model_copy(update={"state": SlotState.NEEDS_OPERATOR, "operator": need})
        content = state.model_copy(update={"slots": state.slots | {SLOT: slot}}).model_dump(mode="json")
        await apply_snapshot(office.archive, CaseSnapshot(number, 9, "running", office.now(), content))
        return key

    return put


def place(number, action):
    return f"/cases/{number}/slots/{SLOT}/{action}"


async def test_who_is_called_and_what_was_sent_stand_on_the_item(client, number, stuck):
    key = await stuck()
    slots = (await client.get(f"/api/v1/cases/{number}")).json()["slots"]
    (slot,) = (one for one in slots if one["slot"] == SLOT)
    assert slot["operator"]["key"] == key
    assert slot["operator"]["phone"] == slot["phone"]
    assert slot["phone"]


async def test_the_page_shows_both_ways_out_of_an_uncertain_filing(client, number, stuck, engine):
    key = await stuck()
    page = (await client.get(f"/cases/{number}")).text
    (slot,) = (one for one in engine.started[number].definition.slots if one.slot == SLOT)
    assert key in page
    assert f"电话：{slot.phone}" in page
    assert f'action="{place(number, "received")}"' in page
    assert 'name="ref"' in page
    assert 'name="confirmed" value="yes"' in page
    assert "The agency was asked and does not have it" in (await client.get(f"/cases/{number}?lang=en")).text


@pytest.mark.parametrize("reason", list(OperatorReason))
async def test_every_reason_is_said_in_words_with_what_to_press_next(client, number, stuck, reason):
    await stuck(reason)
    page = (await client.get(f"/cases/{number}")).text
    told = [word(f"{kind}_{reason.value}").zh for kind in ("operator", "next")]
    assert all(one in page for one in told)
    buttons = re.findall(r"“([^”]+)”", told[1])
    assert buttons
    assert all(f"{one}<" in page for one in buttons)


async def test_an_uncertain_filing_is_not_sent_again_unless_the_agency_was_asked(
    client, number, stuck, engine
):
    await stuck()
    answer = await client.post(f"/api/v1{place(number, 'resume')}", json={"action": "retry"})
    assert (answer.status_code, answer.json()["code"]) == (422, "answers_rejected")
    (problem,) = answer.json()["errors"]
    assert problem["pointer"] == "/confirmed"
    assert problem["zh"] == "请勾选“已向部门核实，部门未收到”"
    page = await client.post(place(number, "resume"), headers={"accept": "text/html"})
    assert page.status_code == 422
    assert "请勾选“已向部门核实，部门未收到”" in page.text
    assert engine.updates == []
    again = {"action": "retry", "confirmed": True}
    assert (await client.post(f"/api/v1{place(number, 'resume')}", json=again)).status_code == 200
    assert (await client.post(place(number, "resume"), data={"confirmed": "yes"})).status_code == 303
    assert [request.action for _, request in engine.updates] == [OperatorAction.RETRY] * 2


async def test_other_trouble_is_tried_again_without_a_tick(client, number, stuck, engine):
    await stuck(OperatorReason.AGENCY_UNAVAILABLE)
    assert (await client.post(place(number, "resume"))).status_code == 303
    assert len(engine.updates) == 1


@pytest.mark.parametrize("door", ["page", "api"])
async def test_what_the_agency_has_is_entered_and_not_sent_again(  # noqa: PLR0917 - fixtures
    client, number, stuck, engine, office, door
):
    key = await stuck()
    if door == "page":
        answer = await client.post(place(number, "received"), data={"ref": " YB-2026-17 "})
        assert answer.status_code == 303
        assert re.fullmatch(rf"/cases/{number}\?sent=\d+", answer.headers["location"])
    else:
        answer = await client.post(f"/api/v1{place(number, 'received')}", json={"ref": "YB-2026-17"})
        assert answer.status_code == 200
    ((to, request),) = engine.updates
    assert (to, request.slot, request.action) == (number, SLOT, OperatorAction.ENTER_ANSWER)
    (event,) = request.events
    assert (event.kind, event.event_id, event.ref) == ("received", f"{key}/received", "YB-2026-17")
    assert event.occurred_at == office.now()
    last = (await entries_of(office.archive, case=number))[-1]
    assert (last.action, last.fields) == ("resume_slot", (SLOT, "enter_answer"))


async def test_without_a_reference_or_a_need_nothing_is_entered(client, number, stuck, engine):
    answer = await client.post(f"/api/v1{place(number, 'received')}", json={"ref": "YB-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "action_rejected")
    await stuck()
    answer = await client.post(f"/api/v1{place(number, 'received')}", json={"ref": " "})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/ref"]
    page = await client.post(place(number, "received"), headers={"accept": "text/html"})
    assert page.status_code == 422
    assert "部门的收件编号" in page.text
    other = f"/api/v1/cases/{number}/slots/no_such_item/received"
    assert (await client.post(other, json={"ref": "YB-1"})).status_code == 404
    assert engine.updates == []
