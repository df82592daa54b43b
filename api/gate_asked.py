"""What a gate waits to be told: in goes a case with items behind gates, out come the fields still empty.

Nobody's word takes the place of an answer: while a condition turns on a field of the form that is empty, the
field is asked for; once it is filled and the condition holds, the item goes on as if it had been filed so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.office import Office
from api.standing import Answered, Standing, answered_of, form_of
from forms.binding import BoundCondition
from forms.condition import untold
from forms.merge import MergedForm, Supply
from forms.plan_field import tell
from forms.resolve import Resolution
from forms.validate import validate
from onething.case_definition import SlotDefinition, SlotGate
from onething.case_state import SlotState
from onething.condition import holds
from onething.fact import Fact
from onething.plan import PlanProblem
from onething.problem import Problem
from onething.text import Model, Text


@dataclass(frozen=True, slots=True)
class WaitingGate:
    """An item behind a gate whose condition asks about facts of the form."""

    slot: str
    gate: str
    condition: BoundCondition
    lacking: tuple[str, ...]
    """Pointers of the fields that nobody has filled and on which it turns."""

    def is_met(self, resolution: Resolution) -> bool:
        """Whether the answers alone open it, as they would have at submission."""
        return holds(self.condition.condition, resolution.facts)


class AskedGate(Model):
    """What an item waits to be told, where its gate turns on a field that nobody has filled."""

    slot: str
    gate: str
    title: Text
    text: Text
    fix: Text
    pointers: tuple[str, ...]


async def untold_slots(office: Office, standing: Standing) -> frozenset[str]:
    """The items that wait for a field which nobody has filled; none once the case has ended."""
    if not any(slot.blocked_by and slot.blocked_by.gate for slot in standing.state.slots.values()):
        return frozenset()
    if standing.stored.closed_at is not None:
        return frozenset()
    answered = await answered_of(office, standing)
    gates = asking_gates(standing, form_of(office, standing, answered), answered)
    return frozenset(one.slot for one in gates)


def asking_gates(standing: Standing, form: MergedForm, answered: Answered) -> tuple[WaitingGate, ...]:
    """The gates that turn on a field which nobody has filled."""
    every = waiting_gates(standing, form, resolved(form, answered))
    return tuple(one for one in every if one.lacking)


def asked_gate(waiting: WaitingGate, definition: SlotDefinition) -> AskedGate:
    """One such gate for screens."""
    gate = next(one for one in definition.gates if one.gate == waiting.gate)
    return AskedGate(
        slot=waiting.slot,
        gate=gate.gate,
        title=definition.title,
        text=gate.text,
        fix=gate.fix,
        pointers=waiting.lacking,
    )


def waiting_gates(standing: Standing, form: MergedForm, resolution: Resolution) -> Iterator[WaitingGate]:
    """Yield the gates that items wait behind and that answers can open, in the case's order."""
    definitions = {one.slot: one for one in standing.case.definition.slots}
    for active in form.slots:
        slot, definition = standing.state.slots.get(active.name), definitions.get(active.name)
        by = slot.blocked_by if slot is not None and slot.state is SlotState.BLOCKED else None
        if by is None or definition is None:
            continue
        gate = next((one for one in definition.gates if one.gate == by.gate), None)
        if gate is None or not _is_for_answers(gate):
            continue
        name = f"gate:{gate.gate}"
        for condition in (one for one in active.conditions if one.name == name):
            found = untold(condition, resolution)
            lacking = (pointer for fact, index in found for pointer in _typed(form, resolution, fact, index))
            yield WaitingGate(active.name, gate.gate, condition, tuple(dict.fromkeys(lacking)))


def required(form: MergedForm, gates: Iterable[WaitingGate]) -> tuple[PlanProblem, ...]:
    """That these gates' fields have to be filled, each named once."""
    pointers = dict.fromkeys(pointer for gate in gates for pointer in gate.lacking)
    return tuple(tell(form, Problem(pointer, "required")) for pointer in pointers)


def resolved(form: MergedForm, answered: Answered) -> Resolution:
    """What is answered now, typed or supplied by others."""
    return validate(form, answered.answers, answered.known).resolution


def _is_for_answers(gate: SlotGate) -> bool:
    return gate.month is None and gate.opt_out is None and not gate.in_person


def _typed(form: MergedForm, resolution: Resolution, fact: Fact, index: int | None) -> Iterator[str]:
    """The empty fields in which a fact is said: its own, or those it follows from."""
    fact, index = resolution.target(fact) or (fact, index)
    field = form.fields.get(fact)
    if field is None or field.supply is Supply.OUTCOME:
        return
    if field.supply is Supply.DERIVED:
        for source in field.sources:
            yield from _typed(form, resolution, source, index)
    elif resolution.get(fact, at := index if field.many else None) is None:
        yield fact.pointer(at)
