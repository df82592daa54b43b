"""Pledges of a filing: in go an item as pinned and as published, out comes what each stands for."""

from api.office import Office
from forms.pledge import ITSELF
from onething.case_definition import SlotDefinition
from onething.item import Item
from onething.item_material import MaterialSource
from onething.text import Model, Text


class PledgeView(Model):
    """One pledge (告知承诺), and the proofs that were not asked for because of it; none for a statement."""

    title: Text
    instead: tuple[Text, ...]


def pledges_of(office: Office, definition: SlotDefinition, published: Item | None) -> tuple[PledgeView, ...]:
    """The item's pledges; a proof may be pledged by itself, or stand behind a letter of pledge."""
    known = office.catalog.materials
    views = []
    for paper in definition.pledged:
        concept = known.get(paper.material)
        instead: tuple[Text, ...] = (paper.title,)
        if concept is not None and concept.shared_by == ITSELF:
            # The letter of pledge stands on the item's list: it replaces that list's pledgeable proofs.
            instead = tuple(
                known[one.material].title
                for one in (published.materials if published is not None else ())
                if one.tests.replaceable_by_pledge and one.source is not MaterialSource.PLEDGE
            )
        views.append(PledgeView(title=paper.title, instead=instead))
    return tuple(views)
