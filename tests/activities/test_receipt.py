"""Issuing receipts: the first stored revision counts, each names its predecessor, with or without a PDF."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from temporalio.testing import ActivityEnvironment

import activities.receipt
from activities.receipt import ReceiptActivities
from activities.rendering import font
from activities.rendering.errors import PdfUnavailable
from activities.signatures import IssuedReceipt, IssueReceiptInput
from records.account import NewAccount, open_account
from records.blob import get_blob
from records.case_owner import take
from records.receipt import receipts_of
from tests.onething.office import FILED_AT


@pytest.fixture
def issue(archive, sealed, tmp_path):
    """A function that issues a revision of the sealed case."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        receipts = ReceiptActivities(archive, tmp_path / "keys", pool)

        async def issue(revision, reason="accepted") -> IssuedReceipt:
            task = IssueReceiptInput(
                case=sealed.number,
                revision=revision,
                reason=reason,
                header=sealed.header,
                state=sealed.play.state,
            )
            return await ActivityEnvironment().run(receipts.issue_receipt, task)

        yield issue


def test_the_font_of_this_tree_is_there():
    """Otherwise these tests would draw with whatever the system has."""
    face = font.build()
    assert not face.system
    assert face.regular.is_file()


async def test_a_revision_is_signed_and_stored_with_its_pdf(issue, archive, sealed):
    issued = await issue(1)
    (stored,) = await receipts_of(archive, sealed.number)
    assert (stored.revision, stored.sha256, stored.predecessor) == (1, issued.sha256, None)
    assert (await get_blob(archive, sealed.number, stored.pdf_blob)).startswith(b"%PDF-1.7")
    document = json.loads(await get_blob(archive, sealed.number, stored.json_blob))
    assert document["case_number"] == sealed.number
    assert issued.missing == ()


async def test_the_first_stored_revision_counts_whatever_is_asked_for_later(issue, archive, sealed):
    first = await issue(1)
    sealed.play.grant("a")
    assert await issue(1) == first
    assert len(await receipts_of(archive, sealed.number)) == 1


async def test_each_revision_names_its_predecessor(issue, archive, sealed):
    first = await issue(1)
    second = await issue(2, "outcome_changed")
    assert first.sha256 != second.sha256
    stored = (await receipts_of(archive, sealed.number))[1]
    assert stored.predecessor == first.sha256
    document = json.loads(await get_blob(archive, sealed.number, stored.json_blob))
    assert document["revision"]["earlier"] == [first.sha256]


async def test_without_the_pdf_libraries_the_record_still_stands(issue, archive, sealed, monkeypatch):
    def unavailable(_document, _keys) -> None:
        raise PdfUnavailable(command="once doctor")

    monkeypatch.setattr(activities.receipt, "render_stored", unavailable)
    issued = await issue(1)
    (stored,) = await receipts_of(archive, sealed.number)
    assert (stored.sha256, stored.pdf_blob) == (issued.sha256, None)


async def test_who_answers_for_the_case_is_named_as_they_are_called(issue, archive, sealed):
    person = {"name": "王窗口", "id_number": "110105199001011232"}
    clerk = await open_account(archive, NewAccount("oidc", "s-1", "clerk", person=person), FILED_AT)
    await take(archive, sealed.number, (clerk.id, None), FILED_AT)
    await issue(1)
    (stored,) = await receipts_of(archive, sealed.number)
    data = await get_blob(archive, sealed.number, stored.json_blob)
    assert json.loads(data)["owner"] == {"zh": "王窗口", "en": "王窗口"}
    assert b"110105199001011232" not in data
