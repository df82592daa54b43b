"""`./once audit`: a whole trail and every way of tampering with it; an inspection drawn again."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from console import audit
from console.supervisor import free_ports
from records.archive import open_archive
from records.audit import AuditEntry, append
from records.draw import commitment_of
from records.schema import audit as table
from runtime.keyring import KeyRing
from runtime.settings import load, variable

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
SEED = "5e" * 32


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """An installation on which nothing runs."""
    names = ("api_port", "simulator_port", "worker_health_port", "temporal_port", "temporal_ui_port")
    for name, port in zip(names, free_ports(5), strict=True):
        monkeypatch.setenv(variable(name), str(port))
    for name in ("temporal_address", "database_url", "keys_dir", "blobs_dir", "logs_dir", "simulator_url"):
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "home"))
    return load()


@pytest.fixture
def trail(settings):
    """A function that works on the trail's table; six entries stand in it."""

    async def run(*statements: Any, entries: int = 0) -> None:
        ring = KeyRing.load_or_create(settings.keys_dir)
        async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
            for number in range(entries):
                await append(archive, AuditEntry(f"a-{number}", "clerk", "follow_case", "read_case"))
            for statement in statements:
                await archive.database.write(lambda connection, one=statement: connection.execute(one))

    def work(*statements: Any, entries: int = 0) -> None:
        asyncio.run(run(*statements, entries=entries))

    work(entries=6)
    return work


def reported(capsys, head=None):
    code = audit.verify(head, as_json=True)
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("trail")
def test_a_whole_trail_is_said_to_be_whole_and_its_head_is_printed(capsys):
    assert audit.verify(None, as_json=False) == audit.WHOLE
    told = capsys.readouterr().out
    assert "审计记录完整，共 6 条" in told
    assert audit.head() == audit.WHOLE
    head = capsys.readouterr().out.strip()
    assert head == told.splitlines()[-1]
    assert head.startswith("6:")
    code, report = reported(capsys, head)
    assert (code, report["whole"], report["compared_with"]) == (0, True, head)


@pytest.mark.parametrize(
    ("tampering", "first"),
    [
        ([update(table).where(table.c.seq == 3).values(action="read_nothing")], 3),
        ([update(table).where(table.c.seq == 5).values(at=NOW)], 5),
        ([delete(table).where(table.c.seq == 4)], 4),
        ([delete(table).where(table.c.seq == 1)], 1),
        ([update(table).where(table.c.seq == s).values(seq=t) for s, t in ((2, 99), (3, 2), (99, 3))], 2),
    ],
    ids=["changed", "moved in time", "dropped from the middle", "dropped at the start", "reordered"],
)
def test_tampering_is_found_at_the_first_entry_that_is_wrong(trail, capsys, tampering, first):
    trail(*tampering)
    code, report = reported(capsys)
    assert (code, report["whole"], report["first_wrong"]) == (1, False, first)
    assert audit.verify(None, as_json=False) == audit.BROKEN
    assert f"从第 {first} 条起" in capsys.readouterr().out


def test_a_cut_end_is_found_with_the_head_that_was_kept(trail, capsys):
    audit.head()
    kept = capsys.readouterr().out.strip()
    trail(delete(table).where(table.c.seq > 4))
    assert reported(capsys)[0] == audit.WHOLE
    code, report = reported(capsys, kept)
    assert (code, report["first_wrong"]) == (1, 5)


def test_a_trail_that_grew_still_leads_to_the_head_that_was_kept(trail, capsys):
    audit.head()
    kept = capsys.readouterr().out.strip()
    trail(entries=3)
    code, report = reported(capsys, kept)
    assert (code, report["entries"]) == (0, 9)


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("head", ["", "6", "6:xyz", f"-1:{'0' * 64}"])
def test_a_head_that_is_none_is_a_question_that_makes_no_sense(capsys, head):
    assert audit.verify(head, as_json=False) == audit.NOT_ASKED
    assert "--head" in capsys.readouterr().out


def test_where_there_are_no_records_asking_makes_none(settings, capsys):
    assert audit.verify(None, as_json=False) == audit.NOT_ASKED
    assert audit.head() == audit.NOT_ASKED
    assert "once.db" in capsys.readouterr().out
    assert [*settings.home.rglob("*.db")] == []


def test_an_inspection_is_drawn_again_from_what_was_published(tmp_path, capsys):
    names = tmp_path / "names.txt"
    names.write_text("".join(f"case-{number}\n" for number in range(10)))
    assert audit.draw(SEED, names, 30, commitment_of(SEED)) == audit.WHOLE
    first, *drawn = capsys.readouterr().out.splitlines()
    assert first.startswith("#")
    assert commitment_of(SEED) in first
    assert len(drawn) == 3
    assert audit.draw(SEED, names, 30, "0" * 64) == audit.BROKEN


@pytest.mark.parametrize(
    ("seed", "name", "percent"), [("5E" * 32, "n", 30), ("5e", "n", 30), (SEED, "m", 30), (SEED, "n", 0)]
)
def test_a_draw_from_nothing_makes_no_sense(tmp_path, capsys, seed, name, percent):
    (tmp_path / "n").write_text("a\nb\n")
    assert audit.draw(seed, tmp_path / name, percent, None) == audit.NOT_ASKED
    assert capsys.readouterr().out.startswith("✗")


@pytest.mark.usefixtures("trail")
async def test_the_entries_are_left_as_they_were(settings, capsys):
    ring = KeyRing.load_or_create(settings.keys_dir)
    async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
        before = await archive.database.read(lambda c: c.execute(select(table)).all())
        await asyncio.to_thread(reported, capsys)
        assert await archive.database.read(lambda c: c.execute(select(table)).all()) == before
