"""One uploaded paper of a draft: in go draft and file id, out comes the file, or a draft without it."""

from contextlib import suppress
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from api import audit, draft
from api.desk.result import file_of
from api.draft import DraftId
from api.office import TheOffice
from api.page_hand import Hand
from api.principal import Access, Caller, Purpose
from onething.errors import NotKnown
from records.material import open_material, remove_material

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE))]
FileId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
UNFILE: Final = "unfile:"
"""How a button says that a file is to go: `unfile:/<paper>/<file>`."""


@router.get("/drafts/{draft_id}/files/{file_id}")
async def show_file(draft_id: DraftId, file_id: FileId, caller: Filer, office: TheOffice) -> Response:
    """A file of the caller's own draft, as it was uploaded."""
    await draft.load(office, caller, draft_id)
    paper, content = await open_material(office.archive, draft_id, file_id)
    await audit.note(office, caller, "read_material", fields=(paper.material,))
    return file_of(content.data, content.mime, paper.material)


async def unfile(hand: Hand, do: str) -> None:
    """Throw away the file that a button names; clicked twice, it is gone already."""
    with suppress(NotKnown):
        material = await remove_material(hand.office.archive, hand.draft_id, do.rpartition("/")[2])
        await audit.note(hand.office, hand.caller, "drop_material", fields=(material,))
