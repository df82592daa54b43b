"""Rating on the phone (好差评): in goes one of five levels for an ended item, once; the API has the rules."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.case import Name, Number
from api.identity.acting import OWN_ACT
from api.office import Office, TheOffice
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.phone.follow_view import view_followed
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from api.supervision.rating import LEVELS, WORDS_LIMIT, RatingRequest, rate, rateable, ratings_of
from onething.errors import NotKnown

router = APIRouter(include_in_schema=False)
Rater = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS, OWN_ACT))]
_PATH: Final = "/m/cases/{number}/slots/{slot}/rating"


@router.get(_PATH, response_class=HTMLResponse)
async def ask_rating(
    number: Number, slot: Name, caller: Rater, office: TheOffice, request: Request
) -> HTMLResponse:
    """The five levels; of an item that was rated what was said, of one under way that it is too early."""
    return await _page(office, caller, request, (number, slot))


@router.post(_PATH)
async def send_rating(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Rater,
    office: TheOffice,
    request: Request,
    level: Annotated[str, Form(max_length=1)] = "",
    words: Annotated[str, Form(max_length=WORDS_LIMIT)] = "",
) -> Response:
    """Rate it, once; without a level it is asked again."""
    if level not in {str(one) for one in LEVELS}:
        return await _page(office, caller, request, (number, slot), words=words)
    if slot not in await rateable(office, caller, number):
        return await _page(office, caller, request, (number, slot))
    await rate(office, caller, (number, slot), RatingRequest(level=int(level), words=words))
    return RedirectResponse(case_page(caller, number, request, done="rated"), 303)


async def _page(
    office: Office, caller: Caller, request: Request, place: tuple[str, str], words: str | None = None
) -> HTMLResponse:
    number, slot = place
    item = next((one for one in (await view_followed(office, number)).items if one.slot == slot), None)
    if item is None:
        raise NotKnown("slot", slot)
    if slot not in await rateable(office, caller, number):
        rating = (await ratings_of(office, caller, number)).get(slot)
        shown = {"number": number, "item": item, "rating": rating}
        return draw(request, "phone/follow/rated.html", 200 if rating else 409, **shown)
    return draw(
        request,
        "phone/follow/rating.html",
        200 if words is None else 422,
        number=number,
        item=item,
        levels=LEVELS,
        most=WORDS_LIMIT,
        words=words or "",
        lacking=words is not None,
    )
