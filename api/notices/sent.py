"""What was sent for a case and what was not, and why: a number in, a page for the window out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from activities.told import rule_for
from api import audit
from api.case import Number
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.role import WATCHERS
from api.scope import check_case
from onething.errors import NotKnown
from onething.text import Model, Text
from onething.wording import TIMELINE
from records.case import get_case
from records.notice import QueuedNotice, notices_of
from records.notice_delivery import Delivery, deliveries_of

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["notices"])
Watcher = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, WATCHERS))]

CHANNELS: Final = {
    "window": Text(zh="窗口页面", en="window's pages"),
    "http": Text(zh="本地通知服务", en="local notice service"),
    "wechat": Text(zh="微信订阅消息", en="WeChat message"),
    "sms": Text(zh="短信", en="SMS"),
    "email": Text(zh="电子邮件", en="e-mail"),
}
RECIPIENTS: Final = {
    "applicant": Text(zh="申请人", en="applicant"),
    "window": Text(zh="窗口", en="window"),
    "supervisor": Text(zh="督办人员", en="supervisor"),
}
STATES: Final = {
    "queued": (Text(zh="待发送", en="to be sent"), "○", "wait"),
    "given": (Text(zh="发送中", en="being sent"), "→", "work"),
    "sent": (Text(zh="已发送", en="sent"), "→", "work"),
    "delivered": (Text(zh="已送达", en="delivered"), "✓", "good"),
    "failed": (Text(zh="未送达", en="not delivered"), "✕", "bad"),
}
WINDOW_STATES: Final = {
    "queued": Text(zh="待窗口告知", en="for the window to tell"),
    "sent": Text(zh="已在窗口页面显示", en="shown at the window"),
}
REASONS: Final = {
    "quiet_hours": Text(
        zh="夜间不发短信，早上 8 点后发送", en="no SMS at night: it goes out after 8 in the morning"
    ),
    "unsubscribed": Text(zh="本人已改选其他方式", en="the person has chosen otherwise"),
    "refused": Text(zh="发送方拒绝", en="refused by the sender"),
    "gave_up": Text(zh="三天内未能发出", en="it could not be sent within three days"),
    "too_long": Text(zh="内容超过长度限制", en="longer than the channel takes"),
    "no_words": Text(zh="没有对应的文本", en="there are no words for it"),
    "erased": Text(zh="办件已删除", en="the case was erased"),
    "unknown_number": Text(zh="号码不存在", en="no such number"),
    "bounced": Text(zh="邮箱退信", en="the mailbox gave it back"),
    "not_subscribed": Text(zh="未授权订阅消息", en="subscription messages are not allowed"),
}


class WayLine(Model):
    """One way by which a notice went, or did not."""

    channel: Text
    state: str
    state_text: Text
    reason: Text | None
    at: datetime


class SentLine(Model):
    """One notice: to whom, what, and by which ways; nobody's number or address."""

    at: datetime
    recipient: Text
    text: Text
    ways: tuple[WayLine, ...]


@api.get("/cases/{number}/notices")
async def get_sent(number: Number, caller: Watcher, office: TheOffice) -> tuple[SentLine, ...]:
    """Every notice of a case, newest first, with how far each way of it has come."""
    await audit.note(office, caller, "read_notices", number)
    return await sent_for(office, number)


@router.get("/notices", response_class=HTMLResponse)
async def show_sent(
    caller: Watcher,
    office: TheOffice,
    request: Request,
    number: Annotated[str, Query(max_length=48)] = "",
) -> HTMLResponse:
    """Look a case up, and see what was sent for it."""
    values: dict[str, Any] = {"number": number.strip(), "lines": None, "unknown": False}
    if values["number"]:
        try:
            await get_case(office.archive, values["number"])
            await check_case(office, caller, values["number"])
            await audit.note(office, caller, "read_notices", values["number"])
            values["lines"] = await sent_for(office, values["number"])
        except NotKnown:
            values["unknown"] = True
    page = render("notices/sent.html", locale_of(request), states=STATES, **values)
    return HTMLResponse(page, 404 if values["unknown"] else 200)


async def sent_for(office: Office, number: str) -> tuple[SentLine, ...]:
    """Every notice of a case, newest first; raises NotKnown for no such case."""
    notices = await notices_of(office.archive, number)
    ways: dict[str, list[Delivery]] = {}
    for one in await deliveries_of(office.archive, number):
        ways.setdefault(one.notice, []).append(one)
    return tuple(_line(office, one, ways.get(one.id, [])) for one in reversed(notices))


def _line(office: Office, one: QueuedNotice, ways: list[Delivery]) -> SentLine:
    rule = rule_for(one.kind, one.content.get("params", {}))
    text = rule.text if rule is not None else TIMELINE.get(one.kind, Text(zh=one.kind, en=one.kind))
    name = one.recipient or str(one.content.get("to") or "applicant")
    agency = office.catalog.agencies.get(name)
    return SentLine(
        at=one.queued_at,
        recipient=RECIPIENTS.get(name) or (agency.title if agency else Text(zh=name, en=name)),
        text=text,
        ways=tuple(_ways(one, ways)),
    )


def _ways(one: QueuedNotice, ways: list[Delivery]) -> Iterator[WayLine]:
    for way in ways:
        reason = REASONS.get(way.reason or "", Text(zh="原因不明", en="no reason given"))
        told = reason if way.reason is not None or way.state == "failed" else None
        at = way.settled_at or way.sent_at or way.queued_at
        yield _way(way.channel, way.state, told, at)
    if not ways or one.channel == "window":
        yield _way(one.channel, one.state, None, one.sent_at or one.queued_at)


def _way(channel: str, state: str, reason: Text | None, at: datetime) -> WayLine:
    words, _, _ = STATES.get(state, (Text(zh=state, en=state), "○", "wait"))
    words = WINDOW_STATES.get(state, words) if channel == "window" else words
    return WayLine(
        channel=CHANNELS.get(channel, Text(zh=channel, en=channel)),
        state=state,
        state_text=words,
        reason=reason,
        at=at,
    )
