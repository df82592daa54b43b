"""Cross-checks of the rules: in goes what was read, out comes nothing, or one finding with its mend."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any, Final

from onething.catalog_file import locate
from onething.errors import RuleInvalid
from onething.item_material import Basis
from onething.rule import CLASS, ParameterValue, RuleBook, RuleSet, Unit
from onething.rule_analysis import Analyst, analyst_of, name_of
from onething.rule_assumption import Here
from onething.rule_wording import FINDINGS, Finding

_REGION: Final = re.compile(r"^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$")


def check_rules(book: RuleBook) -> None:
    """Raise RuleInvalid for the first thing that cannot be right."""
    for name, values in book.values.items():
        for place, value in enumerate(values):
            _check_value(book, value, f"value:{name}:{place}")
        _check_overlap(book, name, values)
    for name in book.sets:
        _check_set(analyst_of(book, name))


def refuse(
    finding: Finding, path: Path, keys: tuple[str | int, ...], line: int | None = None, **params: Any
) -> RuleInvalid:
    """The error of a finding in a file, at these keys."""
    wording = FINDINGS[finding]
    filled = {"name": path.stem, **params}
    return RuleInvalid(
        str(path),
        line if line is not None else locate(path, *keys),
        (wording.what.zh.format_map(filled), wording.what.en.format_map(filled)),
        (wording.fix.zh.format_map(filled), wording.fix.en.format_map(filled)),
    )


def _check_value(book: RuleBook, value: ParameterValue, label: str) -> None:
    path, keys = book.files[label]
    name, found = value.parameter, book.parameters.get(value.parameter)
    if found is None:
        known = ", ".join(sorted(book.parameters))
        raise refuse(
            Finding.PARAMETER, path, (*keys, "parameter"), name=path.stem, reference=name, known=known
        )
    if not _REGION.match(value.region):
        raise refuse(Finding.REGION, path, (*keys, "region"), name=name, word=value.region)
    if value.class_ is not None and value.class_ not in book.classes:
        known = ", ".join(book.classes)
        raise refuse(Finding.CLASS, path, (*keys, CLASS), name=name, word=value.class_, known=known)
    if not fits(book, name, value.value):
        bounds: dict[str, Any] = {"low": found.min, "high": found.max, "decimals": found.decimals}
        known = ", ".join(found.options) or "–"
        raise refuse(
            Finding.BOUNDS, path, (*keys, "value"), name=name, value=value.value, known=known, **bounds
        )
    if not value.basis.cite.strip():
        raise refuse(Finding.BASIS, path, (*keys, "basis"), name=name)


def fits(book: RuleBook, name: str, value: object) -> bool:
    """Whether a parameter may have this value: its bounds, its decimals, or its options."""
    found = book.parameters[name]
    if found.options:
        return value in found.options
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    return found.min <= value <= found.max and value == round(value, found.decimals)


def _check_overlap(book: RuleBook, name: str, values: tuple[ParameterValue, ...]) -> None:
    """Values of one region and class follow each other; one without an end lasts until the next begins."""
    by_place: dict[tuple[str, str | None], list[tuple[date, int]]] = {}
    for place, value in enumerate(values):
        by_place.setdefault((value.region, value.class_), []).append((value.since, place))
    for (region, class_), found in by_place.items():
        for (_, one), (begins, other) in pairwise(sorted(found)):
            until = values[one].until
            if values[one].since == begins or (until is not None and until >= begins):
                path, keys = book.files[f"value:{name}:{other}"]
                where: dict[str, Any] = {
                    "region": region or "CN",
                    "kind": f" {class_}" if class_ else "",
                    "day": begins,
                }
                raise refuse(Finding.OVERLAP, path, (*keys, "from"), name=name, **where)


def _check_set(analyst: Analyst) -> None:
    book, rules = analyst.book, analyst.rules
    _check_names(analyst, rules)
    _check_basis(analyst, ("basis",), rules.basis)
    for place, mark in enumerate(rules.marks):
        at: tuple[str | int, ...] = ("marks", place)
        relation = book.relations.get(mark.of)
        if relation is None or not relation.many or rules.per not in relation.per:
            raise analyst.fail(Finding.ROW, (*at, "of"), reference=mark.of)
        _check_basis(analyst, at, mark.basis or rules.basis)
        analyst.mark(mark.of, mark.mark)
        _check_possible(analyst, mark.holds, Here((*at, "holds"), row=mark.of))
    for column in rules.columns:
        analyst.column(column.column)
    for place, condition in enumerate(rules.conditions):
        at = ("conditions", place)
        _check_basis(analyst, at, condition.basis)
        analyst.condition_shape(condition.condition)
        _check_possible(analyst, condition.holds, Here((*at, "holds")))
        _check_sentence(analyst, at, (condition.sentence.zh, condition.sentence.en))
    _check_outcome(analyst, rules)


def _check_names(analyst: Analyst, rules: RuleSet) -> None:
    seen: set[str] = set()
    for kind, parts in (("marks", rules.marks), ("columns", rules.columns), ("conditions", rules.conditions)):
        for place, part in enumerate(parts):
            name = name_of(part)  # type: ignore[arg-type]
            if name in seen:
                raise analyst.fail(Finding.TWICE, (kind, place))
            seen.add(name)
    for place, taken in enumerate(rules.takes):
        found = analyst.book.sets.get(taken)
        if found is None or found.per is not Unit.HOUSEHOLD or _leads_to(analyst.book, taken, rules.rules):
            raise analyst.fail(Finding.RULES, ("takes", place), reference=taken)


def _leads_to(book: RuleBook, name: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
    if name == goal or name in seen:
        return True
    found = book.sets.get(name)
    return found is not None and any(_leads_to(book, other, goal, seen | {name}) for other in found.takes)


def _check_basis(analyst: Analyst, at: tuple[str | int, ...], basis: Iterable[Basis]) -> None:
    cited = list(basis)
    if not cited or any(not one.cite.strip() for one in cited):
        raise analyst.fail(Finding.BASIS, at)


def _check_possible(analyst: Analyst, condition: object, here: Here) -> None:
    """A condition that some facts make true; a plain true or false is meant as it stands."""
    if isinstance(condition, dict) and analyst.assume(condition, True, here) is None:
        raise analyst.fail(Finding.NEVER, here.at)


def _check_sentence(analyst: Analyst, at: tuple[str | int, ...], texts: Iterable[str]) -> None:
    known = {*analyst.columns, *analyst.book.parameters}
    for text in texts:
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in known:
                raise analyst.fail(Finding.PLACE, (*at, "sentence"), word=name)


def _check_outcome(analyst: Analyst, rules: RuleSet) -> None:
    if rules.grants is not None and rules.grants not in analyst.conditions:
        raise analyst.fail(
            Finding.COLUMN, ("grants",), reference=rules.grants, known=", ".join(analyst.conditions)
        )
    if rules.pays is not None and rules.pays not in analyst.columns:
        raise analyst.fail(Finding.COLUMN, ("pays",), reference=rules.pays, known=", ".join(analyst.columns))
