"""How somebody wants to hear of their cases: in go channels and numbers, out come pages and JSON."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from activities.notice_template import ChannelName
from api import audit
from api.identity.provider import OPENID
from api.notices.own_number import MOBILE, own_number
from api.office import Office, TheOffice
from api.page_form import read
from api.page_view import locale_of
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.problem import rejected
from api.role import PERSONS
from onething.plan import PlanProblem
from onething.text import Locale, Model, Text
from records.account import get_account
from records.notice_choice import NoticeChoice, choice_of, choose

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["notices"])
Person = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_WRONG: Final = {
    ChannelName.SMS: Text(zh="请填写 11 位手机号码", en="Give a mobile number of 11 digits"),
    ChannelName.EMAIL: Text(zh="请填写正确的电子邮箱", en="Give an e-mail address"),
    ChannelName.WECHAT: Text(
        zh="请用微信小程序登录后再选择", en="Sign in with the mini-program to choose WeChat"
    ),
}
_Channels = Annotated[tuple[ChannelName, ...], Field(max_length=3)]


class ChoiceBody(Model):
    """What is chosen; a number or address counts only for its own channel."""

    channels: _Channels = ()
    sms: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=120)] = ""
    locale: Locale = Locale.ZH
    night: bool = False


class ChoiceView(Model):
    """What is chosen, whether that was ever done, and what there is to choose from."""

    channels: tuple[ChannelName, ...]
    sms: str
    email: str
    locale: Locale
    night: bool
    wechat: bool
    """Whether the mini-program can be written to."""
    made: bool
    """Whether anything was chosen yet: by the person, or by filing for themselves with a mobile."""
    sends: bool
    """Whether this installation sends messages at all."""


@api.get("/own/notices")
async def get_choice(caller: Person, office: TheOffice) -> ChoiceView:
    """How the caller wants to hear."""
    await audit.note(office, caller, "read_notice_choice")
    return await view_choice(office, caller)


@api.put("/own/notices")
async def put_choice(body: ChoiceBody, caller: Person, office: TheOffice) -> ChoiceView:
    """Choose channels; one without a number or address that can be is refused by its field."""
    problems = await keep_choice(office, caller, body)
    if problems:
        raise rejected(iter(problems))
    return await view_choice(office, caller)


@router.get("/m/notices", response_class=HTMLResponse)
async def show_choice(caller: Person, office: TheOffice, request: Request) -> HTMLResponse:
    """The channels, ticked as chosen."""
    await audit.note(office, caller, "read_notice_choice")
    return _page(request, await view_choice(office, caller))


@router.post("/m/notices")
async def post_choice(caller: Person, office: TheOffice, request: Request) -> Response:
    """Choose, or be told what is missing."""
    posted = read(await request.form())
    known = {channel.value for channel in ChannelName}
    body = ChoiceBody(
        channels=tuple(ChannelName(one) for one in dict.fromkeys(posted.every("channel")) if one in known),
        sms=posted.one("sms")[:40],
        email=posted.one("email")[:120],
        locale=Locale.EN if posted.one("locale") == Locale.EN.value else Locale.ZH,
        night=posted.one("night") == "yes",
    )
    problems = await keep_choice(office, caller, body)
    if problems:
        view = await view_choice(office, caller)
        typed = body.model_dump(exclude={"channels"}) | {"channels": body.channels}
        return _page(request, view.model_copy(update=typed), problems)
    query = "?lang=en" if locale_of(request) is Locale.EN else ""
    return RedirectResponse(f"/m/notices{query}{'&' if query else '?'}kept=1", 303)


async def view_choice(office: Office, caller: Caller) -> ChoiceView:
    """What the caller has chosen; before, nothing, with the number that is known of them.

    That is what the identity provider knows, or what they gave with their newest case.
    """
    account = await get_account(office.archive, caller.account)
    chosen = await choice_of(office.archive, party_of(caller))
    contact = chosen.contact if chosen is not None else {}
    known = contact.get(ChannelName.SMS) or account.person.get("phone") or await own_number(office, caller)
    return ChoiceView(
        channels=tuple(ChannelName(one) for one in chosen.channels) if chosen is not None else (),
        sms=known,
        email=contact.get(ChannelName.EMAIL, ""),
        locale=Locale(chosen.locale) if chosen is not None else Locale.ZH,
        night=chosen.night if chosen is not None else False,
        wechat=OPENID in account.person or ChannelName.WECHAT in contact,
        made=chosen is not None,
        sends=office.settings.notify_url is not None,
    )


async def keep_choice(office: Office, caller: Caller, body: ChoiceBody) -> tuple[PlanProblem, ...]:
    """Keep a choice, or say which field is wrong and keep nothing."""
    account = await get_account(office.archive, caller.account)
    before = await choice_of(office.archive, party_of(caller))
    agreed = before.contact.get(ChannelName.WECHAT, "") if before is not None else ""
    contact = {
        ChannelName.SMS: "".join(body.sms.split()).removeprefix("+86"),
        ChannelName.EMAIL: body.email.strip(),
        ChannelName.WECHAT: account.person.get(OPENID) or agreed,
    }
    problems = tuple(_wrong(channel) for channel in body.channels if not _fits(channel, contact[channel]))
    if problems:
        return problems
    kept = {channel.value: contact[channel] for channel in body.channels}
    choice = NoticeChoice(
        party=party_of(caller),
        channels=tuple(kept),
        locale=body.locale.value,
        night=body.night,
        contact=kept,
    )
    await audit.note(office, caller, "choose_notices", fields=tuple(kept))
    await choose(office.archive, choice, office.now())
    return ()


def party_of(caller: Caller) -> str:
    """As which party of a case the caller is written to: the proven person, else the account."""
    return caller.person or f"account:{caller.account}"


def _fits(channel: ChannelName, value: str) -> bool:
    shapes = {ChannelName.SMS: MOBILE, ChannelName.EMAIL: _ADDRESS}
    return bool(value) and (channel not in shapes or shapes[channel].fullmatch(value) is not None)


def _wrong(channel: ChannelName) -> PlanProblem:
    return PlanProblem(pointer=f"/{channel.value}", code="pattern", text=_WRONG[channel])


def _page(request: Request, view: ChoiceView, problems: tuple[PlanProblem, ...] = ()) -> HTMLResponse:
    values: dict[str, Any] = {"view": view, "problems": problems, "channels": list(ChannelName)}
    values["found"] = {one.pointer.strip("/"): one for one in problems}
    values["saved"] = not problems and request.query_params.get("kept") == "1"
    return draw(request, "notices/choice.html", 422 if problems else 200, **values)
