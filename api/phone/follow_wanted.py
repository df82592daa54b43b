"""What a case wants of the family: in goes its standing, out comes each thing to do and until when."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from api.gate_asked import untold_slots
from api.office import Office
from api.phone.appointment_view import bookable_slots
from api.slot_view import papers_owed
from api.standing import Standing, standing_of
from onething.case_record import OwedState
from onething.case_state import SlotState
from onething.text import Model, Text
from records.appointment import appointments_of


class WantedKind(StrEnum):
    """What somebody is to do."""

    CORRECTION = "correction"
    PAPER = "paper"
    BOOKING = "booking"
    UNTOLD = "untold"
    """To fill in what nobody has yet: the item waits for it."""


class Wanted(Model):
    """One thing to do: for which item, or which paper, and the last day for it where there is one."""

    kind: WantedKind
    slot: str
    title: Text
    by: date | None = None
    paper: str | None = None
    """Which paper is promised; one that several items wait for is brought once, by the first day."""


LONG_AFTER: Final = date.max
"""Sorts what has no day behind what has one."""


async def wanted_of(office: Office, number: str) -> tuple[Wanted, ...]:
    """What the family is to do now, the most urgent first; raises NotKnown, CaseErased."""
    standing = await standing_of(office, number)
    booked = {one.slot for one in await appointments_of(office.archive, number)}
    bookings = (
        Wanted(kind=WantedKind.BOOKING, slot=one.slot, title=one.title)
        for one in await bookable_slots(office, standing)
        if one.slot not in booked
    )
    untold = await untold_slots(office, standing)
    told = (
        Wanted(kind=WantedKind.UNTOLD, slot=one.slot, title=one.title)
        for one in standing.case.definition.slots
        if one.slot in untold
    )
    found = sorted((*_asked(standing), *told, *bookings), key=lambda one: one.by or LONG_AFTER)
    papers = {one.paper: one for one in reversed(found) if one.paper}
    return tuple(one for one in found if not one.paper or papers[one.paper] is one)


def _asked(standing: Standing) -> Iterator[Wanted]:
    """Corrections that a notice has told of, and papers promised."""
    for definition in standing.case.definition.slots:
        slot = standing.state.slots.get(definition.slot)
        if slot is None:
            continue
        one = slot.correction
        asked = slot.state is SlotState.CORRECTION_REQUESTED and one is not None and one.answered_at is None
        if asked and one is not None and one.notice is not None:
            by = one.due.due.due if one.due is not None else None
            yield Wanted(kind=WantedKind.CORRECTION, slot=slot.slot, title=definition.title, by=by)
        for paper in papers_owed(slot):
            if paper.state is OwedState.OWED:
                by = paper.due.due if paper.due is not None else None
                yield Wanted(
                    kind=WantedKind.PAPER, slot=slot.slot, title=paper.title, by=by, paper=paper.material
                )
