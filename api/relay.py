"""Relaying callbacks: in goes a stored one, out goes a signal to its case, or a work-order."""

import hashlib
from typing import Final

import structlog
from pydantic import ValidationError

from activities.signatures import AgencyReplied
from api.office import Office
from onething.adapter import Callback
from onething.case_definition import CaseInput
from onething.errors import CallbackRejected, NotKnown
from records.blob import get_blob
from records.case import StoredCase, get_case
from records.errors import BlobDamaged, CaseErased
from records.inbox import InboxEntry, drop, mark_orphan, mark_relayed
from records.work_order import NewWorkOrder, open_work_order
from runtime.keyring import KeyRingError

_ORPHANED: Final = (CallbackRejected, NotKnown, BlobDamaged, KeyRingError, ValidationError)
"""What no later try mends."""
_log = structlog.get_logger("api")


async def relay(office: Office, entry: InboxEntry) -> None:
    """Bring one callback to its case; raises EngineUnavailable, EngineRefused: then it stays in the inbox."""
    try:
        await _relay(office, entry)
    except CaseErased as error:
        _log.info("callback dropped", agency=entry.agency, error=type(error).__name__)
        await drop(office.archive, entry, error.case, office.now())
    except _ORPHANED as error:
        # Nobody waits for it here: an operator looks at orphans.
        _log.warning("callback orphaned", agency=entry.agency, error=type(error).__name__)
        await mark_orphan(office.archive, entry)


async def _relay(office: Office, entry: InboxEntry) -> None:
    callback = _parse(office, entry)
    number, slot, round_ = read_key(callback.key, entry.agency)
    stored = await get_case(office.archive, number)
    if stored.erased:
        raise CaseErased(number)
    await _check_owner(office, stored, slot, entry.agency)
    if stored.closed_at is not None:
        await _open_order(office, entry, number, slot)
    else:
        await _signal(office, entry, (number, slot, round_), callback)
    await mark_relayed(office.archive, entry, number, office.now())


def _parse(office: Office, entry: InboxEntry) -> Callback:
    if not entry.readable:
        raise CallbackRejected(agency=entry.agency, detail="sealed body")
    adapter = office.adapters.get(entry.agency)
    if adapter is None:
        raise NotKnown("agency", entry.agency)
    try:
        return adapter.parse_callback(entry.body)
    except CallbackRejected:
        raise
    except Exception as error:  # noqa: BLE001 - the edge to a stranger's adapter: its message may be personal
        raise CallbackRejected(agency=entry.agency, detail=type(error).__name__) from None


def read_key(key: str, agency: str) -> tuple[str, str, int]:
    """Take `case/slot/round/operation` apart; raises CallbackRejected."""
    parts = key.split("/")
    if len(parts) != 4 or not parts[2].isdecimal() or len(parts[2]) > 4:
        raise CallbackRejected(agency=agency, detail="key")
    return parts[0], parts[1], int(parts[2])


async def _check_owner(office: Office, stored: StoredCase, slot: str, agency: str) -> None:
    """No agency speaks for another one's item; raises CallbackRejected."""
    document = await get_blob(office.archive, stored.number, stored.inputs["case"])
    slots = CaseInput.model_validate_json(document).definition.slots
    if not any(one.slot == slot and one.agency == agency for one in slots):
        raise CallbackRejected(agency=agency, detail="slot")


async def _signal(office: Office, entry: InboxEntry, place: tuple[str, str, int], callback: Callback) -> None:
    number, slot, round_ = place
    sent_at = office.now()
    try:
        reply = AgencyReplied(slot=slot, round=round_, events=callback.events)
        await office.engine.replied(number, reply)
    except NotKnown:
        # The workflow has ended, or its history is gone already.
        await _open_order(office, entry, number, slot)
        return
    closed_at = (await get_case(office.archive, number)).closed_at
    if closed_at is not None and closed_at <= sent_at:
        # The case had been decided and was only being recorded: it took the answer as one after its end.
        await _open_order(office, entry, number, slot)


async def _open_order(office: Office, entry: InboxEntry, number: str, slot: str) -> None:
    order = NewWorkOrder(
        id=hashlib.sha256(f"callback:{entry.agency}:{entry.event_id}".encode()).hexdigest()[:32],
        case=number,
        kind="late_answer",
        owner="window",
        reason="late_answer",
        opened_at=office.now(),
        slot=slot,
    )
    await open_work_order(office.archive, order)
