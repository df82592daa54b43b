# ruff: noqa: ANN003 -- types of strategies and stand-ins read noise
import pytest
from pydantic import ValidationError

from onething.box import boxes
from onething.errors import ConditionError

ONCE = {"by": "family", "source": "test"}


def box(**more):
    return {"title": "姓名", "type": "string", "x-once": ONCE | {"fact": "name(who)"}} | more


def test_boxes_come_in_the_forms_own_order_through_groups_and_lists():
    form = {
        "required": ["a"],
        "properties": {
            "a": box(),
            "g": {"type": "object", "properties": {"b": box()}},
            "rows": {
                "type": "array",
                "x-once": ONCE | {"each": "heirs", "where": {"eq": ["$waived(heirs)", False]}},
                "items": {"type": "object", "required": ["c"], "properties": {"c": box()}},
            },
        },
    }
    found = list(boxes(form))
    assert [(each.name, each.path, each.required, each.each) for each in found] == [
        ("a", ("a",), True, None),
        ("g.b", ("g", "b"), False, None),
        ("rows.c", ("rows", "*", "c"), True, "heirs"),
    ]
    assert found[2].where == {"eq": ["$waived(heirs)", False]}
    assert found[0].where is True


def test_what_the_agency_fills_is_not_sent_and_what_leaves_no_choice_needs_no_fact():
    form = {
        "properties": {
            "a": box(readOnly=True),
            "b": {"title": "原因", "const": "死亡", "x-once": ONCE},
            "c": box(const="x"),
        }
    }
    sent, constant, bound = boxes(form)
    assert not sent.sent
    assert constant.sent
    assert constant.constant
    assert not bound.constant


@pytest.mark.parametrize("broken", [{"type": "string"}, {"x-once": ONCE}, {"title": "无说明"}])
def test_a_box_without_title_or_annotation_is_refused_with_its_place(broken):
    with pytest.raises(ConditionError) as caught:
        list(boxes({"properties": {"g": {"type": "object", "properties": {"x": broken}}}}))
    assert caught.value.params["path"] == "g/x"


def test_an_unknown_word_in_an_annotation_is_an_error():
    with pytest.raises(ValidationError):
        list(boxes({"properties": {"a": box(**{"x-once": ONCE | {"facts": "name(who)"}})}}))
