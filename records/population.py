"""What an inspection can draw from: a kind, an area and a period in, every name that can be drawn out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, func, select

from records.schema import audit, slot_case
from records.schema_account import account
from records.statistics import DECIDED

_CHINA: Final = timezone(timedelta(hours=8))
_HANDLER: Final = "handler"


class Kind(StrEnum):
    """What is drawn."""

    PERSONS = "persons"
    """Cases, each by its number: the persons in them are visited or called."""
    APPROVERS = "approvers"
    """Who decided, as `agency/account`; `agency` alone where its own system did."""
    RECORDS = "records"
    """Decided items, as `number/slot`: the platform's records are compared with the papers."""


@dataclass(frozen=True, slots=True)
class Population:
    """Items decided from the first day to the last in an area; `item` none for every item."""

    kind: Kind
    area: str
    item: str | None
    starts_on: date
    until: date


def names_of(connection: Connection, wanted: Population) -> list[str]:
    """Give every name that can be drawn, sorted, within the caller's transaction."""
    begin, end = _midnight(wanted.starts_on), _midnight(wanted.until + timedelta(days=1))
    query = select(slot_case.c.case, slot_case.c.slot, slot_case.c.agency).where(
        slot_case.c.state.in_(DECIDED), slot_case.c.since >= begin, slot_case.c.since < end
    )
    if wanted.area:
        query = query.where(func.substr(slot_case.c.case, 1, len(wanted.area)) == wanted.area)
    if wanted.item is not None:
        query = query.where(slot_case.c.item == wanted.item)
    items = connection.execute(query).all()
    match wanted.kind:
        case Kind.PERSONS:
            return sorted({one.case for one in items})
        case Kind.RECORDS:
            return sorted(f"{one.case}/{one.slot}" for one in items)
    return _approvers(connection, {(one.case, one.agency) for one in items})


def _approvers(connection: Connection, decided: set[tuple[str, str]]) -> list[str]:
    """The handlers who worked on these cases for their agencies; an agency where nobody of it did."""
    query = (
        select(audit.c.case, audit.c.actor, account.c.agency)
        .join(account, account.c.id == audit.c.actor)
        .where(audit.c.role == _HANDLER, audit.c.case.is_not(None))
        .distinct()
    )
    worked = {
        (one.agency, one.actor) for one in connection.execute(query) if (one.case, one.agency) in decided
    }
    with_hands = {agency for agency, _ in worked}
    own_system = {agency for _, agency in decided if agency not in with_hands}
    return sorted({f"{agency}/{actor}" for agency, actor in worked} | own_system)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA).astimezone(UTC)
