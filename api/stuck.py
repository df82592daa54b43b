"""A stuck item in a person's hands: in goes what the clerk found out, out goes an update to its case.

A filing that may have arrived must not take effect twice. So it is sent again only after somebody has said
that the agency does not have it, and where the agency does have it, that is entered as its answer.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from activities.signatures import Applied
from api import afterwards, audit
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from api.remedy import remedies_against
from api.standing import standing_of
from onething.adapter import AgencyEvent, Declined, EventKind, Granted, Reason, Received, Refused
from onething.case_event import OperatorAction, Resumed
from onething.case_state import CaseState, OperatorNeed, OperatorReason
from onething.errors import ActionRejected, NotKnown
from onething.problem_sentence import VERBS
from onething.text import Model, Text
from records.case import get_case

REF_LIMIT: Final = 100
Decided = Literal[EventKind.GRANTED, EventKind.REFUSED, EventKind.DECLINED]
"""What an agency may decide on paper."""
_CONFIRMATION: Final = Text(zh="“已向部门核实，部门未收到”", en="“The agency was asked and does not have it”")
_REASON: Final = Text(zh="不再办理的原因", en="Why it is given up")
_WORDS: Final = Text(zh="理由", en="The reason")
_REF: Final = Text(zh="部门的收件编号", en="The agency's reference")


class SkipReason(StrEnum):
    """Why a stuck item is given up; a code, so that nothing personal travels with it."""

    DONE_ON_PAPER = "done_on_paper"
    NOT_WANTED = "not_wanted"
    NOT_POSSIBLE = "not_possible"
    OTHER = "other"


SKIP_REASONS: Final = {
    SkipReason.DONE_ON_PAPER: Text(zh="改由部门线下办理", en="Done on paper at the agency instead"),
    SkipReason.NOT_WANTED: Text(zh="申请人不再办理", en="The applicant no longer wants it"),
    SkipReason.NOT_POSSIBLE: Text(zh="目前无法办理", en="Not possible at present"),
    SkipReason.OTHER: Text(zh="其他原因", en="Another reason"),
}


class ResumeRequest(Model):
    """What a person does about a stuck item: try again, enter what was decided on paper, or give it up."""

    action: OperatorAction
    reason: SkipReason | None = None
    """Why it is given up; needed to skip."""
    events: Annotated[tuple[AgencyEvent, ...], Field(max_length=10)] = ()
    confirmed: bool = False
    """The agency was asked and does not have the filing; needed to send an uncertain one again."""


class PaperDecision(Model):
    """What an agency decided on paper; `words` is its reason, needed unless it granted."""

    decision: Decided
    words: Annotated[str, Field(max_length=200)] = ""


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
    if request.action is OperatorAction.SKIP and request.reason is None:
        raise rejected([told("/reason", "required", _REASON, verb=VERBS["choice"])])
    reason = request.reason.value if request.reason else ""
    resumed = Resumed(
        slot=slot, actor=caller.account, action=request.action, events=request.events, reason=reason
    )
    return await _send(office, caller, number, resumed)


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
    entered = OperatorAction.ENTER_ANSWER
    resumed = Resumed(slot=slot, actor=caller.account, action=entered, events=(event,))
    return await _send(office, caller, number, resumed)


async def enter_decision(
    office: Office, caller: Caller, place: tuple[str, str], paper: PaperDecision
) -> Applied:
    """Enter what the agency of item `place` decided outside the system.

    A refusal names its reason, and carries the remedies that there are against its agency.
    Raises NotKnown, ActionRejected, AnswersRejected.
    """
    number, slot = place
    words = paper.words.strip()
    if paper.decision is not EventKind.GRANTED and not words:
        raise rejected([told("/words", "required", _WORDS)])
    need = await _need(office, number, slot)
    if need is None:
        raise ActionRejected(what="the slot needs no operator", slot=slot)
    stamp: dict[str, Any] = {"event_id": f"{need.key}/{paper.decision.value}", "occurred_at": office.now()}
    reasons = (Reason(code="on_paper", text=Text(zh=words, en=words)),)
    event: AgencyEvent
    match paper.decision:
        case EventKind.REFUSED:
            event = Refused(**stamp, reasons=reasons, remedies=await _remedies(office, number, slot))
        case EventKind.DECLINED:
            event = Declined(**stamp, reasons=reasons)
        case _:
            event = Granted(**stamp)
    resumed = Resumed(slot=slot, actor=caller.account, action=OperatorAction.ENTER_ANSWER, events=(event,))
    return await _send(office, caller, number, resumed)


async def _remedies(office: Office, number: str, slot: str) -> tuple[Text, ...]:
    """What the applicant may do against a refusal of this item's agency."""
    definition = (await standing_of(office, number)).case.definition
    agency = next((one.agency for one in definition.slots if one.slot == slot), "")
    return tuple(remedies_against(office.catalog, agency).values())


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


async def _send(office: Office, caller: Caller, number: str, resumed: Resumed) -> Applied:
    named = tuple(word for word in (resumed.slot, resumed.action.value, resumed.reason) if word)
    await audit.note(office, caller, "resume_slot", number, named)
    return await afterwards.act(office, number, resumed)
