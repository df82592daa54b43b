"""What somebody may do at a case: in goes who calls, out come the acts open to them, and by whose mandate.

The door and the case itself refuse what a mandate does not cover; here it is known before it is offered.
"""

from datetime import date
from typing import Final

from api.identity.acting import ACTING, is_own
from api.office import Office
from api.role import Role
from api.visit import Caller
from onething.mandate import SCOPES, MandateScope
from onething.text import Model, Text
from records.mandate import counting_for, get_mandate
from records.party import standing_of


class ActsFor(Model):
    """A mandate under which the caller comes: whose it is, what it covers, until when."""

    principal: str
    scope: tuple[Text, ...]
    until: date


class May(Model):
    """The acts that a case's page offers to the caller."""

    correct: bool = True
    withdraw: bool = True
    book: bool = True
    receive: bool = True
    rate: bool = True
    """How they were served is what the persons themselves say: no mandate covers it."""
    see_disclosures: bool = True
    under: tuple[ActsFor, ...] = ()
    """Empty for whose own the case is."""


ALL: Final = May()


async def may_at(office: Office, caller: Caller, number: str) -> May:
    """What this caller may do at a case that they see; raises NotKnown for no such case."""
    if caller.role not in ACTING:
        return ALL
    if is_own(caller, await standing_of(office.archive, number)):
        return ALL.model_copy(update={"rate": caller.role is Role.CITIZEN})
    counting = await counting_for(office.archive, number, caller.parties, office.today())
    scopes = {scope for one in counting for scope in one.scope}
    return May(
        correct=MandateScope.CORRECT in scopes,
        withdraw=MandateScope.WITHDRAW in scopes,
        book=not scopes.isdisjoint({MandateScope.FILE, MandateScope.CORRECT}),
        receive=MandateScope.RECEIVE in scopes,
        rate=False,
        see_disclosures=caller.role is Role.CITIZEN,
        under=tuple([await _acts_for(office, one.mandate) for one in counting]),
    )


async def _acts_for(office: Office, mandate_id: str) -> ActsFor:
    mandate = await get_mandate(office.archive, mandate_id)
    return ActsFor(
        principal=mandate.document.get("principal", {}).get("name", ""),
        scope=tuple(SCOPES[one] for one in MandateScope if one in mandate.scope),
        until=mandate.until,
    )
