"""Holidays announced while cases are open: those that were counted without them hear of it, and no others."""

from dataclasses import replace

import pytest

from api.announcement import announce
from onething.adapter import Received
from onething.calendar import WorkCalendar
from onething.case import initial_state, step
from onething.case_event import Begun, Replied
from records.snapshot import CaseSnapshot, apply_snapshot

SLOT = "death_proof"


@pytest.fixture
async def waiting(office, engine, file_story):
    """A case with one item at its agency, counted in a year that nobody had announced."""
    number = (await file_story()).json()["number"]
    case = engine.started[number]
    unknown = WorkCalendar(years=(), otherwise=case.definition.calendar.otherwise)
    case = case.model_copy(update={"definition": case.definition.model_copy(update={"calendar": unknown})})
    at = case.submitted_at
    state = step(case, initial_state(case), Begun(), at).state
    received = Received(event_id="e1", occurred_at=at, ref="r")
    state = step(case, state, Replied(slot=SLOT, round=1, events=(received,)), at).state
    snapshot = CaseSnapshot(number, 99, "running", at, state.model_dump(mode="json"))
    await apply_snapshot(office.archive, snapshot)
    return number, state


async def test_a_case_counted_provisionally_hears_of_the_year(office, engine, waiting):
    number, state = waiting
    due = state.slots[SLOT].promised or state.slots[SLOT].statutory
    if due is None:
        pytest.fail("the item has no due date at all")
    assert due.due.provisional
    assert await announce(office) == 1
    ((told, message),) = engine.announced
    assert (told, message.calendar.announced(due.due.due.year)) == (number, True)


async def test_while_the_year_is_not_announced_nobody_is_told(office, engine, waiting):
    del waiting
    nothing = WorkCalendar(years=(), otherwise=office.calendar.otherwise)
    assert await announce(replace(office, calendar=nothing)) == 0
    assert engine.announced == []


async def test_a_case_counted_with_all_its_years_is_left_alone(office, engine, file_story):
    await file_story()
    assert await announce(office) == 0
    assert engine.announced == []
