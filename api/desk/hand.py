"""What an act is worded with and what it comes to: nothing in, two frozen classes out."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.desk.place import Place
from api.office import Office
from onething.adapter import AgencyEvent
from onething.counting import BEIJING
from records.desk import event_id
from records.desk_item import DeskState


@dataclass(frozen=True, slots=True)
class Told:
    """What an act comes to: events for the case, where the filing stands then, what only the desk keeps."""

    events: tuple[AgencyEvent, ...]
    state: DeskState
    note: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hand:
    """What an act is worded with."""

    office: Office
    place: Place
    at: datetime
    """Now, or as late as what was told last: clocks differ, and order must not."""

    def stamp(self, position: int = 0) -> dict[str, Any]:
        """Id and time of the act's events."""
        return {"event_id": event_id(self.place.item, position), "occurred_at": self.at}

    @property
    def today(self) -> date:
        """The day of the act in China."""
        return self.at.astimezone(BEIJING).date()

    @property
    def state(self) -> DeskState:
        """Where the filing stands after an act that decides nothing."""
        now = self.place.item.state
        return DeskState.REVIEW if now is DeskState.NEW else now
