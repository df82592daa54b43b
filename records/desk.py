"""The agencies' desks: filings in, each once under its key; what was done about each, with its events, out.

An act is one transaction: the filing moves on, the act is kept, and its events lie in the inbox of callbacks,
all of it or nothing. Whoever acted on what he no longer sees as it is changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from onething.adapter import AgencyEvent, Callback, Health, Received, Submission
from onething.errors import NotWithdrawable
from records import audit, data_key, inbox
from records.archive import Archive
from records.audit import AuditEntry
from records.data_key import DataKey
from records.database import insert_new
from records.desk_item import (
    EVENTS,
    OF_THE_CASE,
    OPEN,
    RECEIVED,
    SUPERSEDED,
    WITHDRAWN,
    DeskItem,
    DeskPaper,
    DeskState,
    act_place,
    filing_place,
    opened,
)
from records.schema_desk import desk_act as act_table
from records.schema_desk import desk_item as table


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act on a filing as it was at `revision`; its events' ids come from `event_id`."""

    item: DeskItem
    kind: str
    actor: str
    at: datetime
    state: DeskState
    events: tuple[AgencyEvent, ...]
    audit: AuditEntry
    note: dict[str, Any] = field(default_factory=dict)
    papers: tuple[DeskPaper, ...] = ()


class ArchiveDesk:
    """The desks of every agency, kept in the archive: the port of `onething.desk`."""

    def __init__(self, archive: Archive, clock: Callable[[], datetime] | None = None) -> None:
        """Keep them in `archive`; `clock` gives the time of a withdrawal, which carries none."""
        self._archive = archive
        self._clock = clock or (lambda: datetime.now(UTC))

    async def take(self, agency: str, submission: Submission) -> tuple[AgencyEvent, ...]:
        """Put the filing into the inbox; raises NotKnown, CaseErased for a case that is not here."""
        archive = self._archive
        await archive.database.write(lambda connection: _take(connection, archive, agency, submission))
        return await self.told(agency, submission.key) or ()

    async def told(self, agency: str, key: str) -> tuple[AgencyEvent, ...] | None:
        """Everything told under the key; raises CaseErased."""
        query = select(table).where(table.c.agency == agency, table.c.key == key)

        def load(connection: Connection) -> tuple[AgencyEvent, ...] | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else opened(connection, self._archive, row).events

        return await self._archive.database.read(load)

    async def withdraw(self, agency: str, key: str, reason: str) -> None:
        """Take an undecided filing back; one taken back before stays so."""
        now = self._clock()
        await self._archive.database.write(
            lambda connection: _withdraw(connection, self._archive, (agency, key), reason, now)
        )

    async def health(self, agency: str) -> Health:
        """Whether the tables answer."""
        query = select(table.c.id).where(table.c.agency == agency).limit(1)
        try:
            await self._archive.database.read(lambda connection: connection.execute(query).all())
        except SQLAlchemyError as error:
            return Health(ok=False, detail=type(error).__name__)
        return Health(ok=True, detail="desk")


async def keep_act(archive: Archive, new: NewAct) -> bool:
    """Keep an act and tell its events; False when the filing is not as it was: nothing is changed then."""
    return await archive.database.write(lambda connection: _act(connection, archive, new))


def event_id(item: DeskItem, position: int) -> str:
    """The id of an event of the next act on `item`: it names nobody, and no other event has it."""
    return f"{item.id}/{item.revision + 1}/{position}"


def _act(connection: Connection, archive: Archive, new: NewAct) -> bool:
    item = new.item
    if not _move(connection, item.id, item.revision, new.state, new.at):
        return False
    key = data_key.of_case(connection, archive.ring, item.case)
    content = {"events": _dumped(new.events), "note": new.note, "papers": [_plain(one) for one in new.papers]}
    _keep(connection, key, (item.id, item.revision + 1), (new.kind, new.actor, new.at), content)
    if new.events:
        body = Callback(key=item.key, events=new.events).model_dump_json().encode()
        inbox.put(connection, archive, item.agency, f"{item.id}/{item.revision + 1}", body, new.at)
    audit.append_within(connection, archive.ring, new.audit)
    return True


def _take(connection: Connection, archive: Archive, agency: str, submission: Submission) -> None:
    number, slot, *_ = submission.key.split("/")
    key = data_key.of_case(connection, archive.ring, number)
    item_id, now = uuid4().hex, submission.at
    filing = {
        "payload": submission.payload,
        "materials": [paper.model_dump(mode="json") for paper in submission.materials],
    }
    row = {
        "id": item_id,
        "agency": agency,
        "key": submission.key,
        "case": number,
        "slot": slot,
        "item": submission.item,
        "round": submission.round,
        "state": DeskState.NEW,
        "revision": 0,
        "sealed_filing": key.seal_json(filing, filing_place(item_id)),
        "received_at": now,
        "changed_at": now,
    }
    if not insert_new(connection, table, [row]):
        return
    ref = f"{agency}-{item_id[:12]}"
    received = Received(event_id=f"{item_id}/0/0", occurred_at=now, ref=ref)
    content = {"events": _dumped((received,)), "note": {}, "papers": []}
    _keep(connection, key, (item_id, 0), (RECEIVED, OF_THE_CASE, now), content)
    earlier = select(table).where(
        table.c.agency == agency,
        table.c.case == number,
        table.c.slot == slot,
        table.c.round < submission.round,
        table.c.state.in_(OPEN),
    )
    for before in connection.execute(earlier).all():
        _close(connection, key, before, (DeskState.SUPERSEDED, SUPERSEDED, now), {})


def _withdraw(
    connection: Connection, archive: Archive, place: tuple[str, str], reason: str, now: datetime
) -> None:
    agency, name = place
    row = connection.execute(select(table).where(table.c.agency == agency, table.c.key == name)).one_or_none()
    if row is None:
        raise NotWithdrawable(agency=agency, detail="unknown key")
    if row.state == DeskState.WITHDRAWN:
        return
    if row.state not in OPEN:
        raise NotWithdrawable(agency=agency, detail="decided")
    key = data_key.of_case(connection, archive.ring, row.case)
    at = max(now, row.changed_at)
    if not _close(connection, key, row, (DeskState.WITHDRAWN, WITHDRAWN, at), {"reason": reason}):
        # On PostgreSQL a handler may have decided since the look.
        raise NotWithdrawable(agency=agency, detail="changed meanwhile")


def _close(
    connection: Connection,
    key: DataKey,
    row: Row[Any],
    how: tuple[DeskState, str, datetime],
    note: dict[str, Any],
) -> bool:
    state, kind, at = how
    if not _move(connection, row.id, row.revision, state, at):
        return False
    content = {"events": [], "note": note, "papers": []}
    _keep(connection, key, (row.id, row.revision + 1), (kind, OF_THE_CASE, at), content)
    return True


def _move(connection: Connection, item_id: str, revision: int, state: DeskState, at: datetime) -> bool:
    """Let a filing go on from the revision that is meant; of two who mean the same, one does."""
    statement = update(table).where(
        table.c.id == item_id, table.c.revision == revision, table.c.state.in_(OPEN)
    )
    moved = statement.values(state=state, revision=revision + 1, changed_at=at)
    return connection.execute(moved).rowcount == 1


def _keep(
    connection: Connection,
    key: DataKey,
    place: tuple[str, int],
    head: tuple[str, str, datetime],
    content: dict[str, Any],
) -> None:
    item_id, seq = place
    kind, actor, at = head
    row = {"item": item_id, "seq": seq, "kind": kind, "actor": actor, "at": at}
    sealed = key.seal_json(content, act_place(item_id, seq))
    connection.execute(insert(act_table), row | {"sealed_content": sealed})


def _dumped(events: tuple[AgencyEvent, ...]) -> list[Any]:
    dumped: list[Any] = EVENTS.dump_python(events, mode="json")
    return dumped


def _plain(paper: DeskPaper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in DeskPaper.__dataclass_fields__}
