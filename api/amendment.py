"""Amendments over HTTP: in go changed situations and what they newly ask, out comes the case with new items.

What was answered stays answered: only what nobody has said yet is asked, and only that may be given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from activities.signatures import Applied
from api import audit
from api.answer import shape_situations
from api.asked import shown_blocks
from api.case import Number, Steerer, shown
from api.case_view import CaseView
from api.changed import Place, checked, lay_over, papers_of, place_of, prepared, refuse_unasked
from api.correction import UploadId, form_of
from api.filling import words_of
from api.foresight import ForeseenSlot, Foresight, foresee, try_out
from api.intake import missing_papers
from api.office import Office, TheOffice
from api.principal import Caller
from api.problem import rejected
from api.sealing import JSON
from api.standing import (
    Answered,
    Change,
    Standing,
    answered_of,
    enact,
    filings_of,
    header_of,
    sealed_answers,
    standing_of,
)
from forms.change import Amendment, amended
from forms.merge import MergedForm
from forms.plan import tell
from forms.situation import check_situations
from forms.validate import validate
from onething.case_event import Amended, Corrected
from onething.case_state import SlotState
from onething.case_turn import Outcome
from onething.errors import ActionRejected
from onething.filing import CaseHeader
from onething.plan import PlanField, PlanProblem
from onething.text import Model
from onething.wording import SLOT_STATES
from records.blob import Content

router = APIRouter(tags=["amendments"])
_UNFILED: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED})
_MANY: Final = 100


class AmendmentRequest(Model):
    """The situations that have changed, and what is newly asked; the rest stays as it is."""

    situations: dict[str, Any]
    answers: dict[str, Any] = {}
    materials: Annotated[tuple[UploadId, ...], Field(max_length=_MANY)] = ()


class AmendmentView(Model):
    """What an amendment would do, and what it still asks."""

    foresight: Foresight
    fields: tuple[PlanField, ...]
    """What nobody has answered yet and the new items ask."""
    problems: tuple[PlanProblem, ...]
    """What still has to be given or mended before it can be done."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An amendment as far as it is thought out."""

    standing: Standing
    answered: Answered
    form: MergedForm
    answers: dict[str, Any]
    """All of them, as far as they are given."""
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ready:
    """An amendment that nothing is wrong with, tried out."""

    wanted: _Wanted
    amendment: Amendment
    header: CaseHeader
    answered: Answered
    outcome: Outcome


@router.post("/cases/{number}/amendment/preview")
async def preview_amendment(
    number: Number, request: AmendmentRequest, caller: Steerer, office: TheOffice
) -> AmendmentView:
    """Which items are added and dropped, and what they newly ask; changes nothing."""
    await audit.note(office, caller, "preview_amendment", number, _names(request))
    wanted = await _wanted(office, number, request)
    problems, fields = await _open_questions(office, wanted)
    if problems:
        return AmendmentView(foresight=_by_name(office, wanted), fields=fields, problems=problems)
    ready = await _ready(office, caller, wanted)
    seen = foresee(wanted.standing, ready.outcome)
    return AmendmentView(
        foresight=seen.model_copy(update={"unsent": _unsent(ready, caller, office)}),
        fields=fields,
        problems=(),
    )


@router.post("/cases/{number}/amendment")
async def post_amendment(
    number: Number, request: AmendmentRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Add and drop items as the situations now call for; what was decided stays on the record."""
    applied = await amend(office, caller, number, request)
    return await shown(office, number, applied.revision)


async def amend(office: Office, caller: Caller, number: str, request: AmendmentRequest) -> Applied:
    """Amend the case.

    Raises NotKnown, CaseErased, AnswersRejected, ActionRejected, EngineUnavailable.
    """
    await audit.note(office, caller, "amend_case", number, _names(request))
    wanted = await _wanted(office, number, request)
    problems, _ = await _open_questions(office, wanted)
    if problems:
        raise rejected(problems)
    ready = await _ready(office, caller, wanted)
    applied = await enact(office, wanted.standing, _change(ready, caller))
    filed = _filed_otherwise(ready)
    if not filed:
        return applied
    standing = await standing_of(office, number)
    contents = {f"payload:{name}": _content(ready.amendment.changed[name]) for name in filed}

    def action(refs: Mapping[str, str]) -> Corrected:
        payloads = {name: refs[f"payload:{name}"] for name in filed}
        return Corrected(payloads=payloads, actor=caller.account)

    try:
        return await enact(
            office, standing, Change(contents, action, ("corrected", None), tuple(sorted(filed)))
        )
    except ActionRejected:
        return applied  # nobody has asked: these items stay as they were filed, as the preview said


async def _wanted(office: Office, number: str, request: AmendmentRequest) -> _Wanted:
    """The new form with what is given laid over; raises AnswersRejected for what nobody newly asks."""
    standing = await standing_of(office, number)
    answered = await answered_of(office, standing)
    before = form_of(office, standing, answered)
    bundle = before.bundle
    situations, misshapen = shape_situations(bundle, {**answered.situations, **request.situations})
    if misshapen:
        raise rejected(tell(before, one) for one in misshapen)
    form = office.form(bundle, situations, standing.case.received_on)
    answers, changed = lay_over(form, answered, request.answers)
    refuse_unasked(form, changed, _unanswered(before, form, answered))
    newer = replace(answered, situations=situations)
    return _Wanted(standing, newer, form, answers, request.materials)


async def _open_questions(
    office: Office, wanted: _Wanted
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


async def _ready(office: Office, caller: Caller, wanted: _Wanted) -> _Ready:
    standing, form = wanted.standing, wanted.form
    validation = checked(form, wanted.answered, wanted.answers)
    before = await filings_of(office, standing)
    materials = await papers_of(office, standing, before, wanted.materials)
    after = await prepared(office, standing, form, validation, materials)
    amendment = amended(standing.case, before, after)
    refs = dict.fromkeys(_sent(standing, amendment), "")
    action = Amended(definition=amendment.definition, payloads=refs, actor=caller.account)
    outcome = try_out(standing, action, office.now())
    case = (outcome.case or standing.case).model_copy(update={"payloads": {}, "header": ""})
    old = await header_of(office, standing)
    header = after.header.model_copy(
        update={"case": case, "materials": {**old.materials, **after.header.materials}}
    )
    answered = replace(wanted.answered, answers=dict(validation.resolution.answers))
    return _Ready(wanted, amendment, header, answered, outcome)


def _change(ready: _Ready, caller: Caller) -> Change:
    """The amendment as it is told and kept: with each filing that nobody has sent yet."""
    amendment, case = ready.amendment, ready.header.case
    sent = _sent(ready.wanted.standing, amendment)
    filings = {**amendment.changed, **amendment.new}
    contents = {f"payload:{name}": _content(filings[name]) for name in sent}
    contents |= {
        "header": _content(ready.header),
        "case": _content(case),
        "answers": sealed_answers(ready.answered),
    }

    def action(refs: Mapping[str, str]) -> Amended:
        return Amended(
            definition=amendment.definition,
            payloads={name: refs[f"payload:{name}"] for name in sent},
            header=refs["header"],
            actor=caller.account,
        )

    return Change(contents, action, line=("amended", None))


def _content(document: BaseModel) -> Content:
    return Content(document.model_dump_json().encode(), JSON)


def _sent(standing: Standing, amendment: Amendment) -> tuple[str, ...]:
    """Items whose filing goes with the amendment: the new ones, and those that wait to be filed at all."""
    waiting = [name for name in amendment.changed if standing.state.slots[name].state in _UNFILED]
    return (*amendment.new, *waiting)


def _filed_otherwise(ready: _Ready) -> tuple[str, ...]:
    """Items filed already, with data that the new situations make different."""
    sent = _sent(ready.wanted.standing, ready.amendment)
    return tuple(name for name in ready.amendment.changed if name not in sent)


def _unsent(ready: _Ready, caller: Caller, office: Office) -> tuple[ForeseenSlot, ...]:
    """Those of them that stay as filed, because no agency has asked for a correction."""
    filed = _filed_otherwise(ready)
    if not filed:
        return ()
    case = ready.outcome.case or ready.wanted.standing.case
    after = replace(ready.wanted.standing, case=case, state=ready.outcome.state)
    correction = Corrected(payloads=dict.fromkeys(filed, ""), actor=caller.account)
    seen = foresee(ready.wanted.standing, ready.outcome, filed).kept_for_later
    try:
        try_out(after, correction, office.now())
    except ActionRejected:
        return seen
    return ()


def _by_name(office: Office, wanted: _Wanted) -> Foresight:
    """Added and dropped items, as long as too little is said to try the amendment out."""
    standing = wanted.standing
    named = {slot.name for slot in wanted.form.slots}
    seen = foresee(standing, Outcome(standing.state, (), ()), tuple(standing.state.slots))
    gone = tuple(one for one in seen.kept_for_later if one.slot not in named)
    added = tuple(
        ForeseenSlot(
            slot=slot.name,
            title=slot.slot.title or slot.item.title,
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


def _names(request: AmendmentRequest) -> tuple[str, ...]:
    return tuple(sorted(name[:80] for name in request.situations if name.isidentifier()))[:_MANY]
