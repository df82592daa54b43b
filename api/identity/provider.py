"""The contract of whoever proves identities: in goes a sign-in under way, out comes an `Identity`.

A provider says who somebody is; what they may do here is the account's. Staff need an account that an
administrator opened; a person is given one at the first sign-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from onething.text import Text

OPENID: Final = "openid"
"""Where a person's facts keep the mini-program's own name for its user, by which messages reach them."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as a provider has proven it.

    `subject` is the provider's own name for the person and never changes. `person` may hold name, id_number
    and phone, which count as proven only if `verified`, and the mini-program's openid. A `once` may be used
    for one sign-in only, and for none after `until` (seconds since 1970).
    """

    provider: str
    subject: str
    verified: bool = False
    person: Mapping[str, str] = field(default_factory=dict)
    once: str = ""
    until: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in begun: where to send the browser, and what has to be kept until it comes back."""

    address: str
    kept: Mapping[str, str]


class IdentityProvider(Protocol):
    """Proves who somebody is."""

    name: str
    title: Text
    """As the sign-in page offers it."""
    staff: bool
    """Whether it knows this office's staff, who need an account opened for them."""

    async def complete(self, kept: Mapping[str, str], answered: Mapping[str, str], back: str) -> Identity:
        """Finish a sign-in with what was answered; raises IdentityRefused, IdentityUnavailable."""
        ...


@runtime_checkable
class Portal(IdentityProvider, Protocol):
    """A provider with pages of its own: a browser goes there and comes back."""

    async def begin(self, back: str) -> Begun:
        """Begin a sign-in that comes back to the address `back`; raises IdentityUnavailable."""
        ...
