"""Tries at signing in: in goes who tries from where, out comes nothing, or TooManyTries with the wait.

What fails counts against the address it came from and against the account it named; what succeeds counts
against the address only, and lightly, for a whole office may stand behind one address. The counts stand in
the records, under keyed hashes: neither a restart nor another process begins anew. What is refused once is
refused from memory until its window is over, so ten thousand more tries cost next to nothing.
"""

import hashlib
import math
from datetime import datetime
from typing import Final

from fastapi import Request

from api.errors import TooManyTries
from api.office import Office
from records.attempt import Limit, Spent, Tried, count_failures, try_door

TRIES: Final = Limit("tries", 300, 60)
"""Of one address, whatever comes of them."""
FAILURES: Final = Limit("failures", 30, 300)
"""Of one address: thirty in five minutes."""
ACCOUNT_FAILURES: Final = Limit("account", 10, 300)
"""Against one account, from wherever."""
_KEPT: Final = 10_000
"""How many refusals are remembered at most."""


class Throttle:
    """The tries at this installation's doors, as this process counts them."""

    def __init__(self) -> None:
        """Begin with no refusal remembered."""
        self._refused: dict[Tried, datetime] = {}

    async def check(self, request: Request, account: str = "") -> None:
        """Count a try before anything is looked at; raises TooManyTries, the same for every account."""
        wait = await self.wait(request, Tried(TRIES, address_of(request)), _failures(request, account))
        if wait:
            raise TooManyTries(seconds=wait)

    async def failed(self, request: Request, account: str = "") -> None:
        """Count a try that came to nothing."""
        await self.count(request, _failures(request, account))

    async def wait(self, request: Request, tried: Tried, failures: tuple[Tried, ...]) -> int:
        """Count a try; give the seconds to wait, 0 when it may go on."""
        office: Office = request.app.state.office
        now = office.now()
        spent = self._remembered((tried, *failures), now)
        if spent is None:
            spent = await try_door(office.archive, tried, failures, now)
            if spent is None:
                return 0
            self._remember(spent, now)
        return max(1, math.ceil((spent.until - now).total_seconds()))

    async def count(self, request: Request, failures: tuple[Tried, ...]) -> None:
        """Count a try that came to nothing against everybody named."""
        office: Office = request.app.state.office
        await count_failures(office.archive, failures, office.now())

    def _remembered(self, tried: tuple[Tried, ...], now: datetime) -> Spent | None:
        found = (Spent(one, self._refused[one]) for one in tried if one in self._refused)
        return next((one for one in found if one.until > now), None)

    def _remember(self, spent: Spent, now: datetime) -> None:
        if len(self._refused) >= _KEPT:
            self._refused = {one: until for one, until in self._refused.items() if until > now}
        if len(self._refused) < _KEPT:
            self._refused[spent.tried] = spent.until


def throttle_of(request: Request) -> Throttle:
    """The one throttle of this application."""
    state = request.app.state
    if not hasattr(state, "throttle"):
        state.throttle = Throttle()
    throttle: Throttle = state.throttle
    return throttle


def address_of(request: Request) -> str:
    """Where the visitor is: who connects, or whom a proxy that is trusted says it speaks for."""
    address = request.client.host if request.client is not None else "nowhere"
    trusted = (request.app.state.office.settings.trusted_proxy or "").split(",")
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return told[:64] if told and address in trusted else address


def _failures(request: Request, account: str) -> tuple[Tried, ...]:
    of_address = Tried(FAILURES, address_of(request))
    return (of_address, Tried(ACCOUNT_FAILURES, _hashed(account))) if account else (of_address,)


def _hashed(account: str) -> str:
    """What stays in memory of whatever was typed as an account, which may be an identity number."""
    return hashlib.blake2b(account.encode(), digest_size=16).hexdigest()
