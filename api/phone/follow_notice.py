"""Messages through WeChat: in goes the code of `wx.login` of somebody who agreed, out comes a chosen channel.

Which messages there may be is in the notices' data file; whether each may come WeChat asks by itself.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from activities.notice_template import ChannelName, notice_words
from api import audit
from api.identity.door import provider_named
from api.identity.errors import IdentityRefused
from api.identity.throttle import throttle_of
from api.notices.choice import party_of
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from onething.text import Locale, Model
from records.notice_choice import NoticeChoice, choice_of, choose

api = APIRouter(prefix="/api/v1", tags=["notices"])
Person = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]
BundleName = Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_WECHAT: Final = "wechat"


class Subscribable(Model):
    """The subscription messages to ask about; none where this installation sends none."""

    templates: tuple[str, ...]


class Agreed(Model):
    """What `wx.login` gave after the person had agreed; it counts once."""

    code: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
    locale: Locale = Locale.ZH
    """In which language, for who has not chosen one yet."""


@api.get("/own/notices/wechat")
async def get_templates(bundle: BundleName, caller: Person, office: TheOffice) -> Subscribable:
    """The templates of a life event's messages, by the names that the sender knows them by."""
    del caller
    settings = office.settings
    if settings.notify_url is None or _WECHAT not in settings.identity_providers:
        return Subscribable(templates=())
    words = notice_words(settings.catalog_dir)
    return Subscribable(templates=(words.of(bundle).wechat.template,))


@api.put("/own/notices/wechat", status_code=204)
async def put_wechat(given: Agreed, caller: Person, office: TheOffice, request: Request) -> None:
    """Have WeChat's name for this phone's user written to as well; other channels stay as chosen."""
    provider = provider_named(request, _WECHAT)
    throttle = throttle_of(request)
    await throttle.check(request, caller.account)
    try:
        identity = await provider.complete({}, {"code": given.code}, "")
    except IdentityRefused:
        await throttle.failed(request, caller.account)
        raise
    await audit.note(office, caller, "choose_notices", fields=(_WECHAT,))
    await choose(office.archive, await _with_wechat(office, caller, given, identity.subject), office.now())


async def _with_wechat(office: Office, caller: Caller, given: Agreed, subject: str) -> NoticeChoice:
    """The caller's choice with WeChat among its channels; `subject` is the provider's `app:openid`."""
    party = party_of(caller)
    before = await choice_of(office.archive, party)
    chosen = before.channels if before is not None else ()
    contact = before.contact if before is not None else {}
    wechat = ChannelName.WECHAT.value
    return NoticeChoice(
        party=party,
        channels=(wechat, *(one for one in chosen if one != wechat)),
        locale=before.locale if before is not None else given.locale.value,
        night=before.night if before is not None else False,
        contact=contact | {wechat: subject.partition(":")[2]},
    )
