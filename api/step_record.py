"""The steps of an item as a supervisor looks at them: in goes an item's state, out come what is on record.

Nobody who signed is named here.
"""

from datetime import date
from typing import Final

from onething.adapter import StepOutcome
from onething.case_definition import SlotDefinition, SlotStep
from onething.case_state import WELL_ENDED, SlotCase
from onething.clock import local_day
from onething.item import StepKind
from onething.text import Model, Text

_EVIDENT: Final = frozenset({StepKind.HOME_VISIT, StepKind.PUBLIC_NOTICE})


class StepOnRecord(Model):
    """One step of the item's chain: its last outcome and day, None where nothing is on record."""

    title: Text
    outcome: StepOutcome | None
    day: date | None
    lacking: bool
    """Whether the item was granted without it, although it has to come before."""


def steps_on_record(definition: SlotDefinition, slot: SlotCase) -> tuple[StepOnRecord, ...]:
    """Every step of the chain, in its order."""
    done = {one.step for one in slot.steps if one.outcome is StepOutcome.DONE}
    last = {one.step: one for one in slot.steps}
    return tuple(
        StepOnRecord(
            title=step.title,
            outcome=last[step.step].outcome if step.step in last else None,
            day=local_day(last[step.step].at) if step.step in last else None,
            lacking=_is_lacking(step, slot, done),
        )
        for step in definition.steps
    )


def steps_lacked(definition: SlotDefinition, slot: SlotCase) -> tuple[Text, ...]:
    """The titles of the steps without which the item was granted."""
    return tuple(one.title for one in steps_on_record(definition, slot) if one.lacking)


def _is_lacking(step: SlotStep, slot: SlotCase, done: set[str]) -> bool:
    return slot.state in WELL_ENDED and step.kind in _EVIDENT and step.step not in done
