"""Random inspections (三随机抽查): what is to be drawn from in, lots, findings and corrections out.

The seed is made when the inspection is laid down, before its period has ended, and lies sealed under the
ring; only its hash is known. The draw reveals it together with every name that could have been drawn.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, select, update

from onething.errors import NotKnown
from records import audit, data_key
from records.archive import Archive
from records.audit import AuditEntry
from records.draw import commitment_of, drawn, new_seed
from records.errors import CaseErased
from records.population import Kind, Population, names_of
from records.schema_supervision import inspected, inspection


class Finding(StrEnum):
    """What an inspection of one name came to."""

    SOUND = "sound"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class NewInspection:
    """What is laid down; `item` none for every item, `percent` of the names are drawn."""

    kind: Kind
    area: str
    item: str | None
    starts_on: date
    until: date
    percent: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection as it stands; `seed` and `population` are known from the draw on."""

    id: str
    kind: str
    area: str
    item: str | None
    starts_on: date
    until: date
    percent: int
    commitment: str
    created_at: datetime
    seed: str | None
    population: tuple[str, ...]
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lot:
    """One drawn name, with what came of it."""

    position: int
    name: str
    case: str | None
    checks: dict[str, str]
    finding: str | None
    inspected_at: datetime | None
    words: str
    correction_due: date | None
    corrected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspector says of one name; a fault has the day by which it is put right."""

    checks: dict[str, str]
    finding: Finding
    words: str
    correction_due: date | None


async def open_inspection(archive: Archive, new: NewInspection, entry: AuditEntry) -> Inspection:
    """Lay it down and commit to a new seed; `entry` says who and, in `at`, when."""
    seed, inspection_id = new_seed(), uuid4().hex
    row = asdict(new) | {
        "id": inspection_id,
        "commitment": commitment_of(seed),
        "sealed_seed": archive.ring.wrap_key(bytes.fromhex(seed), _place(inspection_id)),
        "created_by": entry.actor,
        "created_at": entry.at,
    }

    def store(connection: Connection) -> None:
        connection.execute(insert(inspection), row)
        audit.append_within(connection, archive.ring, entry)

    await archive.database.write(store)
    return await get_inspection(archive, inspection_id)


async def get_inspection(archive: Archive, inspection_id: str) -> Inspection:
    """Give one; raises NotKnown."""
    query = select(inspection).where(inspection.c.id == inspection_id)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("inspection", inspection_id)
    return _inspection(row)


async def inspections(archive: Archive, area: str, limit: int = 100) -> tuple[Inspection, ...]:
    """Give those of the area and of places within it, newest first."""
    query = select(inspection).order_by(inspection.c.created_at.desc(), inspection.c.id).limit(limit)
    if area:
        query = query.where(func.substr(inspection.c.area, 1, len(area)) == area)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_inspection(row) for row in rows)


async def draw_lots(archive: Archive, inspection_id: str, entry: AuditEntry) -> bool:
    """Freeze the list, reveal the seed and draw; False when it was drawn before. Raises NotKnown."""

    def draw(connection: Connection) -> bool:
        row = connection.execute(select(inspection).where(inspection.c.id == inspection_id)).one_or_none()
        if row is None:
            raise NotKnown("inspection", inspection_id)
        seed = archive.ring.unwrap_key(row.sealed_seed, _place(inspection_id)).hex()
        names = names_of(connection, Population(Kind(row.kind), row.area, row.item, row.starts_on, row.until))
        first = update(inspection).where(inspection.c.id == inspection_id, inspection.c.drawn_at.is_(None))
        if connection.execute(first.values(seed=seed, population=names, drawn_at=entry.at)).rowcount != 1:
            return False
        rows = [
            {"inspection": inspection_id, "position": place, "name": name, "case": _case(row.kind, name)}
            for place, name in enumerate(drawn(seed, names, row.percent), 1)
        ]
        if rows:
            connection.execute(insert(inspected), rows)
        audit.append_within(connection, archive.ring, entry)
        return True

    return await archive.database.write(draw)


async def lots_of(archive: Archive, inspection_id: str) -> tuple[Lot, ...]:
    """Give the drawn names in the order of their lots, with remarks opened where their case allows."""

    def load(connection: Connection) -> tuple[Lot, ...]:
        query = select(inspected).where(inspected.c.inspection == inspection_id)
        rows = connection.execute(query.order_by(inspected.c.position)).all()
        return tuple(_lot(connection, archive, row) for row in rows)

    return await archive.database.read(load)


async def report(archive: Archive, place: tuple[str, int], told: Report, entry: AuditEntry) -> None:
    """Store what was found of the name at `place` (inspection, position); the last word counts.

    Raises NotKnown, CaseErased.
    """
    inspection_id, position = place

    def store(connection: Connection) -> None:
        row = _drawn(connection, place)
        values = {
            "checks": told.checks,
            "finding": told.finding,
            "inspected_by": entry.actor,
            "inspected_at": entry.at,
            "sealed_words": _seal(connection, archive, row, told.words),
            "correction_due": told.correction_due if told.finding is Finding.FAULT else None,
            "corrected_at": None,
        }
        connection.execute(_at(inspection_id, position).values(**values))
        audit.append_within(connection, archive.ring, entry)

    await archive.database.write(store)


async def correct(archive: Archive, place: tuple[str, int], entry: AuditEntry) -> bool:
    """Note that the fault at `place` is put right; False where nothing was to be. Raises NotKnown."""
    inspection_id, position = place

    def store(connection: Connection) -> bool:
        _drawn(connection, place)
        owed = _at(inspection_id, position).where(
            inspected.c.finding == Finding.FAULT, inspected.c.corrected_at.is_(None)
        )
        if connection.execute(owed.values(corrected_at=entry.at)).rowcount != 1:
            return False
        audit.append_within(connection, archive.ring, entry)
        return True

    return await archive.database.write(store)


def _case(kind: str, name: str) -> str | None:
    return None if kind == Kind.APPROVERS else name.partition("/")[0]


def _drawn(connection: Connection, place: tuple[str, int]) -> Row[Any]:
    inspection_id, position = place
    query = select(inspected).where(inspected.c.inspection == inspection_id, inspected.c.position == position)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotKnown("lot", str(position))
    return row


def _at(inspection_id: str, position: int) -> Any:
    return update(inspected).where(inspected.c.inspection == inspection_id, inspected.c.position == position)


def _seal(connection: Connection, archive: Archive, row: Row[Any], words: str) -> bytes | None:
    """Seal a remark with its case's key; one about an approver, which is of no case, with the ring's."""
    if not words:
        return None
    where = _words(row)
    if row.case is None:
        return archive.ring.encrypt(words.encode(), where.encode())
    return data_key.of_case(connection, archive.ring, row.case).seal_json(words, where)


def _lot(connection: Connection, archive: Archive, row: Row[Any]) -> Lot:
    return Lot(
        position=row.position,
        name=row.name,
        case=row.case,
        checks=dict(row.checks or {}),
        finding=row.finding,
        inspected_at=row.inspected_at,
        words=_open(connection, archive, row),
        correction_due=row.correction_due,
        corrected_at=row.corrected_at,
    )


def _open(connection: Connection, archive: Archive, row: Row[Any]) -> str:
    if row.sealed_words is None:
        return ""
    where = _words(row)
    if row.case is None:
        return archive.ring.decrypt(row.sealed_words, where.encode()).decode()
    try:
        key = data_key.of_case(connection, archive.ring, row.case)
    except CaseErased:
        return ""
    return str(key.open_json(row.sealed_words, where))


def _words(row: Row[Any]) -> str:
    return f"inspected.words:{row.inspection}/{row.position}"


def _place(inspection_id: str) -> str:
    return f"inspection:{inspection_id}"


def _inspection(row: Row[Any]) -> Inspection:
    plain = {name: getattr(row, name) for name in Inspection.__dataclass_fields__ if name != "population"}
    return Inspection(**plain, population=tuple(row.population or ()))
