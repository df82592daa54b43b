"""What persons see and file: in go a caller and answers, out come their own facts, and what is withheld.

A person sees nothing of a register beyond what they typed, unless it is about their own proven person: it is
said who holds the value, nobody asks for it, and it joins at submission on the server. Before that no
register is asked about anybody else, so nothing shown can depend on what it would say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.family_known import SOURCE
from api.identity.acting import filing_mandate
from api.identity.errors import MandateLacking
from api.lookup import ID_TYPE, Held, asked_in_vain, is_own
from api.office import Office
from api.page_word import WORDS
from api.problem import rejected
from api.role import PERSONS, Role
from api.standing import Answered, value_at
from api.together import is_torn
from api.visit import Caller
from forms.identity import is_citizen_id
from forms.merge import ID_NUMBER, MergedForm, Supply
from forms.prefill import LOGIN_REGISTER, RegisterFact, register_facts
from forms.resolve import Known, Resolution
from onething.case_definition import FilingMode, Origin
from onething.definition import Bundle
from onething.item_material import OnRecord
from onething.plan import PlanField, PlanProblem
from onething.text import Text
from records.account import get_account
from records.lookup import fingerprint_subject

_NAME: Final = "name"


@dataclass(frozen=True, slots=True)
class Seen:
    """A form as far as it is filled, for whoever looks at it."""

    answers: Mapping[str, Any]
    rest: Mapping[str, Any]
    """The answers without what the login gives."""
    known: Mapping[str, Known]
    held: Held
    joins: bool
    """Whether registers may be asked at submission."""


def is_person(caller: Caller | None) -> bool:
    """Whether this caller is somebody who sees of registers only what is their own."""
    return caller is not None and caller.role in PERSONS


def login_role(bundle: Bundle) -> str | None:
    """The role that whoever signs in has in a life event."""
    return next((name for name, role in bundle.roles.items() if role.login), None)


async def with_own(
    office: Office, caller: Caller, bundle: Bundle, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers with the caller's own proven number and name, unless another's number stands there."""
    role = login_role(bundle)
    if role is None or caller.person is None:
        return dict(answers)
    person = (await get_account(office.archive, caller.account)).person
    group = answers.get(role) or {}
    if not isinstance(group, Mapping) or ID_NUMBER not in person:
        return dict(answers)
    typed = group.get(ID_NUMBER)
    if typed and typed != person[ID_NUMBER]:
        return dict(answers)
    own = {key: person[key] for key in (ID_NUMBER, _NAME) if person.get(key)}
    return {**answers, role: {**group, **own}}


async def filed_as(
    office: Office, caller: Caller, bundle: Bundle, answers: Mapping[str, Any]
) -> tuple[Origin, FilingMode]:
    """How this caller files; raises AnswersRejected for another's number without a mandate of that person."""
    role = login_role(bundle)
    group = answers.get(role or "")
    number = str(group.get(ID_NUMBER, "")) if isinstance(group, Mapping) else ""
    if number and is_own(office, caller, number):
        return Origin.SELF, FilingMode.SELF
    if number and await _mandated(office, caller, bundle, number):
        return Origin.REPRESENTATIVE, FilingMode.ON_BEHALF
    proven = caller.person is not None or caller.role is not Role.CITIZEN
    key = "filing_not_own" if proven else "filing_not_proven"
    pointer = f"/{role}/{ID_NUMBER}"
    raise rejected([PlanProblem(pointer=pointer, code=key.removeprefix("filing_"), text=WORDS[key])])


def acting(bundle: Bundle, situations: Mapping[str, Any], *, mandated: bool) -> dict[str, Any]:
    """The situations of a person's filing: whoever acts under a mandate files on behalf, nobody else does."""
    return {**situations, **dict.fromkeys(told_by_mandate(bundle), mandated)}


def asked_of_persons(bundle: Bundle, questions: Iterable[PlanField]) -> tuple[PlanField, ...]:
    """The questions of a life event without those that nobody has to answer who is signed in."""
    told = {f"/situations/{name}" for name in told_by_mandate(bundle)}
    return tuple(one for one in questions if one.pointer not in told)


def told_by_mandate(bundle: Bundle) -> tuple[str, ...]:
    """The questions that sign-in and mandate answer: whether somebody files for the applicant."""
    return tuple(one.situation for one in bundle.situations if one.told_by is OnRecord.MANDATE)


def withheld_of(office: Office, caller: Caller, form: MergedForm, seen: Seen) -> dict[str, Text]:
    """By pointer, the words about every value that a register holds and the caller neither sees nor types."""
    resolution = Resolution(form, seen.rest, seen.known)
    found: dict[str, Text] = {}
    for one in register_facts(form, resolution):
        typed = value_at(seen.answers, one.pointer) not in (None, "")
        if not typed and not is_torn(form, seen.rest, one.pointer) and not _shown(office, caller, one, seen):
            found[one.pointer] = _named("filing_withheld", office.catalog.registers[one.register].title)
    return found


def withheld_in_case(office: Office, caller: Caller, form: MergedForm, answered: Answered) -> dict[str, Text]:
    """By pointer, the words about the values of a filed case that others supplied and the caller may not see.

    Staff see what their case holds; persons see what they typed and what is about their own proven person.
    """
    if not is_person(caller):
        return {}
    own = {
        one.pointer
        for one in register_facts(form, Resolution(form, answered.answers, answered.known))
        if one.other is None and one.number and is_own(office, caller, one.number)
    }
    return {
        pointer: _named("follow_withheld", _supplier(office, one.source))
        for pointer, one in answered.known.items()
        if pointer not in own and value_at(answered.answers, pointer) in (None, "")
    }


def without_values(known: Mapping[str, Known], withheld: Mapping[str, Text]) -> dict[str, Known]:
    """What is known and may be seen."""
    return {pointer: one for pointer, one in known.items() if pointer not in withheld}


def held_back(problem: PlanProblem, withheld: Mapping[str, Text], form: MergedForm) -> PlanProblem:
    """A finding about a value that is not shown, or by it, says only that somebody must look at it."""
    place = str(problem.params.get("by", problem.pointer))
    if place not in withheld:
        return problem
    key = place.rsplit("/", 1)[-1]
    field = next((one for one in form.fields.values() if one.fact.pointer() == place), None)
    title = field.concept.title if field else Text(zh=key, en=key)
    return PlanProblem(pointer=problem.pointer, code="held_unfit", text=_named("filing_unfit", title))


async def _mandated(office: Office, caller: Caller, bundle: Bundle, number: str) -> bool:
    principal = fingerprint_subject(office.archive.ring, ID_TYPE, number)
    try:
        return await filing_mandate(office, caller, bundle.bundle, {principal}) is not None
    except MandateLacking:
        return False


def _supplier(office: Office, source: str) -> Text:
    """Who gave a value, as people call it."""
    if source == Supply.LOGIN:
        return WORDS["follow_by_identity"]
    if source.startswith(SOURCE):
        return WORDS["follow_by_case"]
    register = office.catalog.registers.get(source)
    return register.title if register else Text(zh=source, en=source)


def _named(key: str, name: Text) -> Text:
    words = WORDS[key]
    return Text(zh=words.zh.format(name=name.zh), en=words.en.format(name=name.en))


def _shown(office: Office, caller: Caller, one: RegisterFact, seen: Seen) -> bool:
    """Whether the caller sees this fact, or has to type it because no register gives it."""
    if one.other is None and one.number and is_own(office, caller, one.number):
        return True
    if one.fact.concept == ID_NUMBER and one.register == LOGIN_REGISTER and one.number == "":
        return True  # nobody's number can be looked up by itself
    if seen.joins and one.number and not is_citizen_id(one.number):
        return False  # the number is put right first: then a register can be asked by it
    return one.pointer not in seen.known and (not seen.joins or asked_in_vain(office, seen.held, one))
