"""Stories as data: what an act must name, when it happens, and what one story takes from another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from onething.catalog_file import read_catalog
from onething.definition import Scenario
from onething.errors import CatalogError
from onething.story import ActKind, Moment, StoryAct, laid_over

JSON = st.recursive(
    st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4)


@pytest.mark.parametrize(
    "kind", ["reapply", "amend", "open_gate", "resume", "hold", "callback", "announce_year"]
)
def test_an_act_names_what_it_needs(kind):
    with pytest.raises(ValidationError, match="needs"):
        StoryAct(do=kind)


def test_a_correction_may_change_nothing_for_a_paper_may_be_all_that_was_asked():
    assert StoryAct(do="correct").do is ActKind.CORRECT


@pytest.mark.parametrize("after", ["3", "3 days", "-1d", "3wd"])
def test_a_moment_lies_some_real_time_after_another(after):
    with pytest.raises(ValidationError):
        Moment(after=after)


@given(OBJECTS)
def test_nothing_laid_over_changes_nothing(said):
    assert laid_over(said, {}) == said


@given(OBJECTS, OBJECTS)
def test_what_is_laid_over_stands(said, changes):
    assert laid_over(laid_over(said, changes), changes) == laid_over(said, changes)
    assert laid_over(said, changes).keys() == said.keys() | changes.keys()


@given(OBJECTS)
def test_null_takes_away(said):
    assert laid_over(said, dict.fromkeys(said)) == {}


def test_lists_are_replaced_and_mappings_merged():
    said = {"heirs": [1, 2], "deceased": {"name": "a", "sex": "b"}}
    changes = {"heirs": [3], "deceased": {"name": "c", "sex": None}}
    assert laid_over(said, changes) == {"heirs": [3], "deceased": {"name": "c"}}


# ---- one story like another ------------------------------------------------------------------------

BUNDLE = """
bundle: b
code: B
title: &t {zh: 事, en: thing}
lead_agency: office
basis: []
pledge: *t
roles: {}
situations: []
slots: []
sections: []
"""
FIRST = """
scenario: first
title: {zh: 一, en: one}
filed_at: "2026-03-02T09:00:00+08:00"
situations: {cremated: true}
answers: {deceased: {name: 甲, sex: m}, heirs: [{name: 乙}]}
yardstick: true
expect: {state: completed, slots: {one: granted, two: granted}}
"""


@pytest.fixture
def stories(tmp_path):
    """Write stories of one life event beside the first; gives them as read."""

    def read(**texts: str) -> dict[str, Scenario]:
        folder = tmp_path / "bundles" / "b" / "scenarios"
        folder.mkdir(parents=True)
        (folder.parent / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
        for name, text in {"first": FIRST, **texts}.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return read_catalog(tmp_path).scenarios["b"]

    return read


def test_a_story_like_another_says_only_what_differs(stories):
    found = stories(
        second="""
scenario: second
like: first
title: {zh: 二, en: two}
answers: {deceased: {name: 丙}, heirs: null}
expect: {slots: {two: refused}}
""",
        third="{scenario: third, like: second, title: {zh: 三, en: three}, situations: {cremated: false}}",
    )
    second, third = found["second"], found["third"]
    assert second.answers == {"deceased": {"name": "丙", "sex": "m"}}
    assert second.expect.slots == {"one": "granted", "two": "refused"}
    assert (second.filed_at, second.situations) == (found["first"].filed_at, {"cremated": True})
    assert (third.answers, third.situations) == (second.answers, {"cremated": False})
    assert third.title.en == "three"


def test_only_one_story_is_the_published_one(stories):
    found = stories(second="{scenario: second, like: first, title: {zh: 二, en: two}}")
    assert [name for name, story in found.items() if story.yardstick] == ["first"]


@pytest.mark.parametrize("like", ["ghost", "second", "third"], ids=["none", "itself", "a circle"])
def test_a_story_is_like_one_that_is_there(stories, like):
    with pytest.raises(CatalogError) as raised:
        stories(
            second=f"scenario: second\nlike: {like}\ntitle: {{zh: 二, en: two}}\n",
            third="{scenario: third, like: second, title: {zh: 三, en: three}}",
        )
    assert raised.value.file.endswith("second.yaml")
    assert raised.value.line == 2
