"""What agencies gave out with their decisions: in goes a case, out come its result files.

A handler puts certificate or decision beside granting, refusing or not accepting. It lies sealed with the
case, so that erasing the case takes it along; it is shown once the case has taken the decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.responses import Response

from api import audit
from api.office import Office
from api.page_view import word
from api.standing import Standing, standing_of
from api.visit import Caller
from onething.case_state import DECIDED
from onething.errors import NotKnown
from onething.text import Model, Text
from records.blob import get_blob
from records.desk_item import DeskItem, DeskPaper, decided_items

_SHOWN_HERE = frozenset({"application/pdf", "image/png", "image/jpeg"})
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPG"}


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


@dataclass(frozen=True, slots=True)
class _Given:
    item: DeskItem
    seq: int
    position: int
    paper: DeskPaper

    @property
    def name(self) -> str:
        """Under which it is asked for."""
        return f"{self.item.id}-{self.seq}-{self.position}"


def file_of(data: bytes, mime: str, name: str) -> Response:
    """A file of a type that was checked when it came; the name is ours, for theirs may be anything."""
    shown = "inline" if mime in _SHOWN_HERE else "attachment"
    named = f'{shown}; filename="{name}.{_ENDINGS.get(mime, "ofd")}"'
    return Response(data, media_type=mime, headers={"content-disposition": named})


async def results_of(office: Office, number: str) -> tuple[ResultPaper, ...]:
    """Every file that was given out in a case, in the order of decision; raises NotKnown, CaseErased."""
    found: list[ResultPaper] = []
    for one in await _given(office, number):
        before = sum(other.slot == one.item.slot for other in found)
        found.append(
            ResultPaper(
                result=one.name,
                slot=one.item.slot,
                title=word("desk_result_name", number=before + 1),
                kind=_KINDS.get(one.paper.mime, "OFD"),
                size=one.paper.size,
            )
        )
    return tuple(found)


async def result_file(office: Office, caller: Caller, number: str, result: str) -> Response:
    """One of the files; giving it is audited. Raises NotKnown, CaseErased."""
    for one in await _given(office, number):
        if one.name == result:
            data = await get_blob(office.archive, number, one.paper.blob_id)
            await audit.note(office, caller, "read_result", number, (one.item.slot,))
            return file_of(data, one.paper.mime, f"{number}-{one.item.slot}-{one.position + 1}")
    raise NotKnown("result", result)


async def _given(office: Office, number: str) -> tuple[_Given, ...]:
    """What was given out; most cases have nothing, and then the case itself need not be opened."""
    papers = [one for item in await decided_items(office.archive, number) for one in _papers(item)]
    if not papers:
        return ()
    standing = await standing_of(office, number)
    return tuple(one for one in papers if _is_taken(standing, one.item))


def _is_taken(standing: Standing, item: DeskItem) -> bool:
    """Whether the case has heard of the decision, so that nobody reads the paper before the word."""
    slot = standing.state.slots.get(item.slot)
    return slot is not None and (slot.round > item.round or slot.state in DECIDED)


def _papers(item: DeskItem) -> Iterator[_Given]:
    for act in item.acts:
        for position, paper in enumerate(act.papers):
            if paper.given:
                yield _Given(item, act.seq, position, paper)
