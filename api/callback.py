"""Agencies' callbacks: a signed message in, stored once, answered 202, then brought to its case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from activities.agencies.webhook import check_signature
from api import audit
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose, Role
from onething.errors import CallbackRejected, OneThingError
from records.inbox import receive

router = APIRouter(tags=["agencies"])
Agency = Annotated[Caller, Depends(Access(Purpose.AGENCY_CALLBACK, frozenset({Role.AGENCY})))]


@router.post("/agencies/{agency_id}/callbacks", status_code=202)
async def take_callback(agency_id: str, caller: Agency, office: TheOffice, request: Request) -> Response:
    """Check the Standard Webhooks signature, store, and answer; the same event id counts once.

    Its meaning is read afterwards: a message that makes no sense is an operator's matter, not the sender's.
    """
    body = await request.body()
    try:
        event_id = _check(office, agency_id, request, body)
    except OneThingError as error:
        # Of a stranger's message nothing is kept but that it came.
        await audit.note(office, caller, "callback_refused", fields=(error.code,))
        raise
    await receive(office.archive, agency_id, event_id[:200], body, office.now())
    await audit.note(office, caller, f"callback_of_{agency_id}")
    office.wake.set()
    return Response(status_code=202)


def _check(office: Office, agency_id: str, request: Request, body: bytes) -> str:
    """The event id of a message that is the agency's; raises NotKnown, CallbackRejected."""
    office.catalog.agency(agency_id)
    secret = office.secrets.get(agency_id)
    if secret is None:
        raise CallbackRejected(agency=agency_id, detail="no callbacks agreed")
    return check_signature(agency_id, secret, request.headers, body)
