"""Whether a receipt is genuine and current: a file or QR text and the pinned keys in, a verdict out.

Needs no network. The seal is judged first on the bytes (`seal.py`), then by pyHanko as a second opinion; only
a file that holds is opened, and then its attachment, its printed hash and its QR claim must say the same.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from asn1crypto import x509 as asn1_x509
from pydantic import ValidationError
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from activities.rendering.canonical import digest, is_canonical
from activities.rendering.qr import Claim, claim_of, verify_claim
from activities.rendering.seal import Seal, SealFault, check_seal
from activities.rendering.sign import PublicKeys
from onething.receipt import FORMAT, ReceiptDocument

ATTACHMENT = "receipt.json"


class ContentFault(StrEnum):
    """Why a file whose seal holds is still no receipt of ours."""

    SECOND_OPINION = "second_opinion"
    ATTACHMENT_COUNT = "attachment_count"
    NOT_CANONICAL = "not_canonical"
    FORMAT_UNKNOWN = "format_unknown"
    HASH_DIFFERS = "hash_differs"
    CLAIM_DIFFERS = "claim_differs"


class Standing(StrEnum):
    """How a valid receipt stands beside another one of the same case."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    OTHER_INVALID = "other_invalid"
    OTHER_CASE = "other_case"
    CHAIN_BROKEN = "chain_broken"


@dataclass(frozen=True, slots=True)
class Valid:
    """A genuine receipt: what it says, its hash, and whose key sealed it."""

    document: ReceiptDocument
    document_hash: str
    key_id: str


@dataclass(frozen=True, slots=True)
class _Content:
    """What a sealed file carries: the attachment, the printed hash, the links on its first page."""

    attachment: bytes
    keywords: str
    links: tuple[str, ...]


Fault = SealFault | ContentFault


def verify_pdf(pdf: bytes, keys: PublicKeys) -> Valid | Fault:
    """Give the receipt when every check holds, else the first fault."""
    seal = check_seal(pdf, keys)
    if isinstance(seal, SealFault):
        return seal
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        agreed = _second_opinion(reader, seal)
        content = _content(reader) if agreed else None
    except Exception:  # noqa: BLE001 - a stranger's file in a parser: whatever it raises, it is refused
        return ContentFault.SECOND_OPINION
    if not agreed:
        return ContentFault.SECOND_OPINION
    if content is None:
        return ContentFault.ATTACHMENT_COUNT
    return _compare_content(content, seal, keys)


def stand(this: Valid, other: Valid | Fault) -> Standing:
    """Say how `this` stands when `other` (a newer one, as its holder says) is laid beside it."""
    if not isinstance(other, Valid):
        return Standing.OTHER_INVALID
    if this.document.case_number != other.document.case_number:
        return Standing.OTHER_CASE
    mine, theirs = this.document.revision, other.document.revision
    if mine.number == theirs.number:
        return Standing.CURRENT if this.document_hash == other.document_hash else Standing.CHAIN_BROKEN
    if mine.number < theirs.number:
        named = theirs.earlier[mine.number - 1] == this.document_hash
        return Standing.SUPERSEDED if named else Standing.CHAIN_BROKEN
    named = mine.earlier[theirs.number - 1] == other.document_hash
    return Standing.CURRENT if named else Standing.CHAIN_BROKEN


def _second_opinion(reader: PdfFileReader, seal: Seal) -> bool:
    """Ask pyHanko, trusting only the certificate of the key that is pinned."""
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return False
    certificate = asn1_x509.Certificate.load(seal.certificate)
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = validate_pdf_signature(signatures[0], context)
    return bool(status.bottom_line) and status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def _content(reader: PdfFileReader) -> _Content | None:
    """Give what the file carries; nothing unless it has exactly one attachment, under its own name."""
    tree = reader.root["/Names"]["/EmbeddedFiles"]
    names = tree["/Names"]
    associated = reader.root["/AF"]
    alone = len(names) == 2 and len(associated) == 1 and "/Kids" not in tree  # a name and its file
    if not alone or names[0] != ATTACHMENT:
        return None
    if names.raw_get(1) != associated.raw_get(0):
        return None
    return _Content(
        attachment=names[1]["/EF"]["/F"].data,
        keywords=str(reader.trailer["/Info"]["/Keywords"]),
        links=tuple(_links(reader.root["/Pages"]["/Kids"][0])),
    )


def _links(page: DictionaryObject) -> list[str]:
    listed: Any = page.get("/Annots", ())
    notes = [listed[place] for place in range(len(listed))]  # by index: iteration gives references
    actions = [note["/A"] for note in notes if "/A" in note]
    return [str(action["/URI"]) for action in actions if "/URI" in action]


def _compare_content(content: _Content, seal: Seal, keys: PublicKeys) -> Valid | ContentFault:
    if not is_canonical(content.attachment):
        return ContentFault.NOT_CANONICAL
    try:
        document = ReceiptDocument.model_validate_json(content.attachment)
    except ValidationError:
        return ContentFault.FORMAT_UNKNOWN
    if document.format > FORMAT:
        return ContentFault.FORMAT_UNKNOWN
    document_hash = digest(content.attachment)
    if content.keywords != f"sha256:{document_hash}":
        return ContentFault.HASH_DIFFERS
    expected = claim_of(document, document_hash, seal.key_id)
    if {verify_claim(link, keys) for link in content.links} != {expected}:
        return ContentFault.CLAIM_DIFFERS
    return Valid(document, document_hash, seal.key_id)


def claim_matches(claim: Claim, receipt: Valid) -> bool:
    """Whether a QR code's claim belongs to this very receipt."""
    return claim == claim_of(receipt.document, receipt.document_hash, receipt.key_id)
