"""What an earlier case of the same family knows: a draft's answers in, values nobody types again out.

It lies sealed in the draft beside what registers said, and is used only while the persons of the draft are
the ones it was looked up by: with another number typed, nothing of it is shown or filed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from forms.merge import ID_NUMBER, MergedForm, Supply
from forms.resolve import Known
from onething.definition import Bundle
from onething.fact import parse_fact
from onething.family import fact_in, role_in
from onething.register import Grade
from onething.text import Travelling

SOURCE: Final = "case:"
"""How the source of a value begins that an earlier case knows; its number follows."""


class Carried(Travelling):
    """One value of an earlier case: issued where an agency decided it, declared where it was typed."""

    value: Any
    grade: Grade
    as_of: str | None = None
    instead_of: Any = None
    """What a register held before it was decided: where one still says so, it has not heard yet."""


class Earlier(Travelling):
    """An earlier case of the same persons, as far as the life event may use it."""

    case: str
    bundle: str
    persons: dict[str, str]
    """The numbers it was found by, by role of this life event."""
    values: dict[str, Carried] = {}
    """By fact of this life event, as its link writes it."""
    situations: dict[str, Any] = {}


Numbers = Mapping[str, str]
"""The persons' numbers as the draft has them, by role."""


def numbers_in(answers: Mapping[str, Any], known: Mapping[str, Known]) -> dict[str, str]:
    """Every single person's number, typed or read from the card."""
    found = {
        role: str(group[ID_NUMBER]).strip().upper()
        for role, group in answers.items()
        if isinstance(group, Mapping) and group.get(ID_NUMBER)
    }
    for pointer, one in known.items():
        role, _, key = pointer.strip("/").partition("/")
        if key == ID_NUMBER:
            found.setdefault(role, str(one.value).strip().upper())
    return found


def persons_of(
    bundle: Bundle, roles: tuple[str, ...], situations: Mapping[str, Any], numbers: Numbers
) -> dict[str, str] | None:
    """The numbers of these roles; None while one of them is not named or stands for nobody yet."""
    found: dict[str, str] = {}
    for name in roles:
        role = role_in(bundle, name, situations)
        number = numbers.get(role or "")
        if not number:
            return None
        found[name] = number
    return found


def still_theirs(
    bundle: Bundle, situations: Mapping[str, Any], numbers: Numbers, earlier: tuple[Earlier, ...]
) -> tuple[Earlier, ...]:
    """The earlier cases whose persons are the ones of the draft, as it stands."""
    return tuple(
        one for one in earlier if persons_of(bundle, tuple(one.persons), situations, numbers) == one.persons
    )


def with_family(
    form: MergedForm, answers: Mapping[str, Any], known: Mapping[str, Known], earlier: tuple[Earlier, ...]
) -> dict[str, Known]:
    """`known` with what the earlier cases add, by JSON Pointer into the merged form.

    Card and registers come first: they are of today. Only what an agency has decided since stands before a
    register that still holds the value from before that decision.
    """
    merged = dict(known)
    numbers = {role: number for role, number in numbers_in(answers, known).items() if role in form.roles}
    for one in still_theirs(form.bundle, form.situations, numbers, earlier):
        for pointer, carried in _places(form, one):
            held = merged.get(pointer)
            if held is None or (carried.instead_of is not None and held.value == carried.instead_of):
                merged[pointer] = Known(carried.value, f"{SOURCE}{one.case}", carried.grade, carried.as_of)
    return merged


def _places(form: MergedForm, earlier: Earlier) -> Iterator[tuple[str, Carried]]:
    for text, carried in earlier.values.items():
        fact = fact_in(form.bundle, parse_fact(text), form.situations)
        field = form.fields.get(fact) if fact is not None else None
        if field is not None and field.supply in {Supply.TYPED, Supply.REGISTER}:
            yield field.fact.pointer(), carried
