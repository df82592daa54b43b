"""Telling who gave a mandate: in goes one entered at a window, out goes a notice to that person alone.

Somebody else's card may have lain on the counter. A notice belongs to a case; a mandate that is about no
case yet is told of with the first one that it is about, and each is told of once.
"""

from typing import Final

from activities.told import Audience, Channel
from api.office import Office
from records.errors import CaseErased
from records.mandate import Mandate, given_about, open_case_about
from records.notice import NewNotice, queue_notice

KIND: Final = "mandate_entered"


async def tell_principal(office: Office, mandate: Mandate) -> None:
    """Tell of a mandate that a window entered, if there is a case to tell it with."""
    if not _entered_at_window(mandate):
        return
    number = mandate.case or await open_case_about(office.archive, mandate.id)
    if number is None:
        return
    try:
        await queue_notice(office.archive, _notice(office, mandate, number))
    except CaseErased:
        return  # nobody is left to be told


async def tell_untold(office: Office, number: str) -> None:
    """Tell, with a case just filed, of every mandate about it of which nobody has been told yet."""
    for mandate in await given_about(office.archive, number, office.today()):
        if _entered_at_window(mandate):
            await queue_notice(office.archive, _notice(office, mandate, number))


def _entered_at_window(mandate: Mandate) -> bool:
    return bool(mandate.document.get("at_window"))


def _notice(office: Office, mandate: Mandate, number: str) -> NewNotice:
    """The notice; `party` keeps it from whoever else hears of the case, the representative above all."""
    courier = office.settings.notify_url is not None
    return NewNotice(
        key=f"{KIND}/{mandate.id}",
        case=number,
        kind=KIND,
        channel=(Channel.HTTP if courier else Channel.WINDOW).value,
        content={"text": KIND, "params": {}, "slots": [], "party": mandate.principal},
        queued_at=office.now(),
        recipient=Audience.APPLICANT.value,
    )
