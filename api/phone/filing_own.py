"""What is a person's own over HTTP: in goes who calls, out come their unfinished filings and their cases."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends

from api import audit
from api.office import Office, TheOffice
from api.phone.follow_list import CaseLine, own_cases
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from onething.text import Model, Text
from records.draft_list import DraftLine, drafts_of

router = APIRouter(tags=["persons"], prefix="/api/v1/own")
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE, PERSONS))]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]
SHOWN: Final = 50


class OwnDraft(Model):
    """One unfinished filing; what was typed stands in the draft itself."""

    id: str
    bundle: str
    title: Text
    saved_at: datetime
    expires_at: datetime


@router.get("/drafts")
async def list_own_drafts(caller: Filer, office: TheOffice) -> list[OwnDraft]:
    """The caller's unfinished filings, newest first, with the instant at which each is erased."""
    return list(await own_drafts(office, caller))


@router.get("/cases")
async def list_own_cases(caller: Follower, office: TheOffice) -> list[CaseLine]:
    """The newest fifty cases that the caller filed or applied for, or follows under a mandate of today."""
    lines = await own_cases(office, caller, SHOWN)
    await audit.note(office, caller, "list_own_cases")
    return list(lines)


async def own_drafts(office: Office, caller: Caller) -> tuple[OwnDraft, ...]:
    """The caller's unfinished filings."""
    return tuple(_draft(office, one) for one in await drafts_of(office.archive, caller.account, office.now()))


def _draft(office: Office, one: DraftLine) -> OwnDraft:
    return OwnDraft(
        id=one.id,
        bundle=one.bundle,
        title=_title(office, one.bundle),
        saved_at=one.saved_at,
        expires_at=one.expires_at,
    )


def _title(office: Office, bundle: str) -> Text:
    known = office.catalog.bundles.get(bundle)
    return known.title if known else Text(zh=bundle, en=bundle)
