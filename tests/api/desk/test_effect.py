"""Values that a grant brings about, as typed: read exactly, or not at all."""

import pytest

from api.desk.effect import EffectField, _value
from onething.text import Text

TITLE = Text(zh="金额", en="Amount")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1,234.50", 123450),
        (" 12 ", 1200),
        ("0.005", None),
        ("1e999999999", None),
        ("1e400000", None),
        ("-1e999999999", None),
        ("9" * 200, None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        (None, None),
    ],
)
def test_money_is_read_in_cents_and_nothing_endless_is_taken(typed, cents):
    field = EffectField(fact="amount(aid)", title=TITLE, widget="money", required=True)
    assert _value(field, typed) == cents
