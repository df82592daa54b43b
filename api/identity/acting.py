"""Acting for somebody: in goes who calls and what about, out comes the mandate that covers it.

The door asks here whether a mandate lets somebody see a case, file one, or ask something of it; what is asked
of a case carries the mandate along, so that the case itself refuses what it does not cover.
"""

from collections.abc import Collection
from typing import Final

from api.identity.errors import MandateLacking
from api.office import Office
from api.role import Purpose, Role
from api.visit import CALLER, Caller
from onething.case_action import SCOPE_OF
from onething.case_event import Action
from onething.mandate import Mandated, MandateScope, UnderMandate
from records.mandate import counting_between, counting_for, given_by
from records.party import Capacity, Standing, standing_of

ACTING: Final = frozenset({Role.CITIZEN, Role.REPRESENTATIVE})
"""Roles that have no case by their office: their own, or one under a mandate."""
Scopes = frozenset[MandateScope]
"""What a mandate has to cover for something, any one of them; nothing: no mandate covers it."""
CORRECTING: Final[Scopes] = frozenset({MandateScope.CORRECT})
WITHDRAWING: Final[Scopes] = frozenset({MandateScope.WITHDRAW})
BOOKING: Final[Scopes] = frozenset({MandateScope.FILE, MandateScope.CORRECT})
"""Appointments are part of having an item done."""
OWN_ACT: Final[Scopes] = frozenset()
"""What persons do themselves and nobody does for them."""
_BY_PURPOSE: Final[dict[Purpose, Scopes]] = {
    Purpose.FILE_CASE: frozenset({MandateScope.FILE}),
    Purpose.FOLLOW_CASE: frozenset({MandateScope.FOLLOW}),
    Purpose.MANDATE: frozenset({MandateScope.FOLLOW}),
    Purpose.HAND_OUT_RECEIPT: frozenset({MandateScope.RECEIVE}),
}
"""What a mandate has to cover where the purpose says it all; steering is of several kinds, and each route of
it says which."""


def is_own(caller: Caller, standing: Standing) -> bool:
    """Whether the case is the caller's own: filed or applied for by them, not merely about them."""
    return any(
        party in caller.parties and capacity != Capacity.SUBJECT for capacity, party in standing.parties
    )


def scopes_for(purpose: Purpose) -> Scopes:
    """What a mandate has to cover for a route that says no more than what it is for."""
    return _BY_PURPOSE.get(purpose, frozenset())


async def sees_under_mandate(office: Office, caller: Caller, number: str, needed: Scopes) -> bool:
    """Whether a mandate lets the caller do at a case what the route needs, any one of it.

    Raises MandateLacking for somebody who may do something else there: they know of the case anyway.
    """
    counting = await counting_for(office.archive, number, caller.parties, office.today())
    if not counting:
        return False
    if not any(needed & set(one.scope) for one in counting):
        raise MandateLacking
    return True


async def mandate_for(office: Office, caller: Caller, number: str, scope: MandateScope) -> Mandated | None:
    """Give the mandate under which the caller does this at a case; None for whose own it is, and for staff.

    Raises NotKnown for no such case, MandateLacking when it is not their own and nothing covers it.
    """
    if caller.role not in ACTING:
        return None
    if is_own(caller, await standing_of(office.archive, number)):
        return None
    counting = await counting_for(office.archive, number, caller.parties, office.today())
    return _covering(counting, scope)


async def under_mandate(office: Office, number: str, action: Action) -> Action:
    """The same action, with the mandate under which the present caller asks it; raises as `mandate_for`."""
    caller = CALLER.get()
    if caller is None or caller.role not in ACTING or not isinstance(action, UnderMandate):
        return action
    mandate = await mandate_for(office, caller, number, SCOPE_OF[type(action)])
    return action if mandate is None else action.model_copy(update={"mandate": mandate})


async def filing_mandate(
    office: Office, caller: Caller, bundle: str, applicants: Collection[str], region: str | None = None
) -> Mandated | None:
    """Give the mandate under which the caller files for one of the applicants, given as keyed hashes.

    With a region only one that counts there; a mandate entered at a window counts in that window's area.
    None for staff at a window, for an applicant, and for a citizen whom nobody has proven yet: what they file
    is their own word. Raises MandateLacking.
    """
    if caller.role not in ACTING or caller.person in set(applicants):
        return None
    if caller.role is Role.CITIZEN and caller.person is None:
        return None
    counting = await counting_between(office.archive, applicants, caller.parties, office.today(), region)
    return _covering([one for one in counting if one.bundle in {None, bundle}], MandateScope.FILE)


async def has_file_mandate(office: Office, bundle: str, applicants: Collection[str], region: str) -> bool:
    """Whether one of the applicants, given as keyed hashes, has somebody who may file for them today."""
    given = await given_by(office.archive, applicants, office.today(), region)
    return any(one.bundle in {None, bundle} and MandateScope.FILE in one.scope for one in given)


def _covering(counting: Collection[Mandated], scope: MandateScope) -> Mandated:
    for mandate in counting:
        if scope in mandate.scope:
            return mandate
    raise MandateLacking
