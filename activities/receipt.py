"""Receipts: in goes the state of a case, out comes a stored, signed revision; the first one stored counts."""

import asyncio
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from datetime import datetime
from pathlib import Path
from typing import Final

from temporalio import activity

from activities import signatures
from activities.receipt_document import build_document
from activities.rendering.canonical import canonical, digest
from activities.rendering.errors import FontMissing, PdfUnavailable, RenderingError
from activities.rendering.glyph import code_point
from activities.rendering.pdf import Rendered, render_stored
from activities.rendering.qr import new_code
from activities.signatures import IssuedReceipt, IssueReceiptInput
from onething.counting import BEIJING
from onething.filing import CaseHeader
from onething.receipt import ReceiptDocument
from records import receipt as receipts
from records.archive import Archive
from records.blob import get_blob
from records.errors import CaseErased
from records.receipt import NewReceipt, StoredReceipt

_TRIES: Final = 5


class ReceiptActivities:
    """Renders in a pool of processes, signs with the installation's key, stores in the archive."""

    def __init__(
        self, archive: Archive, keys: Path, pool: Executor, renew: Callable[[], Executor] | None = None
    ) -> None:
        """`keys` is the folder of the signing key; `pool` keeps rendering off the event loop.

        `renew` makes a fresh pool when the system has killed a process of the old one.
        """
        self.archive, self.keys, self.pool, self.renew = archive, keys, pool, renew

    @activity.defn(name=signatures.ISSUE_RECEIPT)
    async def issue_receipt(self, task: IssueReceiptInput) -> IssuedReceipt:
        """Give the stored revision, rendering it when it is not there yet."""
        earlier = await receipts.receipts_of(self.archive, task.case)
        for stored in earlier:
            if stored.revision == task.revision:
                return IssuedReceipt(revision=stored.revision, sha256=stored.sha256)
        try:
            return await self._issue(task, earlier)
        except CaseErased:
            # Nothing personal is left to tell; the workflow may end.
            return IssuedReceipt(revision=task.revision, sha256="")

    async def _issue(self, task: IssueReceiptInput, earlier: tuple[StoredReceipt, ...]) -> IssuedReceipt:
        header = CaseHeader.model_validate_json(await get_blob(self.archive, task.case, task.header))
        now = activity.info().scheduled_time.astimezone(BEIJING).replace(microsecond=0)
        document = _document(header, task, earlier, now)
        stored, missing = await self._render(document, task)
        return IssuedReceipt(
            revision=stored.revision, sha256=stored.sha256, missing=tuple(map(code_point, missing))
        )

    async def _render(
        self, document: ReceiptDocument, task: IssueReceiptInput
    ) -> tuple[StoredReceipt, tuple[str, ...]]:
        data = canonical(document)
        rendered: Rendered | None = None
        try:
            rendered = await self._draw(data)
        except RenderingError as error:
            # Without the PDF libraries the record still stands; the page says "PDF unavailable". Other
            # faults are tried a few times first: a family's case does not wait for ever for its paper.
            if not isinstance(error, FontMissing | PdfUnavailable) and activity.info().attempt < _TRIES:
                raise
            activity.logger.warning("receipt stored without its PDF")
        new = NewReceipt(
            case=task.case,
            revision=task.revision,
            reason=document.revision.reason.value,
            document=data,
            sha256=rendered.document_hash if rendered else digest(data),
            code=document.proof.code,
            issued_at=document.issued_at,
            pdf=rendered.pdf if rendered else None,
            predecessor=document.revision.predecessor,
        )
        stored = await receipts.store_receipt(self.archive, new)
        return stored, rendered.missing if rendered else ()

    async def _draw(self, data: bytes) -> Rendered:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.pool, render_stored, data, str(self.keys))
        except BrokenExecutor:
            if self.renew is None:
                raise
            self.pool = self.renew()
            return await loop.run_in_executor(self.pool, render_stored, data, str(self.keys))


def _document(
    header: CaseHeader, task: IssueReceiptInput, earlier: tuple[StoredReceipt, ...], now: datetime
) -> ReceiptDocument:
    hashes = tuple(stored.sha256 for stored in earlier if stored.revision < task.revision)
    return build_document(header, task.state, (task.revision, task.reason, hashes), now, new_code())
