"""A family's receipt at the door: its id in, one revision and the signed file out."""

import asyncio
import json
from dataclasses import dataclass
from typing import Final

from activities.receipt_family import FamilyHeading, FamilyRevision, Issued, family_revisions
from activities.rendering.errors import FontMissing, PdfUnavailable
from api.office import Office
from onething.errors import NotKnown
from onething.receipt import ReceiptDocument
from records.blob import get_blob
from records.family import StoredFamily, cases_of, family_code
from records.receipt import receipts_of

PDF: Final = "application/pdf"
HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper as it is handed out: the signed file, or a page where this installation makes none."""

    content: bytes
    media: str


async def receipt_of_family(
    office: Office, family: StoredFamily, revision: int | None = None
) -> FamilyRevision:
    """One revision, the newest by default; raises NotKnown while no case of the family has a receipt."""
    issued = []
    for number in await cases_of(office.archive, family.id):
        for stored in await receipts_of(office.archive, number):
            document = json.loads(await get_blob(office.archive, number, stored.json_blob))
            issued.append(Issued(ReceiptDocument.model_validate(document), stored.sha256))
    code = family_code(office.archive.ring, family.id)
    revisions = family_revisions(FamilyHeading(family.id, family.title, code), issued)
    wanted = revision if revision is not None else len(revisions)
    if not 1 <= wanted <= len(revisions):
        raise NotKnown("receipt", family.id if revision is None else f"{family.id}/{revision}")
    return revisions[wanted - 1]


async def draw(office: Office, receipt: FamilyRevision) -> Drawn:
    """Draw and sign it by the one template of all receipts; raises NotKnown where neither is connected."""
    if office.pdf_of is not None:
        try:
            return Drawn(await asyncio.to_thread(office.pdf_of, receipt.data), PDF)
        except (FontMissing, PdfUnavailable):
            pass  # the page says so, as it does of a case's own receipt
    if office.page_of is None:
        raise NotKnown("receipt", f"{receipt.document.case_number}.pdf")
    page = await asyncio.to_thread(office.page_of, receipt.data)
    return Drawn(page.encode(), HTML)
