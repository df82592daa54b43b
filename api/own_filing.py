"""Filing by a person: in goes a filing, out comes the case; what registers hold joins it on the server only.

Whatever was sent, it is the person's own filing of today, or one under a mandate; and registers are asked
about others only once everything that has to be typed is there.
"""

from typing import Any

from api import draft
from api.draft import DraftBody
from api.filling import Filling, Given, fill, plan_of
from api.intake import Filed, Filing, file_case
from api.lookup import Errand
from api.office import Office
from api.own import filed_as, held_back, is_person, with_own
from api.principal import Caller
from api.problem import rejected
from onething.definition import Bundle
from onething.errors import AnswersRejected, NotKnown
from onething.plan import PlanProblem
from onething.register import Purpose as LookupPurpose
from records.draft import Draft


async def file_for(office: Office, caller: Caller, filing: Filing, key: str) -> Filed:
    """File for a clerk or a person; raises as `api.intake.file_case`, for another's number too.

    No finding tells a person what a register holds.
    """
    if not is_person(caller):
        return await file_case(office, caller, filing, key)
    bundle = office.catalog.bundle(filing.bundle)
    answers = await with_own(office, caller, bundle, filing.answers)
    origin, mode = await filed_as(office, caller, bundle, answers)
    own = {"answers": answers, "origin": origin, "mode": mode, "received_on": None}
    filing = filing.model_copy(update=own)
    filling = await _joined(office, caller, bundle, filing)
    try:
        return await file_case(office, caller, filing, key)
    except AnswersRejected as error:
        if filling is None:
            raise
        problems: Any = error.params["problems"]
        raise rejected(held_back(one, filling.withheld, filling.form) for one in problems) from None


async def join(office: Office, caller: Caller, stored: Draft, body: DraftBody, region: str) -> DraftBody:
    """Have the registers say what the submission needs, once nothing else is wrong; keep it with the draft.

    Without the notice shown, or while something has to be typed, the draft stays as it is.
    """
    bundle = office.catalog.bundle(stored.bundle)
    given = given_of(caller, region, body)
    if not body.notice_shown or findings(office, await fill(office, bundle, given)):
        return body
    errand = Errand(caller, stored.id, LookupPurpose.SUBMISSION, notice_shown=True)
    filling = await fill(office, bundle, given, errand)
    newer = body.model_copy(update={"held": filling.held})
    if filling.held != body.held:
        await draft.save(office, caller, stored, newer)
    return newer


def given_of(caller: Caller, region: str, body: DraftBody) -> Given:
    """What a person's draft brings to the form."""
    return Given(
        region,
        body.situations,
        body.answers,
        held=body.held,
        viewer=caller,
        notice_shown=body.notice_shown,
    )


def findings(office: Office, filling: Filling) -> tuple[PlanProblem, ...]:
    """What a person still has to type or mend, as far as it can be told from what they see."""
    return plan_of(office, filling).problems


async def _joined(office: Office, caller: Caller, bundle: Bundle, filing: Filing) -> Filling | None:
    """Join for what was sent, and give it filled; None without a draft, or when it was filed already.

    Raises AnswersRejected, without asking any register, while something has to be typed.
    """
    if filing.draft is None:
        return None
    try:
        stored, body = await draft.load(office, caller, filing.draft)
    except NotKnown:
        return None  # filed a moment ago: intake knows the key
    sent = body.model_copy(update={"situations": filing.situations, "answers": filing.answers})
    sent = await join(office, caller, stored, sent, filing.region)
    filling = await fill(office, bundle, given_of(caller, filing.region, sent))
    wrong = findings(office, filling)
    if wrong and body.notice_shown and not sent.held.joined:
        raise rejected(wrong)
    return filling
