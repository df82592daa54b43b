"""Who calls, as the whole door sees it: a caller with role, window, area and persons; no decisions."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from api.role import Purpose, Role
from api.window import Window


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls; `account` is an account's id, never a person's name."""

    account: str
    role: Role
    purpose: Purpose
    window: Window | None = None
    area: str | None = ""
    """How the codes begin of the regions whose cases are seen: empty for all, None for none."""
    agency: str | None = None
    person: str | None = None
    """The keyed hash of the caller's proven identity number."""
    organisation: str | None = None
    csrf: str = ""
    """The mark that this session's forms carry; empty without a session."""
    development: bool = False
    """Signed in by the development login, which proves nothing."""
    name: str = ""
    """As pages greet the person; it goes nowhere else."""
    frame: Role | None = None
    """Whose navigation surrounds a page that is open to anybody; it opens nothing."""

    @property
    def drawn_as(self) -> Role:
        """In whose frame pages are drawn."""
        return self.frame or self.role

    @property
    def parties(self) -> frozenset[str]:
        """As which parties of a case this caller counts."""
        own = {f"account:{self.account}"}
        return frozenset(own | ({self.person} if self.person else set()))


CALLER: Final[ContextVar[Caller | None]] = ContextVar("caller", default=None)
"""The caller of the request that is being answered, for the frame around a page."""
PATH: Final[ContextVar[str]] = ContextVar("path", default="")
"""The path of that request, so that the frame can mark where one is."""
