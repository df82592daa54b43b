"""Worklists: a filter in, the matching cases or their number out, newest first; nothing is opened for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from records.archive import Archive
from records.hand import cases_needing_hand
from records.schema import case as table
from records.schema import slot_case
from records.schema_case_work import case_owner
from records.worklist_area import Area, within

OVER: Final = (
    "granted",
    "partly_granted",
    "refused",
    "declined",
    "withdrawn",
    "lapsed",
    "not_applicable",
)
"""States of a slot whose due dates matter no more."""


@dataclass(frozen=True, slots=True)
class Named:
    """What one word of a search names: any of these life events, or an item among these."""

    bundles: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What to list; every field given narrows. Slot fields must hold for one and the same slot.

    `after` is the (submitted_at, number) of the page before's last case; `due_by` counts either due date.
    `area` is whose cases are seen at all, `owner` the account that answers for them. Of a search `numbers`
    are the cases found by name, `number_parts` what stands in their numbers (dashes aside), and each of
    `named` must fit.
    `hand` is for those in which something waits for a person.
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
    area: Area | None = None
    owner: str | None = None
    undecided: bool | None = None
    numbers: tuple[str, ...] | None = None
    number_parts: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()
    hand: bool = False


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
    query = _narrowed(select(*(table.c[name] for name in CaseSummary.__dataclass_fields__)), wanted)
    query = query.order_by(table.c.submitted_at.desc(), table.c.number.desc()).limit(wanted.limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(CaseSummary(*row) for row in rows)


async def count_cases(archive: Archive, every: Sequence[CaseFilter], most: int = 1000) -> tuple[int, ...]:
    """Give how many cases each filter matches, none counted beyond `most`; pages and limits do not matter."""
    queries = [
        select(func.count()).select_from(_narrowed(select(table.c.number), one).limit(most).subquery())
        for one in every
    ]
    return await archive.database.read(
        lambda connection: tuple(connection.execute(query).scalar_one() for query in queries)
    )


def _narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    query = query.where(*_about_case(wanted))
    of_slot = _about_slot(wanted)
    if of_slot:
        # States are indexed and some are rare: then the slots lead. Else the newest cases do, each probed.
        rare = wanted.slot_state is not None
        theirs = table.c.number.in_(select(slot_case.c.case).where(*of_slot))
        query = query.where(theirs if rare else exists().where(slot_case.c.case == table.c.number, *of_slot))
    return query


def _about_case(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    equal = ("bundle", "region", "window_id", "state")
    found = [table.c[name] == getattr(wanted, name) for name in equal if getattr(wanted, name) is not None]
    if wanted.open is not None:
        found.append(table.c.closed_at.is_(None) if wanted.open else table.c.closed_at.is_not(None))
    if wanted.after is not None:
        at, number = wanted.after
        found.append(or_(table.c.submitted_at < at, (table.c.submitted_at == at) & (table.c.number < number)))
    if wanted.owner is not None:
        owned = select(case_owner.c.case).where(case_owner.c.account == wanted.owner)
        found.append(table.c.number.in_(owned))
    if wanted.hand:
        found.append(table.c.number.in_(cases_needing_hand(wanted.agency)))
    if wanted.numbers is not None:
        found.append(table.c.number.in_(wanted.numbers))
    plain = func.replace(table.c.number, "-", "")
    found += [plain.contains(part.replace("-", ""), autoescape=True) for part in wanted.number_parts]
    for one in wanted.named:
        item = exists().where(slot_case.c.case == table.c.number, slot_case.c.item.in_(one.items))
        found.append(or_(table.c.bundle.in_(one.bundles), item))
    return [*found, *within(wanted.area)]


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
    if wanted.undecided is not None:
        found.append(slot_case.c.state.not_in(OVER) if wanted.undecided else slot_case.c.state.in_(OVER))
    return found
