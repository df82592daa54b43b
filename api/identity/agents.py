"""A staff representative's work: in goes who it is, out come their people's cases, and visits they log."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from api import audit
from api.case_view import CaseView, TimelineLine, view_case, view_timeline
from api.errors import TooLarge, WrongMedia
from api.guide.screening import Fault, FileRefused, screen, told_fault
from api.material import media_type
from api.office import Office
from api.problem import rejected, told
from api.visit import Caller
from onething.counting import BEIJING
from onething.mandate import MandateScope
from onething.plan import PlanProblem
from onething.text import Text
from records.mandate import Mandate, cases_under, counting_for, mandates_of
from records.visit import NewVisit, Visit, add_visit, get_photo, visits_of

PHOTO_MOST: Final = 10 << 20
SIGNATURE_MOST: Final = 1 << 20
OLDEST: Final = timedelta(days=30)
"""A visit is entered within a month."""
_SHOWN: Final = 50
_TOLD: Final = 3
_PICTURES: Final = frozenset({"image/jpeg", "image/png"})
TITLES: Final = {
    "mandate": Text(zh="走访对象", en="Whom you visited"),
    "visited_at": Text(zh="走访时间", en="When"),
    "place": Text(zh="走访地点", en="Where"),
    "with_whom": Text(zh="在场人员", en="Who was there"),
    "done": Text(zh="办理内容", en="What was done"),
    "signature": Text(zh="被走访人签名", en="The signature"),
    "photo": Text(zh="现场照片", en="The photograph"),
    "signature_photo": Text(zh="签名照片", en="The picture of the signature"),
    "case": Text(zh="办件", en="The case"),
}
_LONGEST: Final = {"place": 200, "with_whom": 200, "done": 2000, "signature": 60}


@dataclass(frozen=True, slots=True)
class Followed:
    """A case that the agent follows: for whom, how it stands, and the newest lines of its story."""

    number: str
    mandate: str
    person: str
    view: CaseView
    told: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True)
class VisitForm:
    """A visit as typed; pictures as they were uploaded."""

    mandate: str = ""
    case: str = ""
    visited_at: str = ""
    place: str = ""
    with_whom: str = ""
    done: str = ""
    signature: str = ""
    photo: bytes = b""
    signature_photo: bytes = b""


async def held(office: Office, caller: Caller) -> tuple[Mandate, ...]:
    """Give the mandates that the agent holds and that count today."""
    today = office.today()
    return tuple(
        one
        for one in await mandates_of(office.archive, caller.parties)
        if one.representative in caller.parties
        and one.revoked_at is None
        and one.starts_on <= today <= one.until
    )


def principals(mandates: Iterable[Mandate]) -> dict[str, str]:
    """Who gave each of these mandates, by its id."""
    return {one.id: one.document.get("principal", {}).get("name", "") for one in mandates}


async def followed(office: Office, caller: Caller) -> tuple[Followed, ...]:
    """Give the cases of the agent's people as they stand, newest first."""
    under = await cases_under(office.archive, caller.parties, office.today())
    persons = principals(await held(office, caller))
    found = []
    for number, mandate in list(under.items())[:_SHOWN]:
        view = await view_case(office, number)
        lines = await view_timeline(office, number, family=True)
        newest = tuple(reversed(lines[-_TOLD:]))
        found.append(Followed(number, mandate, persons.get(mandate, ""), view, newest))
        await audit.note(office, caller, "read_case", number)
    return tuple(found)


async def visited(office: Office, caller: Caller) -> tuple[Visit, ...]:
    """Give the agent's own visits, newest first."""
    found = await visits_of(office.archive, caller.account)
    await audit.note(office, caller, "read_visits")
    return found


async def log_visit(office: Office, caller: Caller, form: VisitForm) -> str:
    """Enter a visit under a mandate that counts; raises AnswersRejected, TooLarge, WrongMedia.

    Pictures are screened like papers; while the virus scanner is away none is taken (FileRefused).
    """
    held_now = {one.id: one for one in await held(office, caller)}
    problems = [*_problems(office, form), *([] if form.mandate in held_now else [_wrong("mandate", "enum")])]
    if form.case and not await _follows(office, caller, form):
        problems.append(_wrong("case", "enum"))
    if problems:
        raise rejected(problems)
    await _screen_picture(office, "photo", form.photo, PHOTO_MOST)
    await _screen_picture(office, "signature_photo", form.signature_photo, SIGNATURE_MOST)
    note: dict[str, Any] = {name: getattr(form, name) for name in ("place", "with_whom", "done", "signature")}
    if form.signature_photo:
        note["signature_photo"] = b64encode(form.signature_photo).decode()
    new = NewVisit(
        mandate=form.mandate,
        case=form.case or None,
        account=caller.account,
        visited_at=_instant(form.visited_at) or office.now(),
        entered_at=office.now(),
        note=note,
        photo=form.photo or None,
    )
    visit = await add_visit(office.archive, new)
    await audit.note(office, caller, "log_visit", new.case, tuple(sorted(note)))
    return visit


async def _follows(office: Office, caller: Caller, form: VisitForm) -> bool:
    """Whether the very mandate of the visit lets the agent follow the case that it names."""
    counting = await counting_for(office.archive, form.case, caller.parties, office.today())
    return any(one.mandate == form.mandate and MandateScope.FOLLOW in one.scope for one in counting)


async def photo_of(office: Office, caller: Caller, visit: str) -> tuple[bytes, str]:
    """Give the photograph of one of the agent's own visits and its media type; raises NotKnown."""
    data = await get_photo(office.archive, visit, caller.account)
    await audit.note(office, caller, "read_visit_photo", fields=(f"visit:{visit}",))
    return data, media_type(data)


def _problems(office: Office, form: VisitForm) -> list[PlanProblem]:
    found = [_wrong(name, "required") for name in ("place", "with_whom") if not getattr(form, name)]
    found += [
        _wrong(name, "maxLength", limit=limit)
        for name, limit in _LONGEST.items()
        if len(getattr(form, name)) > limit
    ]
    if not form.signature and not form.signature_photo:
        found.append(_wrong("signature", "required"))
    at = _instant(form.visited_at)
    if at is None:
        found.append(_wrong("visited_at", "date-time"))
    elif at > office.now():
        found.append(_wrong("visited_at", "future_day"))
    elif at < office.now() - OLDEST:
        found.append(_wrong("visited_at", "minimum", limit=(office.now() - OLDEST).date()))
    return found


def _instant(typed: str) -> datetime | None:
    """A day and time as a form's field sends it, in China's time."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=BEIJING)


async def _screen_picture(office: Office, name: str, data: bytes, most: int) -> None:
    if not data:
        return
    if len(data) > most:
        raise TooLarge(what="file too large")
    if media_type(data) not in _PICTURES:
        raise WrongMedia(what="JPEG, PNG")
    try:
        await screen(data, office.settings.clamd)
    except FileRefused as refused:
        if refused.fault is Fault.SCANNER_AWAY:
            raise
        raise rejected([told_fault(f"/{name}", refused.fault, TITLES[name])]) from refused


def _wrong(name: str, code: str, **params: Any) -> PlanProblem:
    return told(f"/{name}", code, TITLES[name], **params)
