"""`./once audit`: in goes the audit trail, out come whether it is whole and the head to keep elsewhere.

Its third word draws an inspection's lots again from the published seed and list, without any records.
"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url

from console.supervisor import attached
from onething.text import Text
from records import audit
from records.archive import open_archive
from records.audit import AuditHead
from records.draw import commitment_of, digest_of, drawn, is_seed
from runtime.keyring import KeyRing
from runtime.settings import Settings

WHOLE, BROKEN, NOT_ASKED = 0, 1, 2
_HEAD: Final = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")

_IS_WHOLE: Final = Text(
    zh="审计记录完整，共 {entries} 条", en="The audit trail is whole: entries counted, {entries}"
)
_IS_BROKEN: Final = Text(
    zh="审计记录从第 {seq} 条起被改动、删除或缺失",
    en="The audit trail was changed or cut: the first entry that is wrong or gone is {seq}",
)
_AGAINST: Final = Text(
    zh="与另行保存的第 {seq} 条校验值一致", en="It still leads to the head kept before, entry {seq}"
)
_KEEP: Final = Text(
    zh="请将下面的校验值保存到本机以外；以后用 --head 核对，末尾被删也能发现",
    en="Keep this head somewhere else; with --head it shows later that nothing was cut off the end",
)
_NO_HEAD: Final = Text(
    zh="--head 应为“序号:校验值”，例如 1024:3f…（64 位十六进制），由 ./once audit head 给出",
    en="--head is SEQ:HASH, such as 1024:3f… with 64 hexadecimal digits, as ./once audit head prints it",
)
_NO_RECORDS: Final = Text(
    zh="这里还没有办件数据库 {path}；请核对 ONCE_HOME，或先运行 ./once up",
    en="There is no case database {path}; check ONCE_HOME, or start ./once up first",
)
_NO_SEED: Final = Text(
    zh="--seed 应为公布的种子（64 位十六进制小写）",
    en="--seed is the published seed: 64 hexadecimal digits in lower case",
)
_NO_FILE: Final = Text(zh="无法读取名单 {path}", en="The list {path} cannot be read")
_NO_SHARE: Final = Text(zh="--percent 应为 1 到 100", en="--percent is from 1 to 100")
_OTHER_SEED: Final = Text(
    zh="种子与事先公布的承诺值不符：应为 {commitment}",
    en="This is not the seed that was committed to: its SHA-256 is {commitment}",
)
_DREW: Final = Text(
    zh="名单 {size} 个，抽中 {count} 个；种子的承诺值 {commitment}；名单摘要 {digest}",
    en="Names: {size}, drawn: {count}; the seed's commitment {commitment}; the list's digest {digest}",
)


def verify(head: str | None, *, as_json: bool) -> int:
    """Walk the trail of this installation: 0 when it is whole, 1 when not, 2 when that could not be asked.

    With `head`, as kept from an earlier day, a cut at the end and a trail written anew are found too.
    """
    kept = None
    if head is not None:
        kept = _head_of(head)
        if kept is None:
            return _refuse(_NO_HEAD)
    settings = attached()
    return _no_records(settings) or asyncio.run(_verify(settings, kept, as_json=as_json))


def head() -> int:
    """Print the newest entry's number and hash, to keep elsewhere; 2 where there are no records."""
    settings = attached()
    return _no_records(settings) or asyncio.run(_head(settings))


def draw(seed: str, file: Path, percent: int, commitment: str | None) -> int:
    """Draw again: the drawn names, one to a line, on the output; what they rest on beside it.

    1 when the seed is not the one that was committed to, 2 when the question makes no sense.
    """
    if not is_seed(seed):
        return _refuse(_NO_SEED)
    if not 1 <= percent <= 100:
        return _refuse(_NO_SHARE)
    if commitment is not None and commitment != commitment_of(seed):
        _say("✗", _OTHER_SEED.fill(commitment=commitment_of(seed)))
        return BROKEN
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return _refuse(_NO_FILE.fill(path=file))
    names = {line.strip() for line in lines if line.strip()}
    found = drawn(seed, names, percent)
    facts = {"size": len(names), "count": len(found), "digest": digest_of(names)}
    _say("#", _DREW.fill(**facts, commitment=commitment_of(seed)))
    print("\n".join(found))
    return WHOLE


async def _verify(settings: Settings, kept: AuditHead | None, *, as_json: bool) -> int:
    ring = KeyRing.load_or_create(settings.keys_dir)
    async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
        newest = await audit.head(archive)
        wrong = await audit.verify(archive, kept)
    if as_json:
        print(json.dumps(_report(newest, kept, wrong)))
    elif wrong is not None:
        _say("✗", _IS_BROKEN.fill(seq=wrong))
    else:
        _say("✓", _IS_WHOLE.fill(entries=newest.seq))
        if kept is not None:
            _say("✓", _AGAINST.fill(seq=kept.seq))
        _say("–", _KEEP)
        print(_written(newest))
    return WHOLE if wrong is None else BROKEN


async def _head(settings: Settings) -> int:
    ring = KeyRing.load_or_create(settings.keys_dir)
    async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
        print(_written(await audit.head(archive)))
    return WHOLE


def _report(newest: AuditHead, kept: AuditHead | None, wrong: int | None) -> dict[str, Any]:
    return {
        "whole": wrong is None,
        "first_wrong": wrong,
        "entries": newest.seq,
        "head": _written(newest),
        "compared_with": _written(kept) if kept else None,
    }


def _no_records(settings: Settings) -> int:
    """Say so where there is no SQLite file yet: asking must not make one."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or Path(str(address.database)).is_file():
        return WHOLE
    return _refuse(_NO_RECORDS.fill(path=address.database))


def _head_of(written: str) -> AuditHead | None:
    found = _HEAD.fullmatch(written.strip())
    return AuditHead(int(found[1]), found[2]) if found else None


def _written(head: AuditHead) -> str:
    return f"{head.seq}:{head.hash}"


def _refuse(text: Text) -> int:
    _say("✗", text)
    return NOT_ASKED


def _say(mark: str, text: Text) -> None:
    print(f"{mark} {text.zh}  {text.en}".strip())
