from datetime import UTC, date, datetime, timedelta

import pytest

from records.case import NewCase, create_case
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot
from records.worklist_slot import SlotFilter, late_slots, stuck_slots

NOW = datetime(2026, 3, 3, 2, 5, tzinfo=UTC)


def row(slot, state="received", **changes: object):
    return SlotRow(slot=slot, item=slot, agency="police", state=state, round=1, updated_at=NOW, **changes)


@pytest.fixture
def stored(archive):
    async def store(number, *slots: SlotRow, region="360900", closed=None) -> None:
        await create_case(
            archive,
            NewCase(
                number=number,
                bundle="bereavement",
                origin="window",
                filing_mode="assisted",
                submitted_at=NOW,
                received_on=date(2026, 3, 3),
                idempotency_key=number,
                body_sha256="0" * 64,
                region=region,
            ),
        )
        await apply_snapshot(
            archive, CaseSnapshot(number, 2, "running", NOW, {}, slots=slots, closed_at=closed)
        )

    return store


def names(lines):
    return [(line.case, line.slot) for line in lines]


async def test_every_stuck_slot_of_every_open_case_is_listed_the_longest_wait_first(archive, stored):
    early = NOW - timedelta(days=3)
    await stored("C-00001", row("a", "needs_operator", reason="unexpected", since=NOW), row("b"))
    await stored("C-00002", row("c", "needs_operator", reason="agency_unavailable", since=early))
    await stored("C-00003", row("d", "needs_operator"), closed=NOW)
    lines = await stuck_slots(archive, SlotFilter())
    assert names(lines) == [("C-00002", "c"), ("C-00001", "a")]
    assert (lines[0].reason, lines[0].since) == ("agency_unavailable", early)


async def test_undecided_slots_are_listed_by_light_the_earliest_promise_first(archive, stored):
    late = {"due_promised": date(2026, 3, 1), "light_promised": "red"}
    await stored(
        "C-00001",
        row("a", **late | {"due_promised": date(2026, 3, 2)}),
        row("b", light_statutory="red", due_statutory=date(2026, 2, 20)),
        row("c", "granted", **late),
        row("d", light_promised="yellow", due_promised=date(2026, 3, 4)),
    )
    await stored("C-00002", row("e", **late), region="360902")
    assert names(await late_slots(archive, SlotFilter(), "red")) == [
        ("C-00001", "b"),
        ("C-00002", "e"),
        ("C-00001", "a"),
    ]
    assert names(await late_slots(archive, SlotFilter(), "yellow")) == [("C-00001", "d")]
    assert names(await late_slots(archive, SlotFilter(region="360902"), "red")) == [("C-00002", "e")]
    assert names(await late_slots(archive, SlotFilter(limit=1), "red")) == [("C-00001", "b")]
    assert names(await late_slots(archive, SlotFilter(agency="health"), "red")) == []
