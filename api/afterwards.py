"""After the end: in goes what follows a case that has ended, out comes the case taken up again for it.

A case's workflow ends with its last receipt. A late answer, a work-order done, a revocation or an item
applied for anew starts it again under its number, from the state that the records hold, until it ends again.
"""

from activities.signatures import AgencyReplied, Applied
from api.identity.acting import under_mandate
from api.office import Office
from api.standing import Standing, standing_of
from onething.case import FINAL, check_action
from onething.case_definition import CaseInput
from onething.case_event import Action
from onething.errors import NotKnown


async def act(office: Office, number: str, action: Action) -> Applied:
    """Do what is asked of a case, whether it runs or has ended.

    Raises NotKnown, CaseErased, ActionRejected, EngineUnavailable, EngineRefused, and MandateLacking for a
    representative whose mandate does not cover it.
    """
    action = await under_mandate(office, number, action)
    try:
        return await office.engine.act(number, action)
    except NotKnown:
        standing = await _ended(office, number)
        check_action(standing.case, standing.state, action, office.now())
        return await office.engine.take_up(_input(standing), action)


async def replied(office: Office, number: str, reply: AgencyReplied) -> None:
    """Relay an agency's callback to a case, whether it runs or has ended; raises as `act`."""
    try:
        await office.engine.replied(number, reply)
    except NotKnown:
        standing = await _ended(office, number)
        await office.engine.replied_late(_input(standing), reply)


async def _ended(office: Office, number: str) -> Standing:
    """The case as it ended; one that is open and has no workflow yet is started by the reconciler."""
    standing = await standing_of(office, number)
    if standing.state.state not in FINAL:
        raise NotKnown("case", number)
    return standing


def _input(standing: Standing) -> CaseInput:
    return standing.case.model_copy(update={"ended": standing.state.model_dump(mode="json")})
