"""The plan over HTTP: in go situations and answers, out comes what to show, and how the household stands."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from api import audit, draft
from api.draft import DraftId
from api.filling import Filling, Given, fill, plan_of, region_of, rungs_of
from api.lookup import Errand
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.role import FILERS
from onething.eligibility import Eligibility
from onething.errors import LookupRefused
from onething.plan import Plan
from onething.register import Purpose as LookupPurpose
from onething.text import Model
from records.material import Holder, materials_of

router = APIRouter(tags=["plan"])
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE, FILERS))]


class PlanRequest(Model):
    """A form as far as it is filled; registers are asked only for a draft and after the notice was shown."""

    situations: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    draft: DraftId | None = None
    received_on: date | None = None
    region: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None
    """Where it will be filed; the window's own region if nothing is said."""
    notice_shown: bool = False
    """That the person was shown which register is asked what, and which agency receives which field."""
    complain: bool = True
    """Whether to report what is still missing, or only what is wrong."""


@router.post("/bundles/{bundle_id}/plan")
async def make_plan(bundle_id: str, request: PlanRequest, caller: Filer, office: TheOffice) -> Plan:
    """Merge, prefill and check the form; stores nothing but what registers said, with the draft."""
    filling, papers = await filled(office, caller, bundle_id, request, "plan_form")
    return plan_of(office, filling, papers, complain=request.complain)


@router.post("/bundles/{bundle_id}/eligibility")
async def make_eligibility(
    bundle_id: str, request: PlanRequest, caller: Filer, office: TheOffice
) -> Eligibility:
    """How each item that has rules stands for this household before filing; decides and stores nothing."""
    filling, _ = await filled(office, caller, bundle_id, request, "check_eligibility")
    return rungs_of(office, filling, request.region or region_of(office, caller))


async def filled(
    office: Office, caller: Caller, bundle_id: str, request: PlanRequest, action: str
) -> tuple[Filling, frozenset[str]]:
    """The form as far as the request and its draft fill it, and the papers that the draft has; audited."""
    bundle = office.catalog.bundle(bundle_id)
    region = request.region or region_of(office, caller)
    if request.draft is None:
        if request.notice_shown:
            raise LookupRefused(register="*", missing=("draft",))
        given = Given(region, request.situations, request.answers, request.received_on, viewer=caller)
        return await fill(office, bundle, given), frozenset()
    stored, body = await draft.load(office, caller, request.draft)
    told = body.notice_shown or request.notice_shown
    given = Given(region, request.situations, request.answers, request.received_on, body.held, caller, told)
    errand = None
    if request.notice_shown:
        errand = Errand(caller, stored.id, LookupPurpose.PREFILL, notice_shown=True)
    filling = await fill(office, bundle, given, errand)
    if filling.held != body.held or request.notice_shown != body.notice_shown:
        newer = body.model_copy(
            update={"held": filling.held, "notice_shown": body.notice_shown or request.notice_shown}
        )
        await draft.save(office, caller, stored, newer)
    papers = await materials_of(office.archive, Holder(draft=stored.id))
    await audit.note(office, caller, action, fields=tuple(sorted(request.answers))[:50])
    return filling, frozenset(one.material for one in papers)
