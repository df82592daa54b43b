"""Undoing: in goes a case as it ended, out comes what has to be undone, in reverse order, and what remains.

Compensation is mostly human (domain rules 4.5): nothing is undone silently. A free act is cancelled, a wrong
register entry is corrected by the agency that made it, money is demanded back, and what cannot be undone is
named. A court that revokes a declaration of death has its own consequences (Civil Code, articles 50 to 53).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from onething.case_definition import CaseInput, SlotDefinition
from onething.case_record import WorkOrderKind
from onething.case_state import WELL_ENDED, CaseState, SlotCase, SlotState
from onething.case_turn import slot_key
from onething.item import Reversibility

UNDONE_BY: Final = {
    Reversibility.FREE: WorkOrderKind.UNDO,
    Reversibility.CORRECTION: WorkOrderKind.UNDO,
    Reversibility.REPAYMENT: WorkOrderKind.DEMAND_REPAYMENT,
    Reversibility.IRREVERSIBLE: WorkOrderKind.ASK_PERSON,
}
UNDOING: Final = frozenset(UNDONE_BY.values())


@dataclass(frozen=True, slots=True)
class Reversal:
    """One act to undo: the slot, the key it was filed under, the agency's reference, and how it is undone."""

    slot: str
    agency: str
    key: str
    ref: str | None
    kind: WorkOrderKind

    @property
    def remains(self) -> bool:
        """Whether the act stays whatever anybody does."""
        return self.kind is WorkOrderKind.ASK_PERSON


def reversals(case: CaseInput, state: CaseState) -> tuple[Reversal, ...]:
    """What was actually done, the last act first; what was done before this case is not its to undo."""
    return tuple(_reversals(case, state))


def acts(state: CaseState) -> list[SlotCase]:
    """The slots that brought something about, the last one first."""
    done = [
        slot
        for slot in state.slots.values()
        if (slot.state in WELL_ENDED and slot.state is not SlotState.NOT_APPLICABLE and not slot.already)
        or slot.earlier
    ]
    order = {name: place for place, name in enumerate(state.slots)}
    return sorted(done, key=lambda slot: (_decided(slot), order[slot.slot]), reverse=True)


def _reversals(case: CaseInput, state: CaseState) -> Iterator[Reversal]:
    definitions: dict[str, SlotDefinition] = {slot.slot: slot for slot in case.definition.slots}
    for slot in acts(state):
        rounds = [(one.round, one.ref) for one in slot.earlier]
        if slot.state in WELL_ENDED:
            rounds.append((slot.round, slot.ref))
        for number, ref in reversed(rounds):
            yield Reversal(
                slot=slot.slot,
                agency=slot.agency,
                key=slot_key(case, slot.slot, number),
                ref=ref,
                kind=UNDONE_BY[definitions[slot.slot].reversibility],
            )


def _decided(slot: SlotCase) -> float:
    decided = slot.decided_at if slot.state in WELL_ENDED else None
    if decided is None and slot.earlier:
        decided = slot.earlier[-1].decided_at
    return decided.timestamp() if decided else 0.0
