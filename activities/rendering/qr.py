"""The signed claim in the receipt's QR code: a document in, one line of text out, and its strict way back.

`<address>#OT1.<case>.<revision>.<yyyymmdd>.<outcomes>.<hash>.<key id>.<signature>`: the address opens the
receipt's page, the part behind `#` (which a browser never sends) proves the paper with the network off.
Outcomes are one letter for each slot, in the printed order. The signature covers everything before it.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from activities.rendering.errors import ClaimTooLong
from activities.rendering.sign import P256_ORDER, PublicKeys, Signer
from onething.receipt import ReceiptDocument

MAGIC: Final = "OT1"
LIMIT: Final = 412  # bytes in a version 15 code at error level M: 77 modules, 0.4 mm each at 31 mm

OUTCOME_LETTERS: Final = {
    "waiting": "w",
    "submitting": "s",
    "received": "r",
    "correction_requested": "c",
    "accepted": "a",
    "under_review": "u",
    "granted": "G",
    "partly_granted": "P",
    "refused": "R",
    "declined": "D",
    "withdrawn": "W",
    "lapsed": "L",
    "not_applicable": "N",
    "blocked": "B",
    "needs_operator": "o",
}
OTHER_LETTER: Final = "x"

_FORM = re.compile(
    r"(?P<address>https?://[!-\"$-~]+)#OT1\.(?P<case>[A-Za-z0-9-]{6,48})\.(?P<revision>[1-9][0-9]{0,5})"
    r"\.(?P<day>[0-9]{8})\.(?P<outcomes>[A-Za-z]{1,99})\.(?P<hash>[A-Za-z0-9_-]{43})"
    r"\.(?P<key_id>[0-9a-f]{12})\.(?P<signature>[A-Za-z0-9_-]{86})"
)


class ClaimFault(StrEnum):
    """Why a text is no valid claim of this installation."""

    MALFORMED = "claim_malformed"
    UNKNOWN_KEY = "claim_unknown_key"
    BAD_SIGNATURE = "claim_bad_signature"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the QR code says: which receipt, of which day, with which outcomes and which document hash."""

    address: str
    case_number: str
    revision: int
    day: date
    outcomes: str
    document_hash: str
    key_id: str


def claim_of(document: ReceiptDocument, document_hash: str, key_id: str) -> Claim:
    """Give the claim that belongs to this document; `document_hash` is the SHA-256 hex of its bytes."""
    return Claim(
        address=document.proof.address,
        case_number=document.case_number,
        revision=document.revision.number,
        day=document.issued_at.date(),
        outcomes="".join(OUTCOME_LETTERS.get(slot.state.code, OTHER_LETTER) for slot in document.slots),
        document_hash=document_hash,
        key_id=key_id,
    )


def encode_claim(document: ReceiptDocument, document_hash: str, signer: Signer) -> str:
    """Give the QR code's text, signed; raises ClaimTooLong beyond what a phone reads from paper."""
    head = _head(claim_of(document, document_hash, signer.key_id))
    text = f"{head}.{_b64(signer.sign_text(head.encode()))}"
    if len(text) > LIMIT:
        raise ClaimTooLong(len(text), LIMIT)
    return text


def verify_claim(text: str, keys: PublicKeys) -> Claim | ClaimFault:
    """Give what the text claims when one of the pinned keys signed exactly this text, else why not."""
    match = _FORM.fullmatch(text)
    if match is None:
        return ClaimFault.MALFORMED
    claim = _claim(match)
    raw = _unb64(match["signature"])
    if claim is None or raw is None:
        return ClaimFault.MALFORMED
    key = keys.get(claim.key_id)
    if key is None:
        return ClaimFault.UNKNOWN_KEY
    if not _signed(key, text[: match.start("signature") - 1].encode(), raw):
        return ClaimFault.BAD_SIGNATURE
    return claim


def new_code() -> str:
    """Give a fresh 128-bit verification code: 26 characters of base 32, easy to read out and to type."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def svg(text: str) -> str:
    """Give the QR code as inline SVG, error level M, scaled by its box; dark on nothing."""
    code = segno.make_qr(text, error="m", boost_error=False)
    return code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None, unit=None, dark="#000")


def _head(claim: Claim) -> str:
    return ".".join(
        (
            f"{claim.address}#{MAGIC}",
            claim.case_number,
            str(claim.revision),
            claim.day.strftime("%Y%m%d"),
            claim.outcomes,
            _b64(bytes.fromhex(claim.document_hash)),
            claim.key_id,
        )
    )


def _claim(match: re.Match[str]) -> Claim | None:
    hashed = _unb64(match["hash"])
    try:
        day = datetime.strptime(match["day"], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    if hashed is None:
        return None
    return Claim(
        address=match["address"],
        case_number=match["case"],
        revision=int(match["revision"]),
        day=day,
        outcomes=match["outcomes"],
        document_hash=hashed.hex(),
        key_id=match["key_id"],
    )


def _signed(key: ec.EllipticCurvePublicKey, message: bytes, raw: bytes) -> bool:
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if s > P256_ORDER // 2:  # the mirrored signature is valid, too, but it is not the one we issued
        return False
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes | None:
    """Decode, and refuse the spellings with other unused bits: one value has one text."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if _b64(data) == text else None
