"""Registers asked at the door: in go a form and its key numbers, out comes what the registers hold.

Only facts that the form needs are asked, only about persons in it, each question once per draft, and every
question is audited before its answer is used. What a register that is away would have said is typed.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from api import audit
from api.errors import TooManyPersons
from api.family_known import Earlier, with_family
from api.office import Office
from api.principal import Caller
from api.role import PERSONS
from api.together import untorn
from forms.identity import is_citizen_id
from forms.merge import MergedForm, Supply, key_owner
from forms.prefill import LOGIN_REGISTER, RegisterFact, known_from_registers, without_login
from forms.resolve import Known, Resolution
from onething.concept import RoleType
from onething.definition import Bundle
from onething.errors import RegisterError
from onething.fact import Fact
from onething.register import Ambiguous, Found, LookupRequest, Purpose, concept_of
from onething.text import Travelling
from records.attempt import Limit, Tried, try_door
from records.lookup import fingerprint_subject

ID_TYPE = "resident_id"
_STRANGERS = Limit("strangers", 40, 24 * 3600)
"""Other persons about whom registers are asked for one person in a day: more than the largest family's."""
_log = structlog.get_logger("api")


class Held(Travelling):
    """What registers have said for one draft; it is sealed with the draft and never leaves the server."""

    records: dict[str, dict[str, Any]] = {}
    """By register and id number: values by concept, as `forms.prefill.Registers`."""
    sources: dict[str, tuple[str, str]] = {}
    """By register: its name for people and the instant its answers are as of."""
    asked: tuple[str, ...] = ()
    """Questions put so far, so that none is put twice."""
    away: tuple[str, ...] = ()
    """Registers that did not answer the last time."""
    ambiguous: tuple[str, ...] = ()
    """Registers with more than one record under a number: a person must look."""
    family: tuple[Earlier, ...] = ()
    """Earlier cases of the same persons, with what they know."""
    joined: bool = False
    """Everything was asked for a submission: what no register gave has to be typed."""
    declined: bool = False
    """The notice was shown, and no register is to be asked."""


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose behalf registers are asked: a draft, a purpose, and whether the notice was shown."""

    caller: Caller
    draft: str
    purpose: Purpose
    notice_shown: bool


@dataclass(frozen=True, slots=True)
class _Question:
    register: str
    id_number: str
    words: tuple[tuple[str, str], ...]
    """Each word of the request with the second person's id number, empty where there is none."""

    def marks(self) -> tuple[str, ...]:
        return tuple(f"{self.register}|{self.id_number}|{word}|{other}" for word, other in self.words)


async def ask_for_form(
    office: Office, errand: Errand, form: MergedForm, answers: Mapping[str, Any], held: Held
) -> Held:
    """Ask whatever the form needs and nobody has asked; raises LookupRefused.

    A first round may bring the number that a second one asks by, so it goes on while something is new. For a
    person nobody but the person is asked about before the submission.
    """
    counted: set[str] = set()
    for _ in range(3):
        rest, known = known_of(form, answers, held)
        wanted = tuple(_askable(office, errand, _wanted(form, Resolution(form, rest, known))))
        await _count_strangers(office, errand, {one.id_number for one in wanted} - counted, held)
        counted |= {one.id_number for one in wanted}
        newer = await _ask(office, errand, wanted, held)
        if newer.asked == held.asked:
            held = newer
            break
        held = newer
    joins = errand.caller.role in PERSONS and errand.purpose is Purpose.SUBMISSION
    return held.model_copy(update={"joined": True}) if joins else held


async def ask_for_situations(
    office: Office, errand: Errand, bundle: Bundle, subject_id: str, held: Held
) -> Held:
    """Ask what registers can say about the situations of the subject; raises LookupRefused."""
    if not is_citizen_id(subject_id):
        return held
    words: dict[str, list[tuple[str, str]]] = {}
    for question in bundle.situations:
        if question.register_:
            words.setdefault(question.register_, []).append((question.situation, ""))
    wanted = tuple(_Question(name, subject_id, tuple(asked)) for name, asked in words.items())
    return await _ask(office, errand, wanted, held)


def asked_in_vain(office: Office, held: Held, fact: RegisterFact) -> bool:
    """Whether a register cannot give a fact: it is away, has nothing, or cannot be asked by this number."""
    if fact.register not in office.registers or fact.register in held.away:
        return True
    if not fact.number or fact.other == "":
        return held.joined
    if not is_citizen_id(fact.number):
        return True
    word = (str(fact.fact), fact.other) if fact.other is not None else (fact.fact.concept, "")
    return _Question(fact.register, fact.number, (word,)).marks()[0] in held.asked


def is_own(office: Office, caller: Caller, number: str) -> bool:
    """Whether an identity number is the caller's own, proven one."""
    own = caller.person
    return own is not None and fingerprint_subject(office.archive.ring, ID_TYPE, number) == own


def known_of(
    form: MergedForm, answers: Mapping[str, Any], held: Held
) -> tuple[dict[str, Any], dict[str, Known]]:
    """The answers without what the identity card gives, and everything that nobody needs to type."""
    rest, login = without_login(form, answers)
    known = known_from_registers(form, rest, held.records, login)
    told = {pointer: _named(value, held) for pointer, value in known.items()}
    return rest, untorn(form, rest, with_family(form, rest, told, held.family))


def _askable(office: Office, errand: Errand, wanted: Iterable[_Question]) -> Iterator[_Question]:
    """The questions that may be put now: a person learns nothing of others, so they are asked at the end."""
    if errand.caller.role not in PERSONS or errand.purpose is Purpose.SUBMISSION:
        yield from wanted
        return
    for one in wanted:
        words = tuple(word for word in one.words if not word[1])
        if words and is_own(office, errand.caller, one.id_number):
            yield replace(one, words=words)


def _named(known: Known, held: Held) -> Known:
    """Name the register as people know it."""
    if known.source not in held.sources:
        return known
    source, as_of = held.sources[known.source]
    return replace(known, source=source, as_of=as_of)


def _wanted(form: MergedForm, resolution: Resolution) -> Iterator[_Question]:
    words: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    for field in form.fields.values():
        fact = field.fact
        if fact.owner not in form.roles:
            continue
        if field.supply is Supply.LOGIN:
            number = _number(resolution, fact.owner, None)
            words.setdefault((LOGIN_REGISTER, number), {})[fact.concept, ""] = None
        if field.supply is not Supply.REGISTER or not field.concept.register_:
            continue
        owner = key_owner(form.bundle, fact.owner)
        for index in range(resolution.size(fact.owner)) if field.many else (None,):
            number = _number(resolution, owner, index if owner == fact.owner else None)
            word = _word(form, resolution, fact)
            if word is not None:
                words.setdefault((field.concept.register_, number), {})[word] = None
    for (register, number), asked in words.items():
        if is_citizen_id(number):
            yield _Question(register, number, tuple(asked))


async def _count_strangers(office: Office, errand: Errand, numbers: set[str], held: Held) -> None:
    """Count the other persons that a person has registers asked about; raises TooManyPersons."""
    if errand.caller.role not in PERSONS:
        return
    tried = Tried(_STRANGERS, errand.caller.account)
    for number in numbers - {mark.split("|")[1] for mark in held.asked}:
        other = not is_own(office, errand.caller, number)
        if other and await try_door(office.archive, tried, (), office.now()) is not None:
            raise TooManyPersons(limit=_STRANGERS.amount)


def _word(form: MergedForm, resolution: Resolution, fact: Fact) -> tuple[str, str] | None:
    """A fact in a register's words; None while the second person's number is not known."""
    if len(fact.roles) == 1 or form.bundle.roles[fact.roles[1]].type is not RoleType.PERSON:
        return fact.concept, ""
    other = _number(resolution, fact.roles[1], None)
    return (str(fact), other) if is_citizen_id(other) else None


def _number(resolution: Resolution, role: str, index: int | None) -> str:
    found = resolution.get(Fact("id_number", (role,)), index)
    return str(found.value) if found is not None else ""


async def _ask(office: Office, errand: Errand, wanted: tuple[_Question, ...], held: Held) -> Held:
    """Put the questions that are new side by side, one per register and person."""
    asked = set(held.asked)
    fresh = [
        replace(
            one,
            words=tuple(word for word, mark in zip(one.words, one.marks(), strict=True) if mark not in asked),
        )
        for one in wanted
    ]
    fresh = [one for one in fresh if one.words and one.register in office.registers]
    if not fresh:
        return held
    await audit.append(
        office.archive,
        *(
            audit.entry(
                errand.caller,
                "ask_register",
                subject_blind=fingerprint_subject(office.archive.ring, ID_TYPE, one.id_number),
                fields=(f"register:{one.register}", *sorted({concept_of(word) for word, _ in one.words})),
            )
            for one in fresh
        ),
    )
    answers = await asyncio.gather(*(_answer(office, errand, one) for one in fresh))
    return _merged(held, fresh, answers)


async def _answer(office: Office, errand: Errand, question: _Question) -> Found | str:
    """What the register said; a word when it said nothing that can be used."""
    request = LookupRequest(
        register_=question.register,
        id_number=question.id_number,
        concepts=tuple(word for word, _ in question.words),
        others={word: other for word, other in question.words if other},
        purpose=errand.purpose,
        actor=errand.caller.account,
        draft=errand.draft,
        notice_shown=errand.notice_shown,
    )
    try:
        answer = await office.registers[question.register].lookup(request)
    except RegisterError as error:
        if error.http_status == 403:
            raise
        _log.warning("register away", register=question.register, error=error.code)
        return "away"
    if isinstance(answer, Found):
        return answer
    return "ambiguous" if isinstance(answer, Ambiguous) else "not_found"


def _merged(held: Held, questions: list[_Question], answers: list[Found | str]) -> Held:
    records = {name: dict(people) for name, people in held.records.items()}
    sources, asked = dict(held.sources), list(held.asked)
    away = [name for name in held.away if name not in {one.register for one in questions}]
    ambiguous = list(held.ambiguous)
    for question, answer in zip(questions, answers, strict=True):
        if answer == "away":
            away.append(question.register)
            continue  # asked again the next time
        asked += question.marks()
        if answer == "ambiguous":
            ambiguous.append(question.register)
        if isinstance(answer, Found):
            sources[question.register] = (answer.source, answer.as_of.isoformat())
            people = records.setdefault(question.register, {})
            people[question.id_number] = _record(people.get(question.id_number, {}), question, answer)
    return Held(
        records=records,
        sources=sources,
        asked=tuple(asked),
        away=tuple(dict.fromkeys(away)),
        ambiguous=tuple(dict.fromkeys(ambiguous)),
        family=held.family,
        joined=held.joined,
        declined=held.declined,
    )


def _record(before: Mapping[str, Any], question: _Question, answer: Found) -> dict[str, Any]:
    record = dict(before)
    for word, other in question.words:
        if word in answer.values:
            value = answer.values[word]
            concept = concept_of(word)
            record[concept] = {**record.get(concept, {}), other: value} if other else value
    return record
