"""A person's first page: in goes who looks, out come life events, their own drafts and their own cases."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.office import Office, TheOffice
from api.phone.filing_frame import draw
from api.phone.filing_hand import Filed, sheet_of, take
from api.phone.filing_own import OwnDraft, own_drafts
from api.phone.filing_task import Progress
from api.phone.filing_whom import covered
from api.phone.follow_list import own_cases
from api.principal import ANYBODY, Access, Caller, Purpose
from api.role import PERSONS, Role
from onething.errors import NotKnown
from onething.family import entries

router = APIRouter(include_in_schema=False)
Visitor = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY | PERSONS))]
_SHOWN: Final = 3
_COUNTED: Final = 10
"""Of how many drafts, the newest, it is told how far they have come: each is opened for it."""


@router.get("/m", response_class=HTMLResponse)
async def home(caller: Visitor, office: TheOffice, request: Request) -> HTMLResponse:
    """Life events for everybody; for whoever is signed in drafts and newest cases, what waits first."""
    person = caller.role in PERSONS
    bundles = list(office.catalog.bundles.values())
    # Whoever files for others only sees what somebody has asked them to file.
    whom = await covered(office, caller) if person else {}
    if caller.role is Role.REPRESENTATIVE:
        bundles = [one for one in bundles if whom[one.bundle]]
    drafts = await own_drafts(office, caller) if person else ()
    progress, for_whom = await _progress(office, caller, drafts[:_COUNTED])
    return draw(
        request,
        "phone/filing/home.html",
        person=person,
        entries=tuple(entries(bundles)),
        whom=whom,
        for_others=caller.role is Role.REPRESENTATIVE,
        drafts=drafts,
        progress=progress,
        for_whom=for_whom,
        cases=(await own_cases(office, caller))[:_SHOWN] if person else (),
    )


async def _progress(
    office: Office, caller: Caller, drafts: tuple[OwnDraft, ...]
) -> tuple[dict[str, Progress], dict[str, str]]:
    """How far each draft has come and for whom it is, by its id; one that was filed or erased is left out."""
    found: dict[str, Progress] = {}
    for_whom: dict[str, str] = {}
    for one in drafts:
        try:
            hand = await take(office, caller, one.id)
        except NotKnown:
            continue
        if not isinstance(hand, Filed):
            found[one.id] = (await sheet_of(hand)).progress
            for_whom |= {one.id: hand.whom} if hand.whom else {}
    return found, for_whom
