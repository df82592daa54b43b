"""The case file over HTTP: in goes a closed case's number, out comes the file that `once archive` makes."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import IO, Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from api import audit
from api.case import Number
from api.office import TheOffice
from api.principal import Access, Caller, Purpose
from onething.errors import ActionRejected, NotKnown
from records.archive import Archive
from records.case import StoredCase, get_case
from records.errors import CaseErased

router = APIRouter(tags=["cases"])
Giver = Annotated[Caller, Depends(Access(Purpose.HAND_OUT_RECEIPT))]
CaseFile = Callable[[Archive, StoredCase, IO[bytes]], Awaitable[object]]
"""Writes a closed case's file; whoever starts the server sets it as `app.state.case_file`."""
_CHUNK: Final = 1 << 16
_IN_MEMORY: Final = 8 << 20


@router.get("/cases/{number}/archive.zip", response_class=StreamingResponse)
async def get_case_file(
    number: Number, caller: Giver, office: TheOffice, request: Request
) -> StreamingResponse:
    """The whole case as one sealed file, once it is closed; audited as the command is."""
    stored = await get_case(office.archive, number)
    if stored.erased:
        raise CaseErased(number)
    write = case_file_of(request)
    if write is None:
        raise NotKnown("file", f"{number}.zip")
    if stored.closed_at is None or stored.snapshot is None:
        raise ActionRejected(what="the case has not ended")
    await audit.note(office, caller, "archive_case", number, ("case_file",))
    # Closed by the answer's own end, or by the garbage collector when nobody reads it.
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    try:
        await write(office.archive, stored, file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {"content-disposition": f'attachment; filename="{number}.zip"'}
    return StreamingResponse(_read(file), media_type="application/zip", headers=headers)


def case_file_of(request: Request) -> CaseFile | None:
    """What makes case files at this server, if anything does."""
    return getattr(request.app.state, "case_file", None)


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
