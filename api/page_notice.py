"""The notice before registers are asked: in goes a merged form, out come who is asked and who gets what."""

from collections.abc import Iterable

from forms.merge import Field, MergedForm, Supply
from onething.catalog import Catalog
from onething.definition import Bundle
from onething.fact import Fact, parse_fact
from onething.family import fact_in
from onething.text import Text

Grouped = tuple[tuple[Text, tuple[Text, ...]], ...]
"""Titles of fields, each group under the title of its role."""


def situations_by_register(bundle: Bundle) -> dict[str, tuple[Text, ...]]:
    """The questions of the first step that each register is asked."""
    found: dict[str, list[Text]] = {}
    for question in bundle.situations:
        if question.register_:
            found.setdefault(question.register_, []).append(question.question)
    return {name: tuple(questions) for name, questions in found.items()}


def questions_by_register(form: MergedForm) -> dict[str, Grouped]:
    """The facts that each register is asked for this form."""
    found: dict[str, list[Field]] = {}
    for field in form.fields.values():
        if field.supply is Supply.REGISTER and field.concept.register_:
            found.setdefault(field.concept.register_, []).append(field)
    return {name: _by_role(form, fields) for name, fields in sorted(found.items())}


def fields_by_agency(catalog: Catalog, form: MergedForm) -> tuple[tuple[Text, Grouped], ...]:
    """The fields that each agency receives, with the agency's name."""
    agency_of = {slot.name: slot.item.agency for slot in form.slots}
    found: dict[str, dict[Fact, Field]] = {}
    for field in form.fields.values():
        for need in field.needs:
            found.setdefault(agency_of[need.slot], {})[field.fact] = field
    return tuple(
        (catalog.agency(agency).title, _by_role(form, fields.values())) for agency, fields in found.items()
    )


def situations_by_case(catalog: Catalog, bundle: Bundle) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """The questions of the first step that an earlier case answers, under what that was."""
    questions = {one.situation: one.question for one in bundle.situations}
    return tuple(
        (catalog.bundle(link.bundle).title, tuple(questions[name] for name in link.situations))
        for link in (bundle.family.with_ if bundle.family else ())
        if link.situations
    )


def facts_by_case(catalog: Catalog, form: MergedForm) -> tuple[tuple[Text, Grouped], ...]:
    """The facts that an earlier case of the same persons supplies, under what that was."""
    bundle, found = form.bundle, []
    for link in bundle.family.with_ if bundle.family else ():
        facts = [
            fact_in(bundle, parse_fact(text), form.situations) for text in (*link.carries, *link.follows)
        ]
        fields = [form.fields[fact] for fact in facts if fact in form.fields]
        wanted = [field for field in fields if field.supply in {Supply.TYPED, Supply.REGISTER}]
        if wanted:
            found.append((catalog.bundle(link.bundle).title, _by_role(form, wanted)))
    return tuple(found)


def _by_role(form: MergedForm, fields: Iterable[Field]) -> Grouped:
    """The titles of fields under the titles of their roles."""
    found: dict[str, list[Text]] = {}
    for field in fields:
        found.setdefault(field.fact.owner, []).append(field.concept.title)
    return tuple((form.bundle.roles[role].title, tuple(titles)) for role, titles in found.items())
