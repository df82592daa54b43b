"""Pledges of a filing: in go an item as pinned, out come the proofs that they stand for, and statements."""

from api.office import Office
from forms.pledge import ITSELF
from onething.case_definition import SlotDefinition
from onething.text import Model, Text


class PledgeView(Model):
    """One pledge (告知承诺): a proof that was not asked for, or a statement of the applicant's own."""

    title: Text
    statement: bool
    """It stands for no proof."""


def pledges_of(office: Office, definition: SlotDefinition) -> tuple[PledgeView, ...]:
    """What the applicant has pledged instead of proving it, as it was on the day of filing."""
    known = office.catalog.materials
    itself = {name for name, concept in known.items() if concept.shared_by == ITSELF}
    return tuple(
        PledgeView(title=paper.title, statement=paper.material in itself) for paper in definition.pledged
    )
