"""`once records check`: silent when all is in step, and each thing out of step is named once."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from records import audit
from records.audit import AuditEntry
from records.blob import INLINE_LIMIT
from records.case import create_case, erase_case, mark_started
from records.consistency import GRACE, Finding, FindingKind, WorkflowState, check
from records.receipt import NewReceipt, store_receipt
from records.schema import audit as audit_table
from records.schema import blob as blob_table
from records.schema import receipt as receipt_table
from records.snapshot import CaseSnapshot, apply_snapshot
from records.work_order import WorkOrder

NUMBER = "20261123-A"
ERASURE = AuditEntry("clerk-7", "clerk", "erasure", "erase_case", NUMBER)


@pytest.fixture
async def issued(archive, filing, now):
    """A case with two receipts, everything in step."""
    await create_case(archive, filing(audit=ERASURE))
    await mark_started(archive, NUMBER, now)
    before = None
    for revision in (1, 2):
        document = f'{{"revision":{revision}}}'.encode()
        digest = hashlib.sha256(document).hexdigest()
        pdf = b"x" * (INLINE_LIMIT + revision)
        new = NewReceipt(
            NUMBER, revision, "completion", document, digest, "code", now, pdf=pdf, predecessor=before
        )
        await store_receipt(archive, new)
        before = digest
    return archive


async def _running(_number) -> WorkflowState:
    return WorkflowState.RUNNING


async def _missing(_number) -> WorkflowState:
    return WorkflowState.MISSING


async def _closed(_number) -> WorkflowState:
    return WorkflowState.CLOSED


async def _run(archive, statement) -> None:
    await archive.database.write(lambda connection: connection.execute(statement))


async def test_nothing_is_found_when_all_is_in_step(issued, now):
    assert await check(issued, _running, now) == ()


async def test_a_workflow_that_is_gone_or_ended_early_is_found(issued, now):
    assert await check(issued, _missing, now) == (Finding(FindingKind.WORKFLOW_MISSING, NUMBER),)
    assert await check(issued, _closed, now) == (Finding(FindingKind.WORKFLOW_CLOSED, NUMBER),)


async def test_a_closed_case_needs_no_workflow(issued, now):
    await apply_snapshot(issued, CaseSnapshot(NUMBER, 1, "completed", now, {}, closed_at=now))
    assert await check(issued, _missing, now) == ()


async def test_a_case_that_never_started_is_found_after_the_reconciler_had_its_time(archive, filing, now):
    await create_case(archive, filing())
    assert await check(archive, _missing, now + GRACE) == ()
    late = now + GRACE + timedelta(seconds=1)
    assert await check(archive, _missing, late) == (Finding(FindingKind.NOT_STARTED, NUMBER),)


async def test_a_receipts_missing_and_damaged_files_are_found(issued, now):
    one, other = sorted(path for path in issued.blobs.rglob("*") if path.is_file())
    one.unlink()
    other.write_bytes(b"\x01" + other.read_bytes()[:-1] + b"\x00")
    found = await check(issued, _running, now)
    assert {finding.detail for finding in found} == {one.name, other.name}
    assert {finding.kind for finding in found} == {FindingKind.RECEIPT_DAMAGED}


async def test_a_receipt_without_its_row_of_bytes_is_found(issued, now):
    await _run(issued, delete(blob_table).where(blob_table.c.content.is_(None)))
    assert [finding.kind for finding in await check(issued, _running, now)] == [
        FindingKind.RECEIPT_MISSING
    ] * 2


async def test_a_hash_that_is_not_the_documents_breaks_it_and_the_chain(issued, now):
    await _run(issued, update(receipt_table).where(receipt_table.c.revision == 1).values(sha256="0" * 64))
    kinds = [finding.kind for finding in await check(issued, _running, now)]
    assert kinds == [FindingKind.RECEIPT_DAMAGED, FindingKind.RECEIPT_CHAIN_BROKEN]


async def test_a_missing_first_revision_is_found(issued, now):
    await _run(issued, delete(receipt_table).where(receipt_table.c.revision == 1))
    assert await check(issued, _running, now) == (Finding(FindingKind.RECEIPT_CHAIN_BROKEN, NUMBER, "2"),)


async def test_a_work_order_of_a_snapshot_that_is_on_nobodys_list_is_found(issued, now):
    orders = [{"order": "undo:hukou:1"}, {"order": "undo:hukou:2"}]
    kept = WorkOrder(
        f"{NUMBER}/undo:hukou:1", NUMBER, "hukou", "undo", "police", None, "open", "alive", now, None
    )
    told = CaseSnapshot(NUMBER, 1, "running", now, {"work_orders": orders}, work_orders=(kept,))
    await apply_snapshot(issued, told)
    assert await check(issued, _running, now) == (
        Finding(FindingKind.WORK_ORDER_MISSING, NUMBER, "undo:hukou:2"),
    )


async def test_an_erased_case_has_no_documents_to_miss(issued, now):
    await erase_case(issued, NUMBER, now, ERASURE)
    assert await check(issued, _running, now) == ()


async def test_a_changed_or_cut_audit_trail_is_found(issued, now):
    await audit.append(issued, replace(ERASURE, action="read_case"))
    kept = await audit.head(issued)
    await _run(issued, delete(audit_table).where(audit_table.c.seq == 2))
    assert await check(issued, _running, now, kept) == (Finding(FindingKind.AUDIT_BROKEN, detail="2"),)
    await _run(issued, update(audit_table).values(actor="somebody"))
    assert await check(issued, _running, now) == (Finding(FindingKind.AUDIT_BROKEN, detail="1"),)
