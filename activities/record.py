"""Recording: in goes a whole-case snapshot, out comes a read model that is never older than before."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from temporalio import activity

from activities import signatures
from activities.signatures import RecallCaseInput, Recalled, RecordCaseInput
from activities.told import notices_of
from onething.case_clock import holder
from onething.case_record import WorkOrder
from onething.case_state import BundleState, CaseState, Deadline, SlotCase, SlotState
from onething.clock import local_day
from records.archive import Archive
from records.case import get_case
from records.errors import CaseErased
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot
from records.timeline import TimelineRow
from records.work_order import WorkOrder as OrderRow
from records.work_order import WorkOrderState

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,119}")
_NOTE_LENGTH: Final = 120
_MOMENT: Final = timedelta(seconds=1)


class RecordActivities:
    """Writes snapshots into this worker's archive."""

    def __init__(self, archive: Archive, *, courier: bool = False) -> None:
        """Write into `archive`; with a `courier`, notices for people outside are queued for it."""
        self.archive, self.courier = archive, courier

    @activity.defn(name=signatures.RECORD_CASE)
    async def record_case(self, task: RecordCaseInput) -> None:
        """Apply the snapshot where its revision is newer; of an erased case nothing is kept."""
        try:
            await apply_snapshot(self.archive, snapshot_of(task, courier=self.courier))
        except CaseErased:
            activity.logger.info("the case was erased; its snapshot is dropped")

    @activity.defn(name=signatures.RECALL_CASE)
    async def recall_case(self, task: RecallCaseInput) -> Recalled:
        """The case as recorded last: of two people who take it up, the second goes on from the first."""
        stored = await get_case(self.archive, task.case)
        if stored.erased or stored.snapshot is None:
            return Recalled()
        return Recalled(state=CaseState.model_validate(stored.snapshot))


def snapshot_of(task: RecordCaseInput, *, courier: bool = False) -> CaseSnapshot:
    """The archive's view of a case's state, with the notices that its new lines call for."""
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
        slots=tuple(_slot(state, slot, at) for slot in state.slots.values()),
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
        work_orders=tuple(_order(state.number, order) for order in state.work_orders),
        notices=notices_of(state, task.entries, courier=courier),
    )


def _slot(state: CaseState, slot: SlotCase, at: datetime) -> SlotRow:
    need, due = slot.operator, slot.promised or slot.statutory
    return SlotRow(
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
        holder=holder(slot, held=state.hold is not None),
        reason=need.reason.value if need else None,
        since=_since(state, slot),
        note=need.detail[:_NOTE_LENGTH] or None if need else None,
        accept_by=_accept_by(slot),
        answer_by=_answer_by(slot),
        due_at=due.due.due_at if due is not None else None,
    )


def _since(state: CaseState, slot: SlotCase) -> datetime | None:
    """The instant its holder got it, where the state says so; the archive knows the other ones."""
    if slot.operator is not None:
        return slot.operator.since
    if slot.state is not SlotState.CORRECTION_REQUESTED or slot.correction is None or slot.leaving:
        return None
    told = {notice.number: notice.at for notice in state.notices}
    notice = slot.correction.notice
    return slot.correction.asked_at if notice is None else told.get(notice)


def _accept_by(slot: SlotCase) -> date | None:
    """The day after which silence accepts it, while it waits for a first look."""
    if slot.state is not SlotState.RECEIVED or slot.accept_by is None:
        return None
    return local_day(slot.accept_by - _MOMENT)


def _answer_by(slot: SlotCase) -> date | None:
    """The applicant's last day, once told what to put right."""
    if slot.state is not SlotState.CORRECTION_REQUESTED or slot.correction is None:
        return None
    return slot.correction.due.due.due if slot.correction.due is not None else None


def _order(number: str, order: WorkOrder) -> OrderRow:
    """A result that is no code may be personal: it stays in the sealed snapshot."""
    return OrderRow(
        id=f"{number}/{order.order}",
        case=number,
        slot=order.slot,
        kind=order.kind.value,
        owner=order.owner,
        due_on=order.due,
        state=WorkOrderState.DONE if order.closed_at else WorkOrderState.OPEN,
        reason=order.reason,
        opened_at=order.opened_at,
        closed_at=order.closed_at,
        result=order.result if _CODE.fullmatch(order.result) else None,
    )


def _light(slot: SlotCase, deadline: Deadline | None, which: str) -> str | None:
    if deadline is None:
        return None
    return "red" if which in slot.overdue else slot.light.value
