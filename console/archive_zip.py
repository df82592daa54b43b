"""The container of a case file: named bytes in, one ZIP file out whose every byte follows from them.

Entries are stored, not compressed, with one fixed time and mode, in the order given: the same case gives the
same bytes on every machine. Read back strictly, such a file has no room for anything that no entry accounts
for. (Layout after PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.)
"""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

LIMIT: Final = (1 << 31) - 1
"""Bytes of a whole file; below it no ZIP64 is needed."""
ENTRY_LIMIT: Final = 10_000
KEPT_LIMIT: Final = 16 << 20
"""Bytes of an entry that a reader keeps: manifest and signature."""

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_NEEDS, _MADE_BY, _UTF8, _STORED = 20, 0x0314, 0x0800, 0
_TIME, _DAY = 0, 0x0021  # 1 January 1980, the first day that the format knows
_MODE: Final = 0o100600 << 16
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What other tools commonly write; further ones bring further decoders to trust."""
_CHUNK: Final = 1 << 20
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    struct.error,
)
"""What Python's own reader raises for a file that is no ZIP, or one it cannot read."""


class ContainerFull(ValueError):
    """More than a case file may hold."""


class ContainerFault(ValueError):
    """The bytes are not those that the writer makes of any entries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as found: `data` only where it was asked for."""

    name: str
    size: int
    sha256: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    name: bytes
    crc: int
    size: int
    offset: int


class Writer:
    """Writes entries one after the other; `close` ends the file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write into `file`, from where it stands."""
        self._file, self._places, self._offset = file, list[_Place](), 0

    def add(self, name: str, data: bytes) -> None:
        """Write one entry; raises ContainerFull."""
        place = _Place(name.encode(), zlib.crc32(data), len(data), self._offset)
        self._places.append(place)
        self._write(_local(place) + data)
        if self._offset > LIMIT or len(self._places) > ENTRY_LIMIT:
            raise ContainerFull

    def close(self) -> None:
        """Write the directory."""
        self._write(_directory(self._places, self._offset))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._offset += len(data)


def read_strictly(file: IO[bytes], kept: frozenset[str]) -> tuple[list[Entry], bool]:
    """Give the entries of a file that the writer made, with the bytes of those in `kept`.

    Raises ContainerFault where a byte beside the entries' own is not the writer's; False stands for a
    checksum that does not hold.
    """
    file.seek(0)
    entries, places, offset, whole = list[Entry](), list[_Place](), 0, True
    while True:
        head = file.read(_LOCAL.size)
        if head[:4] != b"PK\x03\x04":
            break
        place = _place(head, file, offset)
        entry, crc = _entry(file, place, kept)
        if len(places) >= ENTRY_LIMIT:
            raise ContainerFault
        whole = whole and crc == place.crc
        entries.append(entry)
        places.append(place)
        offset += _LOCAL.size + len(place.name) + place.size
    expected = _directory(places, offset)
    if head + file.read(len(expected)) != expected:
        raise ContainerFault
    return entries, whole


def read_leniently(file: IO[bytes], kept: frozenset[str]) -> list[Entry]:
    """Give the entries of any readable ZIP file, to say what was done to it; raises ContainerFault."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as opened:
            listed = opened.infolist()
            if len(listed) > ENTRY_LIMIT or any(one.compress_type not in _METHODS for one in listed):
                raise ContainerFault
            left = LIMIT
            found = []
            for one in listed:
                with opened.open(one) as source:
                    entry = _hashed(one.filename, _chunks(source, left), one.filename in kept)
                left -= entry.size
                found.append(entry)
            return found
    except _UNREADABLE as error:
        raise ContainerFault from error


def _local(place: _Place) -> bytes:
    fields = (_NEEDS, _UTF8, _STORED, _TIME, _DAY, place.crc, place.size, place.size, len(place.name), 0)
    return _LOCAL.pack(b"PK\x03\x04", *fields) + place.name


def _directory(places: list[_Place], offset: int) -> bytes:
    parts = []
    for place in places:
        same = (_NEEDS, _UTF8, _STORED, _TIME, _DAY, place.crc, place.size, place.size, len(place.name))
        rest = (0, 0, 0, 0, _MODE, place.offset)
        parts.append(_CENTRAL.pack(b"PK\x01\x02", _MADE_BY, *same, *rest) + place.name)
    directory = b"".join(parts)
    count = len(places)
    return directory + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)


def _place(head: bytes, file: IO[bytes], offset: int) -> _Place:
    """Read a local header that is the writer's own."""
    if len(head) < _LOCAL.size:
        raise ContainerFault
    fields = _LOCAL.unpack(head)
    crc, size, length = fields[6], fields[7], fields[9]
    place = _Place(file.read(length), crc, size, offset)
    if len(place.name) != length or head + place.name != _local(place):
        raise ContainerFault
    return place


def _entry(file: IO[bytes], place: _Place, kept: frozenset[str]) -> tuple[Entry, int]:
    try:
        name = place.name.decode()
    except UnicodeDecodeError:
        raise ContainerFault from None
    crc, left = 0, place.size

    def chunks() -> Iterator[bytes]:
        nonlocal crc, left
        while left:
            chunk = file.read(min(left, _CHUNK))
            if not chunk:
                raise ContainerFault
            crc, left = zlib.crc32(chunk, crc), left - len(chunk)
            yield chunk

    return _hashed(name, chunks(), name in kept), crc


def _chunks(source: IO[bytes], left: int) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise ContainerFault
        yield chunk


def _hashed(name: str, chunks: Iterator[bytes], kept: bool) -> Entry:
    digest, size, data = hashlib.sha256(), 0, list[bytes]()
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if kept:
            if size > KEPT_LIMIT:
                raise ContainerFault
            data.append(chunk)
    return Entry(name, size, digest.hexdigest(), b"".join(data) if kept else None)
