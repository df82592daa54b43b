# ruff: noqa: E501, ANN003 -- rules as plain mappings, one fault to a line
"""The door of the rules: what is counted twice, negative or without its household is refused, naming the row."""

from decimal import Decimal
from pathlib import Path

import pytest

from onething.errors import RowRejected
from onething.rule_door import REFUSALS, Refusal, admit
from onething.rule_file import load_rules
from onething.sentence import error_sentence

BOOK = load_rules(Path(__file__).parents[2] / "catalog")
HOUSEHOLD = {"household": "h", "class": "urban"}
PERSON = {"household": "h", "person": "p", "of_family": True, "covered": True}
RECORD = {"household": "h", "person": "p", "kind": "income", "month": "2026-01", "amount": "12.50"}


def rows(**changes):
    return {"households": [HOUSEHOLD], "persons": [PERSON], "records": [RECORD]} | changes


@pytest.mark.parametrize(
    ("refusal", "table", "row", "given"),
    [
        (Refusal.HOUSEHOLD_TWICE, "households", 2, rows(households=[HOUSEHOLD, HOUSEHOLD])),
        (Refusal.PERSON_TWICE, "persons", 2, rows(persons=[PERSON, PERSON])),
        (Refusal.NO_HOUSEHOLD, "households", 1, rows(households=[])),
        (
            Refusal.NO_HOUSEHOLD,
            "persons",
            2,
            rows(persons=[PERSON, PERSON | {"household": "other", "person": "q"}]),
        ),
        (Refusal.NO_HOUSEHOLD, "records", 1, rows(records=[RECORD | {"household": "other"}])),
        (Refusal.NO_PERSON, "records", 1, rows(records=[RECORD | {"person": "stranger"}])),
        (Refusal.NEGATIVE, "records", 2, rows(records=[RECORD, RECORD | {"amount": "-0.01"}])),
        (Refusal.NEGATIVE, "households", 1, rows(households=[HOUSEHOLD | {"money_assets": -5}])),
        (Refusal.BOUNDS, "records", 1, rows(records=[RECORD | {"amount": "0.005"}])),
        (Refusal.BOUNDS, "persons", 1, rows(persons=[PERSON | {"age": 200}])),
        (Refusal.TYPE, "records", 1, rows(records=[RECORD | {"amount": 0.5}])),
        (Refusal.TYPE, "records", 1, rows(records=[RECORD | {"amount": "much"}])),
        (Refusal.TYPE, "records", 1, rows(records=[RECORD | {"month": "2026-13"}])),
        (Refusal.TYPE, "persons", 1, rows(persons=[PERSON | {"covered": "yes"}])),
        (Refusal.OPTION, "households", 1, rows(households=[HOUSEHOLD | {"class": "town"}])),
        (Refusal.MISSING, "records", 1, rows(records=[{**RECORD, "kind": None}])),
        (Refusal.MISSING, "households", 1, rows(households=[{"class": "urban"}])),
        (Refusal.UNKNOWN, "persons", 1, rows(persons=[PERSON | {"height": 170}])),
        (Refusal.MANY, "persons", 101, rows(persons=[PERSON | {"person": str(n)} for n in range(101)])),
    ],
)
def test_a_wrong_row_is_refused_by_its_number_in_both_languages(refusal, table, row, given):
    with pytest.raises(RowRejected) as caught:
        admit(BOOK, given)
    error = caught.value
    assert (error.table, error.row) == (table, row)
    sentence = error_sentence(error.code, error.params)
    what, _ = REFUSALS[refusal]
    assert what.zh.partition("{")[0] in sentence.zh
    assert what.en.partition("{")[0] in sentence.en
    assert f"{table} 第 {row} 行" in sentence.zh
    assert f"{table}, row {row}: " in sentence.en
    assert "stranger" not in sentence.zh + sentence.en + str(error)


def test_every_refusal_is_tried_here():
    tried = {mark.args[1][n][0] for mark in [test_a_wrong_row_is_refused_by_its_number_in_both_languages.pytestmark[0]]
             for n in range(len(mark.args[1]))}  # fmt: skip
    assert tried == set(Refusal)


def test_what_is_admitted_is_exact_and_what_is_not_known_is_left_out():
    admitted = admit(BOOK, rows(records=[RECORD, RECORD | {"amount": None}]))
    assert admitted["records"][0]["amount"] == Decimal("12.50")
    assert admitted["records"][0]["month"] == 2026 * 12 + 1
    assert "amount" not in admitted["records"][1]
    assert admitted["supporters"] == ()
