"""Looking for a family's earlier cases: in go a draft with its errand, out comes what they already know.

Whoever files must give every one of the persons' numbers, and one of them must be the one read from the
identity card at the window: so a stranger cannot learn that a case exists. The same conditions hold as for a
register (`onething.register.guard`), every look is audited, and so is every case that is opened.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api import audit
from api.family_known import Carried, Earlier, Numbers, numbers_in, persons_of, still_theirs
from api.lookup import ID_TYPE, Errand, Held, known_of
from api.office import Office
from api.principal import Role
from api.standing import Standing, answered_of, standing_of
from forms.identity import is_citizen_id
from forms.merge import ID_NUMBER, MergedForm, Supply
from forms.resolve import Known, Resolution
from onething.case_state import SlotState
from onething.definition import Bundle, FamilyLink
from onething.errors import NotKnown
from onething.fact import Fact, fact_of, parse_fact
from onething.family import fact_in, person_sets
from onething.register import Grade, LookupRequest, guard
from records.case import get_case
from records.errors import CaseErased
from records.family import PERSONS, Joining, persons_key
from records.lookup import find_by, fingerprint_subject

_REGISTER: Final = "earlier_case"
_GRANTED: Final = frozenset({SlotState.GRANTED, SlotState.PARTLY_GRANTED})


async def look_for_family(
    office: Office, errand: Errand, form: MergedForm, answers: Mapping[str, Any], held: Held
) -> Held:
    """Look once for each set of persons that the draft names; raises LookupRefused as a register does."""
    bundle = form.bundle
    rest, known = known_of(form, answers, held)
    numbers = numbers_in(rest, known)
    card = {numbers[name] for name, role in bundle.roles.items() if role.login and name in numbers}
    for link in bundle.family.with_ if bundle.family else ():
        persons = persons_of(bundle, tuple(link.by), form.situations, numbers)
        if persons is None or not _may_look(errand, card, persons):
            continue
        who = ",".join(f"{role}={number}" for role, number in persons.items())
        mark = f"{PERSONS}|{link.bundle}|{who}"
        if mark in held.asked:
            continue
        guard(_request(errand, min(card & set(persons.values())), link))
        found = await _found(office, errand, bundle, link, persons)
        held = held.model_copy(update={"asked": (*held.asked, mark), "family": (*held.family, *found)})
    return held


def situations_from_family(
    bundle: Bundle, situations: Mapping[str, Any], answers: Mapping[str, Any], held: Held
) -> dict[str, Any]:
    """The questions that earlier cases of the persons named answer."""
    found: dict[str, Any] = {}
    for one in still_theirs(bundle, situations, numbers_in(answers, {}), held.family):
        found = {**one.situations, **found}
    return found


def joining_of(resolution: Resolution, held: Held) -> Joining | None:
    """The earlier cases that a filing joins: those still of its persons."""
    form = resolution.form
    numbers = numbers_in(resolution.answers, resolution.known)
    theirs = still_theirs(form.bundle, form.situations, numbers, held.family)
    family = form.bundle.family
    return Joining(tuple(one.case for one in theirs), family.title) if family and theirs else None


def family_keys(office: Office, resolution: Resolution) -> list[tuple[str, str]]:
    """By what a later case of the same family finds this one: (index, value), hashed before it is kept."""
    form = resolution.form
    found = []
    for roles in person_sets(office.catalog.bundles.values(), form.bundle.bundle):
        facts = [fact_in(form.bundle, fact_of(ID_NUMBER, (role,)), form.situations) for role in roles]
        values = [resolution.get(fact) for fact in facts if fact is not None and fact.owner in form.roles]
        numbers = tuple(str(one.value) for one in values if one is not None)
        if len(numbers) == len(roles):
            found.append((PERSONS, persons_key(numbers)))
    return found


def _may_look(errand: Errand, card: set[str], persons: Numbers) -> bool:
    """Only a clerk at a window, with one of the persons there, and only by numbers that can be true."""
    at_window = errand.caller.role is Role.CLERK and errand.caller.window is not None
    return at_window and bool(card & set(persons.values())) and all(map(is_citizen_id, persons.values()))


def _request(errand: Errand, number: str, link: FamilyLink) -> LookupRequest:
    return LookupRequest(
        register_=_REGISTER,
        id_number=number,
        concepts=tuple(link.carries),
        purpose=errand.purpose,
        actor=errand.caller.account,
        draft=errand.draft,
        notice_shown=errand.notice_shown,
    )


async def _found(
    office: Office, errand: Errand, bundle: Bundle, link: FamilyLink, persons: dict[str, str]
) -> tuple[Earlier, ...]:
    """The usable cases of these persons, the newest first; the look itself is audited, found or not."""
    looked = audit.entry(
        errand.caller,
        "look_for_family",
        subject_blind=fingerprint_subject(office.archive.ring, ID_TYPE, min(persons.values())),
        fields=(f"bundle:{link.bundle}", f"for:{bundle.bundle}"),
    )
    await audit.append(office.archive, looked)
    found = []
    for number in await find_by(office.archive, PERSONS, persons_key(tuple(persons.values()))):
        earlier = await _earlier(office, link, number, persons)
        if earlier is not None:
            fields = tuple(sorted(earlier[1].values))
            await audit.note(office, errand.caller, "reuse_case", number, fields)
            found.append(earlier)
    return tuple(one for _, one in sorted(found, key=lambda each: each[0], reverse=True))


async def _earlier(
    office: Office, link: FamilyLink, number: str, persons: dict[str, str]
) -> tuple[str, Earlier] | None:
    """One case with the instant of its filing, if it is of this link, not erased and far enough."""
    stored = await get_case(office.archive, number)
    if stored.bundle != link.bundle or stored.erased:
        return None
    try:
        standing = await standing_of(office, number)
        resolution = await _resolution(office, standing, link)
    except (CaseErased, NotKnown):
        return None  # erased this moment, or filed by a form that is no longer in the catalog
    slots = standing.state.slots
    if any(slot not in slots or slots[slot].state not in _GRANTED for slot in link.once):
        return None
    if any(_number(resolution, there) != persons[here] for here, there in link.by.items()):
        return None
    values = dict(_values(resolution, link, standing))
    earlier = Earlier(
        case=number, bundle=link.bundle, persons=persons, values=values, situations=dict(link.situations)
    )
    return stored.submitted_at.isoformat(), earlier


async def _resolution(office: Office, standing: Standing, link: FamilyLink) -> Resolution:
    answered = await answered_of(office, standing)
    there = office.catalog.bundle(link.bundle)
    form = office.form(there, answered.situations, standing.case.received_on, standing.case.region)
    return Resolution(form, answered.answers, answered.known, dict(_outcomes(standing)))


def _outcomes(standing: Standing) -> Iterator[tuple[str, Known]]:
    """What the case's agencies decided, by fact, of the day they decided it."""
    for definition in standing.case.definition.slots:
        slot = standing.state.slots.get(definition.slot)
        if slot is None or slot.state not in _GRANTED:
            continue
        facts = {effect.item_fact: effect.fact for effect in definition.effects}
        as_of = slot.decided_at.isoformat() if slot.decided_at else None
        for effect in slot.effects:
            fact = facts.get(effect.fact)
            if fact is not None:
                yield fact, Known(effect.value, definition.agency, Grade.ISSUED, as_of)


def _number(resolution: Resolution, role: str) -> str:
    fact = fact_in(resolution.form.bundle, fact_of(ID_NUMBER, (role,)), resolution.form.situations)
    found = resolution.get(fact) if fact is not None else None
    return str(found.value).strip().upper() if found is not None else ""


def _values(resolution: Resolution, link: FamilyLink, standing: Standing) -> Iterator[tuple[str, Carried]]:
    filed = standing.stored.submitted_at.isoformat()
    for here, there in link.carries.items():
        fact = fact_in(resolution.form.bundle, parse_fact(there), resolution.form.situations)
        found = resolution.get(fact) if fact is not None else None
        if found is None:
            continue
        told = found.supply in {Supply.TYPED, Supply.DERIVED}
        as_of = filed if told else found.as_of or filed
        yield here, Carried(value=found.value, grade=found.grade, as_of=as_of)
    decided = [standing.state.slots[name].decided_at for name in link.once]
    since = max((instant.isoformat() for instant in decided if instant is not None), default=filed)
    for here, value in link.follows.items():
        before = _before(resolution, link, parse_fact(here))
        yield here, Carried(value=value, grade=Grade.ISSUED, as_of=since, instead_of=before)


def _before(resolution: Resolution, link: FamilyLink, here: Fact) -> Any:
    """What was known of the same fact when the earlier case was filed."""
    there = Fact(here.concept, tuple(link.by.get(role, role) for role in here.roles))
    bundle = resolution.form.bundle
    if any(role not in bundle.roles for role in there.roles):
        return None
    fact = fact_in(bundle, there, resolution.form.situations)
    found = resolution.get(fact) if fact is not None else None
    return found.value if found is not None else None
