"""Acts that are one action and no more: in goes an act of a story, out comes what it asks of the case."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from console.act_event import events_of
from onething.case_event import (
    Action,
    GateOpened,
    HoldEnded,
    HoldRaised,
    OperatorAction,
    PaperBrought,
    Resumed,
    Withdrawn,
    WorkOrderClosed,
)
from onething.definition import HoldEnd
from onething.story import ActKind, StoryAct

CLERK: Final = "clerk"
APPLICANT: Final = "applicant"


def _resumed(act: StoryAct, now: datetime) -> Resumed:
    slot = str(act.slot)
    return Resumed(
        slot=slot,
        actor=CLERK,
        action=OperatorAction(act.action or ""),
        events=events_of(act.events, now, slot),
        reason=act.reason,
    )


ASKED: Final[Mapping[ActKind, Callable[[StoryAct, datetime], Action]]] = {
    ActKind.WITHDRAW: lambda act, _: Withdrawn(
        slot=act.slot, reason=act.reason or "applicant", actor=APPLICANT
    ),
    ActKind.OPEN_GATE: lambda act, _: GateOpened(slot=str(act.slot), gate=str(act.gate), actor=CLERK),
    ActKind.RESUME: _resumed,
    ActKind.HOLD: lambda act, _: HoldRaised(hold=str(act.hold), actor=CLERK),
    ActKind.END_HOLD: lambda act, _: HoldEnded(end=HoldEnd(act.end or ""), actor=CLERK),
    ActKind.BRING_PAPER: lambda act, _: PaperBrought(
        slot=str(act.slot), material=str(act.material), actor=CLERK
    ),
    ActKind.CLOSE_ORDER: lambda act, _: WorkOrderClosed(
        order=str(act.order), result=act.reason or "done", actor=CLERK
    ),
}
"""Acts that are an action and nothing more."""
