"""Papers promised for later: in go a case's items, out comes each paper once, for all that wait for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from api.slot_view import OwedView
from onething.text import Text


class Owing(Protocol):
    """An item as far as it waits for papers."""

    @property
    def slot(self) -> str:
        """Its name."""

    @property
    def title(self) -> Text:
        """What it is called."""

    @property
    def agency(self) -> Text:
        """Who decides it."""

    @property
    def owed(self) -> tuple[OwedView, ...]:
        """The papers promised for it."""


@dataclass(frozen=True, slots=True)
class OwedPaper:
    """One paper in one state, as the first of the items needs it that wait for it."""

    paper: OwedView
    items: tuple[Owing, ...]


def owed_papers(items: Iterable[Owing], material: str | None = None, state: str = "") -> Iterator[OwedPaper]:
    """Yield each paper once for each of its states, by its first day; of `material` and `state` if given."""
    found: dict[tuple[str, str], list[tuple[OwedView, Owing]]] = {}
    for item in items:
        for paper in item.owed:
            if material in {None, paper.material} and state in {"", paper.state}:
                found.setdefault((paper.material, paper.state), []).append((paper, item))
    for pairs in found.values():
        first, _ = min(pairs, key=lambda one: one[0].due.due if one[0].due else date.max)
        yield OwedPaper(first, tuple(item for _, item in pairs))
