"""How each person wants to hear: channels and where they reach somebody in, sealed, and opened again out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from records import data_key
from records.archive import Archive
from records.party import Capacity
from records.schema import data_key as key_table
from records.schema_account import case_party
from records.schema_follow import notice_choice as table


@dataclass(frozen=True, slots=True)
class NoticeChoice:
    """One person's choice; `party` as in `case_party`, `contact` by channel: number, address, openid."""

    party: str
    channels: tuple[str, ...]
    locale: str
    night: bool
    contact: dict[str, str]


async def choose(archive: Archive, choice: NoticeChoice, now: datetime) -> None:
    """Store a choice in place of the one before."""

    def store(connection: Connection) -> None:
        row = connection.execute(_WHOLE.where(table.c.party == choice.party)).one_or_none()
        if row is None or row.wrapped is None:
            key, key_row = data_key.fresh(archive.ring, now)
            data_key.keep(connection, key_row)
        else:
            key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
        values = {
            "channels": list(choice.channels),
            "locale": choice.locale,
            "night": choice.night,
            "data_key_id": key.id,
            "sealed_contact": key.seal_json(choice.contact, _place(choice.party)),
            "changed_at": now,
        }
        if row is None:
            connection.execute(insert(table), values | {"party": choice.party})
        else:
            connection.execute(update(table).where(table.c.party == choice.party).values(values))

    await archive.database.write(store)


async def choice_of(archive: Archive, party: str) -> NoticeChoice | None:
    """Give a person's choice; None where nothing was chosen or it was erased."""
    query = _WHOLE.where(table.c.party == party)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    return _opened(archive, row) if row is not None and row.wrapped is not None else None


async def choices_for(archive: Archive, case: str) -> tuple[NoticeChoice, ...]:
    """Give the choices of those whom a case concerns, other than the one it is about."""
    parties = select(case_party.c.party).where(
        case_party.c.case == case, case_party.c.capacity != Capacity.SUBJECT.value
    )
    query = _WHOLE.where(table.c.party.in_(parties), key_table.c.wrapped.is_not(None))
    rows = await archive.database.read(
        lambda connection: connection.execute(query.order_by(table.c.party)).all()
    )
    return tuple(_opened(archive, row) for row in rows)


_WHOLE = select(table, key_table.c.wrapped).join_from(table, key_table)


def _opened(archive: Archive, row: Row[Any]) -> NoticeChoice:
    key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
    return NoticeChoice(
        party=row.party,
        channels=tuple(row.channels),
        locale=row.locale,
        night=row.night,
        contact=key.open_json(row.sealed_contact, _place(row.party)),
    )


def _place(party: str) -> str:
    return f"notice_choice.contact:{party}"
