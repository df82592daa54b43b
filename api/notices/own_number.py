"""A person's own mobile: in goes a caller, out comes the number given with their newest case, or nothing."""

import re
from collections.abc import Mapping
from typing import Final

from api import audit
from api.office import Office
from api.own import login_role
from api.standing import answered_of, standing_of
from api.visit import Caller
from records import party
from records.errors import CaseErased
from records.party import Capacity, cases_of

MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_PHONE: Final = "phone"
_LOOKED_AT: Final = 3
"""Cases, the newest first: an older number may be somebody else's by now."""


async def own_number(office: Office, caller: Caller) -> str:
    """The mobile that the caller, as the applicant, gave last; empty where there is none."""
    if caller.person is None:
        return ""
    for number in (await cases_of(office.archive, (caller.person,)))[:_LOOKED_AT]:
        parties = (await party.standing_of(office.archive, number)).parties
        if (Capacity.APPLICANT.value, caller.person) not in parties:
            continue
        found = await _given_with(office, caller, number)
        if MOBILE.fullmatch(found):
            return found
    return ""


async def _given_with(office: Office, caller: Caller, number: str) -> str:
    try:
        standing = await standing_of(office, number)
        answers = (await answered_of(office, standing)).answers
    except CaseErased:
        return ""
    await audit.note(office, caller, "read_case", number, (_PHONE,))
    role = login_role(office.catalog.bundle(standing.stored.bundle))
    group = answers.get(role) if role is not None else None
    return str(group.get(_PHONE) or "") if isinstance(group, Mapping) else ""
