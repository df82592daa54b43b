"""A draft as its pages show it: in goes a clerk with a draft, out come plan, papers, standing and findings.

Form and check page are drawn from the same sheet, so both say the same and count the same.
"""

from dataclasses import dataclass
from typing import Any

from api.filling import Filling, plan_of, region_of, rungs_of
from api.guide.figure import figures_of
from api.guide.misfit import misfits
from api.intake import missing_papers
from api.lookup import Held
from api.page_hand import Hand, by_pointer, fill_in
from api.page_view import word
from api.paper_choice import open_papers, owed_within, passed_over
from forms.chain import working_days
from forms.merge import ID_NUMBER, Supply
from forms.person import Uncounted, persons_uncounted
from forms.pledge import ITSELF, stated
from forms.resolve import Resolution
from onething.catalog import Catalog
from onething.eligibility import Eligibility
from onething.fact import Fact
from onething.item_material import MaterialSource
from onething.plan import Plan, PlanMaterial, PlanProblem
from onething.text import Text
from records.material import Holder, StoredMaterial, materials_of

_PERSONS = "population"
"""The register that knows who somebody is; the others know what somebody has."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A paper that a statement ticked in the form stands for."""

    material: str
    title: Text
    pointer: str
    """Where the statement is ticked."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that form and check page say about a draft."""

    filling: Filling
    typed: dict[str, str]
    """By pointer, words that stand where a number belongs."""
    plan: Plan
    papers: dict[str, list[StoredMaterial]]
    standing: Eligibility | None
    findings: tuple[PlanProblem, ...]
    strangers: tuple[Text, ...]
    """Roles whose number the population register does not know: their fields are typed."""
    pledges: tuple[PlanMaterial, ...]
    """Proofs that a pledge stands for, each ticked by itself."""
    replaced: tuple[Replaced, ...]
    """Papers that statements ticked in the form stand for."""
    attested: frozenset[str]
    """Pointers of the applicant's own facts that the population register says just so."""
    later: frozenset[str]
    """Papers that are not there and may follow: each is asked about."""
    owed_within: dict[str, str]
    """By paper that may follow, the shortest time in which some item wants it, such as `20wd`."""

    @property
    def values(self) -> dict[str, Any]:
        """What the templates are given."""
        return {
            "plan": self.plan,
            "typed": self.typed,
            "papers": self.papers,
            "standing": self.standing,
            "problems": self.findings,
            "found": by_pointer(self.findings),
            "strangers": self.strangers,
            "pledges": self.pledges,
            "replaced": self.replaced,
            "attested": self.attested,
            "later": self.later,
            "owed_within": self.owed_within,
            "uncounted": uncounted_in(self.filling),
            "longest": max(
                (working_days(slot.item.limits.promised) for slot in self.filling.form.slots), default=0
            ),
            "agencies": {slot.slot: slot.agency for slot in self.plan.slots},
        }


def uncounted_in(filling: Filling) -> dict[str, Uncounted]:
    """By role the lists of a draft that name fewer persons than the household is said to have.

    Where a register's values are withheld, nothing is told by them here either.
    """
    if filling.withheld:
        return {}
    return persons_uncounted(filling.form, Resolution(filling.form, filling.answers, filling.known))


async def sheet_of(hand: Hand, problems: tuple[PlanProblem, ...] = (), *, complain: bool = False) -> Sheet:
    """Draw up the sheet; `complain` also about what is still missing, and how the household stands."""
    filling = await fill_in(hand, hand.body)
    stored = await materials_of(hand.office.archive, Holder(draft=hand.draft_id))
    uploaded = frozenset(one.material for one in stored)
    plan = plan_of(hand.office, filling, uploaded, complain=complain)
    plan = plan.model_copy(update={"figures": figures_of(filling, plan, hand.body)})
    lacking = _lacking(hand, filling, plan, uploaded) if complain else ()
    # Every word typed is shown again, also where a number belongs and it could not be reckoned with.
    typed = misfits(filling.form, hand.body.answers)
    findings = {
        (one.pointer, one.code): one
        for one in (*plan.problems, *lacking, *problems)
        if one.pointer not in typed or one.code != "required"
    }
    # Before submission, when the clerk has it checked: how the household stands.
    standing = rungs_of(hand.office, filling, region_of(hand.office, hand.caller)) if complain else None
    papers: dict[str, list[StoredMaterial]] = {}
    for one in stored:
        papers.setdefault(one.material, []).append(one)
    return Sheet(
        filling=filling,
        typed=typed,
        plan=plan,
        papers=papers,
        standing=standing,
        findings=tuple(findings.values()),
        strangers=_strangers(filling, hand.body.held),
        pledges=pledges_of(hand.office.catalog, plan),
        replaced=_replaced(hand.office.catalog, filling),
        attested=_attested(filling, hand.body.held),
        later=open_papers(filling, uploaded),
        owed_within=owed_within(hand.office, filling),
    )


def pledges_of(catalog: Catalog, plan: Plan) -> tuple[PlanMaterial, ...]:
    """The proofs that the applicant's word stands for, each to be ticked.

    What the merged form itself is, such as a statement ticked among its fields, is asked there.
    """
    return tuple(
        paper
        for paper in plan.materials
        if paper.source == MaterialSource.PLEDGE and catalog.materials[paper.material].shared_by != ITSELF
    )


def _replaced(catalog: Catalog, filling: Filling) -> tuple[Replaced, ...]:
    resolution = Resolution(filling.form, filling.answers, filling.known)
    return tuple(
        Replaced(one.material, catalog.materials[one.material].title, one.pointer)
        for one in stated(resolution)
    )


def _attested(filling: Filling, held: Held) -> frozenset[str]:
    """What is known of whoever applies and stands in the register; numbers are what it was asked by."""
    found = set()
    for pointer, known in filling.known.items():
        role, _, concept = pointer.strip("/").rpartition("/")
        number = filling.known.get(f"/{role}/{ID_NUMBER}")
        if known.source != Supply.LOGIN or number is None or concept == ID_NUMBER:
            continue
        record = held.records.get(_PERSONS, {}).get(str(number.value), {})
        if record.get(concept) == known.value:
            found.add(pointer)
    return frozenset(found)


def _lacking(hand: Hand, filling: Filling, plan: Plan, uploaded: frozenset[str]) -> tuple[PlanProblem, ...]:
    """Papers still to be brought or spoken of, and pledges still to be made."""
    resolution = Resolution(filling.form, filling.answers, filling.known)
    pledges = (
        PlanProblem(
            pointer=f"/pledged/{paper.material}",
            code="pledge_missing",
            text=word("guide_pledge_missing", title_zh=paper.title.zh, title_en=paper.title.en),
        )
        for paper in pledges_of(hand.office.catalog, plan)
        if paper.material not in hand.body.pledged
    )
    missing = missing_papers(hand.office, filling.form.slots, resolution, uploaded)
    open_ones = passed_over(hand.office, filling, uploaded, (*hand.body.owed, *hand.body.without))
    return (*missing, *open_ones, *pledges)


def _strangers(filling: Filling, held: Held) -> tuple[Text, ...]:
    asked = {mark.split("|")[1] for mark in held.asked if mark.startswith(f"{_PERSONS}|")}
    unknown = asked - held.records.get(_PERSONS, {}).keys()
    if not unknown or _PERSONS in held.ambiguous:
        return ()
    resolution = Resolution(filling.form, filling.answers, filling.known)
    found = []
    for name, role in filling.form.roles.items():
        for index in range(resolution.size(name)) if role.many else (None,):
            number = resolution.get(Fact("id_number", (name,)), index)
            if number is not None and str(number.value) in unknown:
                found.append(_numbered(role.title, index))
    return tuple(found)


def _numbered(title: Text, index: int | None) -> Text:
    return title if index is None else Text(zh=f"{title.zh} {index + 1}", en=f"{title.en} {index + 1}")
