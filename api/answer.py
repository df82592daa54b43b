"""Answers at the door: in goes JSON of any shape, out come answers of the right shape and the findings.

What passes here is safe to plan and validate: known groups, rows no more than a role takes, plain values.
Whether the values are right is the form engine's to say.
"""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

from forms.situation import UNANSWERED, check_situations
from onething.definition import Bundle, Role
from onething.problem import Problem

TEXT_LIMIT: Final = 4000
_KEYS_LIMIT: Final = 200
_LARGEST: Final = 2**53
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")
_UNSHOWN: Final = re.compile(r"[^A-Za-z0-9_.-]")


def shape_situations(bundle: Bundle, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The situations that can be evaluated, and what is wrong with others; missing ones are no finding."""
    named = {name: value for name, value in given.items() if _NAME.fullmatch(name)}
    problems = [_unknown("/situations", name) for name in given if name not in named]
    problems += [one for one in check_situations(bundle, named) if one.code not in UNANSWERED]
    wrong = {one.pointer for one in problems if one.code != "contradiction"}
    kept = {name: value for name, value in named.items() if f"/situations/{name}" not in wrong}
    return kept, problems


def shape_answers(bundle: Bundle, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The answers whose shape fits, and a finding for each that does not."""
    kept: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, group in list(given.items())[:_KEYS_LIMIT]:
        role = bundle.roles.get(name)
        if role is None:
            problems.append(_unknown("", name))
        elif role.many:
            kept[name] = list(_rows(name, role, group, problems))
        elif isinstance(group, Mapping):
            kept[name] = dict(_plain_values(f"/{name}", group, problems))
        else:
            problems.append(Problem(f"/{name}", "type"))
    return kept, problems


def _rows(name: str, role: Role, group: Any, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    if not isinstance(group, list):
        problems.append(Problem(f"/{name}", "type"))
        return
    if len(group) > role.at_most:
        problems.append(Problem(f"/{name}", "maxItems", {"limit": role.at_most}))
    for index, row in enumerate(group[: role.at_most]):
        if not isinstance(row, Mapping):
            problems.append(Problem(f"/{name}/{index}", "type"))
            row = {}  # noqa: PLW2901 - the row keeps its place, so that the others keep their number
        yield dict(_plain_values(f"/{name}/{index}", row, problems))


def _plain_values(place: str, group: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    for key, value in list(group.items())[:_KEYS_LIMIT]:
        code = _fault(value)
        if not _NAME.fullmatch(key):
            problems.append(_unknown(place, key))
        elif code is None:
            yield key, value
        else:
            problems.append(Problem(f"{place}/{key}", code, {"limit": TEXT_LIMIT}))


def _unknown(place: str, name: str) -> Problem:
    """A name that no form knows, told back as letters that any screen can show."""
    shown = _UNSHOWN.sub("?", name[:80])
    return Problem(f"{place}/{shown}", "unknown_field", {"name": shown})


def _fault(value: Any) -> str | None:
    """What makes a value impossible to take, whatever the field: None when nothing does."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            return "maxLength"
        lone = any("\ud800" <= letter <= "\udfff" for letter in value)
        return "pattern" if lone or "\x00" in value else None
    if isinstance(value, int | float):
        return None if isfinite(value) and abs(value) <= _LARGEST else "type"
    if isinstance(value, list) and len(value) <= _KEYS_LIMIT:
        return next((code for code in map(_fault_in_list, value) if code), None)
    return "type"


def _fault_in_list(value: Any) -> str | None:
    return "type" if isinstance(value, list | dict) else _fault(value)
