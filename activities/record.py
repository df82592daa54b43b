"""Recording: in goes a whole-case snapshot, out comes a read model that is never older than before."""

from temporalio import activity

from activities import signatures
from activities.signatures import RecordCaseInput
from onething.case_clock import holder
from onething.case_state import BundleState, Deadline, SlotCase
from records.archive import Archive
from records.errors import CaseErased
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot
from records.timeline import TimelineRow


class RecordActivities:
    """Writes snapshots into this worker's archive."""

    def __init__(self, archive: Archive) -> None:
        """Write into `archive`."""
        self.archive = archive

    @activity.defn(name=signatures.RECORD_CASE)
    async def record_case(self, task: RecordCaseInput) -> None:
        """Apply the snapshot where its revision is newer; of an erased case nothing is kept."""
        try:
            await apply_snapshot(self.archive, snapshot_of(task))
        except CaseErased:
            activity.logger.info("the case was erased; its snapshot is dropped")


def snapshot_of(task: RecordCaseInput) -> CaseSnapshot:
    """The archive's view of a case's state."""
    state = task.state
    at = state.updated_at
    if at is None:
        msg = "a recorded case has been changed at some time"
        raise ValueError(msg)
    closed = state.state in {BundleState.COMPLETED, BundleState.WITHDRAWN, BundleState.TERMINATED}
    return CaseSnapshot(
        number=state.number,
        revision=state.revision,
        state=state.state.value,
        at=at,
        content=state.model_dump(mode="json"),
        slots=tuple(
            SlotRow(
                slot=slot.slot,
                item=slot.item,
                agency=slot.agency,
                state=slot.state.value,
                round=slot.round,
                updated_at=at,
                due_statutory=slot.statutory.due.due if slot.statutory else None,
                due_promised=slot.promised.due.due if slot.promised else None,
                light_statutory=_light(slot, slot.statutory, "statutory"),
                light_promised=_light(slot, slot.promised, "promised"),
                holder=holder(slot),
            )
            for slot in state.slots.values()
        ),
        timeline=tuple(
            TimelineRow(
                seq=entry.seq,
                at=entry.at,
                kind=entry.kind,
                text=entry.kind,
                slot=entry.slot,
                params=entry.params,
            )
            for entry in task.entries
        ),
        closed_at=state.completed_at or at if closed else None,
    )


def _light(slot: SlotCase, deadline: Deadline | None, which: str) -> str | None:
    if deadline is None:
        return None
    return "red" if which in slot.overdue else slot.light.value
