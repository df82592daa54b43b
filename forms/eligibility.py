"""Eligibility beforehand: in go a form as far as it is filled and the rules, out comes how items stand."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from forms.binding import ActiveSlot
from forms.grounds import grounds
from forms.merge import MergedForm
from forms.resolve import Resolution
from onething.condition import UNKNOWN, evaluate, value_of
from onething.condition_reference import rebind
from onething.eligibility import STANDING_OF, Rung, Standing
from onething.errors import RowRejected
from onething.fact import parse_fact
from onething.item import ItemRule
from onething.rule import AmountOf, Place, RowSource, RuleBook
from onething.rule_decision import Decision, Truth, decide
from onething.rule_door import tables
from onething.text import Text

HOUSEHOLD: Final = "household"
PERSON: Final = "person"
AMOUNT: Final = "amount"
MONTH: Final = "month"
_MONTHS: Final = 12
_CENT: Final = Decimal("0.01")
_BEST_FIRST: Final = (Truth.TRUE, Truth.UNKNOWN, None, Truth.FALSE)
Row = dict[str, Any]


def eligibility(form: MergedForm, resolution: Resolution, book: RuleBook, place: Place) -> tuple[Rung, ...]:
    """Return how every active item that has rules stands, in the bundle's order; decides nothing.

    Amounts are yuan, as the form asks them. What nobody knows yet is unknown to the rules, never a refusal.
    """
    asked = _Asked(form, resolution, book, place)
    return tuple(asked.rung(slot, rule) for slot in form.slots for rule in asked.applies(slot))


class _Asked:
    """One household's form, asked by the rules of its items."""

    def __init__(self, form: MergedForm, resolution: Resolution, book: RuleBook, place: Place) -> None:
        self.form, self.resolution, self.book, self.place = form, resolution, book, place
        day = place.as_of or place.on
        months = (day.year * _MONTHS + day.month - 1 - back for back in range(1, _MONTHS + 1))
        self.months = tuple(f"{month // _MONTHS:04}-{month % _MONTHS + 1:02}" for month in months)
        """The twelve months before the one asked about, newest first."""

    def applies(self, slot: ActiveSlot) -> Iterator[ItemRule]:
        """Yield the first of the item's rules that applies in these situations, if any."""
        for rule in slot.item.eligibility:
            if evaluate(rebind(rule.when, slot.slot.roles), self.facts) is True:
                yield rule
                return

    def rung(self, slot: ActiveSlot, rule: ItemRule) -> Rung:
        """Ask one rule set about the household, or about the person of whom it holds best."""
        rows = self.rows(rule.rows, slot.slot.roles)
        told: dict[str, Any] = {
            "slot": slot.name,
            "title": slot.title,
            "rules": rule.rules,
            "rules_title": self.book.rules(rule.rules).title,
        }
        missing = (*self._missing(rows), *self._nobody(slot, rule))
        if missing:
            return Rung(**told, standing=Standing.NOT_KNOWN, missing=missing)
        try:
            decision, person = self._decision(slot, rule, rows)
        except RowRejected as error:
            words = Text(zh=error.params["what_zh"], en=error.params["what_en"])
            return Rung(**told, standing=Standing.NOT_KNOWN, problem=words)
        pays = self.book.rules(rule.rules).pays if decision.granted is not Truth.TRUE else None
        return Rung(
            **told,
            standing=STANDING_OF[decision.granted],
            person=person,
            decision=decision,
            conditions=grounds(self.book, decision, lambda name: decide(self.book, name, rows, self.place)),
            # What would be paid is told only to those who fit.
            figures=tuple(
                one for one in decision.columns if one.column in rule.figures and one.column != pays
            ),
            standards=tuple(one for one in decision.parameters if one.parameter in rule.standards),
        )

    def rows(self, name: str, roles: Mapping[str, str]) -> dict[str, list[Row]]:
        """Every row that the rules may ask for, by table, as a plan of rows makes them of this form."""
        found: dict[str, list[Row]] = {}
        for source in self.book.rows[name].sources:
            found.setdefault(source.table, []).extend(self._rows(source, roles))
        return found

    def facts(self, reference: str, scope: Mapping[str, int]) -> Any:
        """What the form says; unknown for a role that these situations do not have."""
        fact = parse_fact(reference) if "(" in reference and not reference.startswith("count(") else None
        if fact is not None and fact.owner not in self.form.roles:
            return UNKNOWN
        return self.resolution.facts(reference, scope)

    def persons(self, role: str) -> Iterator[tuple[str, Mapping[str, int], Text]]:
        """Yield the persons of a role of the bundle: key, scope and what they are called."""
        if role not in self.form.roles:
            return
        title = self.form.roles[role].title
        if not self.form.roles[role].many:
            yield role, {}, title
            return
        for index in range(self.resolution.size(role)):
            number = index + 1
            yield (
                f"{role}/{index}",
                {role: index},
                Text(zh=f"{title.zh} {number}", en=f"{title.en} {number}"),
            )

    def _rows(self, source: RowSource, roles: Mapping[str, str]) -> Iterator[Row]:
        if not source.each:
            yield from self._made(source, dict(roles), {}, {HOUSEHOLD: HOUSEHOLD})
        for each in source.each:
            for person, scope, _ in self.persons(roles[each]):
                keys = {HOUSEHOLD: HOUSEHOLD} | self._key(source.table, person)
                yield from self._made(source, {**roles, PERSON: roles[each]}, scope, keys)

    def _key(self, table: str, person: str) -> Row:
        """Whose row it is, where the table's rows are somebody's."""
        own = next(facts for name, facts, _ in tables(self.book) if name == table)
        return {PERSON: person} if PERSON in own else {}

    def _made(
        self, source: RowSource, roles: dict[str, str], scope: Mapping[str, int], keys: Row
    ) -> Iterator[Row]:
        """The rows of one source about one household or person; an amount becomes one row for each month."""
        bound: Any = rebind(source.facts, roles)
        row = keys | {name: self._value(operand, scope) for name, operand in bound.items()}
        ages: Any = rebind(source.ages, roles)
        row |= {name: self._age(operand, scope) for name, operand in ages.items()}
        if MONTH in row or AMOUNT not in row:
            yield row
            return
        empty: Any = rebind({AMOUNT: list(source.none_if_empty)}, roles)
        also = [self._value(operand, scope) for operand in empty[AMOUNT]]
        amount = row[AMOUNT]
        if amount is not None:
            amount = sum((one for one in also if one is not None), Decimal(amount))
        yield from self._monthly(row, amount, source.amount_of)

    def _monthly(self, row: Row, amount: Decimal | None, of: AmountOf) -> Iterator[Row]:
        """Spread an amount over the months before; nothing is no row, whatever its kind may be."""
        if amount is None:
            yield row | {MONTH: self.months[0]}
        elif amount != 0:
            parts = [amount] * _MONTHS if of is AmountOf.MONTH else _split(amount)
            for month, part in zip(self.months, parts, strict=True):
                yield row | {MONTH: month, AMOUNT: part}

    def _value(self, operand: Any, scope: Mapping[str, int]) -> Any:
        value = value_of(operand, self.facts, scope)
        return None if value is UNKNOWN else value

    def _age(self, operand: str, scope: Mapping[str, int]) -> int | None:
        """Full years on the day asked about; None for a day that is not known, or not one."""
        value = self._value(operand, scope)
        try:
            born = date.fromisoformat(str(value))
        except ValueError:
            return None
        on = self.place.as_of or self.place.on
        return max(0, on.year - born.year - ((on.month, on.day) < (born.month, born.day)))

    def _missing(self, rows: Mapping[str, list[Row]]) -> Iterator[Text]:
        """What the rules cannot do without and nobody has said."""
        for table, facts, _ in tables(self.book):
            for name, fact in facts.items():
                if fact.required and any(row.get(name) is None for row in rows.get(table, ())):
                    yield fact.title

    def _nobody(self, slot: ActiveSlot, rule: ItemRule) -> Iterator[Text]:
        """The roles of whom somebody must be there for rules about a person."""
        roles = [slot.slot.roles[role] for role in rule.persons]
        if roles and not any(True for role in roles for _ in self.persons(role)):
            yield from (self.form.bundle.roles[role].title for role in roles)

    def _decision(
        self, slot: ActiveSlot, rule: ItemRule, rows: Mapping[str, list[Row]]
    ) -> tuple[Decision, Text | None]:
        """The household's decision, or that of whom it holds best, with what that person is called."""
        if not rule.persons:
            return decide(self.book, rule.rules, rows, self.place), None
        found = [
            (decide(self.book, rule.rules, rows, self.place, person), title)
            for role in rule.persons
            for person, _, title in self.persons(slot.slot.roles[role])
        ]
        return min(found, key=lambda one: _BEST_FIRST.index(one[0].granted))


def _split(amount: Decimal) -> list[Decimal]:
    """Twelve parts that add up to the amount to the cent, the odd cents in the newest months."""
    cents, fraction = divmod(amount, _CENT)
    if fraction:
        # Not an amount of money: whole it stays, for the rules' door to refuse.
        return [amount, *[Decimal(0)] * (_MONTHS - 1)]
    part, odd = divmod(int(cents), _MONTHS)
    return [(part + (back < odd)) * _CENT for back in range(_MONTHS)]
