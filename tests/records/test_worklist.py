"""Worklists: every filter narrows, slot filters about one and the same slot, pages fit together."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from records.case import create_case
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot
from records.worklist import CaseFilter, list_cases


@pytest.fixture
async def stocked(archive, filing, now):
    """A runs at the police, B is closed, C waits for its applicant."""
    police = SlotRow(
        "hukou", "A03", "police", "submitting", 1, now, due_promised=date(2026, 12, 1), light_promised="green"
    )
    pension = SlotRow(
        "pension",
        "A07",
        "social_insurance",
        "received",
        1,
        now,
        date(2026, 11, 30),
        light_statutory="yellow",
        holder="applicant",
    )
    slots = {"A": (police,), "B": (), "C": (replace(police, state="granted", due_promised=None), pension)}
    for age, name in enumerate("ABC"):
        region = "360900" if name == "C" else None
        await create_case(archive, filing(name, submitted_at=now + timedelta(minutes=age), region=region))
        closed = {"state": "completed", "closed_at": now} if name == "B" else {"state": "running"}
        snapshot = CaseSnapshot(f"20261123-{name}", 1, at=now, content={}, slots=slots[name], **closed)
        await apply_snapshot(archive, snapshot)
    return archive


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), "CBA"),
        (CaseFilter(limit=2), "CB"),
        (CaseFilter(open=True), "CA"),
        (CaseFilter(open=False), "B"),
        (CaseFilter(state="completed"), "B"),
        (CaseFilter(region="360900"), "C"),
        (CaseFilter(window_id="yichun-01"), "CBA"),
        (CaseFilter(bundle="newborn"), ""),
        (CaseFilter(agency="police"), "CA"),
        (CaseFilter(agency="police", slot_state="submitting"), "A"),
        (CaseFilter(agency="police", slot_state="granted"), "C"),
        (CaseFilter(agency="social_insurance", slot_state="granted"), ""),
        (CaseFilter(light="yellow"), "C"),
        (CaseFilter(holder="applicant"), "C"),
        (CaseFilter(due_by=date(2026, 11, 30)), "C"),
        (CaseFilter(due_by=date(2026, 12, 1)), "CA"),
    ],
)
async def test_worklists_narrow_by_case_and_by_one_and_the_same_slot(stocked, wanted, found):
    assert "".join(case.number[-1] for case in await list_cases(stocked, wanted)) == found


async def test_pages_of_a_worklist_neither_skip_nor_repeat(archive, filing, now):
    for name in "ABCDE":
        await create_case(archive, filing(name, submitted_at=now))
    first = await list_cases(archive, CaseFilter(limit=3))
    rest = await list_cases(archive, CaseFilter(after=(first[-1].submitted_at, first[-1].number)))
    assert [case.number[-1] for case in (*first, *rest)] == list("EDCBA")
