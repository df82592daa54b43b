"""What filing sets going: in goes a filled form or a case, out come how items go out and what is paid."""

from collections.abc import Iterable, Iterator

from api.office import Office
from forms.binding import ActiveSlot
from forms.merge import MergedForm
from forms.resolve import Resolution
from onething.case_definition import SlotDefinition
from onething.condition import evaluate
from onething.item import NO_FEE, Gate
from onething.text import Model, Text


class Sending(Model):
    """How the items go out: how many wait for others or for something else, and for how many people come."""

    waiting: int
    coming: int


class Charge(Model):
    """What an item costs, and which agency takes it."""

    title: Text
    agency: Text
    fee: Text


def sending_with(form: MergedForm, resolution: Resolution, region: str) -> Sending:
    """How a filing that is not made yet goes out, where the region with this code works it."""
    names = {slot.name for slot in form.slots}
    waiting = coming = 0
    for slot in form.slots:
        gates = [one for one in slot.item.gates if not one.regions or region.startswith(one.regions)]
        shut = [one for one in gates if not _stands_open(slot, one, resolution)]
        waiting += bool(names & set(slot.slot.waits_for) or shut)
        coming += any(one.in_person for one in gates)
    return Sending(waiting=waiting, coming=coming)


def charges_with(office: Office, form: MergedForm) -> tuple[Charge, ...]:
    """What a filing that is not made yet costs."""
    agencies = office.catalog.agencies
    return tuple(
        Charge(
            title=slot.title,
            agency=agencies[slot.item.agency].title,
            fee=slot.item.fee,
        )
        for slot in form.slots
        if slot.item.fee != NO_FEE
    )


def charges_of(slots: Iterable[SlotDefinition]) -> Iterator[Charge]:
    """What the items of a case cost."""
    for one in slots:
        if one.fee != NO_FEE:
            yield Charge(title=one.title, agency=one.agency_title, fee=one.fee)


def _stands_open(slot: ActiveSlot, gate: Gate, resolution: Resolution) -> bool:
    """Whether the facts alone open a gate already: none of time, and none before which people appear."""
    if gate.month is not None or gate.opt_out is not None or gate.in_person:
        return False
    bound = {one.key: one.condition for one in slot.conditions}
    return evaluate(bound.get(f"gate:{gate.gate}", gate.when), resolution.facts) is True
