"""A family's receipt: the receipts of its cases in, one document that tells them together as one thing out.

It says nothing that they do not say. Its revision k is what the first k of them say, so every revision, and
the hash of each, follows from what is stored; nothing of its own has to be kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from activities.rendering.canonical import canonical, digest
from activities.rendering.wording import coded
from onething.case_state import BundleState
from onething.receipt import (
    ReceiptDocument,
    ReceiptOrder,
    ReceiptPhase,
    ReceiptProof,
    ReceiptReduction,
    ReceiptRevision,
    RevisionReason,
)
from onething.text import Text

_ENDS: Final = frozenset({BundleState.COMPLETED, BundleState.WITHDRAWN, BundleState.TERMINATED})


@dataclass(frozen=True, slots=True)
class FamilyHeading:
    """What stands over a family's receipt: its opaque number, its life event, its verification code."""

    number: str
    title: Text
    code: str


@dataclass(frozen=True, slots=True)
class Issued:
    """One revision of one case's receipt, with the hash printed on it."""

    document: ReceiptDocument
    sha256: str


@dataclass(frozen=True, slots=True)
class FamilyRevision:
    """One revision of the family's receipt: its canonical bytes and their hash."""

    document: ReceiptDocument
    data: bytes
    sha256: str


def family_revisions(heading: FamilyHeading, issued: Sequence[Issued]) -> tuple[FamilyRevision, ...]:
    """Every revision, the first one first; `issued` are all receipts of all cases, in any order."""
    found: list[FamilyRevision] = []
    newest: dict[str, Issued] = {}
    for one in sorted(issued, key=_age):
        newest[one.document.case_number] = one
        earlier = tuple(revision.sha256 for revision in found)
        document = _together(heading, sorted(newest.values(), key=_order), one, earlier)
        data = canonical(document)
        found.append(FamilyRevision(document, data, digest(data)))
    return tuple(found)


def _age(one: Issued) -> tuple[str, str, int]:
    document = one.document
    return document.issued_at.isoformat(), document.case_number, document.revision.number


def _order(one: Issued) -> tuple[str, str]:
    return one.document.received_at.isoformat(), one.document.case_number


def _together(
    heading: FamilyHeading, cases: Sequence[Issued], last: Issued, earlier: tuple[str, ...]
) -> ReceiptDocument:
    documents = [case.document for case in cases]
    newest = documents[-1]
    ended = all(one.state.code in _ENDS for one in documents)
    done = [one.completed_at for one in documents if one.completed_at is not None]
    accepted = [one.accepted_at for one in documents if one.accepted_at is not None]
    return ReceiptDocument(
        case_number=heading.number,
        bundle=newest.bundle,
        title=heading.title,
        revision=ReceiptRevision(
            number=len(earlier) + 1, reason=_reason(last.document, ended=ended), earlier=earlier
        ),
        issued_at=last.document.issued_at,
        state=coded(_state(documents, ended=ended)),
        filing_mode=newest.filing_mode,
        origin=newest.origin,
        window=newest.window,
        applicant=newest.applicant,
        representative=newest.representative,
        subject=newest.subject,
        papers_received_on=min(one.papers_received_on for one in documents),
        received_at=documents[0].received_at,
        accepted_at=min(accepted, default=None),
        completed_at=max(done) if ended and len(done) == len(documents) else None,
        slots=tuple(slot for one in documents for slot in one.slots),
        hold=next((one.hold for one in documents if one.hold is not None), None),
        orders=tuple(_orders(documents)),
        reduction=_reduction(documents),
        phases=tuple(map(_phase, cases)),
        proof=ReceiptProof(code=heading.code, public_url=newest.proof.public_url),
    )


def _phase(case: Issued) -> ReceiptPhase:
    document = case.document
    return ReceiptPhase(
        title=document.title,
        case_number=document.case_number,
        revision=document.revision.number,
        document_hash=case.sha256,
        issued_at=document.issued_at,
        state=document.state,
        slots=len(document.slots),
    )


def _reason(last: ReceiptDocument, *, ended: bool) -> RevisionReason:
    """The reason of the receipt that brought this revision; one case's end is not the family's."""
    reason = last.revision.reason
    return RevisionReason.OUTCOME_CHANGED if reason is RevisionReason.COMPLETED and not ended else reason


def _state(documents: Sequence[ReceiptDocument], *, ended: bool) -> BundleState:
    states = {one.state.code for one in documents}
    if len(states) == 1:
        return BundleState(states.pop())
    return BundleState.COMPLETED if ended else BundleState.RUNNING


def _orders(documents: Sequence[ReceiptDocument]) -> Iterator[ReceiptOrder]:
    """Everything still to be done; an item's name that two cases have would point to both."""
    names = [slot.slot_id for one in documents for slot in one.slots]
    for one in documents:
        for order in one.orders:
            alone = order.slot_id is None or names.count(order.slot_id) == 1
            yield order if alone else order.model_copy(update={"slot_id": None})


def _reduction(documents: Sequence[ReceiptDocument]) -> ReceiptReduction | None:
    counted = [one.reduction for one in documents if one.reduction is not None]
    if len(counted) != len(documents):
        return None
    names = ReceiptReduction.model_fields
    return ReceiptReduction(**{name: sum(getattr(one, name) for one in counted) for name in names})
