"""Prefill: in go answers and what registers hold, out come the values that nobody needs to type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms.merge import ID_NUMBER, MergedForm, Supply, key_owner
from forms.resolve import Known, Resolution
from onething.concept import RoleType
from onething.definition import Bundle
from onething.fact import Fact
from onething.register import Grade

Registers = Mapping[str, Mapping[str, Any]]
"""By register and id number: what it holds about that person, by concept.

A concept over two persons stands as a mapping of the other one's id number to the value. A list of records
is ambiguous and tells nothing; `unavailable: true` switches the register off.
"""

LOGIN_REGISTER: Final = "population"


@dataclass(frozen=True, slots=True)
class RegisterFact:
    """One fact that a register may hold, and by whose numbers it is asked; empty while they are not known."""

    pointer: str
    fact: Fact
    register: str
    number: str
    other: str | None = None
    """The second person's number; None where the fact is about one person."""


def known_from_registers(
    form: MergedForm,
    answers: Mapping[str, Any],
    registers: Registers,
    applicant_login: Mapping[str, Any],
) -> dict[str, Known]:
    """Return what registers and the login supply, by JSON Pointer into the merged form.

    `applicant_login` is what the login or the card reader gave, by concept (`id_number`, `name` …), completed
    from the population register; empty: nobody is logged in, and login facts are typed.

    A person's facts are looked up by that person's id number, an account's by its
    receiver's, everything else by the subject's; without that number nothing is supplied.
    """
    known = dict(_login(form, registers, applicant_login))
    resolution = Resolution(form, answers, known)
    for field in form.fields.values():
        if field.supply is Supply.REGISTER and field.concept.register_ and field.fact.owner in form.roles:
            for index in range(resolution.size(field.fact.owner)) if field.many else (None,):
                value = _held(registers, field.concept.register_, field.fact, index, resolution)
                if value is not None:
                    known[field.fact.pointer(index)] = Known(value, field.concept.register_, Grade.ISSUED)
    return known


def register_facts(form: MergedForm, resolution: Resolution) -> Iterator[RegisterFact]:
    """Yield every fact of the form that a register or the login supplies, for each person of a list."""
    for field in form.fields.values():
        fact, register = field.fact, field.concept.register_
        if field.supply is Supply.LOGIN:
            register = LOGIN_REGISTER
        elif field.supply is not Supply.REGISTER:
            continue
        if not register or fact.owner not in form.roles:
            continue
        owner, other = key_owner(form.bundle, fact.owner), None
        if len(fact.roles) > 1 and form.bundle.roles[fact.roles[1]].type is RoleType.PERSON:
            other = _number(resolution, fact.roles[1], None)
        for index in range(resolution.size(fact.owner)) if field.many else (None,):
            number = _number(resolution, owner, index if owner == fact.owner else None)
            yield RegisterFact(fact.pointer(index), fact, register, number, other)


def without_login(form: MergedForm, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take the login's facts out of answers: return the rest, and the facts, by concept.

    Stories write the applicant's name and number among the answers; at a window the card reader gives them.
    """
    role = next((name for name, role in form.bundle.roles.items() if role.login), None)
    group = answers.get(role or "")
    if role is None or not isinstance(group, Mapping):
        return dict(answers), {}
    known = {field.fact.key for field in form.fields.values() if field.supply is Supply.LOGIN}
    rest = {key: value for key, value in group.items() if key not in known}
    return {**answers, role: rest}, {key: value for key, value in group.items() if key in known}


def situations_from_registers(bundle: Bundle, registers: Registers, subject_id: str) -> dict[str, Any]:
    """Return the answers to situation questions that a register can give about the subject."""
    answers: dict[str, Any] = {}
    for question in bundle.situations:
        record = _record(registers, question.register_ or "", subject_id)
        if question.situation in record:
            answers[question.situation] = record[question.situation]
    return answers


def _login(form: MergedForm, registers: Registers, login: Mapping[str, Any]) -> Iterator[tuple[str, Known]]:
    record = {**_record(registers, LOGIN_REGISTER, str(login.get(ID_NUMBER, ""))), **login}
    for field in form.fields.values():
        if field.supply is Supply.LOGIN and field.fact.concept in record:
            value = record[field.fact.concept]
            yield field.fact.pointer(), Known(value, Supply.LOGIN.value, Grade.WINDOW)


def _held(registers: Registers, register: str, fact: Fact, index: int | None, resolution: Resolution) -> Any:
    bundle = resolution.form.bundle
    owner = key_owner(bundle, fact.owner)
    number = _number(resolution, owner, index if owner == fact.owner else None)
    value = _record(registers, register, number).get(fact.concept)
    if len(fact.roles) == 1 or bundle.roles[fact.roles[1]].type is not RoleType.PERSON:
        return value
    other = _number(resolution, fact.roles[1], None)
    return value.get(other) if isinstance(value, Mapping) else None


def _number(resolution: Resolution, role: str, index: int | None) -> str:
    found = resolution.get(Fact(ID_NUMBER, (role,)), index)
    return str(found.value) if found is not None else ""


def _record(registers: Registers, register: str, number: str) -> Mapping[str, Any]:
    held = registers.get(register, {})
    record = {} if held.get("unavailable") else held.get(number)
    return record if isinstance(record, Mapping) else {}
