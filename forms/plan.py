"""The plan: in go a merged form and partial answers, out comes what to show; the forms' one interpreter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from forms.binding import ActiveSlot
from forms.certificate import count, papers
from forms.condition import consulted, undecided
from forms.demand import Demand, demands
from forms.merge import ID_NUMBER, Field, MergedForm, Supply, merge, register_keys, same_as_fact
from forms.plan_field import allowed, hint, one_of_list, tell, widget
from forms.resolve import Known, Resolution
from forms.situation import UNANSWERED, Situations, asked, check_situations, options_of
from forms.validate import Validation, validate
from onething.catalog import Catalog
from onething.definition import Bundle, Section, SituationType
from onething.fact import Fact, fact_of
from onething.item_material import MaterialSource
from onething.plan import (
    Plan,
    PlanBlock,
    PlanField,
    PlanMaterial,
    PlanOption,
    PlanProblem,
    PlanSection,
    PlanSlot,
    Widget,
)
from onething.problem import Problem
from onething.problem_sentence import VERBS, problem_sentence
from onething.text import Text

_NAME: Final = "name"
"""The concept by which people tell each other apart."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far; `known` is what registers, the login and earlier slots supply."""

    situations: Situations
    answers: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    uploaded: frozenset[str] = frozenset()
    complain: bool = True
    """Whether to report what is still missing, or only what is wrong."""
    withheld: Mapping[str, Text] = field(default_factory=dict)
    """By pointer, the words about values that whoever looks neither sees nor is asked for."""

    def tells(self, problem: Problem) -> bool:
        """Whether a finding is reported: what joins at submission is not missed before."""
        return problem.code != "required" or (self.complain and problem.pointer not in self.withheld)


def plan(catalog: Catalog, bundle: Bundle, draft: Draft, form: MergedForm) -> Plan:
    """Return sections, visible fields, required flags, widgets, options, values, provenance and problems."""
    validation = validate(form, draft.answers, draft.known)
    view = _View(catalog, form, validation, draft)
    problems = (*check_situations(bundle, draft.situations), *validation.problems)
    return Plan(
        bundle=bundle.bundle,
        title=bundle.title,
        pledge=bundle.pledge,
        questions=tuple(_questions(bundle, draft)),
        sections=tuple(view.sections()),
        slots=tuple(view.slots()),
        materials=tuple(view.materials()),
        problems=tuple(view.told(problem) for problem in problems if draft.tells(problem)),
        hidden=validation.hidden,
        figures=count(form, validation.resolution, view.demanded).figures(),
    )


def plan_form(catalog: Catalog, bundle: Bundle, draft: Draft, on: Any) -> Plan:
    """Merge for the draft's situations and filing day, then plan."""
    return plan(catalog, bundle, draft, merge(catalog, bundle, draft.situations, on))


def leaves(
    form: MergedForm, resolution: Resolution, fact: Fact, index: int | None
) -> Iterator[tuple[Fact, int | None]]:
    """Yield the facts a person sees for `fact`: itself, its sources, or whom it is the same as."""
    role = form.bundle.roles[fact.owner]
    found = form.fields.get(fact)
    if role.same_as and (found is None or not found.constant):
        yield same_as_fact(fact.owner), None
        target = resolution.target(fact)
        if target is not None:
            yield from leaves(form, resolution, *target)
            return
        if not (resolution.answers.get(fact.owner) or {}).get("same_as"):
            return
    if found is None or found.supply is Supply.OUTCOME:
        return
    if found.supply is Supply.DERIVED:
        for source in found.sources:
            yield from leaves(form, resolution, source, index if source.owner == fact.owner else None)
        return
    resolved = resolution.get(fact, index)
    typed = resolved is not None and resolved.supply is Supply.TYPED
    if found.supply is Supply.REGISTER and not typed:
        for key in register_keys(form.bundle, fact):
            yield from leaves(form, resolution, key, index if key.owner == fact.owner else None)
    yield fact, index


class _View:
    """One draft's view of the form: which leaves are shown, where, and how."""

    def __init__(self, catalog: Catalog, form: MergedForm, validation: Validation, draft: Draft) -> None:
        self.catalog, self.form, self.validation, self.draft = catalog, form, validation, draft
        self.resolution = validation.resolution
        self.shown: dict[tuple[Fact, int | None], bool] = {}
        """Visible leaves with whether they are required."""
        self._leaves: dict[tuple[Fact, int | None], tuple[tuple[Fact, int | None], ...]] = {}
        self.needed: dict[tuple[Fact, int | None], dict[str, None]] = {}
        self.findings: dict[str, list[PlanProblem]] = {}
        for problem in validation.problems:
            if draft.tells(problem):
                self.findings.setdefault(problem.pointer, []).append(self.told(problem))
        self.demanded = {
            slot.name: tuple(demands(slot, validation.projections[slot.name])) for slot in form.slots
        }
        self._gather()

    def _gather(self) -> None:
        for slot in self.form.slots:
            for bound, index, demand in self.demanded[slot.name]:
                if bound.fact is None or demand is Demand.IDLE or bound.fact.owner not in self.form.roles:
                    continue
                for fact in (bound.fact, *bound.also):
                    place = index if fact.owner == bound.each else None
                    self._show(slot, fact, place, required=demand is Demand.REQUIRED)
            wanting = set(undecided(slot, self.resolution))
            for fact, index in consulted(slot, self.resolution):
                self._show(slot, fact, index, required=(fact, index) in wanting)

    def _show(self, slot: ActiveSlot, fact: Fact, index: int | None, *, required: bool) -> None:
        if (fact, index) not in self._leaves:
            self._leaves[fact, index] = tuple(leaves(self.form, self.resolution, fact, index))
        for leaf in self._leaves[fact, index]:
            self.shown[leaf] = self.shown.get(leaf, False) or required
            self.needed.setdefault(leaf, {})[slot.name] = None

    def sections(self) -> Iterator[PlanSection]:
        for section in self.form.bundle.sections:
            blocks = tuple(self._blocks(section))
            many = tuple(role for role in section.roles if role in self.form.roles and self._is_many(role))
            if blocks or many:
                yield PlanSection(section=section.section, title=section.title, blocks=blocks, many=many)

    def _is_many(self, role: str) -> bool:
        return self.form.roles[role].many and any(fact.owner == role for fact in self.form.fields)

    def _blocks(self, section: Section) -> Iterator[PlanBlock]:
        named = {text for other in self.form.bundle.sections for text in other.facts}
        own = [fact for fact in self.form.fields if str(fact) in section.facts]
        if own:
            yield from self._block(own[0].owner, section.title, None, own)
        for role in section.roles:
            facts = [fact for fact in self.form.fields if fact.owner == role and str(fact) not in named]
            title = self.form.bundle.roles[role].title
            if not self.form.bundle.roles[role].many:
                yield from self._block(role, title, None, facts)
                continue
            for index in range(self.resolution.size(role)):
                numbered = Text(zh=f"{title.zh} {index + 1}", en=f"{title.en} {index + 1}")
                yield from self._block(role, numbered, index, facts)

    def _block(self, role: str, title: Text, index: int | None, facts: list[Fact]) -> Iterator[PlanBlock]:
        fields = tuple(self._field(fact, index) for fact in facts if (fact, index) in self.shown)
        if fields:
            yield PlanBlock(role=role, title=title, index=index, fields=fields)

    def _field(self, fact: Fact, index: int | None) -> PlanField:
        merged = self.form.fields[fact]
        pointer = fact.pointer(index)
        resolved = self.resolution.get(fact, index) if fact.concept != "same_as" else None
        own = resolved if resolved is not None and resolved.leaf == pointer else None
        typed = (self.resolution.answers.get(fact.owner) or {}) if index is None else {}
        supplied = own is not None and own.supply in {Supply.REGISTER, Supply.LOGIN}
        withheld = self.draft.withheld.get(pointer)
        if withheld or (self.draft.withheld and own is not None and own.supply is Supply.DERIVED):
            # What is derived may come of what is withheld.
            own, supplied = None, False
        return PlanField(
            pointer=pointer,
            title=merged.concept.title,
            why=merged.concept.why,
            help=hint(merged, own.value if own and supplied else None),
            widget=widget(merged),
            options=tuple(self._options(merged)),
            value=own.value if own else typed.get(fact.key),
            required=self.shown[fact, index] and not withheld,
            supply=(own.supply if own else merged.supply).value,
            source=own.source if own and supplied else None,
            as_of=own.as_of if own and supplied else None,
            withheld=withheld,
            needed_by=tuple(self.needed[fact, index]),
            max_length=min((s["maxLength"] for s in merged.schemas if "maxLength" in s), default=None),
            problems=tuple(self.findings.get(pointer, ())),
        )

    def _options(self, merged: Field) -> Iterator[PlanOption]:
        if merged.fact.concept == "same_as":
            yield from self._persons(merged.fact.owner)
            return
        known: dict[Fact, tuple[PlanOption, ...]] = self.form.compiled.setdefault("options", {})
        if merged.fact not in known:
            known[merged.fact] = tuple(allowed(merged))
        yield from known[merged.fact]

    def _persons(self, owner: str) -> Iterator[PlanOption]:
        for role in self.form.bundle.roles[owner].same_as:
            title = self.form.bundle.roles[role].title
            if not self.form.bundle.roles[role].many:
                yield PlanOption(value=role, label=title)
                continue
            for index in range(self.resolution.size(role)):
                yield PlanOption(value=f"{role}/{index}", label=self._person(role, index))
        yield PlanOption(value="other", label=Text(zh="其他人", en="somebody else"))

    def _person(self, role: str, index: int) -> Text:
        name = fact_of(_NAME, (role,))
        called = None if name.pointer(index) in self.draft.withheld else self.resolution.bare(name, index)
        number = self.resolution.row(role, index).get(ID_NUMBER)
        return one_of_list(self.form.bundle.roles[role].title, index, called, number)

    def slots(self) -> Iterator[PlanSlot]:
        names = {slot.name for slot in self.form.slots}
        for slot in self.form.slots:
            promised = slot.item.limits.promised
            yield PlanSlot(
                slot=slot.name,
                title=slot.title,
                agency=self.catalog.agency(slot.item.agency).title,
                promised=f"{promised.amount}{promised.unit}",
                automatic=slot.item.automatic,
                after=tuple(name for name in slot.slot.waits_for if name in names),
            )

    def materials(self) -> Iterator[PlanMaterial]:
        listed: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        for slot in self.form.slots:
            for material in papers(slot, self.resolution):
                listed.setdefault((material.material, material.source), []).append((slot.name, material.main))
        for (name, source), uses in sorted(
            listed.items(), key=lambda entry: entry[0][1] != MaterialSource.SELF
        ):
            yield PlanMaterial(
                material=name,
                title=self.catalog.materials[name].title,
                source=source,
                main=any(main for _, main in uses),
                slots=tuple(slot for slot, _ in uses),
                uploaded=name in self.draft.uploaded,
            )

    def told(self, problem: Problem) -> PlanProblem:
        """A finding in words: the field's own title, and the row when it stands in a list."""
        return tell(self.form, problem)


def _questions(bundle: Bundle, draft: Draft) -> Iterator[PlanField]:
    problems = check_situations(bundle, draft.situations)
    widgets = {
        SituationType.CHOICE: Widget.CHOICE,
        SituationType.YES_NO: Widget.YES_NO,
        SituationType.MANY: Widget.MANY,
    }
    for question in asked(bundle, draft.situations):
        pointer = f"/situations/{question.situation}"
        yield PlanField(
            pointer=pointer,
            title=question.question,
            why=question.why,
            widget=widgets[question.type],
            options=tuple(
                PlanOption(value=value, label=label)
                for value, label in options_of(bundle, question, draft.situations).items()
            ),
            value=draft.situations.get(question.situation),
            required=True,
            supply=(Supply.REGISTER if question.register_ else Supply.TYPED).value,
            needed_by=(),
            problems=tuple(
                PlanProblem(
                    pointer=pointer,
                    code=problem.code,
                    text=problem_sentence(problem.code, problem.params, question.question, VERBS["choice"]),
                )
                for problem in problems
                if problem.pointer == pointer and (draft.complain or problem.code not in UNANSWERED)
            ),
        )
