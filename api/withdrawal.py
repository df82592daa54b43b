"""Taking back and applying again over HTTP: in goes an item or a whole case, out comes the case then."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from fastapi import APIRouter

from activities.signatures import Applied
from api import afterwards, audit
from api.asked import facts_behind
from api.case import Name, Number, Steerer, shown
from api.case_view import CaseView
from api.changed import Place, checked, lay_over, papers_of, prepared, refuse_unasked, reheaded
from api.correction import SlotName
from api.earlier import refuse_second
from api.enact import Change, enact
from api.foresight import Foresight, foresee, try_out
from api.office import Office, TheOffice
from api.principal import Caller
from api.sealing import sealed
from api.standing import answered_of, filings_of, form_of, sealed_answers, standing_of
from forms.change import differs
from forms.merge import MergedForm
from onething.case_event import Reapplied, Revoked, Withdrawn
from onething.text import Model, Text
from records.case import get_case

router = APIRouter(tags=["withdrawals"])


class WithdrawalReason(StrEnum):
    """Why the family takes something back; a code, so that nothing personal travels with it."""

    NOT_WANTED = "not_wanted"
    DONE_ELSEWHERE = "done_elsewhere"
    FILED_IN_ERROR = "filed_in_error"
    OTHER = "other"


REASONS: Final = {
    WithdrawalReason.NOT_WANTED: Text(zh="申请人不再办理", en="The applicant no longer wants it"),
    WithdrawalReason.DONE_ELSEWHERE: Text(zh="已另行办理", en="It is being done elsewhere"),
    WithdrawalReason.FILED_IN_ERROR: Text(zh="申请有误", en="It was filed in error"),
    WithdrawalReason.OTHER: Text(zh="其他原因", en="Another reason"),
}


class WithdrawalRequest(Model):
    """One item, or the whole case when none is named, and why."""

    slot: SlotName | None = None
    reason: WithdrawalReason


class RevocationReason(StrEnum):
    """What turned out to be wrong; a code, so that nothing personal travels with it."""

    REPORTED_ALIVE = "reported_alive"
    RECORD_WRONG = "record_wrong"
    DECISION_REVOKED = "decision_revoked"


class RevocationRequest(Model):
    """Why what was done has to be undone."""

    reason: RevocationReason


class ReapplicationRequest(Model):
    """What is better than the last time; left out, the old data is filed again."""

    answers: dict[str, Any] = {}


@router.post("/cases/{number}/withdrawal/preview")
async def preview_withdrawal(
    number: Number, request: WithdrawalRequest, caller: Steerer, office: TheOffice
) -> Foresight:
    """What would be taken back, and which agencies have to be called; changes nothing."""
    return await preview(office, caller, number, request)


@router.post("/cases/{number}/withdrawal")
async def post_withdrawal(
    number: Number, request: WithdrawalRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Take back one item or all that is undecided; what was decided stays."""
    applied = await withdraw(office, caller, number, request)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/revocation")
async def post_revocation(
    number: Number, request: RevocationRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Open a work-order for every act that has to be undone, the last act first, even after the end."""
    await get_case(office.archive, number)
    await audit.note(office, caller, "revoke_case", number, (request.reason.value,))
    revoked = Revoked(reason=request.reason.value, actor=caller.account)
    applied = await afterwards.act(office, number, revoked)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/slots/{slot}/reapplication")
async def post_reapplication(
    number: Number, slot: Name, request: ReapplicationRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Apply again for an item that came to nothing; other items keep what they were filed with."""
    applied = await reapply(office, caller, (number, slot), request)
    return await shown(office, number, applied.revision)


async def preview(office: Office, caller: Caller, number: str, request: WithdrawalRequest) -> Foresight:
    """Try a withdrawal out; raises NotKnown, ActionRejected."""
    standing = await standing_of(office, number)
    await audit.note(office, caller, "preview_withdrawal", number, (request.slot or "case",))
    return foresee(standing, try_out(standing, _withdrawn(caller, request), office.now()))


async def withdraw(office: Office, caller: Caller, number: str, request: WithdrawalRequest) -> Applied:
    """Take back; raises NotKnown, ActionRejected, EngineUnavailable."""
    await get_case(office.archive, number)
    named = (request.slot or "case", request.reason.value)
    await audit.note(office, caller, "withdraw_case", number, named)
    return await afterwards.act(office, number, _withdrawn(caller, request))


async def reapply(
    office: Office, caller: Caller, place: tuple[str, str], request: ReapplicationRequest
) -> Applied:
    """Apply again for `place` (case number, slot), with all that was put right meanwhile.

    A case that has ended goes on for it, unless another one about the same person has been opened since.
    Raises NotKnown, CaseErased, CaseExists, AnswersRejected, ActionRejected, EngineUnavailable.
    """
    number, slot = place
    standing = await standing_of(office, number)
    named = tuple(sorted({f"{role}" for role in request.answers if role.isidentifier()}))[:20]
    await audit.note(office, caller, "reapply_slot", number, (slot, *named))
    again = Reapplied(slot=slot, actor=caller.account)
    try_out(standing, again, office.now())
    await refuse_second(office, standing.stored)
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    answers, changed = lay_over(form, answered, request.answers)
    refuse_unasked(form, changed, _own_places(form, slot))
    validation = checked(form, answered, answers)
    before = await filings_of(office, standing)
    materials = await papers_of(office, standing, before, ())
    after = await prepared(office, standing, form, validation, materials)
    filing = after.filings.get(slot)
    if filing is None or not differs(before[slot], filing):
        return await afterwards.act(office, number, again)
    newer = replace(answered, answers=dict(validation.resolution.answers))
    name = f"payload:{slot}"
    header = await reheaded(office, standing, after)

    def action(refs: Mapping[str, str]) -> Reapplied:
        return again.model_copy(update={"payload": refs[name], "header": refs["header"]})

    contents = {name: sealed(filing), "header": sealed(header), "answers": sealed_answers(newer)}
    return await enact(office, standing, Change(contents, action, line=("filed_anew", slot)))


def _withdrawn(caller: Caller, request: WithdrawalRequest) -> Withdrawn:
    return Withdrawn(slot=request.slot, reason=request.reason.value, actor=caller.account)


def _own_places(form: MergedForm, slot: str) -> Collection[Place]:
    """The facts behind one item's own form."""
    own = (one for one in form.slots if one.name == slot)
    return {(fact.owner, fact.key) for one in own for bound in one.sent for fact in facts_behind(form, bound)}
