"""A family for the eye: in goes its id, out come its cases as one thing; nobody's name or number is in it."""

from collections.abc import Collection
from datetime import datetime

from api.case_view import CaseView, view_case
from api.office import Office
from api.progress import progress_of
from onething.text import Model, Text
from records.family import cases_of, family_of
from records.receipt import receipts_of


class FamilySlot(Model):
    """One item of one of its cases."""

    slot: str
    title: Text
    agency: Text
    state: str
    state_text: Text


class FamilyCase(Model):
    """One case of the family: what it is about, how it stands, and its own receipt."""

    number: str
    bundle: str
    title: Text
    state: str
    state_text: Text
    ended: bool
    submitted_at: datetime
    completed_at: datetime | None
    done: int
    """Items that have come to an end."""
    progress: Text
    """How many of them have a result, and what the others wait for."""
    slots: tuple[FamilySlot, ...]
    receipt: int | None
    """The newest revision of its own receipt."""


class FamilyView(Model):
    """Cases that one family lives as one thing, the earliest first."""

    id: str
    title: Text
    cases: tuple[FamilyCase, ...]
    receipt: int | None
    """The newest revision of the receipt over all of them."""


async def view_family(office: Office, family: str, seen: Collection[str]) -> FamilyView:
    """Draw those of the family's cases that are `seen`; raises NotKnown for no such family.

    The receipt over all of them is for who sees all of them.
    """
    stored = await family_of(office.archive, family)
    cases, issued = [], 0
    members = await cases_of(office.archive, family)
    for number in members:
        if number not in seen:
            continue
        receipts = await receipts_of(office.archive, number)
        issued += len(receipts)
        newest = receipts[-1].revision if receipts else None
        cases.append(_case(await view_case(office, number), newest))
    receipt = issued or None if len(cases) == len(members) else None
    return FamilyView(id=stored.id, title=stored.title, cases=tuple(cases), receipt=receipt)


def _case(view: CaseView, receipt: int | None) -> FamilyCase:
    return FamilyCase(
        number=view.number,
        bundle=view.bundle,
        title=view.title,
        state=view.state,
        state_text=view.state_text,
        ended=view.ended,
        submitted_at=view.submitted_at,
        completed_at=view.completed_at,
        done=sum(slot.ended for slot in view.slots),
        progress=progress_of(view.slots, over=view.ended),
        slots=tuple(
            FamilySlot(
                slot=slot.slot,
                title=slot.title,
                agency=slot.agency,
                state=slot.state,
                state_text=slot.state_text,
            )
            for slot in view.slots
        ),
        receipt=receipt,
    )
