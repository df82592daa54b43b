"""Tries at signing in: in goes who tries from where, out comes nothing, or TooManyTries with the wait.

What fails counts against the address it came from and against the account it named; what succeeds counts
against the address only, and lightly, for a whole office may stand behind one address. Names are kept as
hashes, in this process's memory only.
"""

import hashlib
import math
import time
from typing import Final

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.errors import TooManyTries

TRIES: Final = RateLimitItemPerMinute(300)
"""Of one address, whatever comes of them."""
FAILURES: Final = RateLimitItemPerMinute(30, 5)
"""Of one address: thirty in five minutes."""
ACCOUNT_FAILURES: Final = RateLimitItemPerMinute(10, 5)
"""Against one account, from wherever."""


class Throttle:
    """The tries of this process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)

    def check(self, request: Request, account: str = "") -> None:
        """Count a try before anything is looked at; raises TooManyTries, the same for every account."""
        address = _address(request)
        if not self._limiter.hit(TRIES, "tries", address):
            raise self._refusal((TRIES, "tries", address))
        for limit, kind, name in _failures(address, account):
            if not self._limiter.test(limit, kind, name):
                raise self._refusal((limit, kind, name))

    def failed(self, request: Request, account: str = "") -> None:
        """Count a try that came to nothing."""
        for limit, kind, name in _failures(_address(request), account):
            self._limiter.hit(limit, kind, name)

    def _refusal(self, spent: tuple[RateLimitItem, str, str]) -> TooManyTries:
        limit, kind, name = spent
        until = self._limiter.get_window_stats(limit, kind, name).reset_time
        return TooManyTries(seconds=max(1, math.ceil(until - time.time())))


def throttle_of(request: Request) -> Throttle:
    """The one throttle of this application."""
    state = request.app.state
    if not hasattr(state, "throttle"):
        state.throttle = Throttle()
    throttle: Throttle = state.throttle
    return throttle


def _failures(address: str, account: str) -> tuple[tuple[RateLimitItem, str, str], ...]:
    of_address = (FAILURES, "failures", address)
    return (of_address, (ACCOUNT_FAILURES, "account", _hashed(account))) if account else (of_address,)


def _address(request: Request) -> str:
    """Where the visitor is: who connects, or whom a proxy that is trusted says it speaks for."""
    address = request.client.host if request.client is not None else "nowhere"
    trusted = (request.app.state.office.settings.trusted_proxy or "").split(",")
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return told[:64] if told and address in trusted else address


def _hashed(account: str) -> str:
    return hashlib.blake2b(account.encode(), digest_size=16).hexdigest()
