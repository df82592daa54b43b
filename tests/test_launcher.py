"""The launcher: what it installs, says and refuses, without installing anything here."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from console import setup

TREE = Path(__file__).resolve().parent.parent


@pytest.fixture
def once():
    loader = SourceFileLoader("once_launcher", str(TREE / "once"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("once_launcher", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def hidden(tmp_path, monkeypatch):
    """An installation folder of its own, with a virtual environment that looks like one."""
    hidden = tmp_path / "一 件 事" / ".once"
    python = hidden / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (hidden / "venv" / "lib" / python.resolve().name).mkdir(parents=True)
    named = {"HIDDEN": hidden, "VENV": hidden / "venv", "PYTHON": python, "READY": hidden / "ready.json"}
    for name, value in {**named, "SYSTEM": hidden / "system", "APT": hidden / "apt"}.items():
        monkeypatch.setattr(setup, name, value)
    monkeypatch.setenv("ONCE_FONTS_DIR", str(hidden / "fonts"))
    return hidden


@pytest.fixture
def fresh(tmp_path):
    """A checkout on which nothing was installed yet, in a folder whose name has spaces."""
    tree = tmp_path / "a fresh clone"
    (tree / "console").mkdir(parents=True)
    for name in ("once", setup.LAUNCHER_LOCK, setup.RUN_LOCK, setup.TEST_LOCK):
        shutil.copy(TREE / name, tree / name)
    for module in (TREE / "console").glob("*.py"):
        shutil.copy(module, tree / "console" / module.name)
    return tree


def installed(*locks: str) -> dict[str, str]:
    return {name: setup.digest(name) for name in (setup.LAUNCHER_LOCK, setup.STATIC_LOCK, *locks)}


def pretend_system_is_complete(monkeypatch) -> None:
    monkeypatch.setattr(setup, "missing", lambda _needs: [])


def call(tree: Path, *args: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    argv = ["/usr/bin/env", "python3", str(tree / "once"), *args]
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False)


def test_help_on_a_fresh_clone_installs_nothing(fresh, tmp_path):
    told = call(fresh, "--help", cwd=tmp_path)
    assert told.returncode == 0
    assert "./once up" in told.stdout
    assert not (fresh / ".once").exists()


def test_the_doctor_answers_before_anything_is_installed(fresh, tmp_path):
    told = call(fresh, "doctor", cwd=tmp_path)
    assert told.returncode == 1
    assert "依赖 dependencies: 尚未安装 not installed" in told.stdout
    assert f"→ '{fresh}/once' up" in told.stdout
    assert "Traceback" not in told.stderr
    assert not (fresh / ".once").exists()


@pytest.mark.usefixtures("hidden")
def test_what_the_tests_need_contains_what_running_needs(once):
    setup.READY.write_text(json.dumps(installed(setup.RUN_LOCK)))
    assert once.is_ready(setup.RUN_LOCK)
    assert not once.is_ready(setup.TEST_LOCK)
    setup.READY.write_text(json.dumps(installed(setup.RUN_LOCK, setup.TEST_LOCK)))
    assert once.is_ready(setup.RUN_LOCK)
    assert once.is_ready(setup.TEST_LOCK)


@pytest.mark.usefixtures("hidden")
def test_running_after_testing_never_takes_the_test_tools_away(once, monkeypatch):
    pretend_system_is_complete(monkeypatch)
    stale = {**installed(setup.RUN_LOCK, setup.TEST_LOCK), setup.RUN_LOCK: "changed since"}
    setup.READY.write_text(json.dumps(stale))
    chosen = []
    monkeypatch.setattr(once, "install", chosen.append)
    monkeypatch.setattr(once, "start_font", lambda: None)
    once.prepare(tests=False, everything=False)
    assert chosen == [setup.TEST_LOCK]


@pytest.mark.usefixtures("hidden")
def test_a_complete_installation_is_left_alone(once, monkeypatch):
    system = " ".join(need.package for need in setup.LIBRARIES)
    done = {**installed(setup.RUN_LOCK), "font": setup.font_key(), "system": system}
    setup.READY.write_text(json.dumps(done))
    for step in ("install", "start_font", "supply"):
        monkeypatch.setattr(once, step, lambda *_: pytest.fail("nothing was to be done"))
    once.prepare(tests=False, everything=False)


@pytest.mark.usefixtures("hidden")
def test_a_python_that_was_upgraded_away_makes_the_environment_new():
    assert setup.usable_venv()
    shutil.rmtree(setup.VENV / "lib")
    assert not setup.usable_venv()


def test_an_environment_that_was_deleted_is_made_again_from_its_beginning(once, hidden, monkeypatch):
    setup.READY.write_text(json.dumps(installed(setup.RUN_LOCK)))
    aside = setup.VENV.rename(hidden / "aside")
    steps = []

    def run(argv: list[str], _env: dict[str, str], code: str, _fix: str, **_params: object) -> None:
        steps.append(code)
        if "venv" in argv:
            aside.rename(setup.VENV)

    monkeypatch.setattr(once, "run", run)
    monkeypatch.setattr(once, "has_ensurepip", lambda: True)
    monkeypatch.setattr(once, "uv_environment", dict)
    once.install(setup.RUN_LOCK)
    assert steps == ["venv_missing", "uv_failed", "sync_failed", "sync_failed"]
    assert once.is_ready(setup.RUN_LOCK)


@pytest.mark.usefixtures("hidden")
def test_without_ensurepip_root_or_apt_the_exact_line_is_given(once, monkeypatch, capfd):
    shutil.rmtree(setup.VENV)
    monkeypatch.setattr(once, "has_ensurepip", lambda: False)
    monkeypatch.setattr(setup, "obtain", lambda _packages: False)
    assert once.main(["up"]) == 1
    told = capfd.readouterr().err
    assert "缺少 ensurepip" in told
    assert "cannot make a virtual environment" in told
    assert "→ apt-get update && apt-get install -y --no-install-recommends python3-venv" in told


@pytest.mark.usefixtures("hidden")
def test_a_download_that_fails_ends_in_one_sentence_and_its_own_words(once, capfd):
    uv = setup.VENV / "bin" / "uv"
    uv.write_text("#!/bin/sh\necho 'no route to the index' >&2\nexit 2\n")
    uv.chmod(0o755)
    setup.READY.write_text(json.dumps({setup.LAUNCHER_LOCK: setup.digest(setup.LAUNCHER_LOCK)}))
    assert once.main(["up"]) == 1
    told = capfd.readouterr().err
    assert "  | no route to the index" in told
    assert "按 requirements.lock 安装依赖失败" in told
    assert f"→ '{TREE}/once' up" in told
    assert not once.is_ready(setup.RUN_LOCK)


def test_a_folder_of_another_user_ends_in_one_sentence(once, hidden, monkeypatch, capfd):
    def refused(*, tests: bool, everything: bool) -> None:
        assert (tests, everything) == (False, False)
        raise PermissionError(13, "Permission denied", str(hidden / "ready.json"))

    monkeypatch.setattr(once, "prepare", refused)
    assert once.main(["up"]) == 1
    told = capfd.readouterr().err
    assert "无法写入" in told
    assert "→ chown -R $(id -un) " in told


@pytest.mark.usefixtures("hidden")
def test_missing_pdf_libraries_stop_the_tests_but_not_the_service(once, monkeypatch, capfd):
    setup.READY.write_text(json.dumps(installed(setup.RUN_LOCK, setup.TEST_LOCK)))
    monkeypatch.setattr(setup, "missing", lambda _needs: [setup.LIBRARIES[2]])
    monkeypatch.setattr(setup, "obtain", lambda _packages: False)
    monkeypatch.setattr(once, "start_font", lambda: None)
    once.prepare(tests=False, everything=False)
    told = capfd.readouterr().err
    assert "receipts come as HTML only" in told
    assert "--no-install-recommends libharfbuzz-subset0" in told
    assert "system" not in setup.ready()
    with pytest.raises(setup.SetupFailed) as caught:
        once.prepare(tests=True, everything=False)
    assert caught.value.code == "libraries_missing"


def test_uv_is_told_of_the_index_that_pip_is_configured_for(once, tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://mirror.example/simple\nfind-links = /srv/wheels /srv/more\n"
        "[install]\ntrusted-host = mirror.example\n"
    )
    for name in ("PIP_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    env = once.uv_environment()
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert env["UV_FIND_LINKS"] == "/srv/wheels,/srv/more"
    assert env["UV_INSECURE_HOST"] == "mirror.example"
    assert env["UV_PYTHON_DOWNLOADS"] == "never"
    monkeypatch.setenv("PIP_INDEX_URL", "https://nearer.example/simple")
    assert once.uv_environment()["UV_DEFAULT_INDEX"] == "https://nearer.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert once.uv_environment()["UV_DEFAULT_INDEX"] == "https://own.example/simple"


def test_the_fast_tier_checks_first_and_ends_with_pytest(once, monkeypatch):
    ran = []
    monkeypatch.setattr(once, "passes", lambda argv: ran.append(tuple(argv)) or True)
    assert once.test(["--", "-k", "clock"]) == 0
    assert ran[:-1] == list(once.CHECKS.values())
    assert ran[-1][:4] == ("-m", "pytest", "-m", "not slow")
    assert ran[-1][-2:] == ("-k", "clock")


def test_the_whole_tier_adds_checks_and_leaves_no_test_out(once, monkeypatch):
    ran = []
    monkeypatch.setattr(once, "passes", lambda argv: ran.append(tuple(argv)) or True)
    assert once.test(["--all"]) == 0
    assert ran[:-1] == [*once.CHECKS.values(), *once.MORE_CHECKS.values()]
    assert "not slow" not in ran[-1]
    assert "--all" not in ran[-1]


def test_one_failed_check_fails_the_run_though_every_test_passes(once, monkeypatch, capfd):
    monkeypatch.setattr(once, "passes", lambda argv: "mypy" not in argv)
    assert once.test([]) == 1
    assert "未通过：mypy" in capfd.readouterr().err


def test_a_check_is_judged_by_its_exit_code(once, monkeypatch):
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    assert once.passes(["-c", ""])
    assert not once.passes(["-c", "raise SystemExit(1)"])


@pytest.mark.usefixtures("hidden")
def test_our_python_sees_the_tree_and_writes_its_bytecode(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = setup.environment()
    assert env["PYTHONPATH"] == str(TREE)
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert env.get("LD_LIBRARY_PATH") == os.environ.get("LD_LIBRARY_PATH")


@pytest.mark.usefixtures("hidden")
def test_unpacked_system_packages_are_found():
    folder = setup.SYSTEM / "usr" / "lib" / "x86_64-linux-gnu"
    folder.mkdir(parents=True)
    need = setup.Need("libonce-nowhere.so.1", "libonce-nowhere1")
    assert setup.missing([need]) == [need]
    (folder / need.name).touch()
    assert setup.missing([need]) == []
    assert str(folder) in setup.environment()["LD_LIBRARY_PATH"]


@pytest.mark.parametrize("lock", [setup.LAUNCHER_LOCK, setup.RUN_LOCK, setup.TEST_LOCK, setup.STATIC_LOCK])
def test_a_lock_pins_every_package_by_hash_and_names_no_index(lock):
    lines = (TREE / lock).read_text(encoding="utf-8").splitlines()
    pinned = [number for number, line in enumerate(lines) if "==" in line and not line.startswith((" ", "#"))]
    assert pinned
    assert all(lines[number + 1].strip().startswith("--hash=sha256:") for number in pinned)
    assert not [line for line in lines if "://" in line or line.lstrip().startswith("--index")]


def test_continuous_integration_calls_the_whole_tier_and_nothing_cleverer():
    script = TREE / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[1:] == ['cd "$(dirname "$0")/.." && exec ./once test --all']
