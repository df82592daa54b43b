"""Ratings over HTTP (好差评): in goes one level of five for an ended item, out come one's own ratings.

Each item is rated once for the person whose matter it is: by themselves, or by a clerk who writes down what
they say at the window; their own word takes the place of what was entered for them. Nobody rates under a
mandate: whoever acts for somebody was not served. The two lowest levels are looked into and answered within a
due day (差评核实整改).
"""

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from api import audit
from api.case import Name, Number
from api.identity.acting import OWN_ACT
from api.identity.errors import MandateLacking
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.role import FILERS, Role
from api.standing import standing_of
from onething.case_state import DECIDED, SlotState
from onething.errors import ActionRejected, NotKnown
from onething.text import Model, Text
from records.account import get_account
from records.party import Capacity
from records.party import standing_of as parties_of
from records.rating import BEST, NewRating, Rating, keep_rating, rater_blind
from records.rating import ratings_of as stored_ratings

router = APIRouter(prefix="/api/v1", tags=["ratings"])
Rater = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, FILERS, OWN_ACT))]
WORDS_LIMIT: Final = 500
RECTIFY_WITHIN: Final = 15
"""Working days to look into a bad rating and answer it. The state's rule on ratings (国办发〔2019〕51号)
wants every bad one looked into and answered and names no number of days; Suining (遂宁, 2020) and others
say fifteen working days."""
LEVELS: Final = {
    5: Text(zh="非常满意", en="Very satisfied"),
    4: Text(zh="满意", en="Satisfied"),
    3: Text(zh="基本满意", en="Fairly satisfied"),
    2: Text(zh="不满意", en="Dissatisfied"),
    1: Text(zh="非常不满意", en="Very dissatisfied"),
}
"""The five levels by their number, the best first."""
FINDINGS: Final = {
    "upheld": Text(zh="情况属实，已整改", en="Upheld; put right"),
    "partly": Text(zh="部分属实，已整改", en="Partly upheld; put right"),
    "mistaken": Text(zh="经回访，评价人确认误评", en="The rater says the level was chosen by mistake"),
    "not_upheld": Text(zh="经核实，情况不属实", en="Looked into and not upheld"),
}
_RATED: Final = DECIDED - {SlotState.NOT_APPLICABLE}


class RatingRequest(Model):
    """One rating: the level, 5 for very satisfied, and words if one wants to say more."""

    level: Annotated[int, Field(ge=1, le=BEST)]
    words: Annotated[str, Field(max_length=WORDS_LIMIT)] = ""


class FollowUp(Model):
    """What follows on a bad rating: until when it is answered, or what was found and done."""

    due_on: date
    finding: Text | None = None
    answer: str = ""
    answered_at: datetime | None = None


class RatingView(Model):
    """A rating as its own rater sees it."""

    slot: str
    level: int
    level_text: Text
    words: str
    rated_at: datetime
    follow_up: FollowUp | None = None


@router.post("/cases/{number}/slots/{slot}/rating", status_code=201)
async def post_rating(
    number: Number, slot: Name, request: RatingRequest, caller: Rater, office: TheOffice
) -> RatingView:
    """Rate one ended item, once; a second rating of it and one of an item still under way are refused.

    The applicant's own takes the place of one that was entered for them.
    """
    return await rate(office, caller, (number, slot), request)


@router.get("/cases/{number}/ratings")
async def get_ratings(number: Number, caller: Rater, office: TheOffice) -> list[RatingView]:
    """One's own ratings of the case's items, with what followed on bad ones."""
    found = await ratings_of(office, caller, number)
    await audit.note(office, caller, "read_ratings", number)
    return list(found.values())


async def rate(office: Office, caller: Caller, place: tuple[str, str], request: RatingRequest) -> RatingView:
    """Rate item `place` (case number, slot); raises NotKnown, CaseErased, ActionRejected.

    MandateLacking for an organisation's representative, whose are only other people's matters.
    """
    number, slot = place
    if caller.role is Role.REPRESENTATIVE:
        raise MandateLacking
    slots = (await standing_of(office, number)).state.slots
    if slot not in slots:
        raise NotKnown("slot", slot)
    if slots[slot].state not in _RATED:
        raise ActionRejected(what="the item has not ended", slot=slot)
    rater = await _rater(office, caller, number)
    before = (await _stored(office, number, rater)).get(slot)
    gives_way = before is not None and await _entered_for(office, caller, rater, before)
    new = NewRating(
        case=number,
        slot=slot,
        agency=slots[slot].agency,
        rater=rater,
        level=request.level,
        role=caller.role.value,
        entered_by=caller.account,
        rated_at=office.now(),
        due_on=office.calendar.add_working_days(office.today(), RECTIFY_WITHIN),
        words=request.words.strip(),
        audit=audit.entry(caller, "rate_slot", number, fields=(slot,)),
    )
    if not await keep_rating(office.archive, new, instead_of=before.id if before and gives_way else None):
        raise ActionRejected(what="the item is rated already", slot=slot)
    return (await ratings_of(office, caller, number))[slot]


async def ratings_of(office: Office, caller: Caller, number: str) -> dict[str, RatingView]:
    """Give the ratings by or on behalf of the caller's person, by slot; raises NotKnown.

    None for an organisation's representative: what the person said of how they were served is not theirs.
    """
    if caller.role is Role.REPRESENTATIVE:
        return {}
    found = await _stored(office, number, await _rater(office, caller, number))
    return {slot: _view(one) for slot, one in found.items()}


async def rateable(office: Office, caller: Caller, number: str) -> tuple[str, ...]:
    """Give the slots that the caller may rate now; raises NotKnown, CaseErased.

    They have ended and are not rated yet, or somebody else rated them for the caller. An organisation's
    representative rates none.
    """
    if caller.role is Role.REPRESENTATIVE:
        return ()
    rater = await _rater(office, caller, number)
    stored = await _stored(office, number, rater)
    rated = {slot for slot, one in stored.items() if not await _entered_for(office, caller, rater, one)}
    slots = (await standing_of(office, number)).state.slots
    return tuple(name for name, one in slots.items() if one.state in _RATED and name not in rated)


async def _rater(office: Office, caller: Caller, number: str) -> str:
    """Whose rating it is: the citizen's own, or the applicant's on whose behalf somebody enters it."""
    standing = await parties_of(office.archive, number)
    applicants = sorted(party for capacity, party in standing.parties if capacity == Capacity.APPLICANT)
    if caller.role is Role.CITIZEN:
        return caller.person or f"account:{caller.account}"
    return applicants[0] if applicants else f"case:{number}"


async def _stored(office: Office, number: str, rater: str) -> dict[str, Rating]:
    blind = rater_blind(office.archive.ring, number, rater)
    found = await stored_ratings(office.archive, number)
    return {one.slot: one for one in found if one.rater_blind == blind}


async def _entered_for(office: Office, caller: Caller, rater: str, one: Rating) -> bool:
    """Whether the caller is the rater and somebody else entered this rating for them."""
    if caller.person != rater or one.entered_by == caller.account:
        return False
    try:
        account = await get_account(office.archive, one.entered_by)
    except NotKnown:
        return True  # the development clerk has no account
    return account.role != Role.CITIZEN or account.person_blind != rater


def _view(one: Rating) -> RatingView:
    follow_up = None
    if one.due_on is not None:
        finding = FINDINGS[one.finding] if one.finding else None
        follow_up = FollowUp(
            due_on=one.due_on, finding=finding, answer=one.answer, answered_at=one.answered_at
        )
    return RatingView(
        slot=one.slot,
        level=one.level,
        level_text=LEVELS[one.level],
        words=one.words,
        rated_at=one.rated_at,
        follow_up=follow_up,
    )
