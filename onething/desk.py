"""The port to an agency's desk: in goes a filing, out come the events of what handlers did about it.

The adapter `desk` speaks to it; whoever puts a process together says what keeps the desks.
"""

from typing import Protocol, runtime_checkable

from onething.adapter import AgencyEvent, Health, Submission


class Desk(Protocol):
    """The inboxes of agencies that have no system of their own, each agency's apart from the others'."""

    async def take(self, agency: str, submission: Submission) -> tuple[AgencyEvent, ...]:
        """Put a filing into the agency's inbox, once under its key; gives everything known under it."""
        ...

    async def told(self, agency: str, key: str) -> tuple[AgencyEvent, ...] | None:
        """Everything known under a key, oldest first; None when nothing was ever filed under it."""
        ...

    async def withdraw(self, agency: str, key: str, reason: str) -> None:
        """Take an undecided filing out of the inbox, once; raises NotWithdrawable."""
        ...

    async def health(self, agency: str) -> Health:
        """Whether the inbox can be written to."""
        ...


@runtime_checkable
class AtDesk(Protocol):
    """An adapter that works with the desks of the process it is built in."""

    def sit_at(self, desk: Desk) -> None:
        """Work with these desks from now on."""
        ...
