"""An amendment thought out: in goes what a clerk changes, out comes what it asks, and what it would do."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import Field

from api.answer import shape_situations
from api.asked import shown_blocks
from api.changed import (
    Place,
    checked,
    lay_over,
    papers_of,
    place_of,
    prepared,
    refuse_unasked,
    reheaded,
)
from api.correction import UploadId
from api.filling import words_of
from api.foresight import ForeseenSlot, Foresight, lines_of, try_out
from api.intake import missing_papers
from api.office import Office
from api.principal import Caller
from api.problem import rejected
from api.standing import Answered, Standing, answered_of, filings_of, form_of, standing_of
from forms.change import Amendment, amended
from forms.merge import MergedForm
from forms.plan_field import tell
from forms.situation import check_situations
from forms.validate import validate
from onething.case_event import Amended
from onething.case_state import SlotState
from onething.case_turn import Outcome
from onething.filing import CaseHeader
from onething.plan import PlanField, PlanProblem
from onething.text import Model
from onething.wording import SLOT_STATES

_MANY: Final = 100


class AmendmentRequest(Model):
    """The situations that have changed, and what is newly asked; the rest stays as it is."""

    situations: dict[str, Any]
    answers: dict[str, Any] = {}
    materials: Annotated[tuple[UploadId, ...], Field(max_length=_MANY)] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """An amendment as far as it is thought out."""

    standing: Standing
    answered: Answered
    form: MergedForm
    answers: dict[str, Any]
    """All of them, as far as they are given."""
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """An amendment that nothing is wrong with, tried out."""

    wanted: Wanted
    amendment: Amendment
    header: CaseHeader
    answered: Answered
    outcome: Outcome


async def wanted_of(office: Office, number: str, request: AmendmentRequest) -> Wanted:
    """The new form with what is given laid over; raises AnswersRejected for what nobody newly asks."""
    standing = await standing_of(office, number)
    answered = await answered_of(office, standing)
    before = form_of(office, standing, answered)
    bundle = before.bundle
    situations, misshapen = shape_situations(bundle, {**answered.situations, **request.situations})
    if misshapen:
        raise rejected(tell(before, one) for one in misshapen)
    newer = replace(answered, situations=situations)
    form = form_of(office, standing, newer)
    answers, changed = lay_over(form, answered, request.answers)
    refuse_unasked(form, changed, _unanswered(before, form, answered))
    return Wanted(standing, newer, form, answers, request.materials)


async def open_questions(
    office: Office, wanted: Wanted
) -> tuple[tuple[PlanProblem, ...], tuple[PlanField, ...]]:
    """What still has to be said or brought, and the fields for it."""
    form, standing = wanted.form, wanted.standing
    validation = validate(form, wanted.answers, wanted.answered.known)
    filings = await filings_of(office, standing)
    materials = await papers_of(office, standing, filings, wanted.materials)
    added = tuple(slot for slot in form.slots if slot.name not in standing.state.slots)
    problems = (
        *words_of(form, tuple(check_situations(form.bundle, wanted.answered.situations))),
        *words_of(form, validation.problems),
        *missing_papers(office, added, validation.resolution, frozenset(materials)),
    )
    lacking = {one.pointer for one in problems}
    newer = replace(wanted.answered, answers=wanted.answers)
    fields = tuple(
        one
        for block in shown_blocks(office, form, newer)
        for one in block.fields
        if one.pointer in lacking or (one.value is None and any(s.name in one.needed_by for s in added))
    )
    return problems, fields


async def ready_of(office: Office, caller: Caller, wanted: Wanted) -> Ready:
    """Prepare the case anew and try the amendment out; raises AnswersRejected, ActionRejected."""
    standing, form = wanted.standing, wanted.form
    validation = checked(form, wanted.answered, wanted.answers)
    before = await filings_of(office, standing)
    materials = await papers_of(office, standing, before, wanted.materials)
    after = await prepared(office, standing, form, validation, materials)
    amendment = amended(standing.case, before, after)
    refs = dict.fromkeys((*amendment.new, *amendment.changed), "")
    action = Amended(definition=amendment.definition, payloads=refs, actor=caller.account)
    outcome = try_out(standing, action, office.now())
    header = await reheaded(office, standing, after, outcome.case)
    answered = replace(wanted.answered, answers=dict(validation.resolution.answers))
    return Ready(wanted, amendment, header, answered, outcome)


def by_name(office: Office, wanted: Wanted) -> Foresight:
    """Added and dropped items, as long as too little is said to try the amendment out."""
    standing = wanted.standing
    named = {slot.name for slot in wanted.form.slots}
    gone = tuple(one for one in lines_of(standing) if one.slot not in named)
    added = tuple(
        ForeseenSlot(
            slot=slot.name,
            title=slot.title,
            agency=office.catalog.agency(slot.item.agency).title,
            state=SlotState.WAITING.value,
            state_text=SLOT_STATES[SlotState.WAITING],
        )
        for slot in wanted.form.slots
        if slot.name not in standing.state.slots
    )
    return Foresight(added=added, dropped=gone)


def _unanswered(before: MergedForm, form: MergedForm, answered: Answered) -> set[Place]:
    """The places at which nothing was said so far."""
    resolution = validate(before, answered.answers, answered.known).resolution
    said = {
        place_of(resolved.leaf)
        for fact, field in before.fields.items()
        for index in (range(resolution.size(fact.owner)) if field.many else (None,))
        if (resolved := resolution.get(fact, index)) is not None
    }
    every = {(fact.owner, fact.key) for fact in form.fields}
    return every - said
