"""`once records check`: what is out of step is said in two languages, and what could not be compared too."""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from console import records
from console.supervisor import Stack, free_ports
from records.archive import open_archive
from records.audit import AuditEntry
from records.case import NewCase, create_case, mark_started
from records.consistency import Finding, FindingKind
from records.schema import audit as audit_table
from records.snapshot import CaseSnapshot, apply_snapshot
from runtime.keyring import KeyRing
from runtime.settings import load, variable

NUMBER = "360900-A-20261123-000001-0"
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CLEAN = {"agencies": {"police": {"more_than_once": []}}, "effects": 3}
TWICE = {"agencies": {"police": {"more_than_once": ["c1/a/1/submit"]}}, "effects": 4}


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
def temporal(settings):
    with Stack(settings, ("temporal",)):
        yield settings


@contextmanager
def ledgers(httpserver, monkeypatch, told):
    httpserver.expect_request("/ledger").respond_with_json(told)
    monkeypatch.setenv("ONCE_SIMULATOR_URL", httpserver.url_for("").rstrip("/"))
    yield


def opened(settings):
    ring = KeyRing.load_or_create(settings.keys_dir)
    return open_archive(settings.database_url, ring, settings.blobs_dir)


async def store(archive):
    new = NewCase(
        number=NUMBER,
        bundle="bereavement",
        origin="window",
        filing_mode="assisted",
        submitted_at=NOW - timedelta(days=1),
        received_on=date(2026, 11, 22),
        idempotency_key="key",
        body_sha256="0" * 64,
        audit=AuditEntry("clerk-7", "clerk", "filing", "file_case", NUMBER),
    )
    await create_case(archive, new)
    await mark_started(archive, NUMBER, NOW)


def with_a_started_case(settings):
    async def fill() -> None:
        async with opened(settings) as archive:
            await store(archive)

    asyncio.run(fill())


@pytest.mark.usefixtures("temporal")
def test_in_step_with_the_ledgers_counted(httpserver, monkeypatch, capsys):
    with ledgers(httpserver, monkeypatch, CLEAN):
        assert records.check() == records.IN_STEP
    said = capsys.readouterr().out
    assert "3 effects, none twice" in said
    assert "办件记录与流程一致" in said


def test_an_open_case_without_its_workflow_is_named(temporal, capsys):
    with_a_started_case(temporal)
    assert records.check() == records.OUT_OF_STEP
    said = capsys.readouterr().out
    assert f"办件 {NUMBER} 尚未办结，流程却不见了" in said
    assert f"case {NUMBER} is open but its workflow is gone" in said
    assert "Out of step: 1" in said


@pytest.mark.usefixtures("settings")
def test_without_temporal_nothing_out_of_step_is_not_compared_and_no_inconsistency(capsys):
    assert records.check() == records.NOT_COMPARED == 2
    said = capsys.readouterr().out
    assert "办件与流程未能核对；请先运行 ./once up" in said
    assert "已核对的部分没有发现不一致" in said
    assert "Out of step" not in said
    assert "一致  Records and workflows are in step" not in said


def test_without_temporal_the_rest_is_checked_and_only_its_findings_count(settings, capsys):
    async def break_the_audit_trail() -> None:
        async with opened(settings) as archive:
            await store(archive)
            await archive.database.write(
                lambda connection: connection.execute(update(audit_table).values(action="nothing"))
            )

    asyncio.run(break_the_audit_trail())
    assert records.check() == records.OUT_OF_STEP
    said = capsys.readouterr().out
    assert "Temporal does not answer" in said
    assert "the audit trail is broken from entry 1 on" in said
    assert "Out of step: 1" in said


@pytest.mark.usefixtures("temporal")
def test_silent_stand_in_agencies_are_said_and_change_nothing(capsys):
    assert records.check() == records.IN_STEP
    assert "their ledgers were not looked at" in capsys.readouterr().out


@pytest.mark.usefixtures("temporal")
def test_an_effect_that_stands_twice_is_a_finding(httpserver, monkeypatch, capsys):
    with ledgers(httpserver, monkeypatch, TWICE):
        assert records.check() == records.OUT_OF_STEP
    assert "c1/a/1/submit took effect more than once" in capsys.readouterr().out


@dataclass
class Told:
    status: WorkflowExecutionStatus


class Engine:
    """Temporal as far as it is asked here; `first` happens as soon as somebody has asked."""

    def __init__(self, status=None, first=None, error=RPCStatusCode.NOT_FOUND) -> None:
        self.status, self.first, self.error = status, first, error

    def get_workflow_handle(self, number):
        assert number == NUMBER
        return self

    async def describe(self, *, rpc_timeout):
        assert rpc_timeout
        if self.first is not None:
            await self.first()
        if self.status is None:
            raise RPCError("", self.error, b"")
        return Told(self.status)


@pytest.fixture
async def archive(settings):
    async with opened(settings) as one:
        await store(one)
        yield one


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (WorkflowExecutionStatus.RUNNING, ()),
        (WorkflowExecutionStatus.COMPLETED, (FindingKind.WORKFLOW_CLOSED,)),
        (WorkflowExecutionStatus.TERMINATED, (FindingKind.WORKFLOW_CLOSED,)),
        (None, (FindingKind.WORKFLOW_MISSING,)),
    ],
)
async def test_what_temporal_says_of_a_workflow_is_told_as_a_state(archive, status, kinds):
    found = await records.compare(archive, Engine(status))
    assert found == tuple(Finding(kind, NUMBER) for kind in kinds)


async def test_a_case_that_ends_while_we_look_is_in_step(archive):
    async def end() -> None:
        await apply_snapshot(archive, CaseSnapshot(NUMBER, 1, "completed", NOW, {}, closed_at=NOW))

    assert await records.compare(archive, Engine(WorkflowExecutionStatus.COMPLETED, first=end)) == ()


async def test_an_engine_that_fails_otherwise_is_no_finding_but_an_error(archive):
    with pytest.raises(RPCError):
        await records.compare(archive, Engine(error=RPCStatusCode.UNAVAILABLE))


def test_every_finding_has_its_sentence():
    assert records._FINDINGS.keys() == set(FindingKind)
