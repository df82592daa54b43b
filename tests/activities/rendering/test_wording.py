"""Every code that a receipt can carry has its words in both languages."""

from itertools import chain

import pytest

from activities.rendering.wording import PAPER_LABELS, REASONS, chinese_day, coded, mood, remaining
from onething.case_definition import FilingMode, Origin
from onething.case_state import BundleState, SlotState
from onething.receipt import PaperSource, RevisionReason


@pytest.mark.parametrize("code", list(chain(BundleState, SlotState, FilingMode, Origin)))
def test_every_code_of_the_kernel_has_its_words(code):
    given = coded(code)
    assert given.code == code.value
    assert given.title.zh
    assert given.title.en


def test_words_that_two_kinds_share_are_told_apart():
    assert coded(Origin.SELF).title.zh == "本人提出"
    assert coded(FilingMode.SELF).title.zh == "自办"


def test_every_reason_and_paper_source_has_its_label():
    assert set(REASONS) == set(RevisionReason)
    assert set(PAPER_LABELS) == set(PaperSource)


def test_a_state_is_coloured_only_where_it_needs_the_eye():
    assert [mood(code) for code in ("granted", "refused", "blocked", "waiting", "of a later format")] == [
        "good",
        "bad",
        "wait",
        "plain",
        "plain",
    ]


def test_what_remains_lists_corrections_owed_papers_and_blocks_under_their_numbers(document):
    lines = remaining(document)
    assert [line["number"] for line in lines] == ["6", "6", "8", "9", "12"]
    assert lines[0]["text"] == "尚缺继承人共同领款声明，请于 2026年3月26日前（含当日）补交"
    assert all(line["text"] for line in lines)


def test_days_are_written_as_on_chinese_forms(document):
    assert chinese_day(document.papers_received_on) == "2026年3月11日"
