"""Conversions: in goes our value, out comes the agency's; or its schema, pulled back to the fact."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final, Protocol

from onething.item import Conversion


class Coded(Protocol):
    """Whatever carries the code tables that its conversions name."""

    @property
    def code_tables(self) -> dict[str, dict[str, Any]]:
        """Our value to the agency's, by table."""


Convert = Callable[[list[Any]], Any]
"""Takes the fact's value and those of `also`; raises ValueError when they cannot be converted."""

_KEPT: Final = ("type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum")


def converter(item: Coded, via: tuple[Conversion, ...]) -> Convert:
    """Return the chain of an item's conversions as one function."""
    if not via:
        return _first
    steps = [_STEPS[step.name](item, step) for step in via]
    if len(steps) == 1:
        return steps[0]

    def convert(values: list[Any]) -> Any:
        value, also = values[0], values[1:]
        for step in steps:
            value = step([value, *also])
        return value

    return convert


def pull_back(item: Coded, via: tuple[Conversion, ...], schema: dict[str, Any]) -> dict[str, Any] | None:
    """Constraints on the fact that follow from the agency's `schema`; None when they cannot be told."""
    constraints: dict[str, Any] = {key: schema[key] for key in _KEPT if key in schema}
    for step in reversed(via):
        if not step.invertible:
            return None
        pulled = _PULLED[step.name](item, step, constraints)
        if pulled is None:
            return None
        constraints = pulled
    return constraints


def _first(values: list[Any]) -> Any:
    return values[0]


def _code_table(item: Coded, step: Conversion) -> Convert:
    table = item.code_tables[step.code_table or ""]

    def convert(values: list[Any]) -> Any:
        key = str(values[0]).lower() if isinstance(values[0], bool) else str(values[0])
        if key not in table:
            raise ValueError(step.code_table)
        return table[key]

    return convert


def _date_format(_item: Coded, step: Conversion) -> Convert:
    written = _written(step.date_format or "%Y-%m-%d")

    def convert(values: list[Any]) -> Any:
        text = str(values[0])
        moment = datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(_whole_day(text))
        return written(moment)

    return convert


def _written(pattern: str) -> Callable[[date], str]:
    """How a day or moment is written; the usual patterns are filled at a third of strftime's cost."""
    parts = pattern.replace("{", "{{").replace("}", "}}")
    for directive, attribute in _DIRECTIVES.items():
        parts = parts.replace(directive, attribute)
    if "%" in parts:
        return lambda moment: moment.strftime(pattern)
    # A day without an hour is written as midnight, as strftime does.
    timed = any(name in parts for name in (".hour", ".minute", ".second"))
    fill, midnight = parts.format, time()
    if not timed:
        return fill
    return lambda moment: fill(moment if isinstance(moment, datetime) else datetime.combine(moment, midnight))


def _unit(_item: Coded, step: Conversion) -> Convert:
    factor = step.unit or 1
    return lambda values: int(values[0]) * factor


def _split(_item: Coded, step: Conversion) -> Convert:
    separator, index = step.split or (" ", 0)

    def convert(values: list[Any]) -> Any:
        parts = str(values[0]).split(separator)
        if index >= len(parts):
            raise ValueError(separator)
        return parts[index]

    return convert


def _concat(_item: Coded, step: Conversion) -> Convert:
    return lambda values: (step.concat or "").join(str(value) for value in values)


def _age_at(_item: Coded, _step: Conversion) -> Convert:
    return lambda values: full_years(str(values[0]), str(values[1]))


def _first_n(_item: Coded, step: Conversion) -> Convert:
    return lambda values: str(values[0])[: step.first_n]


def full_years(born: str, until: str) -> int:
    """Full years from one ISO day to another."""
    start, end = date.fromisoformat(born[:10]), date.fromisoformat(until[:10])
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _whole_day(text: str) -> str:
    return f"{text}-01" if len(text) == 7 else text


def _pull_code_table(item: Coded, step: Conversion, constraints: dict[str, Any]) -> dict[str, Any] | None:
    table = item.code_tables[step.code_table or ""]
    wanted = constraints.get("enum", [constraints["const"]] if "const" in constraints else None)
    keys = [key for key, code in table.items() if wanted is None or code in wanted]
    if set(table) <= {"true", "false"}:
        return {"enum": [key == "true" for key in keys]}
    # A table's keys are text; the concept's own type tells which of the two shapes is meant.
    return {"enum": [*keys, *(int(key) for key in keys if key.isdecimal())]}


def _pull_date_format(_item: Coded, _step: Conversion, constraints: dict[str, Any]) -> dict[str, Any] | None:
    # What the written date must look like says nothing about the day, and a length does not translate.
    return {"type": "string"} if set(constraints) <= {"type", "format"} else None


def _pull_unit(_item: Coded, step: Conversion, constraints: dict[str, Any]) -> dict[str, Any] | None:
    factor = step.unit or 1
    pulled: dict[str, Any] = {"type": "integer"}
    if "minimum" in constraints:
        pulled["minimum"] = -(-constraints["minimum"] // factor)
    if "maximum" in constraints:
        pulled["maximum"] = constraints["maximum"] // factor
    return pulled


_DIRECTIVES: Final = {
    "%Y": "{0.year:04}",
    "%m": "{0.month:02}",
    "%d": "{0.day:02}",
    "%H": "{0.hour:02}",
    "%M": "{0.minute:02}",
    "%S": "{0.second:02}",
}
_STEPS: Final[dict[str, Callable[[Coded, Conversion], Convert]]] = {
    "code_table": _code_table,
    "date_format": _date_format,
    "unit": _unit,
    "split": _split,
    "concat": _concat,
    "age_at": _age_at,
    "first_n": _first_n,
}
_PULLED: Final[dict[str, Callable[[Coded, Conversion, dict[str, Any]], dict[str, Any] | None]]] = {
    "code_table": _pull_code_table,
    "date_format": _pull_date_format,
    "unit": _pull_unit,
}
