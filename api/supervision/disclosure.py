"""Who learned what of a case (信息使用清单): in goes its number, out come agencies, registers and readers.

What each agency was sent is read from the filing that went out; what registers were asked and who looked
stand in the audit trail. Agencies and roles are named, staff never.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.lookup import ID_TYPE
from api.office import Office, TheOffice
from api.page_view import word
from api.page_word import WORDS
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.role import Role
from api.standing import Standing, answered_of, filings_of, form_of, standing_of
from forms.binding import BoundBox
from forms.merge import ID_NUMBER, MergedForm
from forms.resolve import Resolution
from onething.box import ANY
from onething.counting import BEIJING
from onething.errors import NotKnown
from onething.fact import Fact, parse_fact
from onething.filing import SlotFiling
from onething.text import Model, Text
from onething.unfold import numbered
from records.account import get_account
from records.audit import AuditEntry, entries_of
from records.lookup import fingerprint_subject
from records.party import Capacity
from records.party import standing_of as parties_of

router = APIRouter(tags=["disclosures"])
Person = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, frozenset({Role.CLERK, Role.CITIZEN})))]
_DRAFT_LIVES: Final = timedelta(days=31)
_REGISTER: Final = "register:"
_OTHER: Final = Text(zh="当事人", en="a person of the case")


class About(Model):
    """Fields of one person or thing."""

    who: Text
    fields: tuple[Text, ...]


class Sent(Model):
    """One item's agency received these fields and papers for it, the last time at `at`."""

    slot: str
    title: Text
    agency: Text
    at: datetime
    about: tuple[About, ...]
    materials: tuple[Text, ...]


class Asked(Model):
    """One register was asked these facts of a person of the case, to prefill the form."""

    register_name: str
    who: Text
    """Whose facts, by the part they have in the case."""
    at: datetime
    facts: tuple[Text, ...]


class Looked(Model):
    """Somebody of this capacity had access on this day, this often."""

    who: Text
    what: Text
    why: Text
    day: date
    times: int


class Disclosures(Model):
    """Everybody who learned something of the case, and why."""

    number: str
    title: Text
    sent: tuple[Sent, ...]
    asked: tuple[Asked, ...]
    looked: tuple[Looked, ...]


@router.get("/api/v1/cases/{number}/disclosures")
async def get_disclosures(number: Number, caller: Person, office: TheOffice) -> Disclosures:
    """Which agency, register or role received or read which fields of the case, when and why."""
    found = await disclosures_of(office, number)
    await audit.note(office, caller, "read_disclosures", number)
    return found


@router.get("/m/cases/{number}/disclosures", response_class=HTMLResponse, include_in_schema=False)
async def show_disclosures(
    number: Number, caller: Person, office: TheOffice, request: Request
) -> HTMLResponse:
    """The same as a page."""
    found = await disclosures_of(office, number)
    await audit.note(office, caller, "read_disclosures", number)
    return draw(request, "supervision/disclosures.html", found=found)


async def disclosures_of(office: Office, number: str) -> Disclosures:
    """Gather them; raises NotKnown, CaseErased."""
    standing = await standing_of(office, number)
    entries = await entries_of(office.archive, case=number)
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    persons = _persons(office, Resolution(form, answered.answers, answered.known))
    filings = await filings_of(office, standing)
    return Disclosures(
        number=number,
        title=standing.case.definition.title,
        sent=tuple(_sent(office, standing, form, filings)),
        asked=tuple(await _asked(office, number, persons, entries)),
        looked=tuple(await _looked(office, number, entries)),
    )


def _sent(
    office: Office, standing: Standing, form: MergedForm, filings: Mapping[str, SlotFiling]
) -> Iterator[Sent]:
    active = {slot.name: slot for slot in form.slots}
    for one in standing.case.definition.slots:
        slot, filing = standing.state.slots.get(one.slot), filings.get(one.slot)
        if slot is None or filing is None or slot.submitted_at is None:
            continue
        awaited = {box.path for box in filing.awaited}
        boxes = active[one.slot].sent if one.slot in active else ()
        received = [box for box in boxes if _is_in(filing.payload, box.box.path) or box.box.path in awaited]
        papers = dict.fromkeys(paper.material for paper in filing.materials)
        yield Sent(
            slot=one.slot,
            title=one.title,
            agency=one.agency_title,
            at=slot.submitted_at,
            about=tuple(_about(form, received)),
            materials=tuple(_paper(office, name) for name in papers),
        )


def _is_in(payload: Any, path: tuple[str | int, ...]) -> bool:
    """Whether a filing carries a box; in a list, whether one of its rows does."""
    if not path:
        return payload is not None
    first, rest = path[0], path[1:]
    if first == ANY:
        return isinstance(payload, list) and any(_is_in(row, rest) for row in payload)
    return isinstance(payload, Mapping) and first in payload and _is_in(payload[first], rest)


def _about(form: MergedForm, boxes: Iterable[BoundBox]) -> Iterator[About]:
    found: dict[str, dict[str, Text]] = {}
    for box in boxes:
        for fact in (box.fact, *box.also):
            known = form.fields.get(fact) if fact is not None else None
            if fact is not None and known is not None:
                found.setdefault(fact.owner, {})[fact.concept] = known.concept.title
    for role, titles in found.items():
        yield About(who=form.bundle.roles[role].title, fields=tuple(titles.values()))


def _paper(office: Office, name: str) -> Text:
    known = office.catalog.materials.get(name)
    return known.title if known is not None else Text(zh=name, en=name)


def _persons(office: Office, resolution: Resolution) -> dict[str, Text]:
    """Everybody whom the case names by an identity number: their party, and the part they have in it."""
    found: dict[str, Text] = {}
    for name, role in resolution.form.roles.items():
        for index in range(resolution.size(name)) if role.many else (None,):
            number = resolution.get(Fact(ID_NUMBER, (name,)), index)
            if number is not None and number.value:
                party = fingerprint_subject(office.archive.ring, ID_TYPE, str(number.value))
                title = role.title if index is None else numbered(role.title, index + 1)
                found.setdefault(party, title)
    return found


async def _asked(
    office: Office, number: str, persons: Mapping[str, Text], entries: tuple[AuditEntry, ...]
) -> list[Asked]:
    """The questions to registers about the case's persons by whoever filed it, while it was a draft."""
    filed = next((entry for entry in entries if entry.action == "file_case"), None)
    if filed is None or filed.at is None:
        return []
    parties = (await parties_of(office.archive, number)).parties
    others = {party for capacity, party in parties if capacity != Capacity.FILER}
    found = []
    for person in sorted({*persons, *others}):
        about = await entries_of(office.archive, subject_blind=person)
        begun = max(
            (one.at for one in about if one.action == "file_case" and one.at and one.at < filed.at),
            default=filed.at - _DRAFT_LIVES,
        )
        found += [
            _question(office, one, persons.get(person, _OTHER))
            for one in about
            if one.action == "ask_register"
            and one.actor == filed.actor
            and one.at is not None
            and max(begun, filed.at - _DRAFT_LIVES) <= one.at <= filed.at
        ]
    return sorted(found, key=lambda one: (one.at, one.register_name))


def _question(office: Office, entry: AuditEntry, who: Text) -> Asked:
    name = next((one.removeprefix(_REGISTER) for one in entry.fields if one.startswith(_REGISTER)), "")
    words = [one for one in entry.fields if not one.startswith(_REGISTER)]
    at = entry.at or datetime.now(BEIJING)
    return Asked(register_name=name, who=who, at=at, facts=tuple(_fact(office, one) for one in words))


def _fact(office: Office, name: str) -> Text:
    """A fact by its concept's title, or by the question of the situation that it answers."""
    concept = office.catalog.concepts.get(parse_fact(name).concept if "(" in name else name)
    if concept is not None:
        return concept.title
    asked = (
        q for bundle in office.catalog.bundles.values() for q in bundle.situations if q.situation == name
    )
    question = next(asked, None)
    return question.question if question is not None else Text(zh=name, en=name)


async def _looked(office: Office, number: str, entries: tuple[AuditEntry, ...]) -> list[Looked]:
    """Accesses by others than the applicant, one line for each day, capacity, act and purpose."""
    counted: dict[tuple[date, str, str, str], int] = {}
    parties = (await parties_of(office.archive, number)).parties
    own = frozenset(party for capacity, party in parties if capacity != Capacity.SUBJECT)
    capacities: dict[tuple[str, str], str | None] = {}
    for entry in entries:
        actor = (entry.actor, entry.role)
        if actor not in capacities:
            capacities[actor] = await _capacity(office, entry, own)
        capacity = capacities[actor]
        if capacity is None or entry.at is None:
            continue
        key = (entry.at.astimezone(BEIJING).date(), capacity, entry.action, entry.purpose)
        counted[key] = counted.get(key, 0) + 1
    return [
        Looked(who=_who(office, who), what=act_text(act), why=purpose_text(why), day=day, times=times)
        for (day, who, act, why), times in sorted(counted.items(), reverse=True)
    ]


async def _capacity(office: Office, entry: AuditEntry, own: frozenset[str]) -> str | None:
    """In what capacity somebody had access: a handler as the agency, others as their role.

    None for the applicant's own account; whoever acts under a mandate is somebody else, family or not.
    """
    if entry.role not in {Role.HANDLER, Role.CITIZEN}:
        return entry.role
    try:
        account = await get_account(office.archive, entry.actor)
    except NotKnown:
        return entry.role
    if entry.role == Role.HANDLER:
        return account.agency or entry.role
    return None if {f"account:{account.id}", account.person_blind} & own else entry.role


def _who(office: Office, name: str) -> Text:
    agency = office.catalog.agencies.get(name)
    if agency is not None:
        return agency.title
    key = f"supervision_role_{name}" if f"supervision_role_{name}" in WORDS else f"role_{name}"
    return word(key) if key in WORDS else Text(zh=name, en=name)


def act_text(action: str) -> Text:
    """What was done, in words; an act without words of its own is named by its kind."""
    kind = "read" if action.startswith(("read_", "preview_", "check_", "look_")) else "work"
    key = f"supervision_act_{action}"
    return word(key) if key in WORDS else word(f"supervision_act_{kind}")


def purpose_text(purpose: str) -> Text:
    """What for, in words."""
    key = f"supervision_purpose_{purpose}"
    return word(key) if key in WORDS else Text(zh=purpose, en=purpose)
