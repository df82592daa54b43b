"""The merge: in go a bundle and its situations, out comes one form in which every needed fact stands once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from forms.binding import ActiveSlot, active_slots
from forms.conversion import pull_back
from forms.situation import Situations, kept, situation_facts
from onething.catalog import Catalog
from onething.concept import Concept, RoleType
from onething.condition import Facts, evaluate
from onething.definition import Bundle, Role
from onething.fact import SAME_AS, Fact, fact_of, parse_fact
from onething.item_material import OnRecord
from onething.text import Text

ID_NUMBER: Final = "id_number"
"""The concept by which registers are asked and the login is known."""


class Supply(StrEnum):
    """Who supplies a fact, best first."""

    LOGIN = "login"
    OUTCOME = "outcome"
    DERIVED = "derived"
    REGISTER = "register"
    STATEMENT = "statement"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Need:
    """That one box of one slot needs a fact."""

    slot: str
    box: str
    required: bool
    by_family: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of the merged form: its concept, constraints, supplier and who needs it."""

    fact: Fact
    concept: Concept
    many: bool
    supply: Supply
    schemas: tuple[dict[str, Any], ...]
    """All of them hold: the concept's own, and each agency's pulled back through its conversion."""
    needs: tuple[Need, ...]
    sources: tuple[Fact, ...] = ()
    """The facts it is derived from."""

    @property
    def constant(self) -> bool:
        """Whether it is the same whoever the role stands for: derived from situations or from nothing."""
        return self.supply is Supply.DERIVED and not self.sources

    @property
    def counted(self) -> bool:
        """Whether its value is a number, so that a word in its place cannot be compared with anything."""
        return self.concept.schema_.get("type") in {"integer", "number"}

    @property
    def required(self) -> bool:
        """Whether some agency requires it whatever else is answered."""
        return any(need.required for need in self.needs)


@dataclass(frozen=True, eq=False)
class MergedForm:
    """One form for all active slots."""

    bundle: Bundle
    situations: dict[str, Any]
    on: date
    slots: tuple[ActiveSlot, ...]
    fields: dict[Fact, Field]
    roles: dict[str, Role]
    """The roles that exist in these situations."""
    unknown: tuple[tuple[Fact, str, str], ...]
    """Constraints that a conversion hides (fact, slot, box); validation still enforces them."""
    concepts: frozenset[str]
    """Every concept of the catalog, to tell an answer that is hidden from one that nobody knows."""
    region: str = ""
    """The code of the place whose local rules hold; empty: the national ones."""
    on_record: frozenset[OnRecord] = frozenset()
    """What stands for papers in this case."""
    compiled: dict[str, Any] = field(default_factory=dict, repr=False)
    """Validators and projections, built at first use."""

    def slot(self, name: str) -> ActiveSlot:
        """The active slot of this name; raises KeyError."""
        return next(slot for slot in self.slots if slot.name == name)


def merge(catalog: Catalog, bundle: Bundle, situations: Situations, on: date, region: str = "") -> MergedForm:
    """Merge the forms of every slot active in `situations`, in the versions in force on `on`.

    `region` is the code of the place where the case is; empty: no local rules.
    """
    answers = kept(bundle, situations)
    slots = tuple(active_slots(catalog, bundle, answers, on, region))
    facts = situation_facts(answers)
    roles = {name: role for name, role in bundle.roles.items() if evaluate(role.when, facts) is not False}
    gathered = _Gathering(catalog, bundle, roles, slots, facts)
    for slot in slots:
        gathered.add(slot)
    return MergedForm(
        bundle=bundle,
        situations=answers,
        on=on,
        slots=slots,
        fields=gathered.fields(),
        roles=roles,
        unknown=tuple(gathered.unknown),
        concepts=frozenset(catalog.concepts),
        region=region,
    )


def key_owner(bundle: Bundle, role: str) -> str:
    """Return the person role by whose id number the facts of `role` are looked up.

    A person's own; an account's receiver (the role that may be one of the others, else the applicant);
    the subject's for household, employer, property and the rest.
    """
    kind = bundle.roles[role].type
    if kind is RoleType.PERSON:
        return role
    persons = {name: each for name, each in bundle.roles.items() if each.type is RoleType.PERSON}
    subject = next((name for name, each in persons.items() if each.subject), role)
    if kind is not RoleType.ACCOUNT:
        return subject
    receiver = next((name for name, each in persons.items() if each.same_as), None)
    return receiver or next((name for name, each in persons.items() if each.login), subject)


def register_keys(bundle: Bundle, fact: Fact) -> Iterator[Fact]:
    """Yield the id numbers that a register is asked by for a fact: its owner's, and the other person's."""
    yield fact_of(ID_NUMBER, (key_owner(bundle, fact.owner),))
    yield from (fact_of(ID_NUMBER, (r,)) for r in fact.roles[1:] if bundle.roles[r].type is RoleType.PERSON)


def same_as_fact(role: str) -> Fact:
    """The built-in question of a role that may be the same as another."""
    return fact_of(SAME_AS, (role,))


def _question(fact: Fact, role: Role, roles: dict[str, Role]) -> Field:
    """The built-in question whether this role is the same as another one of the case."""
    targets = "|".join(f"{name}/[0-9]{{1,2}}" if roles[name].many else name for name in role.same_as)
    concept = Concept(
        concept=fact.concept,
        title=Text(zh=f"{role.title.zh}是谁", en=f"Who is the {role.title.en.lower()}"),
        why=Text(zh="已填写过的人不必再填一遍", en="Nobody already named is typed a second time"),
        schema_={"type": "string", "pattern": f"^({targets}|other)$"},
        roles=(role.type,),
    )
    return Field(fact, concept, role.many, Supply.TYPED, (concept.schema_,), (), ())


class _Gathering:
    """Collects needs and constraints fact by fact, then closes over derivations and `same as`."""

    def __init__(
        self,
        catalog: Catalog,
        bundle: Bundle,
        roles: dict[str, Role],
        slots: tuple[ActiveSlot, ...],
        facts: Facts,
    ) -> None:
        self.catalog, self.bundle, self.roles = catalog, bundle, roles
        self.needs: dict[Fact, list[Need]] = {}
        self.schemas: dict[Fact, list[dict[str, Any]]] = {}
        self.unknown: list[tuple[Fact, str, str]] = []
        self._roles = {name: index for index, name in enumerate(bundle.roles)}
        self._concepts = {name: index for index, name in enumerate(catalog.concepts)}
        self.unheld = frozenset(
            (one.register_, one.role) for one in bundle.unheld if evaluate(one.when, facts) is True
        )
        self.outcomes = {
            parse_fact(effect.fact).rebind(slot.slot.roles)
            for slot in slots
            for effect in slot.item.effects
            if effect.fact
        }

    def add(self, slot: ActiveSlot) -> None:
        for bound in slot.boxes:
            if bound.fact is None or not bound.box.sent or bound.fact.owner not in self.roles:
                continue
            need = Need(slot.name, bound.box.name, bound.box.required, bound.box.by_family)
            for fact in (bound.fact, *bound.also):
                self.need(fact, need)
            schema = pull_back(slot.item, bound.box.binding.via, bound.box.schema)
            if schema is None:
                self.unknown.append((bound.fact, slot.name, bound.box.name))
            elif schema and schema not in self.schemas[bound.fact]:
                self.schemas[bound.fact].append(schema)
        for condition in slot.conditions:
            # Of several facts, one may decide before the next is asked.
            need = Need(slot.name, condition.name, required=len(condition.facts) == 1, by_family=True)
            for fact in condition.facts:
                if fact.owner in self.roles:
                    self.need(fact, need)

    def need(self, fact: Fact, need: Need) -> None:
        known = self.needs.get(fact)
        if known is not None:
            known.append(need)
            return
        self.needs[fact] = [need]
        self.schemas.setdefault(fact, [])
        concept = self.catalog.concept(fact.concept)
        for source in (*self._sources(fact, concept), *self._same(fact)):
            self.need(source, Need(need.slot, need.box, required=False, by_family=False))
        if self._held(fact, concept) and ID_NUMBER in self.catalog.concepts:
            for key in register_keys(self.bundle, fact):
                self.need(key, Need(need.slot, need.box, required=False, by_family=False))

    def _same(self, fact: Fact) -> Iterator[Fact]:
        """The facts of the roles that this fact's role may be the same as."""
        for target in self.bundle.roles[fact.owner].same_as:
            yield fact_of(fact.concept, (target, *fact.roles[1:]))

    def _sources(self, fact: Fact, concept: Concept) -> tuple[Fact, ...]:
        if concept.derive is None:
            return ()
        return tuple(
            parse_fact(source) if "(" in source else fact_of(source, (fact.owner,))
            for source in concept.derive.of
            if not source.startswith("situation.")
        )

    def fields(self) -> dict[Fact, Field]:
        merged: dict[Fact, Field] = {}
        for name in {fact.owner: None for fact in self.needs if self.bundle.roles[fact.owner].same_as}:
            question = same_as_fact(name)
            merged[question] = _question(question, self.bundle.roles[name], self.bundle.roles)
        for fact, needs in self.needs.items():
            concept = self.catalog.concept(fact.concept)
            merged[fact] = Field(
                fact=fact,
                concept=concept,
                many=self.bundle.roles[fact.owner].many,
                supply=self._supply(fact, concept),
                schemas=(concept.schema_, *self.schemas[fact]),
                needs=tuple(needs),
                sources=self._sources(fact, concept),
            )
        return dict(sorted(merged.items(), key=lambda entry: self._order(entry[0])))

    def _order(self, fact: Fact) -> tuple[int, bool, int, str]:
        """By role, then what says who or what it is (the concepts in its type's own file), then the rest.

        The catalog's order decides, not the slots': a family finds a field at the same place in every case.
        """
        role = self.bundle.roles[fact.owner]
        path = self.catalog.files.get(f"concept:{fact.concept}")
        basic = fact.concept == "same_as" or (path is not None and path.stem == role.type)
        return self._roles[fact.owner], not basic, self._concepts.get(fact.concept, -1), str(fact)

    def _held(self, fact: Fact, concept: Concept) -> bool:
        """Whether some register may know it in these situations."""
        return concept.register_ is not None and (concept.register_, fact.owner) not in self.unheld

    def _supply(self, fact: Fact, concept: Concept) -> Supply:
        if concept.login and self.bundle.roles[fact.owner].login:
            return Supply.LOGIN
        if fact in self.outcomes:
            return Supply.OUTCOME
        if concept.derive is not None:
            return Supply.DERIVED
        if self._held(fact, concept):
            return Supply.REGISTER
        return Supply.STATEMENT if concept.statement else Supply.TYPED
