"""A family's receipt follows from its cases' receipts alone, revision by revision."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from activities.receipt_family import FamilyHeading, Issued, family_revisions
from activities.rendering.canonical import canonical, digest
from onething.receipt import ReceiptDocument, ReceiptOrder, RevisionReason
from onething.text import Text

SAMPLE = Path(__file__).parent / "rendering" / "receipt-format-1.json"
TITLE = Text(zh="结婚、生育、落户一件事", en="One thing")
HEADING = FamilyHeading("F0123456789ABCDEF", TITLE, "abcdefghijklmnopqrstuvwx23")


@pytest.fixture(scope="module")
def sample():
    return ReceiptDocument.model_validate_json(SAMPLE.read_bytes())


@pytest.fixture
def issued(sample):
    """A receipt of a case, so many days after the sample's."""

    def make(case, number, days, state="running", reason=RevisionReason.ACCEPTED, **changes: Any) -> Issued:
        earlier = tuple(f"{each:064x}" for each in range(1, number))
        at = sample.issued_at + timedelta(days=days)
        given = {
            "case_number": case,
            "issued_at": at,
            "received_at": sample.received_at + timedelta(days=int(case[-1])),
            "revision": sample.revision.model_copy(
                update={"number": number, "earlier": earlier, "reason": reason}
            ),
            "state": sample.state.model_copy(update={"code": state}),
            "completed_at": at if state == "completed" else None,
        }
        document = sample.model_copy(update=given | changes)
        return Issued(document, digest(canonical(document)))

    return make


def test_each_revision_says_what_the_receipts_until_then_say(issued):
    receipts = [issued("CASE-2", 1, 9), issued("CASE-1", 1, 0), issued("CASE-1", 2, 4, "completed")]
    revisions = family_revisions(HEADING, receipts)
    told = [[(one.case_number, one.revision) for one in each.document.phases] for each in revisions]
    assert told == [[("CASE-1", 1)], [("CASE-1", 2)], [("CASE-1", 2), ("CASE-2", 1)]]
    assert [each.document.state.code for each in revisions] == ["running", "completed", "running"]
    hashes = tuple(each.sha256 for each in revisions)
    assert [each.document.revision.earlier for each in revisions] == [(), hashes[:1], hashes[:2]]


def test_the_same_receipts_give_the_same_bytes_in_whatever_order(issued):
    receipts = [issued("CASE-1", 1, 0), issued("CASE-1", 2, 4), issued("CASE-2", 1, 9)]
    there, back = (family_revisions(HEADING, each) for each in (receipts, receipts[::-1]))
    assert [each.data for each in there] == [each.data for each in back]
    assert all(canonical(ReceiptDocument.model_validate_json(each.data)) == each.data for each in there)


def test_no_receipt_no_revision():
    assert family_revisions(HEADING, []) == ()


def test_only_the_last_cases_end_completes_the_family(issued, sample):
    done = {"reason": RevisionReason.COMPLETED}
    receipts = [
        issued("CASE-1", 1, 0),
        issued("CASE-2", 1, 1),
        issued("CASE-1", 2, 2, "completed", **done),
        issued("CASE-2", 2, 3, "withdrawn", **done, completed_at=sample.issued_at),
    ]
    halfway, end = (each.document for each in family_revisions(HEADING, receipts)[2:])
    assert (halfway.revision.reason, halfway.completed_at) == (RevisionReason.OUTCOME_CHANGED, None)
    assert (end.revision.reason, end.state.code) == (RevisionReason.COMPLETED, "completed")
    assert end.completed_at == receipts[2].document.completed_at


def test_items_and_figures_are_those_of_all_cases(issued, sample):
    receipts = [issued("CASE-1", 1, 0), issued("CASE-2", 1, 1)]
    document = family_revisions(HEADING, receipts)[-1].document
    assert document.slots == sample.slots * 2
    assert list(document.phase_at) == [0, len(sample.slots)]
    assert document.reduction.fields_asked == 2 * sample.reduction.fields_asked
    assert document.reduction.trips == 2 * sample.reduction.trips


def test_an_order_about_an_item_that_two_cases_have_points_to_neither(issued, sample):
    order = ReceiptOrder(title=TITLE, slot_id=sample.slots[0].slot_id, due=date(2026, 4, 1))
    receipts = [issued("CASE-1", 1, 0, orders=(order,))]
    assert family_revisions(HEADING, receipts)[-1].document.orders == (order,)
    receipts.append(issued("CASE-2", 1, 1))
    assert [one.slot_id for one in family_revisions(HEADING, receipts)[-1].document.orders] == [None]


def test_phases_that_do_not_cover_the_items_are_no_receipt(issued):
    document = family_revisions(HEADING, [issued("CASE-1", 1, 0)])[-1].document
    short = document.model_dump() | {"slots": document.model_dump()["slots"][1:]}
    with pytest.raises(ValidationError):
        ReceiptDocument.model_validate(short)


def test_a_cases_own_receipt_keeps_its_bytes(sample):
    assert sample.phases is None
    assert b'"phases"' not in canonical(sample)
    assert datetime.fromisoformat(sample.issued_at.isoformat()) == sample.issued_at
