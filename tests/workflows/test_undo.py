"""Done and undone: a whole case is revoked after its end, and the agencies' ledgers are as they were."""

from dataclasses import replace

import pytest
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities import signatures
from activities.signatures import Act
from console.stage import Undrawn
from onething.case_event import Revoked, WorkOrderClosed
from onething.case_record import WorkOrderKind
from onething.case_state import CaseState
from onething.case_turn import slot_key
from onething.item import Reversibility
from onething.revocation import UNDOING
from records.receipt import receipts_of
from records.snapshot import slots_of


@pytest.fixture
def undrawn(stage):
    """Receipts are stored and signed for; their pages are drawn elsewhere."""
    return replace(stage, pool=Undrawn())


async def take_up(environment, case, state, action):
    """What the door does about a case that has ended: one message starts it again under its own number."""
    start = WithStartWorkflowOperation(
        signatures.WORKFLOW,
        case.model_copy(update={"ended": state.model_dump(mode="json")}),
        id=case.number,
        task_queue=signatures.WORKFLOW_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    client = environment.client
    await client.execute_update_with_start_workflow("act", Act(action=action), start_workflow_operation=start)
    handle = client.get_workflow_handle(case.number)
    with environment.auto_time_skipping_disabled():
        await handle.result()
    return CaseState.model_validate(await handle.query("state"))


async def test_what_was_done_is_undone_last_act_first_and_what_remains_is_named(undrawn):
    stage = undrawn
    story = stage.catalog.scenario("bereavement", "smooth_employee")
    async with stage.play(story) as played:
        await played.end()
        ended = await played.state()
        before = played.effects()
        assert set(before.values()) == {1}
        state = await take_up(
            stage.environment, played.case, ended, Revoked(reason="death_record_wrong", actor="clerk")
        )
        orders = [order for order in state.work_orders if order.kind in UNDOING]
        decided = [state.slots[order.slot].decided_at for order in orders]
        assert decided == sorted(decided, reverse=True)
        assert {order.slot for order in orders} == set(before)
        reversibility = {slot.slot: slot.reversibility for slot in played.case.definition.slots}
        remains = {order.slot for order in orders if order.kind is WorkOrderKind.ASK_PERSON}
        assert remains == {name for name, how in reversibility.items() if how is Reversibility.IRREVERSIBLE}
        for order in orders:
            if order.kind is not WorkOrderKind.ASK_PERSON:
                agency = played.crew.adapters[state.slots[order.slot].agency]
                agency.undo(slot_key(played.case, order.slot, state.slots[order.slot].round))
            closed = WorkOrderClosed(order=order.order, result="undone", actor="clerk")
            state = await take_up(stage.environment, played.case, state, closed)
        assert {name for name, count in played.effects().items() if count} == remains
    assert all(order.closed_at is not None for order in state.work_orders if order.kind in UNDOING)
    rows = {row.slot: row.state for row in await slots_of(stage.archive, state.number)}
    assert set(rows.values()) == {"granted"}
    receipts = await receipts_of(stage.archive, state.number)
    assert [receipt.revision for receipt in receipts] == list(range(1, len(state.receipts) + 1))
    assert receipts[-1].reason == "corrected"
    assert len(receipts) == len(ended.receipts) + 1 + len(orders)


@pytest.mark.parametrize("twice", [1, 2])
async def test_a_case_taken_up_for_nothing_ends_again_as_it_was(undrawn, twice):
    stage = undrawn
    story = stage.catalog.scenario("bereavement", "smooth_employee")
    async with stage.play(story) as played:
        await played.end()
        ended = await played.state()
        for _ in range(twice):
            handle = await stage.environment.client.start_workflow(
                signatures.WORKFLOW,
                played.case.model_copy(update={"ended": ended.model_dump(mode="json")}),
                id=played.case.number,
                task_queue=signatures.WORKFLOW_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )
            assert (await handle.result())["state"] == "completed"
        assert CaseState.model_validate(await handle.query("state")) == ended


async def test_two_people_who_take_up_an_ended_case_at_once_both_have_their_say(undrawn):
    stage = undrawn
    story = stage.catalog.scenario("bereavement", "smooth_employee")
    async with stage.play(story) as played:
        await played.end()
        revoked = Revoked(reason="death_record_wrong", actor="clerk")
        ended = await take_up(stage.environment, played.case, await played.state(), revoked)
        first, second = (
            WorkOrderClosed(order=order.order, result="undone", actor="clerk")
            for order in ended.work_orders[:2]
        )
        await take_up(stage.environment, played.case, ended, first)
        state = await take_up(stage.environment, played.case, ended, second)
        assert [order.closed_at is not None for order in state.work_orders[:2]] == [True, True]
        assert state.revision > ended.revision + 1
        with (
            stage.environment.auto_time_skipping_disabled(),
            pytest.raises(WorkflowUpdateFailedError) as caught,
        ):
            await take_up(stage.environment, played.case, ended, first)
        assert caught.value.cause.type == "action_rejected"
