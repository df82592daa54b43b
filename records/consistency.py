"""`once records check`: the stored cases and what their workflows say in, findings that need a person out."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select

from onething.errors import NotKnown
from records import audit, data_key, receipt
from records.archive import Archive
from records.audit import AuditHead
from records.blob import get_blob
from records.errors import BlobDamaged
from records.receipt import StoredReceipt
from records.schema import case as table
from records.schema import data_key as data_key_table
from records.schema import receipt as receipt_table
from records.schema import work_order as order_table


class WorkflowState(StrEnum):
    """What Temporal knows of a case."""

    RUNNING = "running"
    CLOSED = "closed"
    MISSING = "missing"


class FindingKind(StrEnum):
    """What can be out of step."""

    NOT_STARTED = "not_started"
    WORKFLOW_MISSING = "workflow_missing"
    WORKFLOW_CLOSED = "workflow_closed"
    RECEIPT_MISSING = "receipt_missing"
    RECEIPT_DAMAGED = "receipt_damaged"
    RECEIPT_CHAIN_BROKEN = "receipt_chain_broken"
    WORK_ORDER_MISSING = "work_order_missing"
    AUDIT_BROKEN = "audit_broken"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that should have a running workflow, or should soon."""

    number: str
    submitted_at: datetime
    started: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing out of step; `detail` names a revision, an entry, an order or a blob, never a person."""

    kind: FindingKind
    case: str | None = None
    detail: str = ""


StateOf = Callable[[str], Awaitable[WorkflowState]]

_PAGE: Final = 200
GRACE = timedelta(minutes=5)
"""How long a submitted case may wait for the reconciler before its missing workflow is a finding."""


async def check(
    archive: Archive, state_of: StateOf, now: datetime, kept: AuditHead | None = None
) -> tuple[Finding, ...]:
    """Compare open cases with their workflows, receipts with their documents, the audit trail with itself."""
    found = await check_workflows(await open_cases(archive), state_of, now)
    found += await check_receipts(archive)
    found += await check_work_orders(archive)
    broken = await audit.verify(archive, kept)
    if broken is not None:
        found += (Finding(FindingKind.AUDIT_BROKEN, detail=str(broken)),)
    return found


async def open_cases(archive: Archive) -> tuple[OpenCase, ...]:
    """Give the cases that are not closed, oldest first."""
    query = select(table.c.number, table.c.submitted_at, table.c.started_at).where(
        table.c.closed_at.is_(None)
    )
    query = query.order_by(table.c.submitted_at)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(OpenCase(row.number, row.submitted_at, row.started_at is not None) for row in rows)


async def check_workflows(cases: Sequence[OpenCase], state_of: StateOf, now: datetime) -> tuple[Finding, ...]:
    """Find open cases whose workflow never began, is gone, or has ended without closing them."""
    found = []
    for case in cases:
        state = await state_of(case.number)
        if state is WorkflowState.CLOSED:
            found.append(Finding(FindingKind.WORKFLOW_CLOSED, case.number))
        elif state is WorkflowState.MISSING and case.started:
            found.append(Finding(FindingKind.WORKFLOW_MISSING, case.number))
        elif state is WorkflowState.MISSING and now - case.submitted_at > GRACE:
            found.append(Finding(FindingKind.NOT_STARTED, case.number))
    return tuple(found)


async def check_receipts(archive: Archive) -> tuple[Finding, ...]:
    """Find receipts whose documents are gone or changed, or that do not follow on their predecessor."""
    query = (
        select(receipt_table.c.case)
        .distinct()
        .join_from(receipt_table, table)
        .join(data_key_table)
        .where(data_key_table.c.wrapped.is_not(None))
        .order_by(receipt_table.c.case)
    )
    numbers = await archive.database.read(lambda connection: connection.execute(query).scalars().all())
    found: list[Finding] = []
    for number in numbers:
        before = None
        for expected, stored in enumerate(await receipt.receipts_of(archive, number), start=1):
            if stored.predecessor != before or stored.revision != expected:
                found.append(Finding(FindingKind.RECEIPT_CHAIN_BROKEN, number, str(stored.revision)))
            found += await _check_documents(archive, stored)
            before = stored.sha256
    return tuple(found)


async def check_work_orders(archive: Archive) -> tuple[Finding, ...]:
    """Find work-orders that a case's newest snapshot tells of and nobody's list shows."""
    query = (
        select(table.c.number, table.c.sealed_snapshot, table.c.data_key_id, data_key_table.c.wrapped)
        .join_from(table, data_key_table)
        .where(table.c.sealed_snapshot.is_not(None), data_key_table.c.wrapped.is_not(None))
        .order_by(table.c.number)
    )

    def walk(connection: Connection) -> tuple[Finding, ...]:
        listed = set(connection.execute(select(order_table.c.id)).scalars())
        found = []
        with closing(connection.execution_options(yield_per=_PAGE).execute(query)) as rows:
            for row in rows:
                key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
                told = key.open_json(row.sealed_snapshot, f"case.snapshot:{row.number}")
                orders = [str(order["order"]) for order in told.get("work_orders", ())]
                found += [
                    Finding(FindingKind.WORK_ORDER_MISSING, row.number, order)
                    for order in orders
                    if f"{row.number}/{order}" not in listed
                ]
        return tuple(found)

    return await archive.database.read(walk)


async def _check_documents(archive: Archive, stored: StoredReceipt) -> list[Finding]:
    found = []
    for blob_id in (stored.json_blob, stored.pdf_blob):
        if blob_id is None:
            continue
        try:
            data = await get_blob(archive, stored.case, blob_id)
        except NotKnown:
            found.append(Finding(FindingKind.RECEIPT_MISSING, stored.case, blob_id))
        except BlobDamaged:
            found.append(Finding(FindingKind.RECEIPT_DAMAGED, stored.case, blob_id))
        else:
            if blob_id == stored.json_blob and hashlib.sha256(data).hexdigest() != stored.sha256:
                found.append(Finding(FindingKind.RECEIPT_DAMAGED, stored.case, blob_id))
    return found
