"""Chinese fonts for the receipt: the installed Noto package in, two ready-made weights on disk out.

`python -m activities.rendering.font` builds them once at set-up. A variable font costs two seconds a page,
so it is subset to GBK plus every rarer ideograph it has and pinned to weights 400 and 700.
"""

import gc
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from activities.rendering.errors import FontMissing
from runtime.settings import Settings

PACKAGE = "justmytype-intl-cjk"
FAMILY = "Noto Sans SC"
REGULAR, BOLD = 400, 700
BUILD_COMMAND = "python -m activities.rendering.font"

_RECIPE = "gbk+rare/400,700/1"  # part of the folder's name: a changed recipe builds afresh
_FALLBACK_FAMILY = "WenQuanYi Micro Hei"
_FALLBACK_FILES = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc"),
)


@dataclass(frozen=True, slots=True)
class Face:
    """What the renderer needs of a font: its family and, when it is ours, the two files."""

    family: str
    regular: Path
    bold: Path
    system: bool = False  # found by the system's own font list, not loaded from our folder


def build(folder: Path | None = None) -> Face:
    """Build both weights in `folder` (by default the settings') unless they stand; ten seconds, once.

    Two installations may build at the same time: each works in a folder of its own, the first rename wins.
    """
    target = _target(folder)
    if target.is_dir():
        return _built(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        _fill(work)
        _rename(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _built(target)


def find(folder: Path | None = None) -> Face:
    """Give the built font, else the system's WenQuanYi; raises FontMissing when there is neither."""
    target = _target(folder)
    if target.is_dir():
        return _built(target)
    for path in _FALLBACK_FILES:
        if path.is_file():
            return Face(_FALLBACK_FAMILY, path, path, system=True)
    raise FontMissing(folder=str(target.parent), command=BUILD_COMMAND)


@lru_cache(maxsize=4)
def characters(face: Face) -> frozenset[int]:
    """Give the code points that the font can draw."""
    with TTFont(face.regular, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def main() -> int:
    """Build at set-up and say where the fonts are; with source, target and weight, make that one weight."""
    if len(sys.argv) == 4:
        gc.disable()  # one short life, half a gigabyte at most: collecting costs a quarter of the time
        make_weight(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
        return 0
    face = build()
    sys.stdout.write(f"{face.regular.parent}\n")
    return 0


def _target(folder: Path | None) -> Path:
    """Give the folder that these very fonts would stand in: package version and recipe name it."""
    key = hashlib.sha256(f"{PACKAGE}=={version(PACKAGE)} {_RECIPE}".encode()).hexdigest()[:12]
    return (folder or Settings().fonts_dir) / f"notosanssc-{key}"


def _built(folder: Path) -> Face:
    return Face(FAMILY, folder / _file(REGULAR), folder / _file(BOLD))


def _file(weight: int) -> str:
    return f"NotoSansSC-{weight}.ttf"


def _fill(folder: Path) -> None:
    source = Path(str(files("justmytype_intl_cjk"))) / "fonts" / "ofl" / "notosanssc"
    font = source / "NotoSansSC[wght].ttf"
    # Plain processes, not a pool: a pool needs shared memory, which a bare container may not have.
    jobs = [
        subprocess.Popen(
            [sys.executable, "-m", __spec__.name, str(font), str(folder / _file(weight)), str(weight)]
        )
        for weight in (REGULAR, BOLD)
    ]
    failed = [job.args for job in jobs if job.wait() != 0]
    if failed:
        raise FontMissing(folder=str(folder), command=BUILD_COMMAND)
    shutil.copyfile(source / "OFL.txt", folder / "OFL.txt")
    made = {"package": PACKAGE, "version": version(PACKAGE), "recipe": _RECIPE, "license": "OFL-1.1"}
    (folder / "made.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def make_weight(source: Path, target: Path, weight: int) -> None:
    """Write one static weight of the variable font, reduced to the characters that a receipt can need."""
    font = TTFont(source)
    options = Options()  # type: ignore[no-untyped-call]
    options.layout_features = ["ccmp", "locl", "mark", "mkmk", "kern"]
    options.notdef_outline = True
    options.hinting = False
    options.drop_tables += ["vhea", "vmtx", "BASE", "GPOS"]  # the receipt is set horizontally, unkerned
    subsetter = Subsetter(options)  # type: ignore[no-untyped-call]
    wanted = set(_wanted(font.getBestCmap() or {}))
    subsetter.populate(unicodes=wanted)  # type: ignore[no-untyped-call]
    subsetter.subset(font)  # type: ignore[no-untyped-call]
    static = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)  # type: ignore[no-untyped-call]
    static["OS/2"].usWeightClass = weight
    static.save(target)


def _wanted(has: dict[int, str]) -> Iterator[int]:
    """Give GBK (GB 18030's two-byte part) and every ideograph beyond it that the font has."""
    for point in has:
        if point < 0x3400 or 0xFF00 <= point <= 0xFFEF or _is_ideograph(point):
            yield point
            continue
        try:
            chr(point).encode("gbk")
        except UnicodeEncodeError:
            continue
        yield point


def _is_ideograph(point: int) -> bool:
    extensions = 0x3400 <= point <= 0x4DBF or 0x20000 <= point <= 0x3FFFF
    return extensions or 0x4E00 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x2E80 <= point <= 0x2FDF


def _rename(work: Path, target: Path) -> None:
    try:
        work.rename(target)
    except OSError:
        if not target.is_dir():  # not the race that somebody else has won
            raise


if __name__ == "__main__":
    raise SystemExit(main())
