"""How results reach a family and how often it has to come: in goes a form or a case, out come both."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.office import Office
from api.standing import Standing, answered_of, form_of
from forms.merge import MergedForm
from onething.case_state import SlotState
from onething.text import Model, Text

DELIVERY: Final = "delivery_method"
"""The concept by which a family says how results are to reach it; not every form asks."""
_AHEAD: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED})
"""Who has to come for an item comes before it is filed with its agency."""
_GONE: Final = frozenset({SlotState.WITHDRAWN, SlotState.NOT_APPLICABLE, SlotState.LAPSED})


class Visit(Model):
    """One time that somebody has to come in person: for which item, and who."""

    title: Text
    who: tuple[Text, ...]


class Coming(Model):
    """How results come, as the family chose, and the visits that are still ahead."""

    way: Text | None
    """None where no form asks for it, or nobody has chosen yet."""
    items: tuple[Text, ...]
    """The items whose agencies are told the way; the others' forms do not ask for it."""
    visits: tuple[Visit, ...]
    over: bool = False
    """Whether nobody has to come any more, though somebody had to."""


def coming_with(office: Office, form: MergedForm, answers: Mapping[str, Any], region: str) -> Coming:
    """What is ahead of a filing that is not made yet, where the region with this code works it."""
    asked = _asking(form)
    return Coming(
        way=_way(office, answers) if asked else None,
        items=tuple(asked.values()),
        visits=tuple(_visits(form, region)),
    )


async def coming_of(office: Office, standing: Standing) -> Coming:
    """What is ahead of a case as it stands."""
    answered = await answered_of(office, standing)
    slots = [
        (one, standing.state.slots.get(one.slot), tuple(gate for gate in one.gates if gate.in_person))
        for one in standing.case.definition.slots
    ]
    ahead = tuple(
        Visit(title=one.title, who=tuple(dict.fromkeys(who for gate in gates for who in gate.who)))
        for one, slot, gates in slots
        if gates and slot is not None and slot.state in _AHEAD and standing.stored.closed_at is None
    )
    had = any(gates and slot is not None for _, slot, gates in slots)
    states = {name: slot.state for name, slot in standing.state.slots.items()}
    asking = _asking(form_of(office, standing, answered))
    items = tuple(title for name, title in asking.items() if states.get(name, SlotState.LAPSED) not in _GONE)
    way = _way(office, answered.answers) if items else None
    return Coming(way=way, items=items, visits=ahead, over=had and not ahead)


def _asking(form: MergedForm) -> dict[str, Text]:
    """The slots whose agency's form asks how its result is to come, with their titles."""
    facts = (field for fact, field in form.fields.items() if fact.concept == DELIVERY)
    names = {need.slot for field in facts for need in field.needs}
    return {slot.name: slot.title for slot in form.slots if slot.name in names}


def _way(office: Office, answers: Mapping[str, Any]) -> Text | None:
    """How results are to come, in the concept's own words."""
    concept = office.catalog.concepts.get(DELIVERY)
    groups = (group for group in answers.values() if isinstance(group, Mapping))
    chosen = next((group[DELIVERY] for group in groups if group.get(DELIVERY)), None)
    return concept.options.get(str(chosen)) if concept is not None and chosen is not None else None


def _visits(form: MergedForm, region: str) -> Iterator[Visit]:
    """Each item for which somebody has to come: all of them at one time."""
    for slot in form.slots:
        roles = [
            form.bundle.roles.get(slot.slot.roles.get(person, person))
            for gate in slot.item.gates
            if not gate.regions or region.startswith(gate.regions)
            for person in gate.in_person
        ]
        if roles:
            who = tuple(dict.fromkeys(role.title for role in roles if role is not None))
            yield Visit(title=slot.title, who=who)
