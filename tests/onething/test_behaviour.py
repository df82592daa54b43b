from datetime import timedelta

import pytest

from onething.behaviour import Behaviour, StepKind, choose, duration
from onething.errors import CatalogError


def test_a_step_may_be_spelt_as_a_word_or_with_its_time_or_with_its_details():
    behaviour = Behaviour.read(["accept", {"wait": "2h"}, {"grant": {"after": "1d", "already": True}}])

    assert [step.do for step in behaviour.steps] == [StepKind.ACCEPT, StepKind.WAIT, StepKind.GRANT]
    assert [step.after for step in behaviour.steps] == ["0s", "2h", "1d"]
    assert behaviour.steps[2].already


def test_an_outage_counts_attempts_or_lasts_for_a_time():
    often, long = Behaviour.read([{"unavailable": 3}, {"unavailable": "3d"}]).steps

    assert (often.times, often.for_) == (3, None)
    assert (long.times, long.for_) == (None, "3d")


def test_the_long_spelling_survives_being_written_and_read_again():
    behaviour = Behaviour.read([{"unavailable": "3d"}, {"refuse": {"after": "2h"}}])
    written = behaviour.model_dump(mode="json", by_alias=True, exclude_unset=True)

    assert Behaviour.read(written["steps"]) == behaviour


@pytest.mark.parametrize(
    "wrong",
    [
        "dance",
        {"grant": {"after": "three days"}},
        {"grant": {"after": "3wd"}},
        {"grant": {"reasons": []}},
        {"unavailable": {"times": 1, "for": "2d"}},
        "unavailable",
        {"lose_reply": 0},
        42,
    ],
)
def test_a_step_that_makes_no_sense_names_its_place(wrong):
    with pytest.raises(CatalogError) as caught:
        Behaviour.read([wrong], place="stories/one.yaml")

    assert caught.value.file == "stories/one.yaml"
    assert "never_answer" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", timedelta()),
        ("30min", timedelta(minutes=30)),
        ("1.5h", timedelta(minutes=90)),
        ("3d", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_durations_are_real_time(text, expected):
    assert duration(text) == expected


def test_the_slot_wins_over_its_array_name_over_the_item_over_everything():
    names = ["pay[1]", "pay", "police/cancel", "cancel", "*"]
    behaviours = {name: Behaviour.read([{"wait": f"{n}h"}]) for n, name in enumerate(names, start=1)}

    for name in names:
        assert choose(behaviours, "pay[1]", "police/cancel") == behaviours.pop(name)
    assert choose(behaviours, "pay[1]", "police/cancel") == Behaviour()
