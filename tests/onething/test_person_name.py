"""One person written in several ways is one person."""

import pytest

from onething.person_name import told_apart


@pytest.mark.parametrize("written", ["张 伟", "张\u3000伟", " 张伟\u00a0", "张\t伟"])
def test_spaces_of_any_width_tell_nobody_apart(written):
    assert told_apart(written) == told_apart("张伟")


def test_width_and_case_tell_nobody_apart():
    assert told_apart("Ｌｉ  Min") == told_apart("li min")


def test_other_names_are_other_persons():
    assert told_apart("张伟") != told_apart("张玮")
