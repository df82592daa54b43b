"""The notice before registers are asked: in goes a merged form, out come who is asked and who gets what."""

from forms.merge import MergedForm, Supply
from onething.catalog import Catalog
from onething.definition import Bundle
from onething.text import Text


def situations_by_register(bundle: Bundle) -> dict[str, tuple[Text, ...]]:
    """The questions of the first step that each register is asked."""
    found: dict[str, list[Text]] = {}
    for question in bundle.situations:
        if question.register_:
            found.setdefault(question.register_, []).append(question.question)
    return {name: tuple(questions) for name, questions in found.items()}


def questions_by_register(form: MergedForm) -> dict[str, tuple[Text, ...]]:
    """The facts that each register is asked for this form."""
    found: dict[str, dict[str, Text]] = {}
    for field in form.fields.values():
        if field.supply is Supply.REGISTER and field.concept.register_:
            title = _titled(form, field.fact.owner, field.concept.title)
            found.setdefault(field.concept.register_, {})[title.zh] = title
    return {name: tuple(titles.values()) for name, titles in sorted(found.items())}


def fields_by_agency(catalog: Catalog, form: MergedForm) -> dict[str, tuple[Text, tuple[Text, ...]]]:
    """The fields that each agency receives, by agency id, with the agency's name."""
    agency_of = {slot.name: slot.item.agency for slot in form.slots}
    found: dict[str, dict[str, Text]] = {}
    for field in form.fields.values():
        title = _titled(form, field.fact.owner, field.concept.title)
        for need in field.needs:
            found.setdefault(agency_of[need.slot], {})[title.zh] = title
    return {
        agency: (catalog.agency(agency).title, tuple(titles.values())) for agency, titles in found.items()
    }


def _titled(form: MergedForm, role: str, title: Text) -> Text:
    own = form.bundle.roles[role].title
    return Text(zh=f"{own.zh}·{title.zh}", en=f"{own.en}: {title.en}")
