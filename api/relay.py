"""Relaying callbacks: in goes a stored one, out goes a signal to its case, or a work-order.

What belongs to no case, or cannot be an answer about its item, changes nothing: it waits for an operator, and
that it came stands in the audit trail.
"""

import hashlib
from typing import Final

import structlog
from pydantic import ValidationError

from activities.signatures import AgencyReplied
from api import afterwards, audit
from api.aside import settled
from api.office import Office
from api.principal import Caller, Purpose, Role
from api.standing import case_input
from onething.adapter import Callback, Granted
from onething.case_definition import SlotDefinition
from onething.errors import CallbackRejected, NotKnown
from records.case import StoredCase, get_case
from records.errors import BlobDamaged, CaseErased
from records.inbox import InboxEntry, drop, mark_orphan, mark_relayed
from records.work_order import NewWorkOrder, open_work_order
from runtime.keyring import KeyRingError

_ORPHANED: Final = (CallbackRejected, NotKnown, BlobDamaged, KeyRingError, ValidationError)
"""What no later try mends."""
_DETAILS: Final = frozenset({"key", "slot", "effect", "sealed body"})
_AGENCY: Final = Caller("agency", Role.AGENCY, Purpose.AGENCY_CALLBACK)
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
        await audit.note(office, _AGENCY, "callback_orphaned", fields=(entry.agency, _why(error)))
        await mark_orphan(office.archive, entry)


async def _relay(office: Office, entry: InboxEntry) -> None:
    callback = _parse(office, entry)
    number, slot, round_ = read_key(callback.key, entry.agency)
    stored = await get_case(office.archive, number)
    if stored.erased:
        raise CaseErased(number)
    definition = await _definition(office, stored, slot, entry.agency)
    undeclared = _undeclared(definition, callback)
    if undeclared:
        await _open_order(office, entry, (number, slot), "odd_answer")
        raise CallbackRejected(agency=entry.agency, detail="effect")
    await _tell(office, entry, (number, slot, round_), callback)
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


async def _definition(office: Office, stored: StoredCase, slot: str, agency: str) -> SlotDefinition:
    """The item that a callback is about: no agency speaks for another one's; raises CallbackRejected."""
    case = await case_input(office, await settled(office, stored))
    for one in case.definition.slots:
        if one.slot == slot and one.agency == agency:
            return one
    raise CallbackRejected(agency=agency, detail="slot")


def _undeclared(definition: SlotDefinition, callback: Callback) -> set[str]:
    """Effects that the item cannot have: an outcome with one of them is not taken in."""
    declared = {effect.item_fact for effect in definition.effects}
    granted = (event for event in callback.events if isinstance(event, Granted))
    return {effect.fact for event in granted for effect in event.effects} - declared


def _why(error: Exception) -> str:
    """A word for the audit trail; of an adapter's own error only its type, for its text may be personal."""
    detail = error.params.get("detail") if isinstance(error, CallbackRejected) else None
    return detail if detail in _DETAILS else type(error).__name__


async def _tell(office: Office, entry: InboxEntry, place: tuple[str, str, int], callback: Callback) -> None:
    """Tell the case; one that has ended is taken up again, and its own rules open the work-order."""
    number, slot, round_ = place
    try:
        reply = AgencyReplied(slot=slot, round=round_, events=callback.events)
        await afterwards.replied(office, number, reply)
    except NotKnown:
        # Open by the records, and yet no workflow: somebody has to look.
        await _open_order(office, entry, (number, slot), "late_answer")


async def _open_order(office: Office, entry: InboxEntry, place: tuple[str, str], kind: str) -> None:
    number, slot = place
    order = NewWorkOrder(
        id=hashlib.sha256(f"callback:{entry.agency}:{entry.event_id}".encode()).hexdigest()[:32],
        case=number,
        kind=kind,
        owner="window",
        reason=kind,
        opened_at=office.now(),
        slot=slot,
    )
    await open_work_order(office.archive, order)
