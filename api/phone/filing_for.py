"""For whom a draft is filed, for programs: in goes a mandate or nobody, out come the choice and the plan.

The same rules as on the pages (`filing_whom`, `filing_before`): name and number of somebody else come from
their mandate, and whoever files is shown the cases that are there already.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from api import audit, draft
from api.coming import Coming, coming_with
from api.draft import DraftBody, DraftId
from api.family_known import SOURCE
from api.filling import plan_of, region_of
from api.lookup import is_own
from api.notices.heard import heard_with
from api.office import Office, TheOffice
from api.own import acting, asked_of_persons, login_role, with_own
from api.page_word import WORDS
from api.paper_choice import open_papers, passed_over
from api.phone.filing_before import before_draft
from api.phone.filing_whom import as_filed, choose, principals, told_early, whose
from api.plan import PlanRequest, filled
from api.principal import Access, Caller, Purpose
from api.problem import rejected
from api.role import PERSONS
from forms.merge import ID_NUMBER
from onething.case_state import BundleState
from onething.counting import BEIJING
from onething.definition import Bundle
from onething.plan import Plan, PlanProblem
from onething.text import Model, Text
from onething.wording import BUNDLE_STATES
from records.worklist import CaseSummary

api = APIRouter(prefix="/api/v1/own/drafts", tags=["persons"])
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE, PERSONS))]
MandateId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_SELF: Final = ""


class Principal(Model):
    """Somebody whose mandate lets the caller file this life event today."""

    mandate: str
    name: str


class Whom(Model):
    """For whom a draft is filed, and who else it may be."""

    own: bool
    """Whether the caller can file for themselves: it is proven who they are."""
    mandate: str | None
    """Whose it is now; None for the caller's own, or while nobody is chosen."""
    principals: tuple[Principal, ...]
    """Empty where nobody has to be asked."""


class EarlierCase(Model):
    """A case of this life event and person that is there already; no name, no number of a person."""

    number: str
    state_text: Text
    submitted_on: date
    closed_on: date | None
    """None while it has not ended: it cannot be filed again then."""


class WhomRequest(Model):
    """The mandate under which it is filed; nothing for oneself."""

    mandate: MandateId | None = None


class OwnPlan(Plan):
    """A plan with what people call the sources that its fields name."""

    sources: dict[str, Text]
    later: tuple[str, ...]
    """Papers that may follow and are not there: of each it is said that it comes later or there is none."""
    coming: Coming
    """How results will reach the family, and for which items somebody has to come in person."""
    heard: Text | None
    """How whoever files will hear of it."""


@api.get("/{draft_id}/whom")
async def get_whom(draft_id: DraftId, caller: Filer, office: TheOffice) -> Whom:
    """For whom the caller's own draft may be filed."""
    stored, body = await draft.load(office, caller, draft_id)
    await audit.note(office, caller, "read_draft")
    return await _view(office, caller, office.catalog.bundle(stored.bundle), body)


@api.put("/{draft_id}/whom")
async def put_whom(draft_id: DraftId, request: WhomRequest, caller: Filer, office: TheOffice) -> Whom:
    """Choose for whom; somebody else than before leaves none of the earlier applicant's answers behind."""
    stored, body = await draft.load(office, caller, draft_id)
    bundle = office.catalog.bundle(stored.bundle)
    body, nobody = await choose(office, caller, bundle, body, request.mandate or _SELF)
    if nobody:
        raise rejected(nobody)
    await draft.save(office, caller, stored, body)
    return await _view(office, caller, bundle, body)


@api.get("/{draft_id}/before")
async def get_before(draft_id: DraftId, caller: Filer, office: TheOffice) -> tuple[EarlierCase, ...]:
    """What was filed before about the same person, as far as the caller may see it, newest first."""
    stored, body = await draft.load(office, caller, draft_id)
    await audit.note(office, caller, "read_draft")
    found = await before_draft(office, caller, office.catalog.bundle(stored.bundle), body)
    return tuple(_earlier(one) for one in found)


@api.post("/{draft_id}/plan")
async def plan_draft(draft_id: DraftId, request: PlanRequest, caller: Filer, office: TheOffice) -> OwnPlan:
    """The plan of the caller's own draft in the words of who files it, with what is wrong with that."""
    stored, body = await draft.load(office, caller, draft_id)
    bundle = office.catalog.bundle(stored.bundle)
    told = acting(bundle, request.situations, mandated=body.mandate is not None)
    request = request.model_copy(update={"draft": draft_id, "situations": told})
    filling, papers = await filled(office, caller, bundle.bundle, request, "plan_form")
    plan = plan_of(office, filling, papers, complain=request.complain)
    plan = plan.model_copy(update={"questions": asked_of_persons(bundle, plan.questions)})
    said = (*body.owed, *body.without)
    silent = passed_over(office, filling, papers, said) if request.complain else ()
    body = body.model_copy(update={"answers": request.answers})
    wrong = await whose(office, caller, bundle, body)
    known = await _is_known(office, caller, bundle, body, wrong)
    plan = as_filed(plan, known=known, mandated=body.mandate is not None)
    plan = plan.model_copy(update={"problems": (*plan.problems, *told_early(bundle, body, wrong), *silent)})
    later = tuple(sorted(open_papers(filling, papers)))
    coming = coming_with(office, filling.form, request.answers, region_of(office, caller))
    heard = await heard_with(office, caller, bundle, request.answers, own=body.mandate is None)
    sources = dict(_named(office, plan))
    return OwnPlan(**dict(plan), sources=sources, later=later, coming=coming, heard=heard)


async def _is_known(
    office: Office, caller: Caller, bundle: Bundle, body: DraftBody, wrong: tuple[PlanProblem, ...]
) -> bool:
    """Whether sign-in or mandate say who applies, so that nobody types it."""
    group = (await with_own(office, caller, bundle, body.answers)).get(login_role(bundle) or "")
    number = group.get(ID_NUMBER) if isinstance(group, dict) else None
    if not isinstance(number, str) or not number:
        return False
    return is_own(office, caller, number) or (body.mandate is not None and not wrong)


def _named(office: Office, plan: Plan) -> Iterator[tuple[str, Text]]:
    """The sources of a plan's fields: registers, and earlier cases of the family."""
    blocks = (block for section in plan.sections for block in section.blocks)
    for source in {one.source for block in blocks for one in block.fields if one.source}:
        register = office.catalog.registers.get(source)
        if register is not None:
            yield source, register.title
        elif source.startswith(SOURCE):
            yield source, WORDS["follow_by_case"]


def _earlier(case: CaseSummary) -> EarlierCase:
    closed = case.closed_at
    return EarlierCase(
        number=case.number,
        state_text=BUNDLE_STATES[BundleState(case.state)],
        submitted_on=case.submitted_at.astimezone(BEIJING).date(),
        closed_on=closed.astimezone(BEIJING).date() if closed else None,
    )


async def _view(office: Office, caller: Caller, bundle: Bundle, body: DraftBody) -> Whom:
    counting = await principals(office, caller, bundle)
    return Whom(
        own=caller.person is not None,
        mandate=body.mandate,
        principals=tuple(Principal(mandate=one, name=name) for one, name in counting.items()),
    )
