"""`./once records check`: archive, workflows and ledgers compared; in goes an installation, out findings."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from console.supervisor import attached
from onething.text import Text
from records import audit
from records.archive import Archive, open_archive
from records.consistency import (
    Finding,
    FindingKind,
    WorkflowState,
    check_receipts,
    check_work_orders,
    check_workflows,
)
from records.consistency import open_cases as open_cases_of
from runtime.keyring import KeyRing
from runtime.settings import Settings
from runtime.temporal import connect

IN_STEP, OUT_OF_STEP, NOT_COMPARED = 0, 1, 2

_CONNECT_SECONDS: Final = 5.0
_CALL: Final = timedelta(seconds=10)
_LEDGER_SECONDS: Final = 5.0

_FINDINGS: Final = {
    FindingKind.NOT_STARTED: Text(
        zh="办件 {case} 已提交，流程一直没有启动", en="case {case} was submitted and never started"
    ),
    FindingKind.WORKFLOW_MISSING: Text(
        zh="办件 {case} 尚未办结，流程却不见了", en="case {case} is open but its workflow is gone"
    ),
    FindingKind.WORKFLOW_CLOSED: Text(
        zh="办件 {case} 尚未办结，流程却已结束", en="case {case} is open but its workflow has ended"
    ),
    FindingKind.RECEIPT_MISSING: Text(
        zh="办件 {case} 的回执文件缺失（{detail}）", en="case {case}: a receipt's file is gone ({detail})"
    ),
    FindingKind.RECEIPT_DAMAGED: Text(
        zh="办件 {case} 的回执文件已损坏（{detail}）",
        en="case {case}: a receipt's file is damaged ({detail})",
    ),
    FindingKind.RECEIPT_CHAIN_BROKEN: Text(
        zh="办件 {case} 的第 {detail} 版回执与前一版衔接不上",
        en="case {case}: receipt revision {detail} does not follow on its predecessor",
    ),
    FindingKind.WORK_ORDER_MISSING: Text(
        zh="办件 {case} 的工单 {detail} 不在工单列表中",
        en="case {case}: work-order {detail} is on nobody's list",
    ),
    FindingKind.AUDIT_BROKEN: Text(
        zh="审计记录从第 {detail} 条起不完整", en="the audit trail is broken from entry {detail} on"
    ),
}
_ENGINE_AWAY: Final = Text(
    zh="流程服务没有应答，办件与流程未能核对；请先运行 ./once up",
    en="Temporal does not answer: cases and workflows were not compared; start ./once up first",
)
_LEDGERS_AWAY: Final = Text(
    zh="模拟部门没有应答，未核对其台账（不影响结论）",
    en="the stand-in agencies do not answer: their ledgers were not looked at (the verdict stands without)",
)
_LEDGERS_CLEAN: Final = Text(
    zh="模拟部门台账：生效 {effects} 次，无重复", en="stand-in ledgers: {effects} effects, none twice"
)
_LEDGERS_TWICE: Final = Text(
    zh="模拟部门台账中 {key} 重复生效", en="stand-in ledgers: {key} took effect more than once"
)
_PARTLY: Final = Text(
    zh="已核对的部分没有发现不一致；办件与流程尚未核对",
    en="Nothing is out of step as far as it was compared; cases and workflows were not",
)
_ALL_WELL: Final = Text(zh="办件记录与流程一致", en="Records and workflows are in step")
_OUT: Final = Text(zh="共发现 {count} 处不一致", en="Out of step: {count}")


def check() -> int:
    """Check this installation and print every finding; 0 when all is in step, 1 for any finding.

    Reads only. Without Temporal the rest is still checked; when nothing of it is out of step the answer is 2:
    what was not compared is neither in step nor out of it. The stand-in agencies' ledgers are looked at when
    they answer.
    """
    return asyncio.run(_check(attached()))


async def compare(archive: Archive, client: Client) -> tuple[Finding, ...]:
    """Open cases against their workflows.

    A case may end between the two looks, so only what stands at a second look counts.
    """
    first = await check_workflows(await open_cases_of(archive), states(client), datetime.now(UTC))
    if not first:
        return ()
    again = await check_workflows(await open_cases_of(archive), states(client), datetime.now(UTC))
    return tuple(finding for finding in again if finding in first)


def states(client: Client) -> Callable[[str], Awaitable[WorkflowState]]:
    """Ask Temporal for a case's workflow; raises RPCError when it does not answer."""

    async def state_of(number: str) -> WorkflowState:
        try:
            told = await client.get_workflow_handle(number).describe(rpc_timeout=_CALL)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return WorkflowState.MISSING
            raise
        running = told.status is WorkflowExecutionStatus.RUNNING
        return WorkflowState.RUNNING if running else WorkflowState.CLOSED

    return state_of


async def _check(settings: Settings) -> int:
    ring = KeyRing.load_or_create(settings.keys_dir)
    async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
        found = [_told(finding) for finding in await _findings_at_rest(archive)]
        compared = True
        try:
            found += [_told(finding) for finding in await _workflows(settings, ring, archive)]
        except (RPCError, RuntimeError, TimeoutError):
            # The SDK says RuntimeError for every failed first connection.
            compared = False
            _say("–", _ENGINE_AWAY)
    found += await _ledgers(settings.simulator_url)
    for text in found:
        _say("✗", text)
    if found:
        _say("", _OUT.fill(count=len(found)))
        return OUT_OF_STEP
    if not compared:
        _say("–", _PARTLY)
        return NOT_COMPARED
    _say("✓", _ALL_WELL)
    return IN_STEP


async def _workflows(settings: Settings, ring: KeyRing, archive: Archive) -> tuple[Finding, ...]:
    client = await asyncio.wait_for(connect(settings, ring), _CONNECT_SECONDS)
    return await compare(archive, client)


async def _findings_at_rest(archive: Archive) -> tuple[Finding, ...]:
    """What can be told without Temporal."""
    found = await check_receipts(archive) + await check_work_orders(archive)
    broken = await audit.verify(archive)
    if broken is None:
        return found
    return (*found, Finding(FindingKind.AUDIT_BROKEN, detail=str(broken)))


async def _ledgers(simulator_url: str) -> list[Text]:
    """Keys with more than one effect; that nobody answers is said and is no finding."""
    try:
        async with httpx2.AsyncClient(timeout=_LEDGER_SECONDS, trust_env=False) as client:
            answer = await client.get(f"{simulator_url}/ledger")
            told: dict[str, Any] = answer.raise_for_status().json()
    except (httpx2.HTTPError, ValueError):
        _say("–", _LEDGERS_AWAY)
        return []
    twice = [key for agency in told["agencies"].values() for key in agency["more_than_once"]]
    if not twice:
        _say("✓", _LEDGERS_CLEAN.fill(effects=told["effects"]))
    return [_LEDGERS_TWICE.fill(key=key) for key in twice]


def _told(finding: Finding) -> Text:
    return _FINDINGS[finding.kind].fill(case=finding.case or "", detail=finding.detail)


def _say(mark: str, text: Text) -> None:
    print(f"{mark} {text.zh}  {text.en}".strip())
