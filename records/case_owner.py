"""Who answers for a case (首派责任): who takes it first in, its one owner and every hand-over out.

A case that has an owner keeps one: it is given away by asking, and stays with the giver until the other
accepts. Each step is a row of `case_handover`, so the story of the responsibility is never rewritten.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from onething.errors import NotKnown
from records.archive import Archive
from records.database import insert_new, serialize
from records.schema import case as case_table
from records.schema_case_work import case_handover as table
from records.schema_case_work import case_owner

Holder = tuple[str | None, str | None]
"""An account and its window."""
FIRST = "first"
"""The reason of the first taking, which nobody had to be asked for."""


class HandoverState(StrEnum):
    """How a hand-over stands."""

    TAKEN = "taken"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class NotTheirs(ValueError):
    """The step is not this account's to take, or is over already."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a case now."""

    case: str
    account: str
    window_id: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A case that its owner `by` asks another account, or anybody of another window, to take over."""

    number: str
    by: str
    to: Holder
    reason: str


@dataclass(frozen=True, slots=True)
class Handover:
    """One step of the responsibility; `to_account` None means whoever of the window accepts."""

    id: str
    case: str
    from_account: str | None
    from_window: str | None
    to_account: str | None
    to_window: str | None
    reason: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    answered_by: str | None


async def owner_of(archive: Archive, number: str) -> Owner | None:
    """Give who answers for the case; None while nobody has taken it."""
    return await archive.database.read(lambda connection: _owner(connection, number))


async def owners_of(archive: Archive, numbers: tuple[str, ...]) -> dict[str, Owner]:
    """Give who answers for each of these cases that somebody has taken."""
    query = select(case_owner).where(case_owner.c.case.in_(numbers))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {row.case: Owner(*row) for row in rows}


async def handovers_of(archive: Archive, number: str) -> tuple[Handover, ...]:
    """Give every step of a case's responsibility, oldest first."""
    query = (
        select(table)
        .where(table.c.case == number)
        .order_by(table.c.asked_at, table.c.from_account.is_not(None), table.c.id)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(Handover(*row) for row in rows)


async def offered_to(archive: Archive, account: str, window_id: str | None) -> tuple[Handover, ...]:
    """Give the hand-overs that wait for this account, or for anybody of its window, oldest first."""
    query = select(table).where(table.c.state == HandoverState.ASKED.value, _meant(account, window_id))
    query = query.order_by(table.c.asked_at, table.c.id)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(Handover(*row) for row in rows)


async def take(archive: Archive, number: str, by: tuple[str, str | None], now: datetime) -> Owner:
    """Take a case that nobody answers for; give who does then, were it another who came first.

    Raises NotKnown.
    """

    def job(connection: Connection) -> Owner:
        serialize(connection, f"owner/{number}")
        if (
            connection.execute(select(case_table.c.number).where(case_table.c.number == number)).first()
            is None
        ):
            raise NotKnown("case", number)
        first(connection, number, by, now)
        owner = _owner(connection, number)
        if owner is None:
            raise NotKnown("case", number)
        return owner

    return await archive.database.write(job)


async def ask(archive: Archive, offer: Offer, now: datetime) -> Handover:
    """Ask another account or window to take the case over; raises NotTheirs unless `by` is its owner.

    An offer still open is taken back by it: a case is offered to one at a time.
    """
    number, by, to = offer.number, offer.by, offer.to

    def job(connection: Connection) -> Handover:
        serialize(connection, f"owner/{number}")
        owner = _owner(connection, number)
        if owner is None or owner.account != by or to in {(None, None), (by, to[1])}:
            raise NotTheirs
        _end_open(connection, number, HandoverState.WITHDRAWN, by, now)
        asked = Handover(
            uuid4().hex,
            number,
            by,
            owner.window_id,
            *to,
            offer.reason,
            HandoverState.ASKED.value,
            now,
            None,
            None,
        )
        connection.execute(insert(table), {name: getattr(asked, name) for name in Handover.__slots__})
        return asked

    return await archive.database.write(job)


async def answer(
    archive: Archive, number: str, by: tuple[str, str | None], state: HandoverState, now: datetime
) -> Owner:
    """Accept, decline or take back the open offer of a case; raises NotTheirs.

    Accepting makes `by` the owner in the same transaction; until then the giver answers for the case.
    """

    def job(connection: Connection) -> Owner:
        serialize(connection, f"owner/{number}")
        owner = _owner(connection, number)
        if owner is None:
            raise NotTheirs
        giving = state is HandoverState.WITHDRAWN
        if giving != (owner.account == by[0]):
            raise NotTheirs
        meant = [] if giving else [_meant(*by)]
        if not _end_open(connection, number, state, by[0], now, *meant):
            raise NotTheirs
        if state is not HandoverState.ACCEPTED:
            return owner
        newer = Owner(number, by[0], by[1], now)
        change = update(case_owner).where(case_owner.c.case == number)
        connection.execute(change.values(account=newer.account, window_id=newer.window_id, since=now))
        return newer

    return await archive.database.write(job)


def first(connection: Connection, number: str, by: tuple[str, str | None], now: datetime) -> None:
    """Make `by` the owner of a case without one, within the caller's transaction; who came first stays."""
    account, window_id = by
    row = {"case": number, "account": account, "window_id": window_id, "since": now}
    if not insert_new(connection, case_owner, [row]):
        return
    step: dict[str, Any] = {"id": uuid4().hex, "case": number, "to_account": account, "to_window": window_id}
    step |= {"reason": FIRST, "state": HandoverState.TAKEN.value, "asked_at": now}
    connection.execute(insert(table), step | {"answered_at": now, "answered_by": account})


def _owner(connection: Connection, number: str) -> Owner | None:
    row = connection.execute(select(case_owner).where(case_owner.c.case == number)).one_or_none()
    return Owner(*row) if row is not None else None


def _end_open(
    connection: Connection,
    number: str,
    state: HandoverState,
    by: str,
    now: datetime,
    *which: ColumnElement[bool],
) -> bool:
    change = update(table).where(table.c.case == number, table.c.state == HandoverState.ASKED.value, *which)
    change = change.values(state=state.value, answered_at=now, answered_by=by)
    return connection.execute(change).rowcount > 0


def _meant(account: str, window_id: str | None) -> ColumnElement[bool]:
    """Offers to this account, and to its window as a whole."""
    window = and_(table.c.to_account.is_(None), table.c.to_window == window_id)
    return or_(table.c.to_account == account, window) if window_id else table.c.to_account == account
