"""Relaying callbacks: in goes a stored one, out goes a signal to its case, or a work-order."""

import structlog

from activities.signatures import AgencyReplied
from api.office import Office
from onething.adapter import Callback
from onething.case_definition import CaseInput
from onething.errors import CallbackRejected, NotKnown
from records.blob import get_blob
from records.case import StoredCase, get_case
from records.errors import CaseErased
from records.inbox import InboxEntry, mark_orphan, mark_relayed
from records.work_order import NewWorkOrder, open_work_order

_log = structlog.get_logger("api")


async def relay(office: Office, entry: InboxEntry) -> None:
    """Bring one callback to its case; raises EngineUnavailable, and then it stays in the inbox."""
    try:
        callback = office.adapters[entry.agency].parse_callback(entry.body)
        number, slot, round_ = read_key(callback.key, entry.agency)
        stored = await get_case(office.archive, number)
        await _check_owner(office, stored, slot, entry.agency)
    except (CallbackRejected, NotKnown, CaseErased, KeyError) as error:
        # Nobody waits for it here: an operator looks at orphans.
        _log.warning("callback orphaned", agency=entry.agency, error=type(error).__name__)
        await mark_orphan(office.archive, entry)
        return
    if stored.closed_at is not None:
        await _open_order(office, entry, number, slot)
    else:
        await _signal(office, entry, (number, slot, round_), callback)
    await mark_relayed(office.archive, entry, number, office.now())


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
    try:
        reply = AgencyReplied(slot=slot, round=round_, events=callback.events)
        await office.engine.replied(number, reply)
    except NotKnown:
        # The workflow has ended, or its history is gone already.
        await _open_order(office, entry, number, slot)


async def _open_order(office: Office, entry: InboxEntry, number: str, slot: str) -> None:
    order = NewWorkOrder(
        id=f"callback:{entry.agency}:{entry.event_id}",
        case=number,
        kind="late_answer",
        owner="window",
        reason="late_answer",
        opened_at=office.now(),
        slot=slot,
    )
    await open_work_order(office.archive, order)
