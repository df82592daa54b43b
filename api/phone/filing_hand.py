"""A person's draft in hand: in goes its address, out come what the pages of a filing share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Path, Request
from fastapi.responses import RedirectResponse

from api import draft
from api.draft import DraftBody
from api.earlier import case_of_key
from api.filling import Filling, fill, plan_of, region_of
from api.lookup import Errand, is_own
from api.office import Office
from api.own import acting, login_role
from api.own_filing import given_of
from api.phone.filing_frame import language
from api.phone.filing_task import Progress, progress_of
from api.phone.filing_whom import as_filed, told_early, whose
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from forms.merge import ID_NUMBER
from onething.case_definition import FilingMode, Origin
from onething.definition import Bundle
from onething.errors import NotKnown
from onething.plan import Plan, PlanProblem
from onething.register import Purpose as LookupPurpose
from records.draft import Draft
from records.material import Holder, StoredMaterial, materials_of

FILER: Final = Access(Purpose.FILE_CASE, PERSONS)
DraftPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
OWN: Final = {"origin": Origin.SELF, "mode": FilingMode.SELF}


@dataclass(frozen=True, slots=True)
class Hand:
    """A person with a draft in hand."""

    office: Office
    caller: Caller
    bundle: Bundle
    draft: Draft
    body: DraftBody

    @property
    def place(self) -> str:
        """Where this draft's pages stand."""
        return f"/m/drafts/{self.draft.id}"

    @property
    def whom(self) -> str | None:
        """The name of whoever gave the mandate under which it is filed; None for one's own filing."""
        group = self.body.answers.get(login_role(self.bundle) or "")
        name = group.get("name") if self.body.mandate and isinstance(group, Mapping) else None
        return str(name) if name else None

    @property
    def region(self) -> str:
        """Where it is filed."""
        return region_of(self.office, self.caller)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft's form as far as it is filled, its papers, and how far each task has come."""

    filling: Filling
    plan: Plan
    papers: tuple[StoredMaterial, ...]
    progress: Progress
    applicant: str
    """The role that files, named by the sign-in or by a mandate; empty while it is typed."""
    whose: tuple[PlanProblem, ...]
    """What is wrong with who files."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The draft has become a case: its pages are over."""

    number: str


async def take(office: Office, caller: Caller, draft_id: str) -> Hand | Filed:
    """Take the caller's own draft in hand, or tell which case it has become; raises NotKnown."""
    try:
        stored, body = await draft.load(office, caller, draft_id)
    except NotKnown:
        number = await case_of_key(office.archive, f"{caller.account}:{draft_id}")
        if number is None:
            raise
        return Filed(number)
    bundle = office.catalog.bundle(stored.bundle)
    situations = acting(bundle, body.situations, mandated=body.mandate is not None)
    return Hand(office, caller, bundle, stored, body.model_copy(update={"situations": situations}))


async def keep(hand: Hand, body: DraftBody) -> Hand:
    """Save the draft, with what registers say of the person themselves if they may be asked."""
    body = body.model_copy(update=OWN)
    if body.notice_shown:
        errand = Errand(hand.caller, hand.draft.id, LookupPurpose.PREFILL, notice_shown=True)
        filling = await fill(hand.office, hand.bundle, given_of(hand.caller, hand.region, body), errand)
        body = body.model_copy(update={"held": filling.held})
    stored = await draft.save(hand.office, hand.caller, hand.draft, body)
    return replace(hand, draft=stored, body=body)


async def sheet_of(hand: Hand) -> Sheet:
    """The form with everything that is still to be done."""
    filling = await fill(hand.office, hand.bundle, given_of(hand.caller, hand.region, hand.body))
    papers = await materials_of(hand.office.archive, Holder(draft=hand.draft.id))
    wrong = await whose(hand.office, hand.caller, hand.bundle, hand.body)
    applicant = _applicant(hand, filling, wrong)
    plan = plan_of(hand.office, filling, frozenset(one.material for one in papers))
    plan = as_filed(plan, known=bool(applicant), mandated=hand.body.mandate is not None)
    early = told_early(hand.bundle, hand.body, wrong)
    if early:
        plan = plan.model_copy(update={"problems": (*plan.problems, *early)})
    progress = progress_of(hand.office, hand.body, filling, plan, papers)
    return Sheet(filling, plan, papers, progress, applicant, wrong)


def go(request: Request, place: str, kept: str = "", anchor: str = "") -> RedirectResponse:
    """To another page; `kept` names the page whose words the server now has."""
    query = f"?kept={kept}{language(request, '&')}" if kept else language(request)
    return RedirectResponse(f"{place}{query}{anchor}", 303)


def to_case(request: Request, filed: Filed) -> RedirectResponse:
    """To the case that the draft has become."""
    return go(request, f"/m/done/{filed.number}")


def _applicant(hand: Hand, filling: Filling, wrong: tuple[PlanProblem, ...]) -> str:
    role = login_role(hand.bundle) or ""
    number = filling.known.get(f"/{role}/{ID_NUMBER}")
    if number is None:
        return ""
    own = is_own(hand.office, hand.caller, str(number.value))
    return role if own or (hand.body.mandate is not None and not wrong) else ""


def by_pointer(problems: tuple[PlanProblem, ...]) -> dict[str, list[PlanProblem]]:
    """Findings by the field they stand beside."""
    found: dict[str, list[PlanProblem]] = {}
    for one in problems:
        found.setdefault(one.pointer, []).append(one)
    return found
