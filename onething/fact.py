"""A fact is a concept over one or two roles: in goes its text, out come its parts and its place."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from onething.errors import ConditionError

_SHAPE: Final = re.compile(r"^([a-z][a-z0-9_]*)\(([a-z][a-z0-9_]*)(?:,\s*([a-z][a-z0-9_]*))?\)$")


SAME_AS: Final = "same_as"
"""Written as a concept: the built-in question whether a role is the same as another."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One meaning about one role, or about a pair of roles."""

    concept: str
    roles: tuple[str, ...]
    owner: str = field(init=False, compare=False, repr=False)
    """The role whose group of the merged form the fact stands in."""
    key: str = field(init=False, compare=False, repr=False)
    """The property name inside the owner's group of the merged form."""
    _place: str = field(init=False, compare=False, repr=False)
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Tell once what a validation asks hundreds of times."""
        owner = self.roles[0]
        key = self.concept if len(self.roles) == 1 else f"{self.concept}_to_{self.roles[1]}"
        object.__setattr__(self, "owner", owner)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "_place", f"/{owner}/{key}")
        object.__setattr__(self, "_hash", hash((self.concept, self.roles)))

    def __hash__(self) -> int:
        """The hash of its parts, computed once."""
        return self._hash

    def __str__(self) -> str:
        """Write it as the catalog does: `concept(role)` or `concept(role, role)`."""
        return f"{self.concept}({', '.join(self.roles)})"

    def pointer(self, index: int | None = None) -> str:
        """JSON Pointer into the merged form; `index` is the element of an array role."""
        return self._place if index is None else f"/{self.owner}/{index}/{self.key}"

    def rebind(self, roles: dict[str, str]) -> "Fact":
        """Translate an item's roles into the bundle's; raises KeyError for an unbound role."""
        return fact_of(self.concept, tuple(roles[role] for role in self.roles))

    def over(self, concept: str) -> "Fact":
        """The same roles under another concept; a one-role concept takes the owner only."""
        return fact_of(concept, self.roles)


@lru_cache(maxsize=4096)
def parse_fact(text: str) -> Fact:
    """Read `concept(role)` or `concept(role, role)`; raises ConditionError naming the text."""
    match = _SHAPE.match(text.strip())
    if match is None:
        raise ConditionError(path=text, what="a fact reads concept(role) or concept(role, role)")
    concept, first, second = match.groups()
    return fact_of(concept, (first, second) if second else (first,))


@lru_cache(maxsize=4096)
def fact_of(concept: str, roles: tuple[str, ...]) -> Fact:
    """The same object for the same fact: what is looked up so often compares by identity first."""
    return Fact(concept, roles)
