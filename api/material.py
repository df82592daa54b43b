"""Materials over HTTP: one paper in, checked for what it really is, kept sealed with its draft."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, UploadFile
from starlette.datastructures import UploadFile as AnyUpload

from api import audit, draft
from api.draft import DraftId
from api.errors import PapersFull, TooLarge, TooManyFiles
from api.guide.screening import OFD, PDF, TYPES, media_type, screen
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.role import FILERS, PERSONS
from onething.errors import NotKnown, RequestRejected
from onething.text import Model
from records.blob import Content
from records.case import get_case
from records.material import Holder, NewMaterial, add_material, materials_of

__all__ = ["OFD", "PDF", "SIZE_LIMIT", "TYPES", "keep_with_case", "media_type", "router", "store"]

router = APIRouter(tags=["materials"])
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE, FILERS))]
SIZE_LIMIT: Final = 10 << 20
FILES_MOST: Final = 30
"""Of one paper, by persons: a book of many pages, each photographed."""
PAPERS_MOST: Final = 100 << 20
"""Bytes of all papers of one draft or case, by persons."""


class MaterialView(Model):
    """A stored paper: its id and what it is, never its content."""

    id: str
    material: str
    sha256: str
    size: int
    mime: str


@router.post("/materials", status_code=201)
async def upload_material(
    draft_id: Annotated[DraftId, Form(alias="draft")],
    material: Annotated[str, Form(max_length=80)],
    file: UploadFile,
    caller: Filer,
    office: TheOffice,
) -> MaterialView:
    """Store one paper with the caller's own draft."""
    return await store(office, caller, draft_id, material, file)


async def store(
    office: Office, caller: Caller, draft_id: str, material: str, file: AnyUpload
) -> MaterialView:
    """Check and keep one upload with a draft; raises NotKnown, FileRefused, and what is too large."""
    await draft.load(office, caller, draft_id)
    return await _keep(office, caller, Holder(draft=draft_id), material, file)


async def keep_with_case(
    office: Office, caller: Caller, number: str, material: str, file: AnyUpload
) -> MaterialView:
    """Check and keep one upload with a case; raises as `store`, and CaseErased."""
    await get_case(office.archive, number)
    return await _keep(office, caller, Holder(case=number), material, file)


async def _keep(
    office: Office, caller: Caller, holder: Holder, material: str, file: AnyUpload
) -> MaterialView:
    if material not in office.catalog.materials:
        raise NotKnown("material", material)
    data = await file.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise TooLarge(what="file too large")
    if not data:
        raise RequestRejected(what="empty file")
    await _check_room(office, caller, holder, material, len(data))
    mime = await screen(data, office.settings.clamd)
    new = NewMaterial(
        material=material,
        name=(file.filename or material)[:200],
        content=Content(data, mime),
        uploaded_by=caller.account,
        uploaded_at=office.now(),
    )
    paper_id, ref = await add_material(office.archive, holder, new)
    await audit.note(office, caller, "upload_material", holder.case, (material,))
    return MaterialView(id=paper_id, material=material, sha256=ref.sha256, size=ref.size, mime=ref.mime)


async def _check_room(office: Office, caller: Caller, holder: Holder, material: str, size: int) -> None:
    """Let a person leave only so much with us; a window takes what it needs."""
    if caller.role not in PERSONS:
        return
    kept = await materials_of(office.archive, holder)
    if sum(one.material == material for one in kept) >= FILES_MOST:
        raise TooManyFiles(limit=FILES_MOST)
    if sum(one.size for one in kept) + size > PAPERS_MOST:
        raise PapersFull(limit=PAPERS_MOST >> 20)
