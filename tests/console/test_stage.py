"""The stage: stories on their own days, however long they take, and what a wrong story is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.worker import Replayer

from console.stage import Undrawn
from onething.case_state import SlotState
from onething.definition import Scenario
from onething.errors import AnswersRejected, CatalogError
from records.receipt import receipt_of
from runtime.keyring import KeyRing
from runtime.temporal import plugin
from workflows.bundle_case import BundleCase

MOMENT = timedelta(minutes=1)


async def test_a_story_lives_on_its_own_days_however_long_it_takes(stage, told):
    story = told(behaviour={"survivor_benefit": ["accept", {"wait": "30d"}, "grant"]})
    filed = datetime.fromisoformat(story.filed_at)
    async with stage.play(story) as played:
        output = await played.end()
        state = await played.state()
        assert await played.now() - filed < timedelta(days=31)
    assert output["state"] == "completed"
    assert state.begun_at - filed < MOMENT
    waited = state.slots["survivor_benefit"].decided_at - filed
    assert timedelta(days=30) <= waited < timedelta(days=30) + MOMENT
    issued = (await receipt_of(stage.archive, played.case.number)).issued_at
    assert timedelta(days=30) <= issued - filed < timedelta(days=30) + 2 * MOMENT


async def test_its_history_replays_as_if_the_server_had_lived_on_those_days(stage, told, tmp_path):
    """Without the receipt's quarter of an hour and a lapse at the right midnight nothing would fit."""
    asks = {"ask_correction": {"after": "1h"}}
    story = told(filed_at="2026-02-27T10:00:00+08:00", behaviour={"real_estate": [asks]})
    async with stage.play(story) as played:
        assert (await played.end())["slots"]["real_estate"] == "lapsed"
        history = await played.history()
    assert history.events[0].event_time.ToDatetime().date().isoformat() == "2026-02-27"
    ring = KeyRing.load_or_create(tmp_path / "keys")
    await Replayer(workflows=[BundleCase], plugins=[plugin(ring)]).replay_workflow(history)


async def test_time_passes_only_when_somebody_waits(stage, told):
    story = told(behaviour={"*": ["accept", {"wait": "3d"}, "grant"]})
    async with stage.play(story) as played:
        begun = await played.now()
        state = await played.until(
            lambda state: state.slots["cremation"].state is SlotState.UNDER_REVIEW, "the review"
        )
        assert await played.now() - begun < MOMENT
        await played.pass_by(timedelta(days=2))
        assert (await played.state()).slots["cremation"].state is SlotState.UNDER_REVIEW
    assert state.slots["cremation"].poll_at - begun < timedelta(days=3) + MOMENT


async def test_what_never_comes_about_is_an_error_that_names_the_story_and_how_the_case_stands(stage, told):
    story = told(behaviour={"survivor_benefit": ["refuse"]})
    async with stage.play(story) as played:
        with pytest.raises(CatalogError) as raised:
            await played.until(lambda state: state.hold is not None, "the hold")
    assert raised.value.file.endswith("yichun_nine.yaml")
    assert "the hold never comes about" in raised.value.what
    assert "survivor_benefit refused (round 1)" in raised.value.fix


async def test_an_agency_that_never_answers_does_not_keep_a_wrong_story_going_for_ever(
    stage, told, monkeypatch
):
    monkeypatch.setattr("console.stage._PATIENCE", timedelta(days=20))
    story = told(behaviour={"real_estate": ["accept", "never_answer"]})
    async with stage.play(story) as played:
        with pytest.raises(CatalogError, match="the end never comes about"):
            await played.end()


async def test_an_agency_can_what_the_story_says_it_can(stage, told):
    story = told(capabilities={"police": {"withdraw": False, "settle_after": 60}})
    async with stage.play(story) as played:
        can = {slot.agency: slot.capabilities for slot in played.case.definition.slots}
    assert (can["police"].withdraw, can["police"].settle_after, can["police"].query_by_key) == (
        False,
        60,
        True,
    )
    assert can["real_estate"].withdraw


async def test_only_the_years_announced_are_known_and_the_papers_came_when_they_came(stage, told):
    story = told(filed_at="2025-12-29T10:00:00+08:00", received_on="2025-12-26", years_known=(2024, 2025))
    story = story.model_copy(update={"registers": _died(story, "2025-12-20T08:00")})
    async with stage.play(story) as played:
        calendar = played.case.definition.calendar
        assert [calendar.announced(year) for year in (2025, 2026)] == [True, False]
        assert played.case.received_on.isoformat() == "2025-12-26"


async def test_a_story_with_wrong_answers_is_not_filed(stage, told):
    with pytest.raises(AnswersRejected):
        async with stage.play(told(answers={})):
            pass


def test_an_undrawn_receipt_is_one_whose_pdf_libraries_are_missing():
    assert Undrawn().submit(print).exception().code == "pdf_unavailable"


def _died(story: Scenario, at: str) -> dict[str, Any]:
    ((number, record),) = story.registers["death"].items()
    return {**story.registers, "death": {number: {**record, "death_time": at}}}
