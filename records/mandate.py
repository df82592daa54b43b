"""Mandates: who may act for whom, for what and until when, in; which of them count today, out.

The document — both identities and the signature — is sealed with a data key of its own; a keyed hash of it as
it was signed shows any later change.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, literal, or_, select, update

from onething.errors import NotKnown
from onething.mandate import Mandated, MandateScope
from records import data_key
from records.archive import Archive
from records.party import Capacity
from records.schema import case as case_table
from records.schema import data_key as key_table
from records.schema_account import account, case_party
from records.schema_account import mandate as table
from runtime.keyring import DecryptionFailed

_ACCOUNT: Final = "account:"
"""How a party begins that is an account, not a person's keyed hash."""


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A mandate to keep. `principal` and `representative` are parties as `records.party.Party` names them.

    `document` has both persons' names and numbers and the signature; `entered_by` is an account's id. `area`
    is how the codes begin of the regions where it counts; None: everywhere.
    """

    principal: str
    representative: str
    scope: tuple[MandateScope, ...]
    starts_on: date
    until: date
    document: dict[str, Any]
    entered_by: str
    signed_at: datetime
    bundle: str | None = None
    case: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as it stands; `document` is empty when its key was erased."""

    id: str
    principal: str
    representative: str
    bundle: str | None
    case: str | None
    area: str | None
    scope: tuple[MandateScope, ...]
    starts_on: date
    until: date
    entered_by: str
    signed_at: datetime
    revoked_at: datetime | None
    document: dict[str, Any]

    def carried(self) -> Mandated:
        """As an action under it carries it."""
        return Mandated(
            mandate=self.id,
            scope=self.scope,
            starts_on=self.starts_on,
            until=self.until,
            case=self.case,
            bundle=self.bundle,
        )


async def create_mandate(archive: Archive, new: NewMandate) -> str:
    """Keep a mandate and give its id."""
    key, key_row = data_key.fresh(archive.ring, new.signed_at)
    mandate_id = uuid4().hex
    row = {name: getattr(new, name) for name in NewMandate.__dataclass_fields__ if name != "document"}
    row |= {
        "id": mandate_id,
        "scope": [one.value for one in new.scope],
        "data_key_id": key.id,
        "sealed_document": key.seal_json(new.document, _place(mandate_id)),
        "document_hash": _hash(archive, new.document),
        "revoked_at": None,
        "revoked_by": None,
    }

    def store(connection: Connection) -> None:
        data_key.keep(connection, key_row)
        connection.execute(insert(table), row)

    await archive.database.write(store)
    return mandate_id


async def get_mandate(archive: Archive, mandate_id: str) -> Mandate:
    """Give a mandate, opened; raises NotKnown, and DecryptionFailed for a document that was changed."""
    query = _WHOLE.where(table.c.id == mandate_id)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("mandate", mandate_id)
    return _mandate(archive, row)


async def mandates_of(archive: Archive, parties: Collection[str]) -> tuple[Mandate, ...]:
    """Give the mandates that any of these gave or holds, newest first."""
    query = _WHOLE.where(or_(table.c.principal.in_(parties), table.c.representative.in_(parties)))
    query = query.order_by(table.c.signed_at.desc(), table.c.id)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_mandate(archive, row) for row in rows)


async def revoke_mandate(archive: Archive, mandate_id: str, by: str, now: datetime) -> bool:
    """End a mandate; False when it was revoked already."""
    statement = update(table).where(table.c.id == mandate_id, table.c.revoked_at.is_(None))
    statement = statement.values(revoked_at=now, revoked_by=by)
    return bool(await archive.database.write(lambda connection: connection.execute(statement).rowcount))


async def counting_for(
    archive: Archive, number: str, parties: Collection[str], today: date
) -> tuple[Mandated, ...]:
    """Give the mandates of these representatives that count on this day and are about the case."""
    query = _CARRIED.where(
        *_counting(parties, today), case_table.c.number == number, _about_case()
    ).select_from(table.join(case_table, case_table.c.number == number))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_carried(row) for row in rows)


async def counting_between(
    archive: Archive,
    principals: Collection[str],
    parties: Collection[str],
    today: date,
    region: str | None = None,
) -> tuple[Mandated, ...]:
    """Give the mandates by which these representatives act for these principals on this day, in any case.

    With a region, those that count there.
    """
    query = _CARRIED.where(
        *_counting(parties, today), table.c.principal.in_(principals), table.c.case.is_(None)
    )
    if region is not None:
        query = query.where(_counts_in(literal(region)))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_carried(row) for row in rows)


async def given_by(
    archive: Archive, principals: Collection[str], today: date, region: str
) -> tuple[Mandated, ...]:
    """Give the mandates of these principals that count on this day in this region, whoever holds them."""
    query = _CARRIED.where(
        *_valid(today),
        table.c.principal.in_(principals),
        table.c.case.is_(None),
        _counts_in(literal(region)),
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_carried(row) for row in rows)


async def cases_under(archive: Archive, parties: Collection[str], today: date) -> dict[str, str]:
    """Give the cases that these representatives may follow on this day: number and mandate, newest first."""
    query = (
        select(case_table.c.number, table.c.id, table.c.scope)
        .select_from(table.join(case_table, _about_case()))
        .where(*_counting(parties, today))
        .order_by(case_table.c.submitted_at.desc())
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {row.number: row.id for row in rows if MandateScope.FOLLOW in row.scope}


async def given_about(archive: Archive, number: str, today: date) -> tuple[Mandate, ...]:
    """Give the mandates about a case that are not over on this day, opened, the latest first."""
    about = select(table.c.id).select_from(table.join(case_table, _about_case()))
    about = about.where(case_table.c.number == number)
    query = _WHOLE.where(table.c.id.in_(about), table.c.revoked_at.is_(None), table.c.until >= today)
    query = query.order_by(table.c.signed_at.desc(), table.c.id)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_mandate(archive, row) for row in rows)


async def open_case_about(archive: Archive, mandate_id: str) -> str | None:
    """Give the number of the newest open case that a mandate is about; None where there is none yet."""
    query = (
        select(case_table.c.number)
        .select_from(table.join(case_table, _about_case()))
        .where(table.c.id == mandate_id, case_table.c.closed_at.is_(None))
        .order_by(case_table.c.submitted_at.desc())
        .limit(1)
    )
    return await archive.database.read(lambda connection: connection.execute(query).scalar())


_WHOLE = select(table, key_table.c.wrapped).join_from(table, key_table)
_CARRIED = select(
    table.c.id, table.c.scope, table.c.starts_on, table.c.until, table.c.case, table.c.bundle
).order_by(table.c.until.desc())


def _counting(parties: Collection[str], today: date) -> tuple[ColumnElement[bool], ...]:
    return (table.c.representative.in_(parties), *_valid(today))


def _valid(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.revoked_at.is_(None),
        table.c.starts_on <= today,
        table.c.until >= today,
    )


def _about_case() -> ColumnElement[bool]:
    """Whether it names this case, or is about every case in which its principal has a part."""
    of_principal = exists().where(
        case_party.c.case == case_table.c.number,
        case_party.c.capacity != Capacity.SUBJECT.value,
        case_party.c.party == table.c.principal,
    )
    any_case = table.c.case.is_(None) & or_(table.c.bundle.is_(None), table.c.bundle == case_table.c.bundle)
    about = or_(table.c.case == case_table.c.number, any_case & of_principal)
    return about & _counts_in(case_table.c.region)


def _counts_in(region: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the mandate counts in this region, and a staff representative who holds it works there."""
    place = func.coalesce(region, "")
    elsewhere = exists().where(
        table.c.representative == literal(_ACCOUNT) + account.c.id,
        account.c.area.is_not(None),
        place.not_like(account.c.area + "%"),
    )
    return or_(table.c.area.is_(None), place.like(table.c.area + "%")) & ~elsewhere


def _carried(row: Any) -> Mandated:
    return Mandated(
        mandate=row.id,
        scope=tuple(MandateScope(word) for word in row.scope),
        starts_on=row.starts_on,
        until=row.until,
        case=row.case,
        bundle=row.bundle,
    )


def _mandate(archive: Archive, row: Row[Any]) -> Mandate:
    document: dict[str, Any] = {}
    if row.wrapped is not None:
        key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
        document = key.open_json(row.sealed_document, _place(row.id))
        if _hash(archive, document) != row.document_hash:
            raise DecryptionFailed
    plain = {name: getattr(row, name) for name in Mandate.__dataclass_fields__ if name != "document"}
    plain["scope"] = tuple(MandateScope(word) for word in row.scope)
    return Mandate(**plain, document=document)


def _hash(archive: Archive, document: dict[str, Any]) -> str:
    return archive.ring.blind("mandate", json.dumps(document, sort_keys=True, ensure_ascii=False))


def _place(mandate_id: str) -> str:
    return f"mandate.document:{mandate_id}"
