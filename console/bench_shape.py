"""Cases of another shape for the benchmark: in goes a story's case, out comes one of independent slots."""

from collections.abc import Mapping
from typing import Any

from forms.intake import Prepared
from onething.case_definition import SlotDefinition
from onething.filing import SlotFiling


def reshaped(
    prepared: Prepared, slots: Mapping[str, str], changes: Mapping[str, Mapping[str, Any]] | None = None
) -> Prepared:
    """A case whose `slots` (new name to the story's slot) all start at once; `changes` by new name."""
    story = {slot.slot: slot for slot in prepared.case.definition.slots}
    definition = prepared.case.definition.model_copy(
        update={
            "slots": tuple(
                _alone(story[old], new, (changes or {}).get(new, {})) for new, old in slots.items()
            )
        }
    )
    filings = {new: _complete(prepared.filings[old], new) for new, old in slots.items()}
    return Prepared(prepared.case.model_copy(update={"definition": definition}), filings, prepared.header)


def _alone(slot: SlotDefinition, name: str, changes: Mapping[str, Any]) -> SlotDefinition:
    return slot.model_copy(update={"slot": name, "after": (), "gates": (), **changes})


def _complete(filing: SlotFiling, name: str) -> SlotFiling:
    """What one slot awaits of another will never come here: its agency then takes the form as it is."""
    waived = {"awaited": (), "form": {"type": "object"}} if filing.awaited else {}
    return filing.model_copy(update={"slot": name, **waived})
