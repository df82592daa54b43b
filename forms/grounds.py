"""Grounds: in go decisions of rule sets about one household, out come the conditions that one rests on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from onething.condition import UNKNOWN, Condition, Facts, evaluate
from onething.condition_reference import references
from onething.rule import RuleBook
from onething.rule_decision import Decision, FoundCondition, Truth

_KNOWN = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: UNKNOWN}


def grounds(
    book: RuleBook, decision: Decision, taken: Callable[[str], Decision]
) -> tuple[FoundCondition, ...]:
    """Return what a decision rests on, its own conditions first, without the one that sums them up.

    `taken` gives the decision of a rule set that this one takes. Of several ways of which one is known to
    hold the others are left out; everything else that may stand against it, or is still open, is told.
    """
    rules = book.rules(decision.rules)
    if rules.grants is None:
        return decision.conditions
    search = _Search(book, {decision.rules: decision}, taken)
    search.follow(decision.rules, rules.grants)
    return tuple(
        one
        for name in search.decisions
        for one in search.decisions[name].conditions
        if (name, one.condition) in search.found
    )


@dataclass(slots=True)
class _Search:
    """What leads from a condition to others, each seen once."""

    book: RuleBook
    decisions: dict[str, Decision]
    taken: Callable[[str], Decision]
    found: set[tuple[str, str]] = field(default_factory=set)

    def follow(self, name: str, condition: str) -> None:
        """Note every condition that this one asks for, and what those ask for."""
        holds = next(one.holds for one in self.book.rules(name).conditions if one.condition == condition)
        for reference in _asked(holds, self.facts(name)):
            head, _, other = reference.partition(".")
            owner = name if head == "condition" else head
            if owner not in self.book.sets or not self._is_ground(owner, other):
                continue
            if (owner, other) in self.found:
                continue
            self.found.add((owner, other))
            # What another rule set found to hold is told in one line.
            if self._decision(owner).truth(other) is not Truth.TRUE or owner == name:
                self.follow(owner, other)

    def facts(self, name: str) -> Callable[[str, Mapping[str, int]], Any]:
        """What the decision of a rule set found, by reference; unknown for anything else."""

        def fact(reference: str, scope: Mapping[str, int]) -> Any:
            del scope
            head, _, other = reference.partition(".")
            owner = name if head in {"condition", "column"} else head
            if owner not in self.book.sets:
                return UNKNOWN
            decision = self._decision(owner)
            if any(one.condition == other for one in decision.conditions):
                return _KNOWN[decision.truth(other)]
            value = decision.value(other)
            return UNKNOWN if value is None else value

        return fact

    def _is_ground(self, owner: str, name: str) -> bool:
        """Whether it is a condition that other words do not sum up already."""
        rules = self.book.rules(owner)
        return name != rules.grants and any(one.condition == name for one in rules.conditions)

    def _decision(self, name: str) -> Decision:
        if name not in self.decisions:
            self.decisions[name] = self.taken(name)
        return self.decisions[name]


def _asked(condition: Condition | bool, facts: Facts) -> Iterator[str]:
    """Yield every reference; of ways of which one is known to hold, those of that one only."""
    if isinstance(condition, bool):
        return
    operator, body = next(iter(condition.items()))
    if operator not in {"any", "all"}:
        yield from references(condition)
        return
    parts = list(body)
    if operator == "any":
        parts = [part for part in parts if evaluate(part, facts) is True][:1] or parts
    for part in parts:
        yield from _asked(part, facts)
