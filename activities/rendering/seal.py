"""The seal on a receipt's bytes: a file and pinned keys in, the key that sealed it or the fault out.

Stricter than a PDF library's bottom line, which lets pass padding and letter case in the signature's own
hole, appended bytes and further signatures. Here every byte counts: the signature covers all of the file but
the hole, and the hole holds one spelling of one CMS value (PAdES B-B, SHA-256, P-256) and zeros.
Source: ISO 32000-2 12.8.1 (ByteRange), ETSI EN 319 142-1 (PAdES), RFC 5652 (CMS), RFC 5035 (ESS).
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from activities.rendering.sign import P256_ORDER, PublicKeys, key_id

_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")


class SealFault(StrEnum):
    """Why the seal does not hold."""

    NOT_PDF = "not_pdf"
    NO_SIGNATURE = "no_signature"
    MANY_SIGNATURES = "many_signatures"
    NOT_WHOLE_FILE = "not_whole_file"
    HOLE_NOT_CANONICAL = "hole_not_canonical"
    CMS_NOT_CANONICAL = "cms_not_canonical"
    UNKNOWN_KEY = "unknown_key"
    CHANGED = "changed"
    BAD_SIGNATURE = "bad_signature"


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that holds: whose key, and the certificate that came with it."""

    key_id: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class _Parts:
    """The variable parts of our CMS value; all else in it is fixed."""

    certificate: asn1_x509.Certificate
    attributes: cms.CMSAttributes
    signature: bytes


def check_seal(pdf: bytes, keys: PublicKeys) -> Seal | SealFault:
    """Give the seal when one of the pinned keys signed exactly these bytes, else the first fault found."""
    if not pdf.startswith(b"%PDF-"):
        return SealFault.NOT_PDF
    hole = _hole(pdf)
    if isinstance(hole, SealFault):
        return hole
    der = _der(pdf[hole.start + 1 : hole.stop - 1])
    if der is None:
        return SealFault.HOLE_NOT_CANONICAL
    parts = _parts(der)
    if parts is None:
        return SealFault.CMS_NOT_CANONICAL
    return _judge(parts, keys, hashlib.sha256(pdf[: hole.start] + pdf[hole.stop :]).digest())


def _hole(pdf: bytes) -> range | SealFault:
    """Find the one hole, and refuse a file that has more than one, or bytes that no signature covers."""
    if pdf.count(b"/ByteRange") > 1:
        return SealFault.MANY_SIGNATURES
    match = _BYTE_RANGE.search(pdf)
    if match is None:
        return SealFault.NO_SIGNATURE
    start, resume, rest = (int(number) for number in match.groups())
    brackets = pdf[start : start + 1] + pdf[resume - 1 : resume]
    if not 0 < start < resume or resume + rest != len(pdf) or brackets != b"<>":
        return SealFault.NOT_WHOLE_FILE
    return range(start, resume)


def _der(digits: bytes) -> bytes | None:
    """Decode the hole: upper-case hex (pyHanko's spelling) of one DER value, then only zeros."""
    if not re.fullmatch(rb"(?:[0-9A-F]{2})+", digits):
        return None
    padded = bytes.fromhex(digits.decode("ascii"))
    length = _der_length(padded)
    if length is None or any(padded[length:]):
        return None
    return padded[:length]


def _der_length(data: bytes) -> int | None:
    """Give the whole length of the leading SEQUENCE of 256 to 65,535 bytes, which ours always is."""
    if data[:2] != b"\x30\x82":
        return None
    length = 4 + int.from_bytes(data[2:4], "big")
    return length if length <= len(data) else None


def _parts(der: bytes) -> _Parts | None:
    """Take the CMS value apart, and refuse it unless the parts put together again give the same bytes."""
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        signer = signed["signer_infos"][0]
        parts = _Parts(
            certificate=signed["certificates"][0].chosen,
            attributes=signer["signed_attrs"],
            signature=signer["signature"].native,
        )
        return parts if _assemble(parts).dump() == der else None
    except Exception:  # noqa: BLE001 - a stranger's bytes in a parser: whatever it raises, they are refused
        return None


def _assemble(parts: _Parts) -> cms.ContentInfo:
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": parts.certificate.issuer, "serial_number": parts.certificate.serial_number},
            ),
            "digest_algorithm": sha256,
            "signed_attrs": parts.attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": parts.signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((sha256,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [parts.certificate],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _judge(parts: _Parts, keys: PublicKeys, file_digest: bytes) -> Seal | SealFault:
    try:
        certificate = parts.certificate.dump()
        public = x509.load_der_x509_certificate(certificate).public_key()
        attributes = _attributes(parts.attributes)
        bound = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
        stated = attributes["message_digest"].native
    except Exception:  # noqa: BLE001 - as above: not readable is not ours
        return SealFault.CMS_NOT_CANONICAL
    if not isinstance(public, ec.EllipticCurvePublicKey) or keys.get(key_id(public)) != public:
        return SealFault.UNKNOWN_KEY
    if not _signed(public, parts):
        return SealFault.BAD_SIGNATURE
    if bound != hashlib.sha256(certificate).digest():
        return SealFault.UNKNOWN_KEY
    if stated != file_digest:
        return SealFault.CHANGED
    return Seal(key_id(public), certificate)


def _attributes(attributes: cms.CMSAttributes) -> dict[str, Any]:
    """Give each attribute's single value by name; one that is doubled or has more values raises."""
    found: dict[str, Any] = {}
    for attribute in attributes:
        (value,) = attribute["values"]
        if found.setdefault(attribute["type"].native, value) is not value:
            raise ValueError(attribute["type"].native)
    return found


def _signed(public: ec.EllipticCurvePublicKey, parts: _Parts) -> bool:
    """Whether the key signed the attributes, in the one spelling that we issue: DER and low s."""
    covered = core.Asn1Value.dump(parts.attributes.untag())
    try:
        r, s = decode_dss_signature(parts.signature)
        public.verify(parts.signature, covered, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return s <= P256_ORDER // 2 and encode_dss_signature(r, s) == parts.signature
