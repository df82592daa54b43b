"""Corrections over HTTP: in goes what the family puts right, out come the filings that change by it.

Only what an agency has asked about may change. A fact that several items share changes all of them: undecided
ones are filed anew, for decided ones a work-order is opened, and the clerk sees which before confirming. A
program that shows nobody what would follow says so itself, or its correction goes no further than what asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field

from activities.signatures import Applied
from api import audit
from api.asked import AskedView, Question, question_of, slots_with, view_asked
from api.asked_paper import answered_papers
from api.case import Follower, Number, Steerer, shown
from api.case_view import CaseView
from api.changed import checked, lay_over, papers_of, place_of, prepared, refuse_unasked, reheaded
from api.enact import Change, enact
from api.errors import ConsequencesUnseen
from api.foresight import Foresight, foresee, try_out
from api.gate_asked import required
from api.office import Office, TheOffice
from api.own import held_back, withheld_in_case, without_values
from api.principal import Caller
from api.problem import rejected
from api.role import PERSONS
from api.sealing import sealed
from api.standing import (
    Answered,
    Standing,
    answered_of,
    filings_of,
    form_of,
    sealed_answers,
    standing_of,
    value_at,
)
from forms.change import corrected
from forms.merge import MergedForm
from forms.validate import Validation
from onething.case_event import Corrected
from onething.case_record import PaperInstead
from onething.case_state import DECIDED, WELL_ENDED, SlotState
from onething.errors import ActionRejected, AnswersRejected
from onething.filing import CaseHeader, SlotFiling
from onething.plan import PlanProblem
from onething.text import Model, Text

router = APIRouter(tags=["corrections"])
UploadId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
SlotName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}(\[[0-9]{1,3}\])?$")]
MaterialName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
_MANY: Final = 100
_PASSED: Final = "the time for this correction has passed"
_UNASKED: Final = "nobody asked for a correction"


class CorrectionRequest(Model):
    """What is put right: answers at their places, uploads by id; `slots` says whose question is answered."""

    answers: dict[str, Any] = {}
    materials: Annotated[tuple[UploadId, ...], Field(max_length=_MANY)] = ()
    instead: Annotated[dict[MaterialName, PaperInstead], Field(max_length=_MANY)] = {}
    """What is said about papers that are asked for and not uploaded."""
    slots: Annotated[tuple[SlotName, ...], Field(max_length=_MANY)] = ()
    seen: Annotated[str, Field(max_length=8000)] = ""
    """The preview's `mark`: this is done just as it was seen, or not at all."""
    acknowledged: bool = False
    """In its stead: whatever follows for other items and for decided ones is meant to follow."""


class ForeseenCorrection(Foresight):
    """What a correction would come to, and the mark by which it is confirmed as it was seen."""

    mark: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that nothing is wrong with: the filings that change, head and answers as they are then."""

    standing: Standing
    filings: dict[str, SlotFiling]
    header: CaseHeader
    answered: Answered
    changed: tuple[str, ...]
    opened: dict[str, str]
    """Gates, by slot, whose conditions the answers now meet."""
    asking: frozenset[str]
    """The slots that asked: that these are filed anew follows of itself."""
    instead: dict[str, PaperInstead]

    def action(self, refs: Mapping[str, str], caller: Caller) -> Corrected:
        """What the case is told."""
        payloads = {name: refs[f"payload:{name}"] for name in self.filings}
        return Corrected(
            payloads=payloads,
            header=refs["header"],
            opened=self.opened,
            instead=self.instead,
            by="" if caller.role in PERSONS else "window",
            actor=caller.account,
        )


@router.get("/cases/{number}/corrections")
async def get_corrections(number: Number, caller: Follower, office: TheOffice) -> AskedView:
    """What is asked: by which notice, until when, and which fields and papers of the form it concerns."""
    return await read_asked(office, caller, number)


@router.post("/cases/{number}/corrections/preview")
async def preview_correction(
    number: Number, request: CorrectionRequest, caller: Steerer, office: TheOffice
) -> ForeseenCorrection:
    """Which items would be filed anew, and which decided ones would get a work-order; changes nothing."""
    return await preview(office, caller, number, request)


@router.post("/cases/{number}/corrections")
async def post_correction(
    number: Number, request: CorrectionRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Put right what was asked about; another field is refused by name, and then nothing has changed."""
    applied = await correct(office, caller, number, request)
    return await shown(office, number, applied.revision)


async def read_asked(office: Office, caller: Caller, number: str) -> AskedView:
    """What is asked, as far as this caller may see what stands there; raises NotKnown, CaseErased."""
    standing = await standing_of(office, number)
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    withheld = withheld_in_case(office, caller, form, answered)
    view = view_asked(office, standing, form, answered, withheld)
    await audit.note(office, caller, "read_corrections", number, tuple(one.pointer for one in view.fields))
    return view


async def preview(
    office: Office, caller: Caller, number: str, request: CorrectionRequest
) -> ForeseenCorrection:
    """Try a correction out; raises as `correct`, but for the engine's own errors and `ConsequencesUnseen`."""
    standing = await standing_of(office, number)
    correction = await _checked(office, caller, standing, request, "preview_correction")
    foresight = _foreseen(office, caller, correction)
    return ForeseenCorrection(**dict(foresight), mark=_mark(foresight))


async def correct(office: Office, caller: Caller, number: str, request: CorrectionRequest) -> Applied:
    """Take the correction in and tell the case.

    Raises NotKnown, CaseErased, AnswersRejected, ActionRejected, ConsequencesUnseen, EngineUnavailable.
    """
    standing = await standing_of(office, number)
    correction = await _checked(office, caller, standing, request, "correct_case")
    _refuse_unseen(_foreseen(office, caller, correction), correction.asking, request)
    contents = {f"payload:{name}": sealed(one) for name, one in correction.filings.items()}
    contents |= {"header": sealed(correction.header), "answers": sealed_answers(correction.answered)}
    change = Change(
        contents=contents,
        action=lambda refs: correction.action(refs, caller),
        line=("corrected", None),
        slots=tuple(sorted(correction.filings)),
    )
    return await enact(office, standing, change)


def _foreseen(office: Office, caller: Caller, correction: Correction) -> Foresight:
    refs = {"header": "", **{f"payload:{name}": "" for name in correction.filings}}
    action = correction.action(refs, caller)
    outcome = try_out(correction.standing, action, office.now())
    return foresee(correction.standing, outcome, tuple(correction.filings))


def _refuse_unseen(foresight: Foresight, asking: frozenset[str], request: CorrectionRequest) -> None:
    """Raise ConsequencesUnseen for what nobody was shown: something else, or more than the asking items."""
    if request.seen:
        if request.seen != _mark(foresight):
            raise ConsequencesUnseen
        return
    reaches = foresight.work_orders or any(one.slot not in asking for one in foresight.filed_anew)
    if reaches and not request.acknowledged:
        raise ConsequencesUnseen


def _mark(foresight: Foresight) -> str:
    """What was seen, so that nothing else is confirmed."""
    groups = (foresight.filed_anew, foresight.kept_for_later, foresight.goes_on)
    orders = ",".join(f"{one.kind}:{one.slot}" for one in foresight.work_orders)
    return "|".join([*(",".join(one.slot for one in group) for group in groups), orders])


async def _checked(
    office: Office, caller: Caller, standing: Standing, request: CorrectionRequest, attempt: str
) -> Correction:
    """Everything that can be wrong with it, found before anything is stored; the attempt is audited first."""
    named = tuple(sorted(_named(request.answers)))
    await audit.note(office, caller, attempt, standing.number, (*request.slots, *named)[:_MANY])
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    question = _narrowed(question_of(standing, form, answered), form, request.slots, standing)
    withheld = withheld_in_case(office, caller, form, answered)
    seen = replace(answered, known=without_values(answered.known, withheld))
    answers, changed = lay_over(form, seen, request.answers)
    refuse_unasked(form, [one for one in changed if one not in question.lacking], question.places)
    given = (request.materials, request.instead)
    instead, silent = await answered_papers(office, caller, standing.number, question.materials, given)
    if question.gates and not (changed or request.materials or question.slots or standing.state.hold):
        raise rejected(required(form, question.gates))
    validation = _validated(form, answered, answers, withheld, silent)
    before = await filings_of(office, standing)
    materials = await papers_of(office, standing, before, request.materials)
    after = await prepared(office, standing, form, validation, materials)
    header = await reheaded(office, standing, after)
    alive = {name: one for name, one in after.filings.items() if _is_alive(standing, name)}
    blind = {place_of(one) for one in changed if one in withheld}
    answered_gates = [one for one in question.gates if not set(one.lacking).isdisjoint(changed)]
    asked = question.slots | slots_with(form, blind) | {one.slot for one in answered_gates}
    filings = corrected(before, alive, asked=asked)
    opened = {one.slot: one.gate for one in answered_gates if one.is_met(validation.resolution)}
    newer = replace(answered, answers=dict(validation.resolution.answers))
    asking = frozenset(question.slots | {one.slot for one in answered_gates})
    return Correction(standing, filings, header, newer, tuple(changed), opened, asking, instead)


def _validated(
    form: MergedForm,
    answered: Answered,
    answers: Mapping[str, Any],
    withheld: Mapping[str, Text],
    silent: tuple[PlanProblem, ...],
) -> Validation:
    """Validate as if filed now, `silent` being what is found about papers.

    No finding tells a person what others said of somebody else.
    """
    try:
        return checked(form, answered, answers, silent)
    except AnswersRejected as error:
        still = {one: words for one, words in withheld.items() if value_at(answers, one) in (None, "")}
        problems: Any = error.params["problems"]
        raise rejected(held_back(one, still, form) for one in problems) from None


def _is_alive(standing: Standing, name: str) -> bool:
    """Whether the item is under way or was granted: what came to nothing is put right by applying again."""
    slot = standing.state.slots.get(name)
    return slot is not None and (slot.state not in DECIDED or slot.state in WELL_ENDED)


def _narrowed(question: Question, form: MergedForm, slots: tuple[str, ...], standing: Standing) -> Question:
    """The question of the slots named, or all of it; raises ActionRejected for a slot that asks nothing."""
    if not question.slots and not question.gates and standing.state.hold is None:
        every = standing.state.slots.values()
        lapsed = next((one.slot for one in every if one.state is SlotState.LAPSED), "")
        raise ActionRejected(what=_PASSED if lapsed else _UNASKED, slot=lapsed)
    asking = question.boxes.keys() | question.slots | {gate.slot for gate in question.gates}
    for name in slots:
        if name not in asking:
            slot = standing.state.slots.get(name)
            gone = slot is not None and slot.state is SlotState.LAPSED
            raise ActionRejected(what=_PASSED if gone else _UNASKED, slot=name)
    return question.only(form, slots, standing) if slots else question


def _named(answers: Mapping[str, Any]) -> set[str]:
    """The names of facts among the answers, as far as they are names at all."""
    groups = [
        (role, row)
        for role, group in answers.items()
        for row in (group if isinstance(group, list) else [group])
        if isinstance(row, Mapping)
    ]
    return {f"{role}/{key}"[:80] for role, row in groups for key in row if key.isidentifier()}
