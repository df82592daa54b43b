"""Receipts: in goes the state of a case, out comes a stored, signed revision; the first one stored counts."""

import asyncio
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from pathlib import Path
from typing import Final

from temporalio import activity

from activities import signatures
from activities.given_file import given_files
from activities.receipt_document import Beside, build_document
from activities.rendering.canonical import canonical, digest
from activities.rendering.errors import FontMissing, PdfUnavailable, RenderingError
from activities.rendering.glyph import code_point
from activities.rendering.pdf import Rendered, render_stored
from activities.rendering.qr import new_code
from activities.signatures import IssuedReceipt, IssueReceiptInput
from onething.case_state import CaseState
from onething.counting import BEIJING
from onething.filing import CaseHeader
from onething.receipt import ReceiptDocument
from onething.text import Text
from records import receipt as receipts
from records.account_name import names_of
from records.archive import Archive
from records.blob import get_blob
from records.case_owner import owner_of
from records.desk_item import decided_items
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
        known = await beside(self.archive, task.case, task.state)
        hashes = tuple(stored.sha256 for stored in earlier if stored.revision < task.revision)
        revision = (task.revision, task.reason, hashes)
        document = build_document(header, task.state, revision, now, new_code(), known)
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


async def beside(archive: Archive, number: str, state: CaseState) -> Beside:
    """Give what the records know at this moment: who answers for the case, and the files that were given out.

    Raises CaseErased.
    """
    owner = await owner_of(archive, number)
    name = (await names_of(archive, (owner.account,))).get(owner.account) if owner is not None else None
    results: dict[str, tuple[Text, ...]] = {}
    for one in given_files(await decided_items(archive, number), state):
        said = Text(zh=f"{one.title.zh}（{one.kind}）", en=f"{one.title.en} ({one.kind})")
        results[one.item.slot] = (*results.get(one.item.slot, ()), said)
    return Beside(Text(zh=name, en=name) if name else None, results)
