"""A stuck item in a person's hands: in goes what the clerk found out, out goes an update to its case.

A filing that may have arrived must not take effect twice. So it is sent again only after somebody has said
that the agency does not have it, and where the agency does have it, that is entered as its answer.
"""

from typing import Annotated, Final

from pydantic import Field

from activities.signatures import Applied
from api import audit
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from onething.adapter import AgencyEvent, Received
from onething.case_event import OperatorAction, Resumed
from onething.case_state import CaseState, OperatorNeed, OperatorReason
from onething.errors import ActionRejected, NotKnown
from onething.sentence import VERBS
from onething.text import Model, Text
from records.case import get_case

REF_LIMIT: Final = 100
_CONFIRMATION: Final = Text(zh="“已向部门核实，部门未收到”", en="“The agency was asked and does not have it”")
_REF: Final = Text(zh="部门的收件编号", en="The agency's reference")


class ResumeRequest(Model):
    """What a person does about a stuck item: try again, or enter what the agency answered on paper."""

    action: OperatorAction
    events: Annotated[tuple[AgencyEvent, ...], Field(max_length=10)] = ()
    confirmed: bool = False
    """The agency was asked and does not have the filing; needed to send an uncertain one again."""


class ReceivedRequest(Model):
    """That the agency has the filing: the reference under which it lies there."""

    ref: Annotated[str, Field(min_length=1, max_length=REF_LIMIT)]


async def resume(office: Office, caller: Caller, place: tuple[str, str], request: ResumeRequest) -> Applied:
    """Go on with item `place` (case number, slot); raises NotKnown, ActionRejected, AnswersRejected.

    An uncertain submission is not sent again before `confirmed` says that it did not arrive.
    """
    number, slot = place
    need = await _need(office, number, slot)
    again = request.action is OperatorAction.RETRY
    if again and not request.confirmed and _is_uncertain(need):
        raise rejected([told("/confirmed", "required", _CONFIRMATION, verb=VERBS["tick"])])
    return await _send(office, caller, number, request.action, slot, request.events)


async def enter_received(office: Office, caller: Caller, place: tuple[str, str], ref: str) -> Applied:
    """Enter that the agency has item `place` under `ref`; the same filing is entered once.

    Raises NotKnown, ActionRejected, AnswersRejected.
    """
    number, slot = place
    ref = ref.strip()
    if not ref or len(ref) > REF_LIMIT:
        code = "maxLength" if ref else "required"
        raise rejected([told("/ref", code, _REF, limit=REF_LIMIT)])
    need = await _need(office, number, slot)
    if need is None:
        raise ActionRejected(what="the slot needs no operator", slot=slot)
    event = Received(event_id=f"{need.key}/received", occurred_at=office.now(), ref=ref)
    return await _send(office, caller, number, OperatorAction.ENTER_ANSWER, slot, (event,))


async def _need(office: Office, number: str, slot: str) -> OperatorNeed | None:
    """Why the item needs a person, as far as the records know."""
    stored = await get_case(office.archive, number)
    if stored.snapshot is None:
        return None
    slots = CaseState.model_validate(stored.snapshot).slots
    if slot not in slots:
        raise NotKnown("slot", slot)
    return slots[slot].operator


def _is_uncertain(need: OperatorNeed | None) -> bool:
    return need is not None and need.reason is OperatorReason.UNCERTAIN_SUBMISSION


async def _send(  # noqa: PLR0913, PLR0917 - who does what to which item
    office: Office,
    caller: Caller,
    number: str,
    action: OperatorAction,
    slot: str,
    events: tuple[AgencyEvent, ...],
) -> Applied:
    await audit.note(office, caller, "resume_slot", number, (slot, action.value))
    resumed = Resumed(slot=slot, actor=caller.account, action=action, events=events)
    return await office.engine.act(number, resumed)
