"""What people are to be told at the window: in goes a case or a desk, out come the notices that a page shows.

A notice on the window's channel counts as sent once a page has shown it; it stays on the page all the same.
What a supervisor has to see to counts once the supervisor says so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from activities.told import Audience, Channel, rule_for
from api import audit
from api.case_view import titles_of
from api.case_work.area import area_of
from api.office import Office
from api.principal import Caller
from api.standing import standing_of
from api.step_record import steps_lacked
from onething.errors import NotKnown
from onething.text import Model, Text
from records.notice import (
    NoticeState,
    QueuedNotice,
    count_waiting,
    mark_shown,
    notice_of,
    notices_of,
    waiting_for,
)
from records.worklist import CaseFilter, list_cases

_SHOWN: Final = 10
_LISTED: Final = 100
"""The longest list of reminders; behind it there may be more."""
_AUDIENCES: Final = {
    Audience.APPLICANT: Text(zh="请告知申请人", en="Tell the applicant"),
    Audience.WINDOW: Text(zh="窗口", en="The window"),
    Audience.SUPERVISOR: Text(zh="督办", en="The supervisor"),
}


_STEPS_MISSING: Final = "steps_missing"
_NAMED: Final = Text(zh="{zh}：{steps_zh}", en="{en} ({steps_en})")
_OURS: Final = (Audience.APPLICANT.value, Audience.WINDOW.value, None)
"""Whom the window itself tells."""


class ToldLine(Model):
    """One notice: for whom, what it says, and about which items."""

    id: str
    number: str
    at: datetime
    recipient: Text
    text: Text
    titles: tuple[Text, ...]
    slots: tuple[str, ...]
    """The items that `titles` name."""


class Reminders(Model):
    """What waits for a supervisor: the newest of it, and how many there are in all."""

    lines: tuple[ToldLine, ...]
    count: int


async def told_of(office: Office, number: str, titles: Mapping[str, Text]) -> tuple[ToldLine, ...]:
    """The newest notices of one case that the window tells, newest first; they count as shown.

    `titles` are those of the case's items. The supervisor's own wait on the worklists; an agency's stand
    here too, and wait until its own desk has read them.
    """
    every = await notices_of(office.archive, number)
    own = [
        one for one in every if one.channel == Channel.WINDOW and one.recipient != Audience.SUPERVISOR.value
    ]
    newest = own[-_SHOWN:][::-1]
    fresh = [one.id for one in newest if one.state == NoticeState.QUEUED and one.recipient in _OURS]
    if fresh:
        await mark_shown(office.archive, fresh, office.now())
    return _lines(office, newest, {number: titles})


async def told_to_supervisor(office: Office, caller: Caller) -> Reminders:
    """What waits for the supervisor about cases of the caller's area, newest first, until it is settled."""
    whose, area = Audience.SUPERVISOR.value, area_of(caller)
    waiting = await waiting_for(office.archive, whose, _LISTED, area)
    titles = {number: await titles_of(office, number) for number in {one.case for one in waiting}}
    lines = await _with_steps(office, _lines(office, waiting, titles), waiting)
    more = len(waiting) == _LISTED
    return Reminders(
        lines=lines, count=await count_waiting(office.archive, whose, area) if more else len(lines)
    )


async def _with_steps(
    office: Office, lines: tuple[ToldLine, ...], notices: Sequence[QueuedNotice]
) -> tuple[ToldLine, ...]:
    """The lines, of which one about missing steps names them."""
    about = {one.id for one in notices if one.kind == _STEPS_MISSING}
    found = []
    for line in lines:
        if line.id in about:
            standing = await standing_of(office, line.number)
            slots = standing.state.slots
            lacked = dict.fromkeys(
                title
                for one in standing.case.definition.slots
                if one.slot in line.slots and one.slot in slots
                for title in steps_lacked(one, slots[one.slot])
            )
            if lacked:
                named = _NAMED.fill(
                    zh=line.text.zh,
                    en=line.text.en,
                    steps_zh="、".join(one.zh for one in lacked),
                    steps_en=", ".join(one.en for one in lacked),
                )
                found.append(line.model_copy(update={"text": named}))
                continue
        found.append(line)
    return tuple(found)


async def reminders_waiting(office: Office, caller: Caller) -> int:
    """How many notices `told_to_supervisor` gives."""
    waiting = await waiting_for(office.archive, Audience.SUPERVISOR.value, area=area_of(caller))
    return sum(rule_for(one.kind, one.content.get("params", {})) is not None for one in waiting)


async def settle_reminders(office: Office, caller: Caller, notice_ids: Sequence[str]) -> None:
    """Note that the supervisor has seen to these; raises NotKnown for what is not told to this supervisor."""
    found = [await _reminder(office, caller, one) for one in dict.fromkeys(notice_ids)]
    for one in found:
        slots = one.content.get("slots") or ([one.slot] if one.slot else [])
        await audit.note(office, caller, "settle_reminder", one.case, tuple(slots))
    await mark_shown(office.archive, [one.id for one in found], office.now())


async def _reminder(office: Office, caller: Caller, notice_id: str) -> QueuedNotice:
    notice = await notice_of(office.archive, notice_id)
    if notice is None or notice.recipient != Audience.SUPERVISOR.value:
        raise NotKnown("notice", notice_id)
    near = CaseFilter(numbers=(notice.case,), area=area_of(caller), limit=1)
    if not await list_cases(office.archive, near):
        raise NotKnown("notice", notice_id)
    return notice


def _lines(
    office: Office, notices: Sequence[QueuedNotice], titles: Mapping[str, Mapping[str, Text]]
) -> tuple[ToldLine, ...]:
    lines = []
    for one in notices:
        params = one.content.get("params", {})
        rule = rule_for(one.kind, params)
        if rule is None:
            continue
        about = one.content.get("slots") or ([one.slot] if one.slot else [])
        slots = tuple(slot for slot in about if slot in titles[one.case])
        lines.append(
            ToldLine(
                id=one.id,
                number=one.case,
                at=one.queued_at,
                recipient=_recipient(office, one.recipient or Audience.APPLICANT.value),
                text=rule.text,
                titles=tuple(titles[one.case][slot] for slot in slots),
                slots=slots,
            )
        )
    return tuple(lines)


def _recipient(office: Office, name: str) -> Text:
    agency = office.catalog.agencies.get(name)
    known = {audience.value: text for audience, text in _AUDIENCES.items()}
    return known.get(name) or (agency.title if agency else Text(zh=name, en=name))
