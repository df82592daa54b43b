"""Drafts over HTTP: unfinished answers in, kept sealed on the server for the account that began them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from api import audit
from api.errors import DraftOfAnother, TooManyDrafts
from api.lookup import Held
from api.office import Office, TheOffice
from api.principal import DEVELOPMENT_ACCOUNT, Access, Caller, Purpose
from api.role import FILERS, PERSONS, Role
from onething.case_definition import FilingMode, Origin
from onething.errors import NotKnown
from onething.text import Model, Travelling
from records import draft as drafts
from records.account import get_account
from records.draft import Draft, NewDraft

router = APIRouter(tags=["drafts"])
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE, FILERS))]
KEPT: Final = timedelta(days=7)
"""A counter's unfinished work; then it is erased with its uploads."""
KEPT_FOR_PERSONS: Final = timedelta(days=3)
"""A person's own: shorter, for it may have been begun on a device that others use."""
DRAFTS_MOST: Final = {Role.CITIZEN: 20, Role.REPRESENTATIVE: 200}
"""Unfinished filings at once; far more than anybody has, so that nobody fills the disk."""
PaperName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
DraftId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class DraftBody(Travelling):
    """What lies sealed in a draft."""

    situations: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    received_on: date | None = None
    origin: Origin = Origin.WINDOW
    mode: FilingMode = FilingMode.ASSISTED
    owed: tuple[str, ...] = ()
    """Papers that the family will bring later."""
    without: tuple[str, ...] = ()
    """Papers that may follow and of which the family says that there are none."""
    pledged: tuple[str, ...] = ()
    """Papers that the applicant's pledge stands for (告知承诺)."""
    notice_shown: bool = False
    held: Held = Held()
    seen: tuple[str, ...] = ()
    """Where a page has shown what a register gave, as pointers: what is typed there since is a correction."""
    mandate: str | None = None
    """The mandate under which a person files for somebody else, by its id."""


class NewDraftRequest(Model):
    """Answers to begin with."""

    bundle: str
    situations: dict[str, Any] = {}
    answers: dict[str, Any] = {}


class DraftAnswers(Model):
    """The answers as they stand now; they replace the earlier ones.

    Whoever names the `revision` that was read is refused when somebody has saved since.
    """

    situations: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    received_on: date | None = None
    owed: Annotated[tuple[PaperName, ...], Field(max_length=100)] | None = None
    """Papers that will be brought later; left out, those said before."""
    without: Annotated[tuple[PaperName, ...], Field(max_length=100)] | None = None
    """Papers that may follow and of which there are none; left out, those said before."""
    revision: Annotated[int, Field(ge=0)] | None = None


class DraftView(Model):
    """A draft as its own account sees it; what registers said is shown by the plan only."""

    id: str
    bundle: str
    situations: dict[str, Any]
    answers: dict[str, Any]
    received_on: date | None
    owed: tuple[str, ...]
    without: tuple[str, ...]
    revision: int
    saved_at: datetime
    expires_at: datetime


@router.post("/drafts", status_code=201)
async def begin_draft(request: NewDraftRequest, caller: Filer, office: TheOffice) -> DraftView:
    """Begin a draft; materials and register look-ups need one."""
    office.catalog.bundle(request.bundle)
    body = DraftBody(situations=request.situations, answers=request.answers)
    draft = await create(office, caller, request.bundle, body)
    return _view(draft)


@router.get("/drafts/{draft_id}")
async def get_draft(draft_id: DraftId, caller: Filer, office: TheOffice) -> DraftView:
    """Give the caller's own draft."""
    draft, _ = await load(office, caller, draft_id)
    await audit.note(office, caller, "read_draft")
    return _view(draft)


@router.put("/drafts/{draft_id}")
async def put_draft(draft_id: DraftId, request: DraftAnswers, caller: Filer, office: TheOffice) -> DraftView:
    """Replace the answers of the caller's own draft; 409 when another page has saved since."""
    draft, body = await load(office, caller, draft_id)
    sent = request.model_dump(exclude={"revision"})
    kept = {name for name in ("owed", "without") if sent[name] is None}
    newer = body.model_copy(update={name: value for name, value in sent.items() if name not in kept})
    if request.revision is not None:
        draft = replace(draft, revision=request.revision)
    return _view(await save(office, caller, draft, newer))


@router.delete("/drafts/{draft_id}", status_code=204)
async def drop_draft(draft_id: DraftId, caller: Filer, office: TheOffice) -> None:
    """Throw the caller's own draft away, with its uploads and its key."""
    await drafts.delete_draft(office.archive, draft_id, caller.account, office.now())
    await audit.note(office, caller, "drop_draft")


async def create(office: Office, caller: Caller, bundle: str, body: DraftBody) -> Draft:
    """Begin and audit a draft; raises TooManyDrafts."""
    now = office.now()
    most = DRAFTS_MOST.get(caller.role)
    if most is not None and await drafts.count_drafts(office.archive, caller.account, now) >= most:
        raise TooManyDrafts(limit=most)
    new = NewDraft(bundle, caller.account, body.model_dump(mode="json"), now, now + kept_for(caller))
    draft = await drafts.create_draft(office.archive, new)
    await audit.note(office, caller, "begin_draft", fields=tuple(sorted(body.answers))[:50])
    return draft


async def load(office: Office, caller: Caller, draft_id: str) -> tuple[Draft, DraftBody]:
    """Give the caller's own draft, opened; raises NotKnown, and to clerks DraftOfAnother."""
    try:
        draft = await drafts.get_draft(office.archive, draft_id, caller.account, office.now())
    except NotKnown:
        if caller.role is Role.CLERK and await _is_a_clerks(office, draft_id):
            raise DraftOfAnother from None
        raise
    return draft, DraftBody.model_validate(draft.body)


async def save(office: Office, caller: Caller, draft: Draft, body: DraftBody, writer: str = "") -> Draft:
    """Keep a draft's newer body, audit that and give its new revision; raises NotKnown, DraftMovedOn.

    `writer` is the page that saves; what it saved itself never stands in its own way.
    """
    now = office.now()
    content = body.model_dump(mode="json")
    newer = replace(draft, body=content, saved_at=now, expires_at=now + kept_for(caller), writer=writer)
    newer = await drafts.save_draft(office.archive, newer)
    await audit.note(office, caller, "save_draft", fields=tuple(sorted(body.answers))[:50])
    return newer


async def _is_a_clerks(office: Office, draft_id: str) -> bool:
    """Whether a clerk keeps the draft: what a person has begun stays unknown to everybody else."""
    owner = await drafts.owner_of_draft(office.archive, draft_id, office.now())
    if owner is None or owner == DEVELOPMENT_ACCOUNT:
        return owner is not None
    try:
        return (await get_account(office.archive, owner)).role == Role.CLERK
    except NotKnown:
        return False


def kept_for(caller: Caller) -> timedelta:
    """How long a draft lies after it was last saved."""
    return KEPT_FOR_PERSONS if caller.role in PERSONS else KEPT


def _view(draft: Draft) -> DraftView:
    body = DraftBody.model_validate(draft.body)
    return DraftView(
        id=draft.id,
        bundle=draft.bundle,
        situations=body.situations,
        answers=body.answers,
        received_on=body.received_on,
        owed=body.owed,
        without=body.without,
        revision=draft.revision,
        saved_at=draft.saved_at,
        expires_at=draft.expires_at,
    )
