"""Every story of every life event, played with its acts to its end on the time-skipping server."""

from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from console.act import perform
from console.stage import Undrawn
from onething.case import FINAL
from records.receipt import receipts_of
from records.snapshot import slots_of
from records.timeline import timeline_of

TREE = Path(__file__).parents[2]
DRAWN = frozenset({"yichun_nine", "rare_characters"})
"""Stories whose receipts are drawn; of the others the signed document is enough and faster."""
STORIES = sorted((TREE / "catalog" / "bundles").glob("*/scenarios/*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=[f"{path.parts[-3]}-{path.stem}" for path in STORIES])
async def test_a_story_ends_as_it_says(stage, path):
    bundle = path.parts[-3]
    story = stage.catalog.scenario(bundle, YAML(typ="safe").load(path.read_text())["scenario"])
    stage = stage if story.scenario in DRAWN else replace(stage, pool=Undrawn())
    async with stage.play(story, bundle=bundle) as played:
        state = await perform(played)
        effects = played.effects()
    expect = story.expect
    assert standing(state, expect) == said(expect)
    assert {slot: effects.get(slot, 0) for slot in expect.effects} == expect.effects
    lines = await timeline_of(stage.archive, state.number)
    assert stands_in_order(expect.timeline, [line.kind for line in lines]), [line.kind for line in lines]
    if state.state in FINAL:
        rows = {row.slot: row.state for row in await slots_of(stage.archive, state.number)}
        assert rows == {name: slot.state for name, slot in state.slots.items()}
    receipts = await receipts_of(stage.archive, state.number)
    assert [receipt.revision for receipt in receipts] == list(range(1, len(state.receipts) + 1))


def standing(state, expect):
    """What the case came to, as far as the story says anything about it."""
    found = {"state": state.state, "slots": {name: state.slots[name].state for name in expect.slots}}
    found["rounds"] = {name: state.slots[name].round for name in expect.rounds}
    found["notices"] = len(state.notices) if expect.notices is not None else None
    orders = tuple(order.kind for order in state.work_orders)
    found["work_orders"] = orders if expect.work_orders is not None else None
    days = {name: state.slots[name].effective_from for name in expect.effective}
    found["effective"] = {name: day.isoformat() if day else None for name, day in days.items()}
    found["due"] = {place: due_day(state, place) for place in expect.due}
    return found


def said(expect):
    return expect.model_dump(
        include={"state", "slots", "rounds", "notices", "work_orders", "due", "effective"}
    )


def due_day(state, place):
    slot, _, which = place.partition(".")
    deadline = getattr(state.slots[slot], which)
    return deadline.due.due.isoformat() if deadline is not None else None


def stands_in_order(words, line):
    """Whether the words stand in the line in this order, others between them."""
    rest = iter(line)
    return all(word in rest for word in words)
