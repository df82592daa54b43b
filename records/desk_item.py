"""Filings on a desk, opened: in go ids and rows, out come form, papers and everything done about each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, select

from onething.adapter import AgencyEvent, MaterialReference
from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.data_key import DataKey
from records.schema import case as case_table
from records.schema_desk import desk_act as act_table
from records.schema_desk import desk_item as table
from records.worklist_area import Area, within


class DeskState(StrEnum):
    """Where a filing stands on its agency's desk."""

    NEW = "new"
    REVIEW = "review"
    CORRECTION = "correction"
    """Sent back: the applicant's turn."""
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    """The applicant answered: the filing goes on in its next round."""


OPEN: Final = (DeskState.NEW, DeskState.REVIEW, DeskState.CORRECTION)
DECIDED: Final = (DeskState.GRANTED, DeskState.PARTLY_GRANTED, DeskState.REFUSED, DeskState.DECLINED)
RECEIVED: Final = "received"
WITHDRAWN: Final = "withdrawn"
SUPERSEDED: Final = "superseded"
OF_THE_CASE: Final = "case"
"""Stands as the actor of what no handler did."""
EVENTS: Final[TypeAdapter[tuple[AgencyEvent, ...]]] = TypeAdapter(tuple[AgencyEvent, ...])


@dataclass(frozen=True, slots=True)
class DeskPaper:
    """A file that a handler put beside an act: the signed record of a visit, the paper that was issued."""

    blob_id: str
    name: str
    mime: str
    size: int
    given: bool = False
    """Whether it is the applicant's too; what was put there before this was asked is not."""


@dataclass(frozen=True, slots=True)
class DeskAct:
    """One thing done about a filing; `note` is what only the desk keeps of it."""

    seq: int
    kind: str
    actor: str
    at: datetime
    events: tuple[AgencyEvent, ...]
    note: dict[str, Any]
    papers: tuple[DeskPaper, ...]


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One filing on a desk, opened, with everything done about it, oldest first."""

    id: str
    agency: str
    key: str
    case: str
    slot: str
    item: str
    round: int
    state: DeskState
    revision: int
    received_at: datetime
    changed_at: datetime
    payload: dict[str, Any]
    materials: tuple[MaterialReference, ...]
    acts: tuple[DeskAct, ...]

    @property
    def events(self) -> tuple[AgencyEvent, ...]:
        """Everything that its case was told, oldest first."""
        return tuple(event for act in self.acts for event in act.events)


async def get_item(archive: Archive, agency: str, item_id: str, area: Area | None = None) -> DeskItem:
    """Give a filing on this agency's own desk, of a case in the area.

    Raises NotKnown, also for another agency's and for one of elsewhere, and CaseErased.
    """
    query = select(table).join_from(table, case_table, case_table.c.number == table.c.case)
    query = query.where(table.c.id == item_id, table.c.agency == agency, *within(area))

    def load(connection: Connection) -> DeskItem:
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotKnown("desk_item", item_id)
        return opened(connection, archive, row)

    return await archive.database.read(load)


async def decided_items(archive: Archive, number: str) -> tuple[DeskItem, ...]:
    """Give every filing of a case that was decided at a desk, in the order of decision; raises CaseErased."""
    query = select(table).where(table.c.case == number, table.c.state.in_(DECIDED))
    query = query.order_by(table.c.changed_at, table.c.id)

    def load(connection: Connection) -> tuple[DeskItem, ...]:
        return tuple(opened(connection, archive, row) for row in connection.execute(query).all())

    return await archive.database.read(load)


async def rounds_of(archive: Archive, item: DeskItem) -> tuple[tuple[int, str], ...]:
    """Every round of the same filing on the same desk: its number and id, the first round first."""
    query = (
        select(table.c.round, table.c.id)
        .where(table.c.agency == item.agency, table.c.case == item.case, table.c.slot == item.slot)
        .order_by(table.c.round, table.c.received_at)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple((row.round, row.id) for row in rows)


def opened(connection: Connection, archive: Archive, row: Row[Any]) -> DeskItem:
    """Open a row with its acts, within the caller's transaction; raises NotKnown, CaseErased."""
    key = data_key.of_case(connection, archive.ring, row.case)
    filing = key.open_json(row.sealed_filing, filing_place(row.id))
    acts = connection.execute(select(act_table).where(act_table.c.item == row.id).order_by(act_table.c.seq))
    return DeskItem(
        id=row.id,
        agency=row.agency,
        key=row.key,
        case=row.case,
        slot=row.slot,
        item=row.item,
        round=row.round,
        state=DeskState(row.state),
        revision=row.revision,
        received_at=row.received_at,
        changed_at=row.changed_at,
        payload=filing["payload"],
        materials=tuple(MaterialReference.model_validate(paper) for paper in filing["materials"]),
        acts=tuple(_opened_act(key, one) for one in acts.all()),
    )


def _opened_act(key: DataKey, row: Row[Any]) -> DeskAct:
    content = key.open_json(row.sealed_content, act_place(row.item, row.seq))
    return DeskAct(
        seq=row.seq,
        kind=row.kind,
        actor=row.actor,
        at=row.at,
        events=EVENTS.validate_python(content["events"]),
        note=content["note"],
        papers=tuple(DeskPaper(**paper) for paper in content["papers"]),
    )


def open_payload(archive: Archive, row: Any) -> dict[str, Any]:
    """The form of a listed filing; `row` has its id, its sealed filing and its case's key."""
    key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
    payload: dict[str, Any] = key.open_json(row.sealed_filing, filing_place(row.id))["payload"]
    return payload


def filing_place(item_id: str) -> str:
    """For which place a filing is sealed."""
    return f"desk_item.filing:{item_id}"


def act_place(item_id: str, seq: int) -> str:
    """For which place an act is sealed."""
    return f"desk_act.content:{item_id}:{seq}"
