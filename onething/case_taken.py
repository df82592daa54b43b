"""An agency's answer being taken in: in goes the filing it is about, out come changes and a line of story."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onething.case_clock import ANEW, begin_clocks
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_state import SlotCase
from onething.legal_profile import LegalProfile


@dataclass(frozen=True, slots=True)
class Taken:
    """Changes to the slot, and the timeline's word for them; no word when nothing is worth telling."""

    changes: dict[str, Any] = field(default_factory=dict)
    kind: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filing:
    """What an answer is about."""

    slot: SlotCase
    definition: SlotDefinition
    case: CaseInput

    @property
    def profile(self) -> LegalProfile:
        """The procedure that the item follows."""
        return self.case.definition.profile(self.definition)

    def counted(self, at: datetime, **changes: Any) -> dict[str, Any]:
        """The changes, if the clock can count with them; raises ClockError."""
        changed = self.slot.model_copy(update={**ANEW, **changes})
        begin_clocks(changed, self.definition, self.case, at)
        return {**ANEW, **changes}
