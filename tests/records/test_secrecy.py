"""Whoever takes the database file and the blobs folder, without the keys, learns nothing of the family."""

from datetime import timedelta

from records import audit, draft, inbox, material, notice, receipt, work_order
from records.audit import AuditEntry
from records.blob import INLINE_LIMIT, Content, put_blob
from records.case import create_case
from records.lookup import fingerprint_subject
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot
from records.timeline import TimelineRow

NUMBER = "20261123-A"
SECRETS = ("张秀英", "11010119490307122X", "13800138000", "6222020200012345678", "idempotency-张")
TOLD = {"all": SECRETS}
BYTES = " ".join(SECRETS).encode()


async def test_no_name_number_phone_or_account_stands_anywhere_on_disk(archive, filing, now, tmp_path):
    await _live_a_whole_life(archive, filing, now)
    stored = b"".join(
        path.read_bytes()
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file() and "keys" not in path.relative_to(tmp_path).parts
    )
    assert b"bereavement" in stored
    assert len(stored) > 2 * INLINE_LIMIT
    for secret in SECRETS:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in stored, secret
        assert secret.encode("unicode_escape") not in stored, secret


async def _live_a_whole_life(archive, filing, now) -> None:
    """Write personal data through every door of the package."""
    end = now + timedelta(days=30)
    begun = await draft.create_draft(archive, draft.NewDraft("bereavement", "clerk-7", TOLD, now, end))
    kept = await draft.create_draft(archive, draft.NewDraft("bereavement", "clerk-7", TOLD, now, end))
    for holder in (begun, kept):
        paper = material.NewMaterial(
            "death_proof", "张秀英.jpg", Content(BYTES, "image/jpeg"), "clerk-7", now
        )
        await material.add_material(archive, material.Holder(draft=holder.id), paper)
    new = filing(
        draft_id=begun.id,
        idempotency_key=SECRETS[4],
        subject_blind=fingerprint_subject(archive.ring, "resident_id", SECRETS[1]),
        inputs={"answers": Content(BYTES, "application/json")},
        lookups=(("phone", SECRETS[2]), ("account", SECRETS[3])),
        audit=AuditEntry("clerk-7", "clerk", "filing", "create_case", NUMBER, fields=("name(deceased)",)),
    )
    await create_case(archive, new)
    await put_blob(archive, NUMBER, BYTES * (INLINE_LIMIT // 10), "image/png")
    slot = SlotRow("hukou", "A03", "police", "submitting", 1, now)
    line = TimelineRow(1, now, "filed", "case_filed", params=TOLD)
    await apply_snapshot(archive, CaseSnapshot(NUMBER, 1, "running", now, TOLD, (slot,), (line,)))
    for event_id in ("e1", "e2"):
        await inbox.receive(archive, "police", event_id, BYTES, now)
    await inbox.mark_relayed(archive, (await inbox.unrelayed(archive))[0], NUMBER, now)
    code = "abcdefghijklmnopqrstuvwx23"
    await receipt.store_receipt(
        archive, receipt.NewReceipt(NUMBER, 1, "completion", BYTES, "a" * 64, code, now, BYTES)
    )
    order = work_order.NewWorkOrder("w1", NUMBER, "late", "police", "repayment", now, note=SECRETS[0])
    await work_order.open_work_order(archive, order)
    await notice.queue_notice(archive, notice.NewNotice("k1", NUMBER, "accepted", "sms", TOLD, now))
    await audit.append(archive, AuditEntry("clerk-7", "clerk", "filing", "read_case", NUMBER))
