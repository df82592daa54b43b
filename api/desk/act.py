"""Doing an act at the desk: in goes what a handler asks, out comes the filing moved on, or why it was not."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile

from api import audit
from api.desk.event import told_by
from api.desk.finding import finding, refused, wrong
from api.desk.history import act_title
from api.desk.place import Place, find
from api.desk.request import Act, ActRequest, Correct
from api.desk.ruling import check, check_open
from api.errors import TooLarge
from api.guide.screening import screen
from api.material import SIZE_LIMIT
from api.office import Office
from api.visit import Caller
from onething.errors import ActionRejected
from records.blob import Content, put_blobs
from records.desk import NewAct, keep_act
from records.desk_item import DeskPaper, get_item

WITH_PAPERS = frozenset({"step", "end_notice", "grant", "refuse", "decline"})
"""Acts beside which a file may lie: a signed record, the paper that was issued."""
GIVEN = frozenset({"grant", "refuse", "decline"})
"""Acts whose files are the applicant's: certificate and decision. Others stay with the agency."""
_MOST_PAPERS = 5


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content: Content


async def perform(
    office: Office, caller: Caller, item_id: str, asked: ActRequest, files: Sequence[UploadFile] = ()
) -> Place:
    """Do one act, tell the case, and give the filing as it was before.

    Raises NotKnown, CaseErased, AnswersRejected (fields of the act), ActionRejected (the filing's state, or
    somebody acted meanwhile), TooLarge, WrongMedia. Whatever is raised, nothing has changed.
    """
    place = await find(office, caller, item_id)
    if place.item.revision != asked.revision:
        raise _changed(place)
    check_open(place)
    told = told_by(office, place, asked.act)
    if told.events:
        check(office, place, told.events)
    given = asked.act.kind in GIVEN
    papers = await _keep_papers(office, place, await _read(office, asked.act, files), given=given)
    at = told.events[-1].occurred_at if told.events else max(office.now(), place.item.changed_at)
    new = NewAct(
        item=place.item,
        kind=asked.act.kind,
        actor=caller.account,
        at=at,
        state=told.state,
        events=told.events,
        audit=audit.entry(
            caller, f"desk_{asked.act.kind}", place.item.case, fields=_fields(place, asked.act)
        ),
        note=told.note,
        papers=papers,
    )
    if not await keep_act(office.archive, new):
        item = await get_item(office.archive, place.item.agency, item_id)
        raise _changed(Place(item, place.standing, place.definition, place.published, place.state))
    office.wake.set()
    return place


def _changed(place: Place) -> ActionRejected:
    """Somebody acted on the filing after it was shown."""
    what = act_title(place.item.acts, place.item.acts[-1])
    return refused(place.item.slot, finding("", "changed", zh=what.zh, en=what.en))


async def _read(office: Office, act: Act, files: Sequence[UploadFile]) -> tuple[_File, ...]:
    """The files beside an act, each for what it really is."""
    given = [file for file in files if file.filename]
    if given and (act.kind not in WITH_PAPERS or len(given) > _MOST_PAPERS):
        raise wrong(finding("/papers", "papers_many"))
    found = []
    for file in given:
        data = await file.read(SIZE_LIMIT + 1)
        if len(data) > SIZE_LIMIT:
            raise TooLarge(what="file too large")
        mime = await screen(data, office.settings.clamd)
        found.append(_File((file.filename or "")[:200], Content(data, mime)))
    return tuple(found)


async def _keep_papers(
    office: Office, place: Place, files: tuple[_File, ...], *, given: bool
) -> tuple[DeskPaper, ...]:
    if not files:
        return ()
    refs = await put_blobs(office.archive, place.item.case, [file.content for file in files])
    return tuple(
        DeskPaper(ref.blob_id, file.name, ref.mime, ref.size, given=given)
        for ref, file in zip(refs, files, strict=True)
    )


def _fields(place: Place, act: Act) -> tuple[str, ...]:
    """What the audit trail says of it: the item, and boxes by name; never a value."""
    named = (*act.fields, *act.materials) if isinstance(act, Correct) else ()
    return (place.item.slot, *named)
