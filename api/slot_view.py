"""One item of a case for the eye: in go its definition and state, out comes what screens show."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from api.clock_view import (
    DueView,
    ExtensionView,
    PauseView,
    due_view,
    extension_view,
    pause_view,
    promised_of,
)
from onething.adapter import StepOutcome
from onething.case_action import may_doubt, may_reapply
from onething.case_clock import holder
from onething.case_definition import CaseInput, SlotDefinition, SlotGate
from onething.case_record import OwedPaper, OwedState
from onething.case_state import DECIDED, FAVOURABLE, BundleState, CaseState, SlotCase, SlotState
from onething.clock import local_day
from onething.item import Proof, Reversibility
from onething.legal_profile import LegalProfile
from onething.slot_course import awaited, place, remedies, reviews, state_words, steps
from onething.text import Model, Text
from onething.wording import HOLDERS

_OWED: Final = {
    OwedState.OWED: Text(zh="待补交", en="still to be brought"),
    OwedState.MET: Text(zh="已补交", en="brought"),
    OwedState.MISSED: Text(zh="逾期未补交", en="not brought in time"),
}
_CONSEQUENCE: Final = (
    Text(
        zh="逾期未补交的，视为撤回这一事项的申请",
        en="not brought in time, the filing of this item counts as withdrawn",
    ),
    Text(
        zh="逾期未补交的，由作出决定的部门处理",
        en="not brought in time, the agency that decided has to act",
    ),
)
"""What becomes of a promise not kept: while undecided, and afterwards."""
_UNTOLD: Final = Text(zh="窗口（待一并告知申请人）", en="the window, to be told in one notice")
_FILING_ANEW: Final = Text(zh="正在请部门退回，退回后重新送达", en="being asked back, to be filed anew")
_TAKING_BACK: Final = Text(zh="正在请部门退回", en="being asked back from its agency")


class OperatorView(Model):
    """That a person is needed: why, since when, under which key the agency was sent what, and its phone."""

    reason: str
    since: datetime
    detail: str
    key: str
    phone: str


class BlockView(Model):
    """What holds an item back, and how to free it; a gate of the calendar's opens by itself."""

    gate: str | None
    slot: str | None
    until: datetime | None = None
    opt_out: bool = False
    """Nothing has to be applied for: it goes on by itself at `until` unless it is declined before."""
    in_person: bool = False
    who: tuple[Text, ...] = ()
    """Who must come themselves."""
    proof: Proof | None = None
    """What a clerk goes by who opens the gate."""
    example: Text | None = None
    """How such a proof is put into words."""
    pays: bool = False
    """Whether money is paid out behind it."""
    text: Text
    fix: Text


class CorrectionView(Model):
    """The newest correction asked for: by which notice, and until when it is to be answered."""

    number: int
    round: int
    asked_at: datetime
    open: bool
    notice: int | None
    supplementary: bool
    breach: bool
    accepted: bool
    reasons: tuple[Text, ...]
    due: DueView | None
    answered_at: datetime | None


class OwedView(Model):
    """A paper that the family promised to bring later."""

    material: str
    title: Text
    state: str
    state_text: Text
    due: DueView | None
    within: str = ""
    """How long there is from acceptance, such as `20d`; with it the day is counted once that has come."""
    consequence: Text


class StepView(Model):
    """A step of the item that its agency has still to take."""

    title: Text
    agency: Text
    officers: int
    """How many have to sign it at least."""
    days: int
    """How many natural days a public notice stands; only one that is put up has any."""


class SlotView(Model):
    """One item of the case."""

    slot: str
    title: Text
    agency: Text
    phone: str
    state: str
    state_text: Text
    round: int
    holder: str
    holder_text: Text
    awaited: Text | None
    """What it waits for, whose turn it is; None once nothing more is expected of it."""
    course: tuple[Text, ...]
    """What it rests on and the steps that its agency took: visits with their signers, the public notice."""
    to_come: tuple[StepView, ...]
    """The steps still to be taken, while its agency works on it."""
    light: str
    ended: bool
    promised_limit: str
    promised: DueView | None
    statutory: DueView | None
    received_at: datetime | None
    accept_by: date | None
    """The last day for its agency to accept, or to say what is wrong, while it has done neither."""
    accepted_at: datetime | None
    deemed: bool
    """Accepted because its agency asked for nothing in time."""
    decided_at: datetime | None
    effective_from: date | None
    reasons: tuple[Text, ...]
    remedies: tuple[Text, ...]
    where_to: Text | None
    note: Text | None
    result: Text
    blocked: BlockView | None
    operator: OperatorView | None
    corrections: int
    correction: CorrectionView | None
    pauses: tuple[PauseView, ...]
    extension: ExtensionView | None
    owed: tuple[OwedView, ...]
    leaving: str | None
    leaving_text: Text | None
    may_withdraw: bool
    may_reapply: bool
    may_doubt: bool
    """Its agency may be asked to look at its decision again."""


def view_slot(case: CaseInput, state: CaseState, definition: SlotDefinition, now: datetime) -> SlotView:
    """Draw one item as it stands at `now`."""
    slot = state.slots[definition.slot]
    held = holder(slot, held=state.hold is not None)
    running = state.state is BundleState.RUNNING
    titles = {one.slot: one.title for one in case.definition.slots}
    return SlotView(
        slot=slot.slot,
        title=definition.title,
        agency=definition.agency_title,
        phone=definition.phone,
        state=slot.state.value,
        state_text=state_words(definition, slot),
        round=slot.round,
        holder=held,
        holder_text=_held_by(slot, definition, held),
        awaited=awaited(definition, slot, state, titles),
        to_come=tuple(_to_come(definition, slot)),
        course=(
            *place(definition, slot, state, titles),
            *steps(definition, slot),
            *reviews(slot, state),
        ),
        light=slot.light.value,
        ended=slot.ended,
        promised_limit=f"{definition.promised.amount}{definition.promised.unit}",
        promised=due_view(promised_of(slot, definition, case), overdue="promised" in slot.overdue),
        statutory=due_view(slot.statutory, overdue="statutory" in slot.overdue),
        received_at=slot.received_at,
        accept_by=_accept_by(slot),
        accepted_at=slot.accepted_at,
        deemed=slot.deemed,
        decided_at=slot.decided_at,
        effective_from=slot.effective_from,
        reasons=tuple(reason.text for reason in slot.reasons),
        remedies=remedies(definition, slot),
        where_to=slot.where_to,
        note=slot.note,
        result=definition.result,
        blocked=_blocked(slot, definition),
        operator=_operator(slot, definition),
        corrections=slot.corrections,
        correction=_correction(slot),
        pauses=tuple(pause_view(pause, slot, definition, case, now) for pause in slot.pauses),
        extension=extension_view(slot),
        owed=tuple(_owed(paper, slot, case.definition.profile(definition)) for paper in papers_owed(slot)),
        leaving=slot.leaving and slot.leaving.value,
        leaving_text=slot.leaving and (_FILING_ANEW if slot.leaving.value == "refile" else _TAKING_BACK),
        may_withdraw=running and slot.state not in DECIDED and slot.leaving is None,
        may_reapply=_may_go_on(state) and may_reapply(definition, slot),
        may_doubt=may_doubt(state, slot.slot),
    )


def _accept_by(slot: SlotCase) -> date | None:
    if slot.state is not SlotState.RECEIVED or slot.accept_by is None or slot.accepted_at is not None:
        return None
    return local_day(slot.accept_by - timedelta(seconds=1))


def papers_owed(slot: SlotCase) -> tuple[OwedPaper, ...]:
    """The papers promised for an item; what came to nothing or is not needed waits for none any more."""
    gone = slot.state in DECIDED - FAVOURABLE
    return tuple(paper for paper in slot.owed if not gone or paper.state is not OwedState.OWED)


def _may_go_on(state: CaseState) -> bool:
    """A case that came to its end goes on for an item; one that was taken back or stopped does not."""
    going = state.state in {BundleState.RUNNING, BundleState.COMPLETED}
    return going and state.ending is BundleState.COMPLETED


def _held_by(slot: SlotCase, definition: SlotDefinition, held: str) -> Text:
    if held == "window" and slot.state is SlotState.CORRECTION_REQUESTED:
        return _UNTOLD
    return definition.agency_title if held == "agency" else HOLDERS[held]


def _blocked(slot: SlotCase, definition: SlotDefinition) -> BlockView | None:
    by = slot.blocked_by
    if by is None:
        return None
    gate = next((one for one in definition.gates if one.gate == by.gate), None)
    return BlockView(
        gate=by.gate,
        slot=by.slot,
        until=by.until,
        opt_out=gate is not None and gate.opt_out is not None and by.until is not None,
        in_person=gate is not None and gate.in_person,
        who=gate.who if gate is not None else (),
        proof=_proved_by(gate),
        example=gate.example if gate is not None else None,
        pays=gate is not None and definition.reversibility is Reversibility.REPAYMENT,
        text=by.text,
        fix=by.fix,
    )


def _proved_by(gate: SlotGate | None) -> Proof | None:
    """What a clerk goes by; a case of an older format says it only for those who come or may decline."""
    if gate is None:
        return None
    if gate.in_person:
        return Proof.PRESENCE
    return Proof.CONSENT if gate.opt_out is not None else gate.proof


def _to_come(definition: SlotDefinition, slot: SlotCase) -> Iterator[StepView]:
    """Yield the steps not taken yet; a disputed one has to be taken again."""
    if slot.state in DECIDED:
        return
    last = {record.step: record.outcome for record in slot.steps}
    for step in definition.steps:
        if last.get(step.step) in {None, StepOutcome.DISPUTED}:
            yield StepView(title=step.title, agency=step.agency_title, officers=step.officers, days=step.days)


def _operator(slot: SlotCase, definition: SlotDefinition) -> OperatorView | None:
    need = slot.operator
    if need is None:
        return None
    return OperatorView(
        reason=need.reason.value,
        since=need.since,
        detail=need.detail,
        key=need.key,
        phone=definition.phone,
    )


def _correction(slot: SlotCase) -> CorrectionView | None:
    one = slot.correction
    if one is None:
        return None
    return CorrectionView(
        number=one.number,
        round=one.round,
        asked_at=one.asked_at,
        open=slot.state is SlotState.CORRECTION_REQUESTED and one.answered_at is None,
        notice=one.notice,
        supplementary=(one.notice or 1) > 1,
        breach=one.breach,
        accepted=one.accepted,
        reasons=tuple(reason.text for reason in one.reasons),
        due=due_view(one.due, overdue="answer" in slot.overdue),
        answered_at=one.answered_at,
    )


def _owed(paper: OwedPaper, slot: SlotCase, profile: LegalProfile) -> OwedView:
    overdue = paper.state is OwedState.MISSED
    due = paper.due and DueView(
        due=paper.due.due,
        explanation=paper.due.explanation,
        provisional=paper.due.provisional,
        overdue=overdue,
    )
    return OwedView(
        material=paper.material,
        title=paper.title,
        state=paper.state.value,
        state_text=_OWED[paper.state],
        due=due,
        within=str(profile.owed_within),
        consequence=_CONSEQUENCE[slot.state in DECIDED],
    )
