"""`once doctor`: what is missing and the exact line that mends it; exit code 1 when something is.

Standard library only, so that it answers on a machine where nothing is installed yet.
"""

import contextlib
import os
import shlex
import socket
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from console import setup
from console.probe import port_is_free

ONCE = f"{shlex.quote(str(setup.TREE / 'once'))}"
DEFAULT_PORTS = {"postgresql": 5432}
PUBLIC_KEY = b"-----BEGIN PUBLIC KEY-----"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name in zh and en, whether it is well, what was seen, the mending line."""

    chinese: str
    english: str
    well: bool
    seen: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings that the doctor looks at, in plain values: see runtime.settings for their meaning."""

    home: Path
    keys_dir: Path
    database_url: str
    temporal_address: str | None
    ports: dict[str, int]


def run() -> int:
    """Print one line for each thing looked at; 0 when all are well, 1 when something is missing."""
    findings = [*setup_findings()]
    if all(finding.well for finding in findings if finding.english == "dependencies"):
        findings.extend(_own_findings())
    for finding in findings:
        mark = "✓" if finding.well else "✗"
        print(f"{mark} {finding.chinese} {finding.english}: {finding.seen}")
        if not finding.well:
            print(f"  → {finding.fix}")
    return 0 if all(finding.well for finding in findings) else 1


def setup_findings() -> Iterator[Finding]:
    """Look at what the launcher installs."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", "Python", sys.version_info >= (3, 11), version, setup.apt_line(["python3"]))
    yield _dependencies()
    for need in setup.LIBRARIES:
        lacking = bool(setup.missing([need]))
        seen = "没有 missing" if lacking else "有 present"
        yield Finding("系统组件", need.package, not lacking, seen, setup.apt_line([need.package]))
    folder = setup.fonts_folder()
    built = folder.is_dir() and any(folder.rglob("*.ttf"))
    yield Finding("中文字体", "font", built, str(folder), f"{ONCE} up")


def installation_findings(one: Installation) -> Iterator[Finding]:
    """Look at the data folder, the keys, the database, Temporal and the ports of `one` installation."""
    yield _private("数据目录", "data folder", [one.home], 0o700)
    yield _private("密钥", "keys", [one.keys_dir], 0o700)
    keys = [path for path in one.keys_dir.rglob("*") if path.is_file() and not _is_public(path)]
    yield _private("密钥文件", "key files", keys, 0o600)
    yield _database(one.database_url)
    yield from _ports(one)
    yield _temporal(one)


def _own_findings() -> Iterator[Finding]:
    # Imported late on purpose: these need the installed dependencies, this module must not.
    from console.desk_setting import check_desks  # noqa: PLC0415
    from console.supervisor import running  # noqa: PLC0415
    from runtime.settings import Settings, SettingsInvalid, load, variable  # noqa: PLC0415

    try:
        settings: Settings = load()
        check_desks(settings)
    except SettingsInvalid as error:
        for name, reason in error.problems:
            yield Finding("设置", name, False, reason, f"export {name}=…")
        return
    yield catalog_finding(settings.catalog_dir)
    ports = {} if running(settings.home) else {variable(name): port for name, port in settings.ports.items()}
    yield from installation_findings(
        Installation(
            settings.home, settings.keys_dir, settings.database_url, settings.temporal_address, ports
        )
    )


def catalog_finding(folder: Path) -> Finding:
    """Look whether catalog, forms and rules can be loaded; what cannot be right with its line and mend."""
    # Imported late like the others: it needs the installed dependencies.
    from forms.check import check_all  # noqa: PLC0415
    from onething.catalog import load_catalog  # noqa: PLC0415
    from onething.errors import CatalogError  # noqa: PLC0415
    from onething.rule_binding import rules_of  # noqa: PLC0415

    try:
        catalog = load_catalog(folder)
        check_all(catalog)
        rules_of(catalog)
    except CatalogError as error:
        place = f"{error.file}:{error.line}" if error.line else error.file
        return Finding("事项与规则", "catalog and rules", False, f"{place}: {error.what}", error.fix)
    return Finding("事项与规则", "catalog and rules", True, str(folder))


def _dependencies() -> Finding:
    found = setup.ready()
    stale = [name for name in (setup.LAUNCHER_LOCK, setup.RUN_LOCK) if found.get(name) != setup.digest(name)]
    if not setup.usable_venv():
        seen = "尚未安装 not installed"
    else:
        seen = f"与 {stale[0]} 不符 differ from {stale[0]}" if stale else str(setup.VENV)
    return Finding("依赖", "dependencies", not stale, seen, f"{ONCE} up")


def _is_public(path: Path) -> bool:
    """Whether the file holds the public half of a key, which everybody may read."""
    try:
        with path.open("rb") as file:
            return file.read(len(PUBLIC_KEY)) == PUBLIC_KEY
    except OSError:
        return False


def _private(chinese: str, english: str, paths: list[Path], mode: int) -> Finding:
    """Look whether nobody but the owner can open `paths`."""
    open_to_others = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & ~mode]
    foreign = [path for path in paths if not os.access(path, os.R_OK | os.W_OK)]
    if foreign:
        fix = f"chown -R $(id -un) {shlex.quote(str(foreign[0]))}"
        return Finding(chinese, english, False, f"无法读写 cannot be used: {foreign[0]}", fix)
    if open_to_others:
        names = " ".join(shlex.quote(str(path)) for path in open_to_others)
        seen = f"其他用户可读 open to others: {open_to_others[0]}"
        return Finding(chinese, english, False, seen, f"chmod {mode:o} {names}")
    return Finding(chinese, english, True, f"{mode:04o}")


def _database(url: str) -> Finding:
    """Look whether the database answers; SQLite is read, a server is only reached."""
    scheme, _, place = url.partition(":///")
    if scheme.startswith("sqlite"):
        return _sqlite(Path(place))
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    port = parts.port or DEFAULT_PORTS.get(parts.scheme.partition("+")[0], 0)
    fix = "export ONCE_DATABASE_URL=postgresql+psycopg://USER@HOST/DATABASE"
    return Finding("数据库", "database", _reachable(host, port), f"{host}:{port}", fix)


def _sqlite(path: Path) -> Finding:
    if not path.exists():
        return Finding(
            "数据库", "database", os.access(path.parent, os.W_OK), f"尚未建立 not made yet: {path}"
        )
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error as error:
        fix = f"mv {shlex.quote(str(path))} {shlex.quote(str(path))}.broken"
        return Finding("数据库", "database", False, f"{error}: {path}", fix)
    return Finding("数据库", "database", True, str(path))


def _ports(one: Installation) -> Iterator[Finding]:
    for name, port in one.ports.items():
        fix = f"{ONCE} up --port {port // 100 * 100 + 100}"
        free = port_is_free(port)
        yield Finding("端口", name, free, f"{port} {'空闲 free' if free else '已被占用 in use'}", fix)


def _temporal(one: Installation) -> Finding:
    from console.supervisor import temporal_program  # noqa: PLC0415 -- needs the installed dependencies

    if one.temporal_address is None:
        program = temporal_program()
        return Finding("流程引擎", "Temporal", program is not None, program or "没有 missing", f"{ONCE} up")
    host, _, port = one.temporal_address.rpartition(":")
    well = port.isdigit() and _reachable(host, int(port))
    return Finding("流程引擎", "Temporal", well, one.temporal_address, "unset TEMPORAL_ADDRESS")


def _reachable(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=3):
            return True
    except OSError:
        return False
