"""The seal of a case file: papers in, a signed, chained manifest out; a file and pinned keys in, faults out.

`manifest.json` (RFC 8785) lists every entry with size and SHA-256, each naming the hash of the one before;
`manifest.sig` is the installation's ECDSA P-256 signature over its bytes, in DER, so that OpenSSL checks it,
too. Nothing is ever unpacked to disk.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any, Final

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pydantic import Field, ValidationError

from activities.rendering.canonical import is_canonical
from activities.rendering.sign import P256_ORDER, PublicKeys, Signer
from console.archive_zip import LIMIT, ContainerFault, Entry, read_leniently, read_strictly
from onething.text import Model, Text

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
START: Final = "0" * 64
_RAW: Final = 32
_SEALS: Final = frozenset({MANIFEST, SIGNATURE})


class Fault(StrEnum):
    """Why a file is not the case file that was sealed."""

    TOO_LARGE = "too_large"
    NOT_ARCHIVE = "not_archive"
    NO_MANIFEST = "no_manifest"
    NO_SIGNATURE = "no_signature"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MANIFEST_MALFORMED = "manifest_malformed"
    FORMAT_UNKNOWN = "format_unknown"
    CHAIN_BROKEN = "chain_broken"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    REORDERED = "reordered"
    REPACKED = "repacked"


@dataclass(frozen=True, slots=True)
class Found:
    """One fault; `path` names the entry where it is about one."""

    fault: Fault
    path: str = ""


class Line(Model):
    """One entry of the manifest; `previous` is the hash of the line before, in RFC 8785 form."""

    number: int = Field(ge=1)
    path: str
    title: Text
    mime: str
    size: int = Field(ge=0)
    sha256: str
    previous: str


class Manifest(Model):
    """What the case file is of and holds, in the paper file's order; `head` is the last line's hash."""

    format: int
    case: str
    bundle: str
    title: Text
    state: str
    revision: int
    received_on: date
    submitted_at: datetime
    closed_at: datetime
    key_id: str
    entries: tuple[Line, ...]
    head: str


class Chain:
    """The lines in the making."""

    def __init__(self) -> None:
        """Begin with none."""
        self.lines, self.head = list[Line](), START

    def add(self, path: str, title: Text, mime: str, data: bytes) -> None:
        """Take one entry's bytes in."""
        line = Line(
            number=len(self.lines) + 1,
            path=path,
            title=title,
            mime=mime,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            previous=self.head,
        )
        self.lines.append(line)
        self.head = hash_of(line)


def hash_of(line: Line) -> str:
    """The hash that the next line names."""
    return hashlib.sha256(canonical(line)).hexdigest()


def canonical(model: Model) -> bytes:
    """The RFC 8785 bytes of a manifest or a line."""
    return rfc8785.dumps(model.model_dump(mode="json"))


def sign(manifest: bytes, signer: Signer) -> bytes:
    """The detached signature: ECDSA over SHA-256 in DER, the same for the same bytes."""
    raw = signer.sign_text(manifest)
    return encode_dss_signature(int.from_bytes(raw[:_RAW], "big"), int.from_bytes(raw[_RAW:], "big"))


def verify(file: IO[bytes], keys: PublicKeys) -> Manifest | tuple[Found, ...]:
    """Give the manifest of a file that is exactly what was sealed with one of the keys, else every fault."""
    file.seek(0, 2)
    if file.tell() > LIMIT:
        return (Found(Fault.TOO_LARGE),)
    try:
        entries, original = read_strictly(file, _SEALS)
    except ContainerFault:
        original = False
        try:
            entries = read_leniently(file, _SEALS)
        except ContainerFault:
            return (Found(Fault.NOT_ARCHIVE),)
    sealed = {entry.name: entry.data for entry in entries if entry.data is not None}
    if MANIFEST not in sealed:
        return (Found(Fault.NO_MANIFEST),)
    if SIGNATURE not in sealed:
        return (Found(Fault.NO_SIGNATURE),)
    manifest = _opened(sealed[MANIFEST] or b"", sealed[SIGNATURE] or b"", keys)
    if isinstance(manifest, Fault):
        return (Found(manifest),)
    faults = _chain_faults(manifest) + _faults(manifest, entries)
    if not faults and not original:
        faults = [Found(Fault.REPACKED)]
    return tuple(faults) or manifest


def _opened(data: bytes, signature: bytes, keys: PublicKeys) -> Manifest | Fault:
    """Believe nothing of the manifest but its key's name before the signature holds."""
    told = _told(data)
    if told is None:
        return Fault.MANIFEST_MALFORMED
    key = keys.get(str(told.get("key_id")))
    if key is None:
        return Fault.UNKNOWN_KEY
    if not _signed(key, data, signature):
        return Fault.BAD_SIGNATURE
    if told.get("format") != FORMAT:
        return Fault.FORMAT_UNKNOWN
    try:
        return Manifest.model_validate(told)
    except ValidationError:
        return Fault.MANIFEST_MALFORMED


def _told(data: bytes) -> dict[str, Any] | None:
    if not is_canonical(data):
        return None
    told: object = json.loads(data)
    return told if isinstance(told, dict) else None


def _signed(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    try:
        r, s = decode_dss_signature(signature)
        if s > P256_ORDER // 2 or encode_dss_signature(r, s) != signature:
            return False  # another spelling of the same signature is not the one we issued
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _chain_faults(manifest: Manifest) -> list[Found]:
    head = START
    for number, line in enumerate(manifest.entries, start=1):
        if line.previous != head or line.number != number:
            return [Found(Fault.CHAIN_BROKEN, line.path)]
        head = hash_of(line)
    return [] if head == manifest.head else [Found(Fault.CHAIN_BROKEN)]


def _faults(manifest: Manifest, entries: list[Entry]) -> list[Found]:
    """Compare what is listed with what is there, place by place."""
    listed = [*(line.path for line in manifest.entries), MANIFEST, SIGNATURE]
    there = [entry.name for entry in entries]
    by_name = {entry.name: entry for entry in entries}
    faults = [Found(Fault.REMOVED, path) for path in listed if path not in by_name]
    left = Counter(listed)
    for name in there:
        left[name] -= 1
        if left[name] < 0:
            faults.append(Found(Fault.ADDED, name))
    for line in manifest.entries:
        entry = by_name.get(line.path)
        if entry is not None and (entry.sha256, entry.size) != (line.sha256, line.size):
            faults.append(Found(Fault.CHANGED, line.path))
    if not faults:
        faults = [
            Found(Fault.REORDERED, name) for name, path in zip(there, listed, strict=True) if name != path
        ]
    return faults
