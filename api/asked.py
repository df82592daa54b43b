"""What is asked of the family: in goes a case with open corrections or a hold, out come fields and papers.

An agency asks in its own words; each of its boxes is traced back to the facts of the merged form from which
it was filled, and these are what may be changed.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.changed import Place, place_of
from api.clock_view import DueView, due_view
from api.gate_asked import AskedGate, WaitingGate, asked_gate, asking_gates
from api.office import Office
from api.standing import Answered, Standing
from forms.binding import ActiveSlot, BoundBox
from forms.merge import MergedForm, Supply, same_as_fact
from forms.plan import Draft, plan
from onething.box import ANY
from onething.case_definition import SlotDefinition
from onething.case_record import Correction
from onething.case_state import SlotCase, SlotState
from onething.fact import Fact
from onething.plan import PlanBlock, PlanField
from onething.text import Model, Text

_PARTS: Final = re.compile(r"[./]|\[\d*\]")


class AskedBox(Model):
    """One box of an agency's form that is in question, and where it is filled in the merged form."""

    name: str
    title: str
    pointers: tuple[str, ...]


class AskedPaper(Model):
    """One paper that is asked for."""

    material: str
    title: Text


class AskedSlot(Model):
    """What one agency asks, by which notice, and until when it is to be answered."""

    slot: str
    title: Text
    agency: Text
    phone: str
    round: int
    number: int
    """Which correction of this item it is."""
    asked_at: datetime
    notice: int | None
    """The notice that told it; none yet: it goes out with what the other agencies ask."""
    supplementary: bool
    breach: bool
    """Asked although the agency had to name it in its first notice."""
    accepted: bool
    reasons: tuple[Text, ...]
    due: DueView | None
    boxes: tuple[AskedBox, ...]
    materials: tuple[AskedPaper, ...]


class AskedHold(Model):
    """The question for which the case is held, where an agency has raised it."""

    hold: str
    text: Text
    fix: Text
    boxes: tuple[AskedBox, ...]


class AskedView(Model):
    """Everything that may be put right now; only `fields` and `materials` are open."""

    slots: tuple[AskedSlot, ...]
    hold: AskedHold | None
    gates: tuple[AskedGate, ...] = ()
    fields: tuple[PlanField, ...]
    """The merged form's fields, each once, with what stands there now."""
    owners: dict[str, Text]
    """Whom or what each field is about, by its pointer."""
    withheld: dict[str, Text] = {}
    """By pointer, the words about a value that stands there and is not shown; typing replaces it."""
    materials: tuple[AskedPaper, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, for programs: by slot the boxes, the facts behind all of them, and the papers."""

    boxes: dict[str, tuple[BoundBox, ...]]
    places: frozenset[Place]
    materials: frozenset[str]
    slots: frozenset[str]
    """Slots whose agency asked for a correction."""
    named: frozenset[Place] = frozenset()
    """Of the places those behind boxes that somebody asks for by name."""
    gates: tuple[WaitingGate, ...] = ()
    """Gates that turn on a field which nobody has filled."""

    @property
    def lacking(self) -> frozenset[str]:
        """The pointers of the fields that gates wait for."""
        return frozenset(pointer for gate in self.gates for pointer in gate.lacking)

    def only(self, form: MergedForm, slots: Collection[str], standing: Standing) -> "Question":
        """What these slots ask."""
        boxes = {name: boxes for name, boxes in self.boxes.items() if name in slots}
        asking = self.slots & set(slots)
        asked = {name for slot in asking for name in _asked_of(standing.state.slots[slot])[1]}
        gates = tuple(gate for gate in self.gates if gate.slot in slots)
        places = _places(form, boxes)
        return Question(boxes, places, frozenset(asked), asking, self.named & places, gates)


def question_of(standing: Standing, form: MergedForm, answered: Answered) -> Question:
    """Trace what is asked back to the merged form's facts.

    Where an agency names neither box nor paper, every box of its form may be what it means.
    """
    boxes: dict[str, tuple[BoundBox, ...]] = {}
    materials: set[str] = set()
    vague: set[str] = set()
    asking = [slot for slot in standing.state.slots.values() if _is_asked(slot)]
    active = {slot.name: slot for slot in form.slots}
    for slot in asking:
        fields, papers = _asked_of(slot)
        materials |= set(papers)
        if slot.slot in active:
            everything = not fields and not papers
            if everything:
                vague.add(slot.slot)
            boxes[slot.slot] = tuple(_named(active[slot.slot], fields, everything=everything))
    hold = standing.state.hold
    if hold is not None and hold.slot in active and hold.slot not in boxes:
        boxes[hold.slot] = tuple(_named(active[hold.slot], hold.fields, everything=False))
    slots = frozenset(slot.slot for slot in asking)
    gates = asking_gates(standing, form, answered)
    named = _places(form, {name: one for name, one in boxes.items() if name not in vague})
    return Question(boxes, _places(form, boxes), frozenset(materials), slots, named, gates)


def view_asked(  # noqa: PLR0913, PLR0917 - what a case is drawn of
    office: Office,
    standing: Standing,
    form: MergedForm,
    answered: Answered,
    withheld: Mapping[str, Text] | None = None,
    before: Answered | None = None,
) -> AskedView:
    """What is asked, for screens; the values of pointers in `withheld` are left out.

    `before` are the case's own answers where `answered` holds what is being typed besides.
    """
    question = question_of(standing, form, before or answered)
    withheld = withheld or {}
    blocks = tuple(shown_blocks(office, form, answered, withheld))
    owners = {one.pointer: block.title for block in blocks for one in block.fields}
    fields = tuple(
        one.model_copy(update={"withheld": None, "required": one.required or _is_named(one, question)})
        for block in blocks
        for one in block.fields
        if place_of(one.pointer) in question.places or one.pointer in question.lacking
    )
    pointers: dict[Place, list[str]] = {}
    for one in fields:
        pointers.setdefault(place_of(one.pointer), []).append(one.pointer)
    definitions = {one.slot: one for one in standing.case.definition.slots}

    def boxes(slot: str) -> tuple[AskedBox, ...]:
        return tuple(_box(form, bound, pointers) for bound in question.boxes.get(slot, ()))

    return AskedView(
        slots=tuple(
            _slot(office, standing.state.slots[name], definitions[name], boxes(name))
            for name in definitions
            if name in question.slots
        ),
        hold=_hold(standing, boxes),
        gates=tuple(asked_gate(gate, definitions[gate.slot]) for gate in question.gates),
        fields=fields,
        owners={one.pointer: owners[one.pointer] for one in fields},
        withheld={one.pointer: withheld[one.pointer] for one in fields if one.pointer in withheld},
        materials=_papers(office, sorted(question.materials)),
    )


def shown_blocks(
    office: Office, form: MergedForm, answered: Answered, withheld: Mapping[str, Text] | None = None
) -> Iterator[PlanBlock]:
    """Every block of the form's fields as it is filled now, without the values that are withheld."""
    draft = Draft(
        situations=answered.situations,
        answers=answered.answers,
        known=answered.known,
        withheld=withheld or {},
    )
    for section in plan(office.catalog, form.bundle, draft, form).sections:
        yield from section.blocks


def slots_with(form: MergedForm, places: Collection[Place]) -> frozenset[str]:
    """The slots whose agency receives any of these facts."""
    return frozenset(slot.name for slot in form.slots if _places(form, {slot.name: slot.sent}) & set(places))


def boxes_asked(form: MergedForm, slot: SlotCase) -> tuple[BoundBox, ...]:
    """The boxes that a slot's newest correction names, answered or not; none where it names none."""
    active = next((one for one in form.slots if one.name == slot.slot), None)
    return () if active is None else tuple(_named(active, _asked_of(slot)[0], everything=False))


def facts_behind(form: MergedForm, bound: BoundBox) -> Iterator[Fact]:
    """The facts that a person types for a box: those it holds, or what these follow from."""
    for fact in (bound.fact, *bound.also):
        if fact is not None:
            yield from _typed(form, fact)


def _typed(form: MergedForm, fact: Fact) -> Iterator[Fact]:
    role, found = form.bundle.roles[fact.owner], form.fields.get(fact)
    if role.same_as and (found is None or not found.constant):
        yield same_as_fact(fact.owner)
        for target in role.same_as:
            yield from _typed(form, Fact(fact.concept, (target, *fact.roles[1:])))
    if found is None or found.supply is Supply.OUTCOME:
        return
    if found.supply is Supply.DERIVED:
        for source in found.sources:
            yield from _typed(form, source)
        return
    yield fact


def _is_named(one: PlanField, question: Question) -> bool:
    """Whether somebody asks for this very field: then it is not the applicant's choice to fill it in."""
    return one.pointer in question.lacking or place_of(one.pointer) in question.named


def _is_asked(slot: SlotCase) -> bool:
    return slot.state is SlotState.CORRECTION_REQUESTED


def _asked_of(slot: SlotCase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The boxes and papers that an agency asks about."""
    if slot.correction is None:
        return slot.correction_fields, slot.correction_materials
    return slot.correction.fields, slot.correction.materials


def _places(form: MergedForm, boxes: Mapping[str, Collection[BoundBox]]) -> frozenset[Place]:
    """The facts behind all of these boxes."""
    return frozenset(
        (fact.owner, fact.key)
        for bound in boxes.values()
        for box in bound
        for fact in facts_behind(form, box)
    )


def _named(slot: ActiveSlot, names: Collection[str], *, everything: bool) -> Iterator[BoundBox]:
    """The boxes that an agency names, by a box's own name, a group's or a list's."""
    wanted = [tuple(part for part in _PARTS.split(name) if part) for name in names]
    for bound in slot.sent:
        path = tuple(part for part in bound.box.path if part != ANY)
        if everything or any(path[: len(parts)] == parts for parts in wanted if parts):
            yield bound


def _box(form: MergedForm, bound: BoundBox, pointers: dict[Place, list[str]]) -> AskedBox:
    found = [
        pointer for fact in facts_behind(form, bound) for pointer in pointers.get((fact.owner, fact.key), ())
    ]
    return AskedBox(name=bound.box.name, title=bound.box.title, pointers=tuple(dict.fromkeys(found)))


def _slot(
    office: Office, slot: SlotCase, definition: SlotDefinition, boxes: tuple[AskedBox, ...]
) -> AskedSlot:
    correction = slot.correction or Correction(
        number=1, round=slot.round, asked_at=slot.heard_at or office.now()
    )
    return AskedSlot(
        slot=slot.slot,
        title=definition.title,
        agency=definition.agency_title,
        phone=definition.phone,
        round=slot.round,
        number=correction.number,
        asked_at=correction.asked_at,
        notice=correction.notice,
        supplementary=(correction.notice or 1) > 1,
        breach=correction.breach,
        accepted=correction.accepted,
        reasons=tuple(reason.text for reason in correction.reasons or slot.reasons),
        due=due_view(correction.due, overdue="answer" in slot.overdue),
        boxes=boxes,
        materials=_papers(office, _asked_of(slot)[1]),
    )


def _hold(standing: Standing, boxes: Callable[[str], tuple[AskedBox, ...]]) -> AskedHold | None:
    hold = standing.state.hold
    rule = next((one for one in standing.case.definition.holds if hold and one.hold == hold.hold), None)
    if hold is None or rule is None:
        return None
    return AskedHold(hold=rule.hold, text=rule.text, fix=rule.fix, boxes=boxes(hold.slot or ""))


def _papers(office: Office, names: Collection[str]) -> tuple[AskedPaper, ...]:
    titles = office.catalog.materials
    return tuple(
        AskedPaper(material=name, title=titles[name].title if name in titles else Text(zh=name, en=name))
        for name in names
    )
