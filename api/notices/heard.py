"""How somebody hears of a case that they file: a filing in, its first choice and a sentence out."""

from collections.abc import Mapping
from typing import Any, Final

from api import audit
from api.notices.choice import party_of
from api.notices.own_number import MOBILE
from api.office import Office
from api.own import is_person, login_role
from api.page_word import WORDS
from api.principal import Caller
from onething.definition import Bundle
from onething.text import Locale, Text
from records.notice_choice import NoticeChoice, choice_of, choose

_SMS: Final = "sms"
_PHONE: Final = "phone"
_ENDS: Final = (3, 4)
"""How many digits of a number stand open, at its beginning and its end."""


async def hear_by_number(
    office: Office, caller: Caller, given: tuple[Bundle, Mapping[str, Any]], locale: Locale
) -> None:
    """Have whoever files for themselves and has chosen nothing written to at the filing's own mobile.

    A choice once made stays, also that of no way at all.
    """
    number = _mobile(*given)
    if not number or not sends(office) or caller.person is None:
        return
    party = party_of(caller)
    if await choice_of(office.archive, party) is not None:
        return
    await audit.note(office, caller, "choose_notices", fields=(_SMS,))
    contact = {_SMS: number}
    choice = NoticeChoice(party, (_SMS,), locale.value, night=False, contact=contact)
    await choose(office.archive, choice, office.now())


async def heard_with(
    office: Office, caller: Caller, bundle: Bundle, answers: Mapping[str, Any], *, own: bool
) -> Text | None:
    """How the caller will hear of what they are about to file; None for staff, whose window tells it."""
    if not is_person(caller):
        return None
    said = await heard_of(office, caller)
    number = _mobile(bundle, answers)
    if said is not None:
        return said
    if own and number and caller.person is not None:
        return WORDS["heard_sms"].fill(number=_masked(number))
    return WORDS["heard_pick"]


async def heard_of(office: Office, caller: Caller) -> Text | None:
    """How the caller hears of their cases; None while nothing is chosen that could be."""
    if not sends(office):
        return WORDS["heard_nowhere"]
    chosen = await choice_of(office.archive, party_of(caller))
    if chosen is None:
        return None
    ways = tuple(_way(one, chosen.contact.get(one, "")) for one in chosen.channels)
    if not ways:
        return WORDS["heard_off"]
    zh, en = "、".join(one.zh for one in ways), ", ".join(one.en for one in ways)
    return Text(zh=WORDS["heard_by"].zh.format(ways=zh), en=WORDS["heard_by"].en.format(ways=en))


def sends(office: Office) -> bool:
    """Whether this installation has a sender of its own for messages."""
    return office.settings.notify_url is not None


def _mobile(bundle: Bundle, answers: Mapping[str, Any]) -> str:
    group = answers.get(login_role(bundle) or "")
    number = str(group.get(_PHONE) or "") if isinstance(group, Mapping) else ""
    return number if MOBILE.fullmatch(number) else ""


def _way(channel: str, contact: str) -> Text:
    name = WORDS[f"notices_{channel}"]
    if channel != _SMS:
        return name
    return Text(zh=f"{name.zh}（{_masked(contact)}）", en=f"{name.en} ({_masked(contact)})")


def _masked(number: str) -> str:
    first, last = _ENDS
    return number[:first] + "*" * (len(number) - first - last) + number[-last:]
