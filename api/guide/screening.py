"""Screening an upload: in go its bytes, out comes what kind of paper it is, or why it is not taken.

A paper is one thing only: what is a PDF to one program and an archive or a page to another (a polyglot) is
refused, and so are a file that ends before its format does, one that unpacks to far more than it is, and one
that runs scripts or brings programs along. With `ONCE_CLAMD` every file is also shown to a virus scanner; one
that does not answer lets nothing through.
"""

import asyncio
import io
import struct
import zipfile
from typing import Final

import puremagic

from api.errors import WrongMedia
from api.guide.fault import Fault
from api.guide.inert import MARKUP, fault_in_ofd, fault_in_pdf
from api.page_view import word
from onething.plan import PlanProblem
from onething.text import Text

__all__ = ["JPEG", "OFD", "PDF", "PNG", "TYPES", "Fault", "FileRefused", "media_type", "screen", "told_fault"]

PDF: Final = "application/pdf"
OFD: Final = "application/ofd"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
TYPES: Final = frozenset({PDF, OFD, JPEG, PNG})
"""PDF, OFD (GB/T 33190) and the two picture formats that counters' scanners make."""
_INSIDE: Final = {PDF: fault_in_pdf, OFD: fault_in_ofd}
"""Papers that hold other things, and who looks into them."""
_CHUNK: Final = 1 << 16
_PATIENCE: Final = 20.0
"""Seconds that the scanner has for one file."""
_TAIL: Final = 2048
"""How near its end a file has to say that it ends: writers append a few bytes, PDF readers look this far."""
_ZIP_END: Final = b"PK\x05\x06"


_STATUS: Final = {Fault.INFECTED: 422, Fault.SCANNER_AWAY: 503}


class FileRefused(WrongMedia):
    """A file that is not taken: `fault` says why, and the entry beside it says what to do."""

    def __init__(self, fault: Fault) -> None:
        """Keep why; the words come from the pages' own table."""
        self.fault = fault
        self.retryable = fault is Fault.SCANNER_AWAY  # type: ignore[misc]
        self.http_status = _STATUS.get(fault, 415)  # type: ignore[misc]
        super().__init__(what="PDF, OFD, JPEG, PNG", problems=(told_fault("/file", fault),))


def told_fault(pointer: str, fault: Fault, title: Text | None = None) -> PlanProblem:
    """Say beside a field why its file was not taken, and what to do."""
    title = title or Text(zh="文件", en="The file")
    words = word(f"guide_file_{fault.value}").fill(title_zh=title.zh, title_en=title.en)
    return PlanProblem(pointer=pointer, code=f"file_{fault.value}", text=words)


async def screen(data: bytes, scanner: str | None = None) -> str:
    """Give the media type of a paper that may be kept; raises FileRefused.

    `scanner` is clamd's address: `unix:/path` or `host:port`; without one nothing is scanned.
    """
    mime = media_type(data)
    if mime not in TYPES:
        raise FileRefused(Fault.KIND)
    if not _is_whole(data, mime):
        raise FileRefused(Fault.TRUNCATED)
    if _is_more_than(data, mime):
        raise FileRefused(Fault.POLYGLOT)
    fault = await asyncio.to_thread(_INSIDE[mime], data) if mime in _INSIDE else None
    if fault is not None:
        raise FileRefused(fault)
    if scanner is not None and not await is_clean(data, scanner):
        raise FileRefused(Fault.INFECTED)
    return mime


async def is_clean(data: bytes, scanner: str) -> bool:
    """Show the bytes to clamd (`INSTREAM`, clamd(8)); raises FileRefused when it gives no verdict."""
    try:
        async with asyncio.timeout(_PATIENCE):
            verdict = await _ask(data, scanner)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        raise FileRefused(Fault.SCANNER_AWAY) from None
    if verdict.endswith(b"OK"):
        return True
    if verdict.endswith(b"FOUND"):
        return False
    # A scanner that complains, about size or its own database, has not said that the file is clean.
    raise FileRefused(Fault.SCANNER_AWAY)


async def _ask(data: bytes, scanner: str) -> bytes:
    if scanner.startswith("unix:"):
        reader, writer = await asyncio.open_unix_connection(scanner.removeprefix("unix:"))
    else:
        host, _, port = scanner.rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    try:
        writer.write(b"zINSTREAM\0")
        for at in range(0, len(data), _CHUNK):
            part = data[at : at + _CHUNK]
            writer.write(struct.pack(">I", len(part)) + part)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
        return (await reader.readuntil(b"\0"))[:-1]
    finally:
        writer.close()


def media_type(data: bytes) -> str:
    """What the bytes are, whatever the sender says; empty when nobody knows.

    An OFD is a zip file with `OFD.xml` at its top, which puremagic takes for an office document.
    """
    if data.startswith(b"PK\x03\x04"):
        return OFD if _is_ofd(data) else "application/zip"
    try:
        return puremagic.from_string(data, mime=True)
    except (puremagic.PureError, ValueError):
        return ""


def _is_whole(data: bytes, mime: str) -> bool:
    """Whether the file ends as its format does; an OFD's directory, at its end, was read already."""
    tail = data[-_TAIL:]
    match mime:
        case "application/pdf":
            return b"%%EOF" in tail
        case "image/jpeg":
            return b"\xff\xd9" in tail
        case "image/png":
            return b"IEND\xaeB`\x82" in tail
    return True


def _is_more_than(data: bytes, mime: str) -> bool:
    """Whether the same bytes are something else to another program: an archive, a page, another paper."""
    if mime == OFD:
        return False  # its members are looked at one by one
    if _ZIP_END in data and zipfile.is_zipfile(io.BytesIO(data)):
        return True
    if mime == PDF:
        # Pages in front of the first object or after the last: inside objects text may say what it likes.
        outside = data[:1024].split(b" obj", 1)[0] + data[data.rfind(b"%%EOF") :]
        return bool(MARKUP.search(outside))
    return bool(MARKUP.search(data)) or b"%PDF-" in data[:1024]


def _is_ofd(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "OFD.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
