"""What a notice of what is to be put right says: in go a case and a notice's number, out come its lines.

One line for each item: which fields of the one form and which papers, why, by when, on what basis, and what
follows if nobody answers (行政许可法 art. 32: told once, and in full).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from api.asked import boxes_asked, facts_behind, shown_blocks
from api.case_view import CaseView
from api.changed import Place, place_of
from api.office import Office
from api.page_view import word
from api.slot_view import SlotView
from api.standing import Answered, Standing
from forms.merge import MergedForm
from onething.case_definition import SlotDefinition
from onething.legal_profile import OnSilence
from onething.text import Text


@dataclass(frozen=True, slots=True)
class DefectLine:
    """One item on the notice."""

    slot: SlotView
    told: bool
    """Whether this notice is the newest about the item, so that what it asked is still known."""
    fields: tuple[Text, ...]
    """Under their titles in the one form, each with whom or what it is about."""
    papers: tuple[Text, ...]
    basis: tuple[str, ...]
    consequence: Text


def defect_lines(
    office: Office, standing: Standing, form: MergedForm, answered: Answered, shown: tuple[CaseView, int]
) -> Iterator[DefectLine]:
    """Yield the items that notice `shown[1]` of the case names, in the case's order."""
    view, number = shown
    notice = next(one for one in view.notices if one.number == number)
    titles = _titles(office, form, answered)
    definitions = {one.slot: one for one in standing.case.definition.slots}
    for slot in view.slots:
        if slot.slot not in notice.slots:
            continue
        told = slot.correction is not None and slot.correction.notice == number
        yield DefectLine(
            slot=slot,
            told=told,
            fields=tuple(_fields(standing, form, slot.slot, titles)) if told else (),
            papers=tuple(_papers(office, standing, slot.slot)) if told else (),
            basis=definitions[slot.slot].basis,
            consequence=_consequence(standing, definitions[slot.slot]),
        )


def _fields(standing: Standing, form: MergedForm, slot: str, titles: dict[Place, Text]) -> tuple[Text, ...]:
    """Each field once; an agency's box that follows from the situation keeps the agency's own name."""
    found: dict[str, Text] = {}
    for box in boxes_asked(form, standing.state.slots[slot]):
        places = [(fact.owner, fact.key) for fact in facts_behind(form, box)]
        known = [titles[place] for place in places if place in titles]
        for title in known or [Text(zh=box.box.title, en=box.box.title)]:
            found[title.zh] = title
    return tuple(found.values())


def _titles(office: Office, form: MergedForm, answered: Answered) -> dict[Place, Text]:
    found: dict[Place, Text] = {}
    for block in shown_blocks(office, form, answered):
        for one in block.fields:
            found.setdefault(
                place_of(one.pointer),
                Text(zh=f"{block.title.zh}的{one.title.zh}", en=f"{block.title.en}: {one.title.en}"),
            )
    return found


def _papers(office: Office, standing: Standing, slot: str) -> Iterator[Text]:
    correction = standing.state.slots[slot].correction
    for name in correction.materials if correction is not None else ():
        known = office.catalog.materials.get(name)
        yield known.title if known is not None else Text(zh=name, en=name)


def _consequence(standing: Standing, definition: SlotDefinition) -> Text:
    """What becomes of the item if the day passes, by the procedure that it follows."""
    lapses = standing.case.definition.profile(definition).on_silence is OnSilence.LAPSE
    return word("print_lapses" if lapses else "print_stays")
