"""Pledges: in goes what a family has answered, out come the papers that its word stands for (告知承诺).

A statement ticked in a form replaces a paper once it has been made, and only for the agencies whose forms
carry it. A paper that the catalog obtains by pledge is pledged by filing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from forms.binding import ActiveSlot
from forms.certificate import papers
from forms.resolve import Resolution
from onething.catalog import Catalog
from onething.fact import Fact
from onething.item_material import MaterialSource

ITSELF: Final = "merged_form"
"""How the catalog says that a paper is the form itself, signed."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A paper that a ticked statement stands for."""

    material: str
    pointer: str
    """Where the statement is ticked."""


def stated(resolution: Resolution) -> Iterator[Stated]:
    """Yield each paper that some statement made in the form stands for."""
    for fact, field in resolution.form.fields.items():
        paper = field.concept.stands_for
        if paper is not None and fact.owner in resolution.form.roles and _made(fact, resolution):
            yield Stated(paper, fact.pointer(None))


def pledged(catalog: Catalog, slot: ActiveSlot, resolution: Resolution) -> tuple[str, ...]:
    """The papers that one item takes the family's word for, in the order of its list.

    An item whose own form carries statements has their written form on its list too: that is no further
    pledge, and none at all while none of them is made.
    """
    own = [
        (bound.fact, paper)
        for bound in slot.sent
        if bound.fact is not None and (paper := _replaced(bound.fact, resolution)) is not None
    ]
    listed = [
        paper.material
        for paper in papers(slot, resolution)
        if paper.source is MaterialSource.PLEDGE
        and not (own and catalog.materials[paper.material].shared_by == ITSELF)
    ]
    return tuple(dict.fromkeys([*listed, *(paper for fact, paper in own if _made(fact, resolution))]))


def _replaced(fact: Fact, resolution: Resolution) -> str | None:
    field = resolution.form.fields.get(fact)
    return field.concept.stands_for if field is not None else None


def _made(fact: Fact, resolution: Resolution) -> bool:
    found = resolution.get(fact)
    return found is not None and found.value is True
