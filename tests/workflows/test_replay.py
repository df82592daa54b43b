"""The replay gate: histories of every release go on under today's code, and a breach is noticed."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

import onething.case
import workflows.bundle_case
from activities.signatures import IssuedReceipt
from console.stage import Undrawn
from onething.case import Outcome
from runtime.keyring import KeyRing
from runtime.temporal import data_converter, plugin
from tests.workflows.record_history import (
    COMMANDED,
    COMMANDS,
    HISTORY,
    RING,
    STORIES,
    TROUBLE,
    _write,
    commands,
    name_of,
    number_of,
    packed,
)
from workflows import call
from workflows.bundle_case import BundleCase

RECORDED = sorted(HISTORY.glob("v*/*/*.json.gz"))
TROUBLED = HISTORY / "v1" / TROUBLE[0] / f"{TROUBLE[1]}.json.gz"


@pytest.fixture
def ring() -> KeyRing:
    return RING


def recorded(path):
    return WorkflowHistory.from_json(path.name, gzip.decompress(path.read_bytes()).decode())


def story_of(path):
    """The life event and the story that a recorded history tells."""
    return path.parent.name, path.name.removesuffix(".json.gz")


def unsandboxed():
    """A replayer that runs the modules of this process, so that a test may break them."""
    return Replayer(
        workflows=[BundleCase],
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=data_converter(RING),
    )


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: "-".join((path.parts[-3], *story_of(path))))
async def test_every_recorded_case_goes_on_under_todays_code(path):
    await Replayer(workflows=[BundleCase], plugins=[plugin(RING)]).replay_workflow(recorded(path))


def test_every_story_of_every_life_event_is_recorded():
    kept = {story_of(path) for path in RECORDED if path.parts[-3] == "v1"}
    assert kept >= {name_of(path) for path in STORIES}
    assert TROUBLE in kept


def test_a_history_is_recorded_opened_and_whole():
    first = recorded(TROUBLED)
    opened, kept = (json.loads(gzip.decompress(one)) for one in (packed(first), TROUBLED.read_bytes()))
    assert opened == kept
    assert b"binary/encrypted" not in first.to_json().encode()


def test_the_recorded_histories_carry_the_sdks_flags():
    """Without them replay would let anything pass."""
    for path in RECORDED:
        flags = [
            event.workflow_task_completed_event_attributes.sdk_metadata for event in recorded(path).events
        ]
        assert any(flag.core_used_flags or flag.lang_used_flags for flag in flags), path.name


# ---- what must be noticed -------------------------------------------------------------------------


async def test_the_workflow_as_it_is_passes_unsandboxed_too():
    await unsandboxed().replay_workflow(recorded(TROUBLED))


async def _is_noticed() -> None:
    with pytest.raises(workflow.NondeterminismError):
        await unsandboxed().replay_workflow(recorded(TROUBLED))


async def test_reordered_commands_are_noticed(monkeypatch):
    step = workflows.bundle_case.step

    def backwards(*given: Any) -> Outcome:
        outcome = step(*given)
        return replace(outcome, commands=outcome.commands[::-1])

    monkeypatch.setattr(workflows.bundle_case, "step", backwards)
    await _is_noticed()


async def test_a_timer_that_is_no_longer_set_is_noticed(monkeypatch):
    monkeypatch.setattr(workflows.bundle_case, "next_instant", lambda _state, _now: None)
    await _is_noticed()


async def test_a_timer_that_was_not_there_is_noticed(monkeypatch):
    monkeypatch.setattr(workflows.bundle_case, "next_instant", lambda _state, now: now + timedelta(days=1))
    await _is_noticed()


async def test_another_activity_type_is_noticed(monkeypatch):
    monkeypatch.setattr(call.signatures, "QUERY_ITEM", "ask_item")
    await _is_noticed()


async def test_an_activity_that_is_no_longer_called_is_noticed(monkeypatch):
    async def imagined(_case, _state, command) -> IssuedReceipt:
        return IssuedReceipt(revision=command.revision, sha256="0" * 64)

    monkeypatch.setattr(call, "issue_receipt", imagined)
    await _is_noticed()


async def test_a_patch_taken_out_while_cases_still_need_it_is_noticed(stage, monkeypatch):
    """A history that a patched release had written, under code that has forgotten the patch."""
    step = onething.case.step

    def patched(*given: Any) -> Outcome:
        workflow.patched("a-rule-to-come")
        return step(*given)

    story = stage.catalog.scenario("bereavement", "refused_mid_graph")
    with monkeypatch.context() as release:
        # The kernel is passed through into the sandbox, so the workflow runs what stands here.
        release.setattr(onething.case, "step", patched)
        async with replace(stage, pool=Undrawn()).play(story) as played:
            await played.end()
            history = await played.history()
    assert any(event.HasField("marker_recorded_event_attributes") for event in history.events)
    with pytest.raises(workflow.NondeterminismError):
        await Replayer(workflows=[BundleCase], plugins=[plugin(RING)]).replay_workflow(history)


# ---- what replay does not see ---------------------------------------------------------------------


async def test_queues_timeouts_retries_and_arguments_are_as_recorded(stage):
    story = stage.catalog.scenario("bereavement", COMMANDED)
    async with stage.play(story, number=number_of("bereavement", COMMANDED)) as played:
        await played.end()
        told = commands(await played.handle.fetch_history())
    newest = max(HISTORY.glob(f"v*/{COMMANDS}"))
    assert json.loads(json.dumps(told)) == json.loads(newest.read_text(encoding="utf-8"))


def test_what_was_recorded_is_never_overwritten(tmp_path, capsys):
    _write(tmp_path / "v1" / "story.json", b"first")
    _write(tmp_path / "v1" / "story.json", b"second")
    assert (tmp_path / "v1" / "story.json").read_bytes() == b"first"
    assert "kept as it was" in capsys.readouterr().out
