"""The adapter for agencies without a system of their own: in goes a filing, out come events.

What the handlers do at the desk comes back through the same inbox as any other agency's callbacks, and is
told again, under the same ids, to whoever asks by key.
"""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from activities.plugin import read_options
from onething.adapter import AgencyEvent, Callback, Capabilities, Health, Submission
from onething.desk import Desk
from onething.errors import AgencyUnavailable, CallbackRejected
from onething.text import Model


class DeskOptions(Model):
    """Nothing has to be said about a desk: it promises everything, and keeps it."""

    capabilities: Capabilities = Capabilities()


class DeskAgency:
    """One agency's desk; until the process has said which desks it keeps, nothing is taken."""

    def __init__(self, agency: str, options: DeskOptions) -> None:
        """Wait for a desk to sit at."""
        self.agency = agency
        self.capabilities = options.capabilities
        self._desk: Desk | None = None

    def sit_at(self, desk: Desk) -> None:
        """Work with these desks from now on."""
        self._desk = desk

    async def submit(self, submission: Submission) -> tuple[AgencyEvent, ...]:
        """Put the filing into the inbox, once under its key."""
        return await self._at().take(self.agency, submission)

    async def query(self, key: str, at: datetime) -> tuple[AgencyEvent, ...] | None:
        """Tell everything that was done about the filing; None for a key never filed."""
        del at
        return await self._at().told(self.agency, key)

    async def withdraw(self, key: str, reason: str) -> None:
        """Take an undecided filing back; raises NotWithdrawable."""
        await self._at().withdraw(self.agency, key, reason)

    def parse_callback(self, body: bytes) -> Callback:
        """Read what a handler's act has put into the inbox of callbacks."""
        try:
            callback = Callback.model_validate_json(body)
        except ValidationError as error:
            places = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False)]
            raise CallbackRejected(agency=self.agency, detail=f"wrong at {', '.join(places)}") from None
        if not callback.events:
            raise CallbackRejected(agency=self.agency, detail="no events")
        return callback

    async def health(self) -> Health:
        """Say whether the inbox can be written to."""
        if self._desk is None:
            return Health(ok=False, detail="no desk in this process")
        return await self._desk.health(self.agency)

    def _at(self) -> Desk:
        if self._desk is None:
            raise AgencyUnavailable(agency=self.agency, detail="no desk in this process")
        return self._desk


def create(agency_id: str, options: dict[str, Any]) -> DeskAgency:
    """Build the desk of `agency_id`; options as in `DeskOptions`."""
    file = f"catalog/agencies/{agency_id}/agency.yaml"
    return DeskAgency(agency_id, read_options(DeskOptions, options, file))
