"""Whether a paper lies still: in go the bytes of a PDF or an OFD, out comes what is wrong with them, or None.

A PDF may carry scripts, start programs and bring files along (ISO 32000-1, 12.6.4 and 7.11.4); an OFD is a
ZIP that may hold anything (GB/T 33190). What only holds data, as our own signed receipts do, is let be.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from api.guide.fault import Fault

MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|svg|iframe|body)[\s>/]", re.IGNORECASE)
_UNPACKED_MOST: Final = 64 << 20
_MEMBERS_MOST: Final = 2000
_RATIO_MOST: Final = 200
_RATIO_FROM: Final = 4 << 20
"""Below this a high ratio harms nobody: drawings are words that repeat."""
_HEAD: Final = 1024
_INFLATED_MOST: Final = 16 << 20
_ZIP_END: Final = b"PK\x05\x06"
_PROGRAMS: Final = frozenset(
    [
        ".exe",
        ".dll",
        ".com",
        ".scr",
        ".msi",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".wsf",
        ".lnk",
        ".hta",
        ".jar",
        ".class",
        ".apk",
        ".sh",
        ".py",
        ".php",
        ".js",
        ".jse",
        ".mjs",
        ".html",
        ".htm",
        ".xhtml",
        ".mht",
        ".svg",
        ".swf",
        ".zip",
        ".rar",
        ".7z",
        ".gz",
        ".docm",
        ".xlsm",
        ".pptm",
        ".iso",
    ]
)
_PROGRAM_HEADS: Final = (b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"%PDF-")
_DOES: Final = re.compile(rb"/(?:JavaScript|Launch|RichMedia)(?![A-Za-z0-9])")
_SCRIPT: Final = re.compile(rb"/JS(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"/[A-Za-z0-9#]*#[0-9A-Fa-f]{2}[A-Za-z0-9#]*")
_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_BODY: Final = re.compile(rb"(?<!end)stream\r?\n.*?endstream", re.DOTALL)


def fault_in_pdf(data: bytes) -> Fault | None:
    """Say what a PDF would do by itself; None when nothing.

    Objects packed into streams are unpacked and looked at; an encrypted PDF shows only what is not encrypted.
    """
    packed: list[bytes] = []
    left = _INFLATED_MOST
    for head, body in _streams(data):
        if b"/ObjStm" not in head and b"/EmbeddedFile" not in head:
            continue
        text = _inflated(head, body, left)
        if text is None:
            return Fault.BOMB
        left -= len(text)
        if b"/ObjStm" in head:
            packed.append(text)
        elif not _is_data(text):
            return Fault.ACTIVE
    words = _plain_names(b"\n".join([data, *packed]))
    if _DOES.search(words) or _SCRIPT.search(_BODY.sub(b"", words)):
        return Fault.ACTIVE
    return None


def fault_in_ofd(data: bytes) -> Fault | None:
    """Say what an OFD hides or unpacks to; None when it is an OFD and nothing else."""
    outside = data[:_HEAD] + data[data.rfind(_ZIP_END) :]
    if b"%PDF-" in outside or MARKUP.search(outside):
        return Fault.POLYGLOT
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _fault_in_members(archive, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return Fault.TRUNCATED
    except RuntimeError:
        # A member under a password cannot be looked at, and no reader of OFD opens it.
        return Fault.KIND


def _fault_in_members(archive: zipfile.ZipFile, size: int) -> Fault | None:
    members = archive.infolist()
    if min(one.header_offset for one in members) > 0:
        return Fault.POLYGLOT
    unpacked = sum(one.file_size for one in members)
    crammed = unpacked > _RATIO_FROM and unpacked > _RATIO_MOST * size
    if len(members) > _MEMBERS_MOST or unpacked > _UNPACKED_MOST or crammed:
        return Fault.BOMB
    if any(PurePosixPath(one.filename).suffix.lower() in _PROGRAMS for one in members):
        return Fault.POLYGLOT
    for one in members:
        # Read to its end: a member that is longer than it says does not have its own checksum.
        content = archive.read(one)
        if content.startswith(_PROGRAM_HEADS) or MARKUP.search(content[:_HEAD]):
            return Fault.POLYGLOT
    return None


def _streams(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each stream's own dictionary, its names written out, and the bytes between its two words."""
    for found in _STREAM.finditer(data):
        before = data[max(0, found.start() - 2 * _HEAD) : found.start()]
        end = data.find(b"endstream", found.end())
        body = data[found.end() : end if end >= 0 else len(data)]
        yield _plain_names(before[before.rfind(b" obj") + 1 :]), body


def _inflated(head: bytes, body: bytes, most: int) -> bytes | None:
    """The stream's content; as it stands where it is packed in another way, None where it is too much."""
    if b"/FlateDecode" not in head:
        return body
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(body, most + 1)
    except zlib.error:
        return body
    return text if len(text) <= most else None


def _is_data(content: bytes) -> bool:
    """Whether a file brought along is JSON or XML and no page: receipts and invoices bring such."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return not MARKUP.search(content)
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _plain_names(text: bytes) -> bytes:
    """Names may be written with `#4A` for a letter (ISO 32000-1, 7.3.5)."""
    return _ESCAPED.sub(lambda name: _HEX.sub(lambda one: bytes([int(one[1], 16)]), name[0]), text)
