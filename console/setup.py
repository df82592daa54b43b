"""What a checkout needs from its machine, by the standard library alone: in goes the tree, out its readiness.

The launcher `once` and `console.doctor` share these facts, so this module runs under the system's Python
before anything is installed.
"""

import ctypes
import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
HIDDEN = TREE / ".once"
VENV = HIDDEN / "venv"
PYTHON = VENV / "bin" / "python"
SYSTEM = HIDDEN / "system"
"""Where Debian packages are unpacked when there is no root to install them."""
APT = HIDDEN / "apt"
FONT_CONFIG = SYSTEM / "fonts.conf"

LAUNCHER_LOCK = "launcher.lock"
RUN_LOCK = "requirements.lock"
STATIC_LOCK = "requirements-static.lock"
"""Packages of which only the files are used: installed without what they depend on."""
TEST_LOCK = "requirements-test.lock"
FONT_SOURCE = TREE / "activities" / "rendering" / "font.py"
READY = HIDDEN / "ready.json"
"""What the last complete set-up installed: lock name → sha256, and `font` → the key it was built by."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something of the system's: the shared library or tool, and the Debian package that holds it."""

    name: str
    package: str


LIBRARIES = (
    Need("libpango-1.0.so.0", "libpango-1.0-0"),
    Need("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    # Not pulled in by pango; without it fonts are subset in Python and one receipt takes ten seconds.
    Need("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
)
TEST_TOOLS = (Need("pdftotext", "poppler-utils"), Need("chromium", "chromium"))


FONT_CONFIG_TEXT = """<?xml version="1.0"?>
<fontconfig>
  <dir>{system}/usr/share/fonts</dir>
  <cachedir>{system}/var/cache/fontconfig</cachedir>
  <include ignore_missing="yes">{system}/etc/fonts/fonts.conf</include>
</fontconfig>
"""
"""Unpacked packages name their folders as if they were installed: this says where they really are."""


class SetupFailed(Exception):
    """Set-up cannot go on: `code` names the sentence, `fix` is the line that mends it, `detail` the log."""

    def __init__(self, code: str, fix: str, detail: str = "", **params: object) -> None:
        """Keep the fields that the sentence is filled from."""
        self.code, self.fix, self.detail, self.params = code, fix, detail, params
        super().__init__(code)


SENTENCES = {
    "venv_missing": (
        "这台机器的 Python 不能创建虚拟环境（缺少 ensurepip）。",
        "This machine's Python cannot make a virtual environment (ensurepip is missing).",
    ),
    "uv_failed": (
        "安装工具 uv 失败，请检查网络或软件源设置。",
        "Installing uv failed: check the network or the package index configured for pip.",
    ),
    "sync_failed": (
        "按 {lock} 安装依赖失败，请检查网络或软件源设置。",
        "Installing the dependencies of {lock} failed: check the network or the configured package index.",
    ),
    "libraries_missing": (
        "缺少系统组件 {names}；在补齐之前，回执只能以网页形式给出。",
        "System packages are missing: {names}. Until they are there, receipts come as HTML only.",
    ),
    "font_failed": ("生成中文字体失败。", "Building the Chinese font failed."),
    "not_written": (
        "无法写入 {path}：{reason}。",
        "Cannot write {path}: {reason}.",
    ),
    "preparing": ("首次准备运行环境 …", "Preparing the environment for the first time …"),
    "syncing": ("正在安装依赖 …", "Installing dependencies …"),
    "libraries": ("正在准备 PDF 所需的系统组件 …", "Fetching the system packages for PDF …"),
    "font": ("正在生成中文字体（仅首次）…", "Building the Chinese font (first time only) …"),
    "check_failed": ("未通过：{name}", "failed: {name}"),
}


def say(code: str, **params: object) -> None:
    """Print the sentence `code` in both languages on standard error: standard output is the command's."""
    chinese, english = (text.format(**params) for text in SENTENCES[code])
    print(f"{chinese} {english}", file=sys.stderr, flush=True)


def ready() -> dict[str, str]:
    """Read what the last complete set-up left; empty when there was none or its Python is gone."""
    if not usable_venv():
        return {}
    try:
        found = json.loads(READY.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def usable_venv() -> bool:
    """Whether the virtual environment is there and its Python is still the one that it was made for."""
    name = PYTHON.resolve().name
    return PYTHON.exists() and (not name.startswith("python3.") or (VENV / "lib" / name).is_dir())


def digest(name: str) -> str:
    """Give the sha256 of the file `name` of the tree; empty when it is not there."""
    path = TREE / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def fonts_folder() -> Path:
    """Give the folder of the font's subsets, as runtime.settings does before anything is installed."""
    return Path(os.environ.get("ONCE_FONTS_DIR") or Path(os.environ.get("ONCE_HOME") or HIDDEN) / "fonts")


def font_key() -> str:
    """Name what the font must have been built from: the locked packages, our code, its folder."""
    text = f"{digest(RUN_LOCK)} {digest(str(FONT_SOURCE.relative_to(TREE)))} {fonts_folder().resolve()}"
    return hashlib.sha256(text.encode()).hexdigest()


def missing(needs: Iterable[Need]) -> list[Need]:
    """Keep the needs that neither the system nor our unpacked packages answer."""
    return [need for need in needs if not _present(need.name)]


def environment() -> dict[str, str]:
    """Give the variables under which our Python runs: the tree, and unpacked system packages if any."""
    env = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME"}
    }
    env["PYTHONPATH"] = str(TREE)
    if not SYSTEM.is_dir():
        return env
    folders = [str(folder) for folder in (*SYSTEM.glob("usr/lib/*-linux-*"), SYSTEM / "usr" / "lib")]
    env["LD_LIBRARY_PATH"] = os.pathsep.join([*folders, *filter(None, [env.get("LD_LIBRARY_PATH")])])
    env["PATH"] = os.pathsep.join([env.get("PATH", os.defpath), str(SYSTEM / "usr" / "bin")])
    if not Path("/etc/fonts/fonts.conf").exists():
        env.setdefault("FONTCONFIG_FILE", str(FONT_CONFIG))
    return env


def apt_line(packages: Iterable[str]) -> str:
    """Give the exact line that installs Debian `packages`, for root to run."""
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"


def obtain(packages: Sequence[str]) -> bool:
    """Get Debian `packages`: as root installed, else unpacked into SYSTEM; False when neither works."""
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() != 0:
        done = any(_unpack(packages, lists) for lists in (None, APT / "lists"))
        shutil.rmtree(APT, ignore_errors=True)
        return done
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    tries = (install, ["apt-get", "update", "-q"], install)
    return _apt(tries[0]) is not None or all(_apt(argv) is not None for argv in tries[1:])


def _present(name: str) -> bool:
    if ".so" not in name:
        return bool(shutil.which(name) or shutil.which(name, path=str(SYSTEM / "usr" / "bin")))
    if any(SYSTEM.glob(f"usr/lib/*/{name}")):
        return True
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _apt(argv: Sequence[str], folder: Path = TREE) -> str | None:
    """Run one of apt's commands without questions; returns what it said, None when it failed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        argv, env=env, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


def _unpack(packages: Sequence[str], lists: Path | None) -> bool:
    """Download `packages` and whatever they lack here, and unpack them; `lists` None: the system's lists."""
    debs, cache = APT / "debs", APT / "cache"
    shutil.rmtree(debs, ignore_errors=True)
    for folder in (debs, cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-q", "-o", f"Dir::Cache={cache}", "-o", "Debug::NoLocking=1"]
    if lists is not None:
        (lists / "partial").mkdir(parents=True, exist_ok=True)
        apt += ["-o", f"Dir::State::lists={lists}"]
        if _apt([*apt, "update"]) is None:
            return False
    plan = _apt([*apt, "--simulate", "install", "--no-install-recommends", *packages]) or ""
    names = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    if not names or _apt([*apt, "download", *names], debs) is None:
        return False
    unpacked = [_apt(["dpkg-deb", "-x", str(deb), str(SYSTEM)]) for deb in debs.glob("*.deb")]
    FONT_CONFIG.write_text(FONT_CONFIG_TEXT.format(system=html.escape(str(SYSTEM))), encoding="utf-8")
    return None not in unpacked
