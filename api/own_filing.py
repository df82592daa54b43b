"""Filing by a person: in goes a filing, out comes the case; what registers hold joins it on the server only.

Whatever was sent, it is the person's own filing of today, or one under a mandate; and registers are asked
about others only once everything that has to be typed is there.
"""

from typing import Any

from api import draft
from api.draft import DraftBody
from api.filling import Filling, Given, fill, plan_of
from api.intake import Filed, Filing, file_case, missing_papers
from api.lookup import Errand
from api.notices.heard import hear_by_number
from api.office import Office
from api.own import acting, filed_as, held_back, is_person, with_own, without_values
from api.paper_choice import passed_over
from api.principal import Caller
from api.problem import rejected, told
from forms.resolve import Resolution
from onething.case_definition import FilingMode
from onething.definition import Bundle
from onething.errors import AnswersRejected, NotKnown
from onething.plan import PlanProblem
from onething.register import Purpose as LookupPurpose
from onething.text import Locale
from records.material import Holder, StoredMaterial, materials_of


async def file_for(
    office: Office, caller: Caller, filing: Filing, key: str, locale: Locale = Locale.ZH
) -> Filed:
    """File for a clerk or a person; raises as `api.intake.file_case`, for another's number too.

    No finding tells a person what a register holds. Whoever files for themselves hears of it by the mobile
    given with the filing, in `locale`, unless they have chosen otherwise.
    """
    if not is_person(caller):
        return await file_case(office, caller, filing, key)
    bundle = office.catalog.bundle(filing.bundle)
    answers = await with_own(office, caller, bundle, filing.answers)
    origin, mode = await filed_as(office, caller, bundle, answers)
    situations = acting(bundle, filing.situations, mandated=mode is FilingMode.ON_BEHALF)
    own = {"answers": answers, "situations": situations, "origin": origin, "mode": mode, "received_on": None}
    filing = filing.model_copy(update=own)
    filling = await _joined(office, caller, bundle, filing)
    try:
        filed = await file_case(office, caller, filing, key)
    except AnswersRejected as error:
        if filling is None:
            raise
        problems: Any = error.params["problems"]
        raise rejected(held_back(one, filling.withheld, filling.form) for one in problems) from None
    if mode is FilingMode.SELF:
        await hear_by_number(office, caller, (bundle, answers), locale)
    return filed


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


def _papers(office: Office, filling: Filling, brought: tuple[StoredMaterial, ...]) -> tuple[PlanProblem, ...]:
    """Papers that lack by what the person may know; while one does, no register is asked about others."""
    seen = without_values(filling.known, filling.withheld)
    resolution = Resolution(filling.form, filling.answers, seen)
    return missing_papers(office, filling.form.slots, resolution, frozenset(one.material for one in brought))


async def _joined(office: Office, caller: Caller, bundle: Bundle, filing: Filing) -> Filling | None:
    """Have registers say what the submission needs, keep that with the draft, and give the form so filled.

    None without a draft, or when it was filed already. Raises AnswersRejected, without asking any register,
    while something has to be typed, a paper was passed over, or the pledge is not made.
    """
    if filing.draft is None:
        return None
    try:
        stored, body = await draft.load(office, caller, filing.draft)
    except NotKnown:
        return None  # filed a moment ago: intake knows the key
    sent = body.model_copy(update={"situations": filing.situations, "answers": filing.answers})
    given = given_of(caller, filing.region, sent)
    filling = await fill(office, bundle, given)
    papers = await materials_of(office.archive, Holder(draft=stored.id))
    uploaded = frozenset(one.material for one in papers)
    silent = passed_over(office, filling, uploaded, (*filing.owed, *body.without))
    if not body.notice_shown and not silent:
        return filling
    pledge = () if filing.pledge else (told("/pledge", "pledge_missing"),)
    wrong = (*plan_of(office, filling).problems, *pledge, *_papers(office, filling, papers), *silent)
    if wrong:
        raise rejected(wrong)
    errand = Errand(caller, stored.id, LookupPurpose.SUBMISSION, notice_shown=True)
    filling = await fill(office, bundle, given, errand)
    if filling.held != body.held:
        await draft.save(office, caller, stored, body.model_copy(update={"held": filling.held}))
    return filling
