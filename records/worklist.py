"""Worklists: a filter in, the matching cases out, newest first; nothing is opened for it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select

from records.archive import Archive
from records.schema import case as table
from records.schema import slot_case


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What to list; every field given narrows. Slot fields must hold for one and the same slot.

    `after` is the (submitted_at, number) of the page before's last case; `due_by` counts either due date.
    """

    bundle: str | None = None
    region: str | None = None
    window_id: str | None = None
    state: str | None = None
    open: bool | None = None
    agency: str | None = None
    slot_state: str | None = None
    holder: str | None = None
    light: str | None = None
    due_by: date | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of a worklist."""

    number: str
    bundle: str
    region: str | None
    state: str
    origin: str
    filing_mode: str
    window_id: str | None
    submitted_at: datetime
    received_on: date
    revision: int
    closed_at: datetime | None


async def list_cases(archive: Archive, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
    """Give at most `wanted.limit` cases, newest first."""
    query = select(*(table.c[name] for name in CaseSummary.__dataclass_fields__))
    query = query.where(*_about_case(wanted)).order_by(table.c.submitted_at.desc(), table.c.number.desc())
    of_slot = _about_slot(wanted)
    if of_slot:
        query = query.where(exists().where(slot_case.c.case == table.c.number, *of_slot))
    query = query.limit(wanted.limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(CaseSummary(*row) for row in rows)


def _about_case(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    equal = ("bundle", "region", "window_id", "state")
    found = [table.c[name] == getattr(wanted, name) for name in equal if getattr(wanted, name) is not None]
    if wanted.open is not None:
        found.append(table.c.closed_at.is_(None) if wanted.open else table.c.closed_at.is_not(None))
    if wanted.after is not None:
        at, number = wanted.after
        found.append(or_(table.c.submitted_at < at, (table.c.submitted_at == at) & (table.c.number < number)))
    return found


def _about_slot(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    equal = {"agency": wanted.agency, "state": wanted.slot_state, "holder": wanted.holder}
    found = [slot_case.c[name] == value for name, value in equal.items() if value is not None]
    if wanted.light is not None:
        found.append(
            or_(slot_case.c.light_statutory == wanted.light, slot_case.c.light_promised == wanted.light)
        )
    if wanted.due_by is not None:
        found.append(
            or_(slot_case.c.due_statutory <= wanted.due_by, slot_case.c.due_promised <= wanted.due_by)
        )
    return found
