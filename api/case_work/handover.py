"""Who answers for a case, over HTTP: taking it first, offering it to another, saying yes or no to that.

Until the other has accepted, the giver answers for the case; every step is audited and stays on the story.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from api import audit
from api.case import Number
from api.case_work.area import windows_of
from api.case_work.people import Person, people_of
from api.identity.development import COLLEAGUE, staff_account
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose, Role
from api.window import Window
from onething.errors import ActionRejected
from onething.text import Model, Text
from records import case_owner
from records.account import Account, list_accounts
from records.case_owner import Handover, HandoverState, NotTheirs, Offer, handovers_of, owner_of
from records.errors import CaseErased
from records.party import Standing, standing_of
from records.supervision_note import NoteKind, keep_note, notes_of

router = APIRouter(prefix="/api/v1", tags=["cases"])
Clerk = Annotated[Caller, Depends(Access(Purpose.STEER_CASE))]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
Id = Annotated[str, Field(max_length=64)]


class Reason(StrEnum):
    """Why a case is handed over."""

    AREA = "area"
    LEAVE = "leave"
    SUBJECT_MATTER = "subject_matter"
    CONFLICT = "conflict"


REASONS: Final = {
    Reason.AREA: Text(zh="办件属于接办方辖区", en="it belongs to the area of whoever takes it over"),
    Reason.LEAVE: Text(zh="经办人离岗、休假", en="the clerk is leaving or on leave"),
    Reason.SUBJECT_MATTER: Text(zh="对方熟悉此类事项", en="the other knows this matter better"),
    Reason.CONFLICT: Text(zh="经办人应当回避", en="the clerk has to stand aside"),
    case_owner.FIRST: Text(zh="首次受理", en="taken first"),
}


class Answer(StrEnum):
    """What may be said to an offer; the giver may take it back."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class HandoverRequest(Model):
    """To whom a case is offered: an account, or anybody of a window."""

    account: Id | None = None
    window: Id | None = None
    reason: Reason
    note: Annotated[str, Field(max_length=200)] = ""
    """A word to whoever takes it over; sealed with the case."""


class HandoverAnswer(Model):
    """What is said to the open offer."""

    answer: Answer


class HandoverLine(Model):
    """One step of the responsibility."""

    number: str
    state: str
    giver: Person | None
    taker: Person
    reason: Text
    note: str | None = None
    """The giver's word, while the offer is open."""
    asked_at: datetime
    answered_at: datetime | None


class Responsibility(Model):
    """Who answers for a case, since when, and every step that led there, oldest first."""

    owner: Person | None
    since: datetime | None
    mine: bool
    offer: HandoverLine | None
    """The open offer; until it is accepted the owner stays."""
    for_me: bool
    """Whether the open offer is this caller's to answer."""
    steps: tuple[HandoverLine, ...]


@router.get("/cases/{number}/owner")
async def get_owner(number: Number, caller: Follower, office: TheOffice) -> Responsibility:
    """Who answers for the case, and since when."""
    await standing_of(office.archive, number)
    await audit.note(office, caller, "read_case", number, ("owner",))
    return await responsibility_of(office, caller, number)


@router.post("/cases/{number}/owner")
async def post_owner(number: Number, caller: Clerk, office: TheOffice) -> Responsibility:
    """Take a case that nobody answers for yet; who came first stays."""
    await take(office, caller, number)
    return await responsibility_of(office, caller, number)


@router.post("/cases/{number}/handover")
async def post_handover(
    number: Number, request: HandoverRequest, caller: Clerk, office: TheOffice
) -> Responsibility:
    """Offer the case to another; only its owner may, and stays so until the other accepts."""
    await offer(office, caller, number, request)
    return await responsibility_of(office, caller, number)


@router.post("/cases/{number}/handover/answer")
async def post_answer(
    number: Number, request: HandoverAnswer, caller: Clerk, office: TheOffice
) -> Responsibility:
    """Accept or decline the open offer, or take one's own back."""
    await answer(office, caller, number, request.answer)
    return await responsibility_of(office, caller, number)


async def take(office: Office, caller: Caller, number: str) -> None:
    """Make the caller the first taker; raises NotKnown."""
    await audit.note(office, caller, "take_case", number)
    await case_owner.take(office.archive, number, _holder(caller), office.now())


async def offer(office: Office, caller: Caller, number: str, request: HandoverRequest) -> None:
    """Offer the case; raises ActionRejected unless the caller owns it and the other is there to take it."""
    await audit.note(office, caller, "offer_case", number)
    takers = await takers_of(office, caller, number)
    to = (request.account, request.window)
    if to not in takers:
        raise ActionRejected(what="nobody there to take the case over")
    try:
        new = Offer(number, caller.account, to, request.reason.value)
        asked = await case_owner.ask(office.archive, new, office.now())
    except NotTheirs:
        raise ActionRejected(what="only who answers for a case gives it away") from None
    if request.note.strip():
        entry = audit.at(audit.entry(caller, "offer_case", number, fields=("note",)), office.now())
        await keep_note(office.archive, (number, asked.id), (NoteKind.HANDOVER, request.note.strip()), entry)


async def answer(office: Office, caller: Caller, number: str, said: Answer) -> None:
    """Answer the open offer; raises ActionRejected where it is not the caller's to answer."""
    await audit.note(office, caller, f"{said.value}_case_offer", number)
    try:
        await case_owner.answer(office.archive, number, _holder(caller), _STATES[said], office.now())
    except NotTheirs:
        raise ActionRejected(what="no offer of this case is theirs to answer") from None


async def responsibility_of(office: Office, caller: Caller, number: str) -> Responsibility:
    """Who answers for the case, as the caller sees it."""
    owner = await owner_of(office.archive, number)
    steps = await handovers_of(office.archive, number)
    holders: list[case_owner.Holder] = []
    holders += [(one.from_account, one.from_window) for one in steps if one.from_account]
    holders += [(one.to_account, one.to_window) for one in steps]
    holders += [(owner.account, owner.window_id)] if owner else []
    people = await people_of(office, holders)
    lines = tuple(_line(one, people) for one in steps)
    asked = next((one for one in steps if one.state == HandoverState.ASKED.value), None)
    mine = owner is not None and owner.account == caller.account
    return Responsibility(
        owner=people[owner.account, owner.window_id] if owner else None,
        since=owner.since if owner else None,
        mine=mine,
        offer=await _with_note(office, _line(asked, people), asked) if asked else None,
        for_me=asked is not None and not mine and _is_for(asked, caller),
        steps=lines,
    )


async def offers_of(office: Office, caller: Caller) -> tuple[HandoverLine, ...]:
    """The cases that others offer to the caller or to anybody of the caller's window."""
    waiting = await case_owner.offered_to(office.archive, *_holder(caller))
    theirs = [one for one in waiting if one.from_account != caller.account]
    people = await people_of(
        office,
        [
            place
            for one in theirs
            for place in ((one.from_account, one.from_window), (one.to_account, one.to_window))
        ],
    )
    return tuple([await _with_note(office, _line(one, people), one) for one in theirs])


async def takers_of(office: Office, caller: Caller, number: str) -> dict[case_owner.Holder, Person]:
    """To whom the caller may offer the case: other clerks who see it, and windows that have such clerks.

    Raises NotKnown.
    """
    standing = await standing_of(office.archive, number)
    if caller.development and office.settings.development_login:
        # Nobody has opened accounts on a machine for trying out; there is a second clerk all the same.
        await staff_account(office, COLLEAGUE)
    accounts = await list_accounts(office.archive, roles=(Role.CLERK.value,))
    windows = await windows_of(office, (one.window_id for one in accounts))
    clerks = [
        one
        for one in accounts
        if one.disabled_at is None and one.id != caller.account and _sees(one, windows, standing)
    ]
    own = caller.window.id if caller.window else None
    anybody = sorted({one.window_id for one in clerks if one.window_id and one.window_id != own})
    holders: list[case_owner.Holder] = [(one.id, one.window_id) for one in clerks]
    people = await people_of(office, [*holders, *((None, window) for window in anybody)])
    return dict(sorted(people.items(), key=_by_window))


def _sees(account: Account, windows: Mapping[str | None, Window], standing: Standing) -> bool:
    """As `api.scope` decides: by the window that filed it, or by the region."""
    if account.window_id is not None and account.window_id == standing.window_id:
        return True
    area = account.area
    if area is None and account.window_id is not None:
        area = windows[account.window_id].area
    return area is not None and (standing.region or "").startswith(area)


def _by_window(one: tuple[case_owner.Holder, Person]) -> tuple[str, bool, str]:
    return one[1].window.zh, one[1].account is None, one[1].name.zh


def _line(one: Handover, people: dict[case_owner.Holder, Person]) -> HandoverLine:
    return HandoverLine(
        number=one.case,
        state=one.state,
        giver=people[one.from_account, one.from_window] if one.from_account else None,
        taker=people[one.to_account, one.to_window],
        reason={str(reason): text for reason, text in REASONS.items()}.get(
            one.reason, Text(zh=one.reason, en=one.reason)
        ),
        asked_at=one.asked_at,
        answered_at=one.answered_at,
    )


async def _with_note(office: Office, line: HandoverLine, one: Handover) -> HandoverLine:
    try:
        written = await notes_of(office.archive, (one.case, one.id))
    except CaseErased:
        return line
    return line.model_copy(update={"note": written[0].words}) if written else line


def _is_for(one: Handover, caller: Caller) -> bool:
    account, window = _holder(caller)
    return one.to_account == account or (one.to_account is None and one.to_window == window)


def _holder(caller: Caller) -> tuple[str, str | None]:
    return caller.account, caller.window.id if caller.window else None


_STATES: Final = {
    Answer.ACCEPT: HandoverState.ACCEPTED,
    Answer.DECLINE: HandoverState.DECLINED,
    Answer.WITHDRAW: HandoverState.WITHDRAWN,
}
