"""The receipt's words: in go heading and state of a case, out comes the document that is signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from activities.receipt_course import correction, course, orders, papers
from activities.rendering.wording import coded
from onething.case_clock import deadline, start_of
from onething.case_definition import CaseInput, SlotDefinition, SlotLimit
from onething.case_state import CaseState, Deadline, SlotCase, SlotState
from onething.clock import Duration, local_day
from onething.counting import BEIJING
from onething.filing import CaseHeader
from onething.legal_profile import OnSilence
from onething.outcome import outcome_lines, start_month
from onething.receipt import (
    ReceiptBlock,
    ReceiptDates,
    ReceiptDocument,
    ReceiptDue,
    ReceiptMaterial,
    ReceiptProof,
    ReceiptRefusal,
    ReceiptRevision,
    ReceiptSlot,
    RevisionReason,
)
from onething.slot_course import place, remedies, reviews, steps
from onething.text import Text

_BY_AGENCY: Final = frozenset(
    {SlotState.GRANTED, SlotState.PARTLY_GRANTED, SlotState.REFUSED, SlotState.DECLINED}
)
"""States that say what an agency decided."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the case itself does not know: who answers for it, and by slot the files given out."""

    owner: Text | None = None
    results: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)


NOTHING_BESIDE: Final = Beside()


def build_document(  # noqa: PLR0913, PLR0917 - what is told, as which paper, and when
    header: CaseHeader,
    state: CaseState,
    revision: tuple[int, str, tuple[str, ...]],
    at: datetime,
    code: str,
    beside: Beside = NOTHING_BESIDE,
) -> ReceiptDocument:
    """Tell `state` as revision (number, reason, earlier hashes), issued at `at` under a 128-bit `code`."""
    case = header.case
    number, reason, earlier = revision
    final = reason == "completed"
    shown = state.ending if final else state.state
    return ReceiptDocument(
        case_number=case.number,
        bundle=case.definition.bundle,
        title=case.definition.title,
        revision=ReceiptRevision(number=number, reason=RevisionReason(reason), earlier=earlier),
        issued_at=at,
        state=coded(shown),
        filing_mode=coded(case.mode),
        origin=coded(case.origin),
        window=header.window,
        owner=beside.owner,
        applicant=header.applicant,
        representative=header.representative,
        subject=header.subject,
        papers_received_on=case.received_on,
        received_at=_local(case.submitted_at),
        accepted_at=_accepted_at(state),
        completed_at=at if final else None,
        slots=tuple(
            _slot(header, definition, state.slots[definition.slot], state).model_copy(
                update={"results": beside.results.get(definition.slot)}
            )
            for definition in case.definition.slots
        ),
        hold=_hold(case, state),
        orders=tuple(orders(case, state)),
        reduction=header.reduction,
        proof=ReceiptProof(code=code, public_url=header.public_url),
    )


def _slot(header: CaseHeader, definition: SlotDefinition, slot: SlotCase, state: CaseState) -> ReceiptSlot:
    titles = {one.slot: one.title for one in header.case.definition.slots}
    return ReceiptSlot(
        slot_id=slot.slot,
        title=definition.title,
        agency=definition.agency_title,
        item_code=definition.code or None,
        legal_basis=tuple(Text(zh=cite, en=cite) for cite in definition.basis),
        state=coded(slot.state),
        course=(
            *place(definition, slot, state, titles),
            *steps(definition, slot),
            *course(slot, state),
            *reviews(slot, state),
        ),
        reference=slot.ref,
        dates=ReceiptDates(
            received=_day(slot.received_at), accepted=_day(slot.accepted_at), decided=_day(slot.decided_at)
        ),
        statutory=_due(header, definition, slot, "statutory"),
        promised=_due(header, definition, slot, "promised"),
        fee=definition.fee,
        materials=papers(_listed(header, slot), slot.owed),
        effects=tuple(outcome_lines(definition, slot)),
        start_month=start_month(definition, slot),
        correction=correction(
            definition,
            slot,
            lapses=header.case.definition.profile(definition).on_silence is OnSilence.LAPSE,
        ),
        refusal=_refusal(definition, slot),
        grounds=header.grounds.get(slot.slot) if slot.state in _BY_AGENCY else None,
        blocked=ReceiptBlock(by=slot.blocked_by.text, fix=slot.blocked_by.fix) if slot.blocked_by else None,
    )


def _listed(header: CaseHeader, slot: SlotCase) -> tuple[ReceiptMaterial, ...]:
    """An item's papers; one that is never filed has none."""
    return () if slot.state is SlotState.NOT_APPLICABLE else header.materials.get(slot.slot, ())


def _due(header: CaseHeader, definition: SlotDefinition, slot: SlotCase, which: str) -> ReceiptDue | None:
    """The due date the slot is or was held to; an agency that decided at once had one, too."""
    limit: SlotLimit | None = getattr(definition, which)
    due: Deadline | None = getattr(slot, which)
    if limit is None:
        return None
    if due is None:
        start = start_of(slot, definition, limit, header.case)
        if start is None:
            return None
        due = deadline(start, limit, header.case, definition, slot)
    return ReceiptDue(
        day=due.due.due,
        limit=Duration(amount=limit.amount, unit=limit.unit).text,
        basis=Text(zh=limit.cite, en=limit.cite) if which == "statutory" else None,
        explanation=due.due.explanation,
        calendar=due.due.calendar_version,
        provisional=due.due.provisional,
    )


def _refusal(definition: SlotDefinition, slot: SlotCase) -> ReceiptRefusal | None:
    if slot.state not in {SlotState.REFUSED, SlotState.DECLINED} or not slot.reasons:
        return None
    return ReceiptRefusal(
        reasons=tuple(reason.text for reason in slot.reasons),
        where_to=slot.where_to,
        remedies=remedies(definition, slot),
    )


def _hold(case: CaseInput, state: CaseState) -> ReceiptBlock | None:
    """Why nothing is filed for the time being, and what frees it."""
    held = state.hold.hold if state.hold else None
    rule = next((rule for rule in case.definition.holds if rule.hold == held), None)
    return ReceiptBlock(by=rule.text, fix=rule.fix) if rule else None


def _accepted_at(state: CaseState) -> datetime | None:
    """When the first agency accepted: from then on the case as a whole is under way."""
    instants = [slot.accepted_at for slot in state.slots.values() if slot.accepted_at is not None]
    return _local(min(instants)) if instants else None


def _local(instant: datetime) -> datetime:
    return instant.astimezone(BEIJING).replace(microsecond=0)


def _day(instant: datetime | None) -> date | None:
    return local_day(instant) if instant is not None else None
