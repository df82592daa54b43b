"""Cases before this one: in goes a draft, out come those of its event and person that its owner may see."""

from collections.abc import Mapping

from fastapi import Request

from api.draft import DraftBody
from api.earlier import cases_before, note_shown
from api.office import Office
from api.own import with_own
from api.phone.filing_hand import Hand, Sheet
from api.visit import Caller
from forms.identity import is_citizen_id
from forms.merge import ID_NUMBER
from onething.definition import Bundle
from records.worklist import CaseSummary


async def before(hand: Hand) -> tuple[CaseSummary, ...]:
    """The cases of a draft in hand; whoever calls this shows them."""
    return await before_draft(hand.office, hand.caller, hand.bundle, hand.body)


async def before_draft(
    office: Office, caller: Caller, bundle: Bundle, body: DraftBody
) -> tuple[CaseSummary, ...]:
    """The cases, open or ended, newest first; none while nobody has said whom it is about."""
    group = (await with_own(office, caller, bundle, body.answers)).get(_subject(bundle))
    number = str(group.get(ID_NUMBER, "")) if isinstance(group, Mapping) else ""
    if not is_citizen_id(number):
        return ()
    found = await cases_before(office, caller, bundle.bundle, number)
    await note_shown(office, caller, found)
    return found


async def just_before(request: Request, hand: Hand, sheet: Sheet, key: str) -> tuple[CaseSummary, ...]:
    """The same for a page of the form: only on that which names the person, and on the page after it."""
    pointer = f"/{_subject(hand.bundle)}/{ID_NUMBER}"
    naming = {
        f"sections/{section.section}"
        for section in sheet.plan.sections
        for block in section.blocks
        if any(one.pointer == pointer for one in block.fields)
    }
    return await before(hand) if naming & {key, request.query_params.get("kept", "")} else ()


def _subject(bundle: Bundle) -> str:
    return next(name for name, role in bundle.roles.items() if role.subject)
