"""Grounds: in go decisions of rule sets about one household, out come the conditions that one rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onething.condition import UNKNOWN, evaluate, references, weigh
from onething.rule import RuleBook
from onething.rule_decision import Decision, FoundCondition, Truth

_KNOWN = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: UNKNOWN}


def grounds(
    book: RuleBook, decision: Decision, taken: Callable[[str], Decision]
) -> tuple[FoundCondition, ...]:
    """Return what a decision rests on, its own conditions first, without the one that sums them up.

    `taken` gives the decision of a rule set that this one takes. Where somebody is entitled, the ways that
    were not needed are left out; else everything that may stand against it, or is still open, is told.
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
        asked = list(references(holds))
        if evaluate(holds, self.facts(name)) is True:
            asked = [reference for reference, _ in weigh(holds, self.facts(name))[1]]
        for reference in asked:
            head, _, other = reference.partition(".")
            owner = name if head == "condition" else head
            if owner in self.book.sets and self._is_ground(owner, other) and (owner, other) not in self.found:
                self.found.add((owner, other))
                self._decision(owner)
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
