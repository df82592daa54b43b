"""The chaos checker: silent about what is right, and each wrong is named once."""

import pytest

from console.chaos import Harm, Line, Wrong, judge


def case(*states: str, ended=True, receipts=1):
    slots = [
        {"slot": f"s{place}", "state": state, "ended": state not in {"received", "needs_operator"}}
        for place, state in enumerate(states)
    ]
    revisions = [{"revision": number + 1} for number in range(receipts)]
    return {"number": "c1", "ended": ended, "slots": slots, "receipts": revisions}


def line(slot="s0", *, effects=1, filings=1, round_=1):
    return Line("police", f"c1/{slot}/{round_}/submit", filings, effects)


def test_one_effect_for_each_granted_item_and_none_for_the_others_is_right():
    one = case("granted", "partly_granted", "refused", "blocked")
    lines = [line("s0"), line("s1"), line("s2", effects=0)]
    assert judge([one], lines) == ()


@pytest.mark.parametrize(
    ("one", "lines", "wrong", "detail"),
    [
        (case("granted"), [line(effects=2)], Wrong.EFFECT_TWICE, "s0"),
        (case("granted"), [line(), line(round_=2)], Wrong.EFFECT_TWICE, "s0"),
        (case("granted"), [], Wrong.EFFECT_MISSING, "s0"),
        (case("granted"), [line(effects=0)], Wrong.EFFECT_MISSING, "s0"),
        (case("refused"), [line()], Wrong.EFFECT_UNWANTED, "s0"),
        (case("blocked"), [line()], Wrong.EFFECT_UNWANTED, "s0"),
        (case("granted"), [line(filings=2)], Wrong.FILED_TWICE, "c1/s0/1/submit"),
        (case("granted"), [line(), line("s9")], Wrong.NOBODYS_FILING, "c1/s9/1/submit"),
        (case("granted", receipts=0), [line()], Wrong.RECEIPT_MISSING, ""),
        (case("received", ended=False, receipts=0), [line(effects=0)], Wrong.NOT_ENDED, ""),
    ],
)
def test_each_wrong_is_named_with_its_place(one, lines, wrong, detail):
    assert judge([one], lines) == (Harm(wrong, "c1", detail),)


def test_an_effect_of_an_open_item_is_right_once_and_wrong_twice():
    one = case("needs_operator", ended=False)
    assert judge([one], [line()], ended=False) == ()
    assert judge([one], [line(effects=2)], ended=False) == (Harm(Wrong.EFFECT_TWICE, "c1", "s0"),)


def test_a_gap_between_receipts_is_a_missing_one():
    one = {**case("granted"), "receipts": [{"revision": 1}, {"revision": 3}]}
    assert judge([one], [line()]) == (Harm(Wrong.RECEIPT_MISSING, "c1"),)


def test_a_filing_for_a_case_that_was_never_promised_is_nobodys():
    lost = Line("police", "c2/s0/1/submit", 1, 1)
    assert judge([], [lost]) == (Harm(Wrong.NOBODYS_FILING, "c2", "c2/s0/1/submit"),)
