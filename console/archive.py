"""`./once archive`: a closed case in, its sealed file out; such a file in, a verdict out; a person in, cases.

Verifying needs no network and no database, only the pinned key: `--key`, else this installation's own.
"""

import asyncio
import getpass
import os
import sys
import tempfile
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from activities.rendering.errors import KeyUnreadable
from activities.rendering.sign import PUBLIC_FILE, Signer, ensure_key, load_public_keys
from console import archive_word as word
from console.archive_paper import matter_of, papers_of
from console.archive_seal import (
    FORMAT,
    MANIFEST,
    SIGNATURE,
    Chain,
    Found,
    Manifest,
    canonical,
    sign,
    verify,
)
from console.archive_zip import ContainerFull, Writer
from console.supervisor import attached
from onething.errors import NotKnown
from onething.text import Text
from onething.wording import BUNDLE_STATES
from records import audit, lookup
from records.archive import Archive, open_archive
from records.audit import AuditEntry
from records.blob import get_blob
from records.case import StoredCase, get_case
from records.errors import BlobDamaged, CaseErased
from runtime.keyring import KeyRing
from runtime.settings import Settings

DONE, NOT_DONE = 0, 1
INDEX: Final = "id_number"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for; exactly one of `case`, `verify` and `find`."""

    case: str | None = None
    out: Path | None = None
    verify: Path | None = None
    key: Path | None = None
    find: str | None = None


def run(wish: Wish) -> int:
    """Make a case file, verify one, or find cases; 0 when it was made, holds, or was found, else 1."""
    if sum(one is not None for one in (wish.case, wish.verify, wish.find)) != 1:
        return _say(NOT_DONE, word.ONE_THING)
    if wish.verify is not None:
        return check(wish.verify, wish.key)
    settings = attached()
    if wish.find is not None:
        return asyncio.run(_find(settings, _asked(wish.find)))
    number = wish.case or ""
    return asyncio.run(_make(settings, number, wish.out or Path(f"{number}.zip")))


def check(file: Path, key: Path | None) -> int:
    """Say whether a case file is exactly what was sealed with the key, and where it is not."""
    try:
        keys = load_public_keys(key or Settings().keys_dir / PUBLIC_FILE)
        with file.open("rb") as opened:
            verdict = verify(opened, keys)
    except KeyUnreadable as error:
        return _say(NOT_DONE, word.NOT_VALID, word.NO_KEY.fill(path=error.path, reason=error.reason))
    except OSError as error:
        return _say(NOT_DONE, word.NOT_VALID, word.UNREADABLE.fill(path=file, reason=error.strerror or ""))
    if isinstance(verdict, Manifest):
        facts = {"case": verdict.case, "count": len(verdict.entries), "key": verdict.key_id}
        return _say(DONE, word.VALID, word.GENUINE.fill(**facts, head=verdict.head))
    return _say(NOT_DONE, word.NOT_VALID, *(_told(found) for found in verdict))


async def write(archive: Archive, stored: StoredCase, signer: Signer, file: IO[bytes]) -> Manifest:
    """Write a closed case's file; raises ContainerFull, CaseErased, BlobDamaged."""
    matter = await matter_of(archive, stored)
    writer, chain = Writer(file), Chain()
    for paper in await papers_of(archive, matter):
        data = paper.content
        if data is None:
            data = await get_blob(archive, stored.number, paper.blob_id)
        chain.add(paper.path, paper.title, paper.mime, data)
        writer.add(paper.path, data)
    manifest = Manifest(
        format=FORMAT,
        case=stored.number,
        bundle=stored.bundle,
        title=matter.definition.title,
        state=stored.state,
        revision=stored.revision,
        received_on=stored.received_on,
        submitted_at=stored.submitted_at,
        closed_at=stored.closed_at or stored.submitted_at,
        key_id=signer.key_id,
        entries=tuple(chain.lines),
        head=chain.head,
    )
    data = canonical(manifest)
    writer.add(MANIFEST, data)
    writer.add(SIGNATURE, sign(data, signer))
    writer.close()
    return manifest


async def _make(settings: Settings, number: str, out: Path) -> int:
    async with _opened(settings) as archive:
        try:
            stored = await get_case(archive, number)
            await audit.append(archive, _entry("archive_case", number))
            if stored.erased:
                return _say(NOT_DONE, word.ERASED.fill(case=number))
            if stored.closed_at is None or stored.snapshot is None:
                return _say(NOT_DONE, word.STILL_OPEN.fill(case=number))
            manifest = await _publish(archive, stored, ensure_key(settings.keys_dir), out)
        except NotKnown:
            return _say(NOT_DONE, word.NO_CASE)
        except CaseErased:
            return _say(NOT_DONE, word.ERASED.fill(case=number))
        except BlobDamaged as error:
            return _say(NOT_DONE, word.DAMAGED.fill(blob=error.blob_id))
        except ContainerFull:
            return _say(NOT_DONE, word.FULL)
        except OSError as error:
            return _say(NOT_DONE, word.UNWRITABLE.fill(path=out, reason=error.strerror or ""))
    facts = {"path": out, "count": len(manifest.entries), "head": manifest.head}
    return _say(DONE, word.MADE.fill(**facts))


async def _publish(archive: Archive, stored: StoredCase, signer: Signer, out: Path) -> Manifest:
    """Put the file in place whole or not at all, for its owner only."""
    handle, name = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
    passing = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            manifest = await write(archive, stored, signer, file)
            file.flush()
            os.fsync(file.fileno())
        await asyncio.to_thread(passing.replace, out)
    finally:
        await asyncio.to_thread(passing.unlink, missing_ok=True)
    return manifest


async def _find(settings: Settings, number: str) -> int:
    if not number:
        return _say(NOT_DONE, word.NO_NUMBER)
    async with _opened(settings) as archive:
        blind = lookup.fingerprint(archive.ring, INDEX, number)
        await audit.append(archive, _entry("find_cases", None, blind))
        cases = [await get_case(archive, one) for one in await lookup.find_by(archive, INDEX, number)]
    if not cases:
        return _say(NOT_DONE, word.NOBODY)
    for case in cases:
        words = [Text(zh=case.state, en=case.state)]
        words += [text for state, text in BUNDLE_STATES.items() if state == case.state]
        print(f"{case.number}  {case.bundle}  {case.received_on.isoformat()}  {words[-1].zh} {words[-1].en}")
    return DONE


def _opened(settings: Settings) -> AbstractAsyncContextManager[Archive]:
    ring = KeyRing.load_or_create(settings.keys_dir)
    return open_archive(settings.database_url, ring, settings.blobs_dir)


def _entry(action: str, case: str | None, blind: str | None = None) -> AuditEntry:
    """Whoever may run commands here is known by the system's account number."""
    return AuditEntry(
        actor=f"uid:{os.getuid()}",
        role="operator",
        purpose="archive",
        action=action,
        case=case,
        subject_blind=blind,
        fields=("id_number",) if blind else ("case_file",),
    )


def _asked(number: str) -> str:
    """The number itself, or `-`: then it is asked for, unseen at a terminal, and in no shell's history."""
    if number != "-":
        return number.strip()
    if sys.stdin.isatty():
        return getpass.getpass(f"{word.ASK.zh} {word.ASK.en}: ").strip()
    return sys.stdin.readline().strip()


def _told(found: Found) -> Text:
    """A name out of a strange file is shown without what could play tricks on a terminal."""
    path = "".join(letter if letter.isprintable() else "�" for letter in found.path[:120])
    return word.FAULTS[found.fault].fill(path=path)


def _say(code: int, *texts: Text) -> int:
    for text in texts:
        print(f"{text.zh}\n{text.en}")
    return code
