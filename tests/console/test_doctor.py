"""The doctor: each thing that is wrong is named with the line that mends it."""

import contextlib
import shutil
import socket
import sqlite3

import pytest

from console import doctor, setup
from console.doctor import Finding, Installation, installation_findings, setup_findings
from console.supervisor import free_ports


@pytest.fixture
def well(tmp_path):
    """An installation with nothing wrong, in a folder with a space in its name."""
    home = tmp_path / "the data"
    (home / "keys").mkdir(mode=0o700, parents=True)
    home.chmod(0o700)
    ring = home / "keys" / "ring.json"
    ring.touch(mode=0o600)
    (port,) = free_ports(1)
    database = f"sqlite+aiosqlite:///{home / 'once.db'}"
    return Installation(home, home / "keys", database, None, {"ONCE_API_PORT": port})


def wrong(one: Installation) -> list[Finding]:
    return [finding for finding in installation_findings(one) if not finding.well]


def changed(one: Installation, **fields: object) -> Installation:
    names = ("home", "keys_dir", "database_url", "temporal_address", "ports")
    return Installation(**{**{name: getattr(one, name) for name in names}, **fields})


def test_nothing_is_said_of_an_installation_that_is_well(well):
    assert wrong(well) == []


def test_a_data_folder_that_others_can_read_comes_with_its_chmod(well):
    well.home.chmod(0o755)
    (finding,) = wrong(well)
    assert finding.fix == f"chmod 700 '{well.home}'"


def test_a_key_that_others_can_read_comes_with_its_chmod(well):
    (well.keys_dir / "ring.json").chmod(0o644)
    (finding,) = wrong(well)
    assert (finding.english, finding.fix) == ("key files", f"chmod 600 '{well.keys_dir / 'ring.json'}'")


def test_a_broken_database_file_is_named(well):
    path = well.home / "once.db"
    path.write_bytes(b"this is no database" * 100)
    (finding,) = wrong(well)
    assert (finding.english, finding.fix) == ("database", f"mv '{path}' '{path}'.broken")


def test_a_good_database_file_is_only_read(well):
    path = well.home / "once.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("create table cases (number text)")
    assert wrong(well) == []


def test_a_database_server_that_does_not_answer_is_named_without_its_password(well):
    (port,) = free_ports(1)
    url = f"postgresql+psycopg://clerk:hunter2@127.0.0.1:{port}/once"
    (finding,) = wrong(changed(well, database_url=url))
    assert (finding.english, finding.seen) == ("database", f"127.0.0.1:{port}")
    assert "hunter2" not in repr(finding)


def test_a_port_in_use_comes_with_the_way_round_it(well):
    with contextlib.closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (finding,) = wrong(changed(well, ports={"ONCE_API_PORT": port}))
    assert finding.english == "ONCE_API_PORT"
    assert f"up --port {port // 100 * 100 + 100}" in finding.fix


def test_a_cluster_that_does_not_answer_is_named(well):
    (port,) = free_ports(1)
    (finding,) = wrong(changed(well, temporal_address=f"127.0.0.1:{port}"))
    assert (finding.english, finding.fix) == ("Temporal", "unset TEMPORAL_ADDRESS")


def test_a_stale_lock_and_missing_libraries_are_named_with_their_lines(monkeypatch, tmp_path):
    monkeypatch.setenv("ONCE_FONTS_DIR", str(tmp_path))
    monkeypatch.setattr(setup, "ready", lambda: {setup.LAUNCHER_LOCK: setup.digest(setup.LAUNCHER_LOCK)})
    monkeypatch.setattr(setup, "missing", list)
    found = {finding.english: finding for finding in setup_findings()}
    assert found["Python"].well
    assert setup.RUN_LOCK in found["dependencies"].seen
    assert found["libpango-1.0-0"].fix.endswith("apt-get install -y --no-install-recommends libpango-1.0-0")
    assert not found["font"].well


def test_a_wrong_setting_is_a_finding_not_a_crash(monkeypatch, capsys):
    monkeypatch.setenv("ONCE_API_PORT", "door")
    monkeypatch.setattr(doctor, "setup_findings", lambda: iter(()))
    assert doctor.run() == 1
    assert "✗ 设置 ONCE_API_PORT" in capsys.readouterr().out


def test_a_catalog_that_cannot_be_right_is_named_with_its_line(tmp_path):
    assert doctor.catalog_finding(setup.TREE / "catalog").well
    shutil.copytree(setup.TREE / "catalog" / "rules", tmp_path / "rules")
    rows = tmp_path / "rules" / "rows.yaml"
    rows.write_text(rows.read_text(encoding="utf-8").replace("table: supporters", "table: relatives"))
    finding = doctor.catalog_finding(tmp_path)
    assert not finding.well
    assert finding.seen.startswith(f"{rows}:")
    assert "relatives" in finding.seen
    assert "supporters" in finding.fix
