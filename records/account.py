"""Accounts: who may sign in and as what, in; found again by their provider's name for them, or by id, out.

A person's name and number are sealed with the account's own data key; what is searched by is a keyed hash.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.schema import data_key as key_table
from records.schema_account import account as table


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open. `subject` is the provider's own name for the person, stored as a keyed hash only.

    `area` is how the codes begin of the regions whose cases the account sees (GB/T 2260): empty for all,
    None for none. `person` holds what a provider has proven (name, id_number, phone), and by what name its
    mini-program writes to them (openid).
    """

    provider: str
    subject: str
    role: str
    window_id: str | None = None
    area: str | None = None
    agency: str | None = None
    organisation: str | None = None
    person_blind: str | None = None
    verified: bool = False
    person: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands; `person` is empty when nothing is known or it was erased."""

    id: str
    provider: str
    role: str
    window_id: str | None
    area: str | None
    agency: str | None
    organisation: str | None
    person_blind: str | None
    verified: bool
    created_at: datetime
    disabled_at: datetime | None
    person: dict[str, str]


async def open_account(archive: Archive, new: NewAccount, now: datetime) -> Account:
    """Open an account, or give the one that this provider's subject has already, as it stands."""
    found = await find_account(archive, new.provider, new.subject)
    if found is not None:
        return found
    key, key_row = data_key.fresh(archive.ring, now)
    account_id = uuid4().hex
    row = {name: getattr(new, name) for name in _PLAIN} | {
        "id": account_id,
        "subject_blind": _subject(archive, new.provider, new.subject),
        "data_key_id": key.id,
        "sealed_person": key.seal_json(new.person, _place(account_id)) if new.person else None,
        "created_at": now,
        "disabled_at": None,
    }

    def store(connection: Connection) -> None:
        data_key.keep(connection, key_row)
        connection.execute(insert(table), row)

    try:
        await archive.database.write(store)
    except IntegrityError:
        # Two first sign-ins at once: the other one opened it.
        found = await find_account(archive, new.provider, new.subject)
        if found is None:
            raise
        return found
    return await get_account(archive, account_id)


async def find_account(archive: Archive, provider: str, subject: str) -> Account | None:
    """Give the account of this provider's subject, if there is one."""
    blind = _subject(archive, provider, subject)
    query = _WHOLE.where(table.c.provider == provider, table.c.subject_blind == blind)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    return _account(archive, row) if row is not None else None


async def get_account(archive: Archive, account_id: str) -> Account:
    """Give an account by its id; raises NotKnown."""
    query = _WHOLE.where(table.c.id == account_id)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("account", account_id)
    return _account(archive, row)


async def list_accounts(
    archive: Archive, limit: int | None = None, roles: tuple[str, ...] = ()
) -> tuple[Account, ...]:
    """Give accounts, newest first; with roles, those that have one of them, and with a limit no more."""
    query = _WHOLE.order_by(table.c.created_at.desc(), table.c.id).limit(limit)
    if roles:
        query = query.where(table.c.role.in_(roles))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_account(archive, row) for row in rows)


async def change_account(archive: Archive, account_id: str, **changes: Any) -> None:
    """Change role, window_id, area, agency, organisation, or disabled_at; raises NotKnown."""
    wrong = changes.keys() - _CHANGEABLE
    if wrong:
        raise NotKnown("field", ", ".join(sorted(wrong)))
    statement = update(table).where(table.c.id == account_id).values(**changes)
    if not await archive.database.write(lambda connection: connection.execute(statement).rowcount):
        raise NotKnown("account", account_id)


async def prove_account(archive: Archive, account_id: str, blind: str, person: dict[str, str]) -> None:
    """Note whose account it is, now that a provider has proven it; raises NotKnown.

    What is known of the person stays where the provider says nothing else.
    """
    proven = {"person_blind": blind, "verified": True}
    if not await archive.database.write(lambda one: _tell(one, archive, account_id, person, proven)):
        raise NotKnown("account", account_id)


async def add_to_person(archive: Archive, account_id: str, person: dict[str, str]) -> None:
    """Keep more of what is known of an account's person; of one that was erased nothing is kept any more."""
    await archive.database.write(lambda one: _tell(one, archive, account_id, person, {}))


def _tell(
    connection: Connection, archive: Archive, account_id: str, person: dict[str, str], values: dict[str, Any]
) -> bool:
    query = _WHOLE.where(table.c.id == account_id).with_for_update(of=table)
    row = connection.execute(query).one_or_none()
    if row is None or row.wrapped is None:
        return False
    key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
    known = key.open_json(row.sealed_person, _place(account_id)) if row.sealed_person is not None else {}
    sealed = key.seal_json(known | person, _place(account_id))
    newer = update(table).where(table.c.id == account_id).values(values | {"sealed_person": sealed})
    connection.execute(newer)
    return True


_PLAIN = (
    "provider",
    "role",
    "window_id",
    "area",
    "agency",
    "organisation",
    "person_blind",
    "verified",
)
_CHANGEABLE = frozenset({"role", "window_id", "area", "agency", "organisation", "disabled_at"})
_WHOLE = select(table, key_table.c.wrapped).join_from(table, key_table)


def _account(archive: Archive, row: Row[Any]) -> Account:
    person: dict[str, str] = {}
    if row.wrapped is not None and row.sealed_person is not None:
        key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
        person = key.open_json(row.sealed_person, _place(row.id))
    plain = {name: getattr(row, name) for name in Account.__dataclass_fields__ if name != "person"}
    return Account(**plain, person=person)


def _subject(archive: Archive, provider: str, subject: str) -> str:
    return archive.ring.blind("account", f"{provider}:{subject}")


def _place(account_id: str) -> str:
    return f"account.person:{account_id}"
