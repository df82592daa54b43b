"""What waits for a person: stuck, held and unconfirmed slots of open cases, and work-orders of any case."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from records.case import create_case
from records.hand import Hand, count_orders, hand_of, needs_hand, open_orders
from records.schema import slot_case
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot
from records.work_order import NewWorkOrder, open_work_order
from records.worklist import CaseFilter, count_cases, list_cases
from records.worklist_area import Area

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
SLOTS = {
    "A": ("waiting", "window"),
    "B": ("blocked", "applicant"),
    "C": ("blocked", "system"),
    "D": ("needs_operator", "window"),
    "E": ("correction_requested", "window"),
    "F": ("waiting", None),
    "G": ("blocked", "applicant"),
}


@pytest.fixture
async def stocked(archive, filing):
    """A case for each way to wait; G has ended, and so has H, which left a work-order behind."""
    for name in (*SLOTS, "H"):
        await create_case(archive, filing(name, submitted_at=NOW))
        state, holder = SLOTS.get(name, ("granted", "nobody"))
        row = SlotRow("one", "A03", "police", state, 1, NOW, holder=holder)
        closed = NOW if name in "GH" else None
        place = f"20261123-{name}"
        await apply_snapshot(archive, CaseSnapshot(place, 1, "running", NOW, {}, (row,), closed_at=closed))
    order = NewWorkOrder("o", "20261123-H", "undo", "health", "revoked", NOW, due_on=date(2026, 12, 1))
    await open_work_order(archive, order)
    return archive


async def test_the_cases_are_those_in_which_somebody_has_to_act(stocked):
    async def found(**narrowed: str) -> str:
        return "".join(one.number[-1] for one in await list_cases(stocked, CaseFilter(hand=True, **narrowed)))

    assert await found() == "HDBA"
    assert await found(agency="health") == ""
    assert await found(agency="police") == "DBA"
    assert await count_cases(stocked, [CaseFilter(hand=True)]) == (4,)


async def test_one_row_is_judged_as_the_condition_judges_it(stocked):
    rows = await stocked.database.read(
        lambda one: one.execute(select(slot_case.c.case).where(needs_hand())).all()
    )
    assert {row.case[-1] for row in rows} == {"A", "B", "D", "G"}
    told = {name: hand_of(*of) for name, of in SLOTS.items()}
    assert {name for name, hand in told.items() if hand is Hand.HELD} == {"A"}
    assert {name for name, hand in told.items() if hand is Hand.GATE} == {"B", "G"}


async def test_open_orders_are_listed_for_the_area_of_their_case(stocked):
    (line,) = await open_orders(stocked, None)
    assert (line.case[-1], line.kind, line.owner, line.due_on) == ("H", "undo", "health", date(2026, 12, 1))
    assert await open_orders(stocked, Area("37")) == ()
    assert await count_orders(stocked, ["20261123-A", "20261123-H"]) == {"20261123-H": 1}
