"""Every story of every life event, played to its end on the time-skipping server."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from records.receipt import receipts_of
from records.snapshot import slots_of

TREE = Path(__file__).parents[2]
STORIES = sorted((TREE / "catalog" / "bundles").glob("*/scenarios/*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=[f"{path.parts[-3]}-{path.stem}" for path in STORIES])
async def test_a_story_ends_as_it_says(stage, path):
    bundle = path.parts[-3]
    story = stage.catalog.scenario(bundle, YAML(typ="safe").load(path.read_text())["scenario"])
    async with stage.play(story, bundle=bundle) as played:
        output = await played.end()
        assert output["state"] == story.expect.state
        for slot, state in story.expect.slots.items():
            assert output["slots"][slot] == state, slot
        for slot, count in story.expect.effects.items():
            assert played.effects().get(slot, 0) == count, slot
    rows = {row.slot: row.state for row in await slots_of(stage.archive, played.case.number)}
    assert rows == output["slots"]
    receipts = await receipts_of(stage.archive, played.case.number)
    assert [receipt.revision for receipt in receipts] == list(range(1, output["receipts"] + 1))
