"""What agencies gave out with their decisions: in goes a case, out come its result files.

A handler puts certificate or decision beside granting, refusing or not accepting. It lies sealed with the
case, so that erasing the case takes it along; it is shown once the case has taken the decision.
"""

from fastapi.responses import Response

from activities.given_file import GivenFile, given_files, has_files
from api import audit
from api.office import Office
from api.standing import standing_of
from api.visit import Caller
from onething.errors import NotKnown
from onething.text import Model, Text
from records.blob import get_blob
from records.desk_item import decided_items

_SHOWN_HERE = frozenset({"application/pdf", "image/png", "image/jpeg"})
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


class ResultPaper(Model):
    """One file that an agency gave out with its decision on an item."""

    result: str
    """Under which it is asked for: the filing's id, the act's number and the file's."""
    slot: str
    title: Text
    kind: str
    """PDF, PNG, JPG or OFD."""
    size: int
    """Bytes."""


def file_of(data: bytes, mime: str, name: str) -> Response:
    """A file of a type that was checked when it came; the name is ours, for theirs may be anything."""
    shown = "inline" if mime in _SHOWN_HERE else "attachment"
    named = f'{shown}; filename="{name}.{_ENDINGS.get(mime, "ofd")}"'
    return Response(data, media_type=mime, headers={"content-disposition": named})


async def results_of(office: Office, number: str) -> tuple[ResultPaper, ...]:
    """Every file that was given out in a case, in the order of decision; raises NotKnown, CaseErased."""
    return tuple(
        ResultPaper(result=one.name, slot=one.item.slot, title=one.title, kind=one.kind, size=one.paper.size)
        for one in await _given(office, number)
    )


async def result_file(office: Office, caller: Caller, number: str, result: str) -> Response:
    """One of the files; giving it is audited. Raises NotKnown, CaseErased."""
    for one in await _given(office, number):
        if one.name == result:
            data = await get_blob(office.archive, number, one.paper.blob_id)
            await audit.note(office, caller, "read_result", number, (one.item.slot,))
            return file_of(data, one.paper.mime, f"{number}-{one.item.slot}-{one.position + 1}")
    raise NotKnown("result", result)


async def _given(office: Office, number: str) -> tuple[GivenFile, ...]:
    """What was given out; most cases have nothing, and then the case itself need not be opened."""
    items = await decided_items(office.archive, number)
    if not has_files(items):
        return ()
    return given_files(items, (await standing_of(office, number)).state)
