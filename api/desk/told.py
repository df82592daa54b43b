"""What supervisors write and what presses, at the desk: in goes an agency's desk, out come its notices.

They stay until somebody there has pressed that they were read; reminders of what is decided go by themselves.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from activities.told import rule_for
from api import audit
from api.desk.place import Place, area_of, title_of
from api.office import Office
from api.visit import Caller
from onething.errors import NotAllowed, NotKnown
from onething.text import Locale, Model, Text
from records.desk_inbox import Desk, cases_within
from records.desk_told import FilingAt, filings_at
from records.notice import NoticeState, QueuedNotice, mark_shown, notice_of, notices_of, waiting_for

LETTER: Final = "supervisor_letter"
"""The kind of notice that a supervisor's letter to an agency is."""


class ToldItem(Model):
    """An item that a notice is about; `id` is of its filing on this desk."""

    id: str
    title: Text


class ToldAtDesk(Model):
    """One notice to an agency that nobody there has read: a letter with its words, or a reminder."""

    id: str
    number: str
    at: datetime
    text: Text
    words: str
    """What the supervisor wrote; empty for a reminder."""
    items: tuple[ToldItem, ...]


class LetterView(Model):
    """A supervisor's letter about one item, and when its agency said that it has read it."""

    id: str
    at: datetime
    words: str
    read_at: datetime | None


async def told_at(office: Office, desk: Desk) -> tuple[ToldAtDesk, ...]:
    """What waits for the desk's agency about cases of its area, newest first."""
    waiting = await waiting_for(office.archive, desk.agency, area=desk.area)
    filed = await filings_at(office.archive, desk, tuple({one.case for one in waiting}))
    over = [one for one in waiting if one.kind != LETTER and _settled(one, filed)]
    await mark_shown(office.archive, [one.id for one in over], office.now())
    lines = (_line(office, one, filed) for one in waiting if one not in over)
    return tuple(line for line in lines if line is not None)


async def letters_of(office: Office, place: Place) -> tuple[LetterView, ...]:
    """The supervisors' letters about a filing's item, the newest first."""
    return await letters_about(office, (place.item.case, place.item.slot), place.item.agency)


async def letters_about(office: Office, place: tuple[str, str], agency: str) -> tuple[LetterView, ...]:
    """The letters to `agency` about item `place` (case number, slot), the newest first."""
    number, slot = place
    theirs = [
        one
        for one in await notices_of(office.archive, number)
        if one.kind == LETTER and one.slot == slot and one.recipient == agency
    ]
    return tuple(
        LetterView(
            id=one.id,
            at=one.queued_at,
            words=_words(one),
            read_at=one.sent_at if one.state == NoticeState.SENT else None,
        )
        for one in reversed(theirs)
    )


async def mark_read(office: Office, caller: Caller, notice_id: str) -> None:
    """Note that the caller's agency has read a notice; raises NotAllowed, NotKnown. The first time counts."""
    if caller.agency is None:
        raise NotAllowed
    notice = await notice_of(office.archive, notice_id)
    if notice is None or notice.recipient != caller.agency:
        raise NotKnown("notice", notice_id)
    if not await cases_within(office.archive, Desk(caller.agency, area_of(caller)), (notice.case,)):
        raise NotKnown("notice", notice_id)
    await audit.note(office, caller, "mark_told", notice.case, tuple(_slots(notice)))
    await mark_shown(office.archive, [notice.id], office.now())


def _line(
    office: Office, notice: QueuedNotice, filed: Mapping[tuple[str, str], FilingAt]
) -> ToldAtDesk | None:
    rule = rule_for(notice.kind, notice.content.get("params", {}))
    if rule is None:
        return None
    found = [filed.get((notice.case, slot)) for slot in _slots(notice)]
    return ToldAtDesk(
        id=notice.id,
        number=notice.case,
        at=notice.queued_at,
        text=rule.text,
        words=_words(notice) if notice.kind == LETTER else "",
        items=tuple(_items(office, found)),
    )


def _items(office: Office, found: Iterable[FilingAt | None]) -> Iterable[ToldItem]:
    for one in found:
        if one is not None:
            yield ToldItem(id=one.id, title=_title(office, one))


def _title(office: Office, filing: FilingAt) -> Text:
    item = None
    with suppress(NotKnown):
        item = office.catalog.item(filing.item, filing.received_on, filing.region or "")
    return title_of(office, filing.bundle, filing.slot, item)


def _settled(notice: QueuedNotice, filed: Mapping[tuple[str, str], FilingAt]) -> bool:
    """Whether everything that a reminder is about lies here decided, or taken back."""
    found = [filed.get((notice.case, slot)) for slot in _slots(notice)]
    return bool(found) and all(one is not None and not one.open for one in found)


def _slots(notice: QueuedNotice) -> list[str]:
    return list(notice.content.get("slots") or ([notice.slot] if notice.slot else []))


def _words(notice: QueuedNotice) -> str:
    return str(notice.content["text"][Locale.ZH.value])
