"""Days in words, as each language writes them."""

from datetime import date

from api.day import day_text, on_day
from api.problem import told
from onething.text import Text


def test_a_day_stands_in_a_sentence_as_each_language_writes_it():
    day = date(2026, 3, 8)
    assert (day_text(day).zh, day_text(day).en) == ("2026年3月8日", "8 March 2026")
    sentence = on_day(Text(zh="自 {since} 起{what}", en="{what} from {since}"), "since", day, what="x")
    assert (sentence.zh, sentence.en) == ("自 2026年3月8日 起x", "x from 8 March 2026")


def test_a_field_that_does_not_exist_is_named():
    assert told("/effects/no_such", "unknown_field").text.zh == "没有名为 no_such 的内容，请去掉"
