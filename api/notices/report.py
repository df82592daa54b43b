"""Delivery reports: a signed message of the installation's sender in, the delivery's state out."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, ValidationError

from activities.agencies.webhook import check_signature
from api import audit
from api.office import TheOffice
from api.principal import Access, Caller, Purpose, Role
from onething.errors import CallbackRejected, OneThingError
from onething.text import Travelling
from records.notice_delivery import DeliveryState, settle

router = APIRouter(prefix="/api/v1", tags=["notices"])
Sender = Annotated[Caller, Depends(Access(Purpose.AGENCY_CALLBACK, frozenset({Role.AGENCY})))]
SENDER: Final = "notices"


class DeliveryReport(Travelling):
    """What became of one message: its reference, and why it failed in one word."""

    reference: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    state: Literal["delivered", "failed"]
    reason: Annotated[str | None, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")] = None


@router.post("/notices/reports", status_code=204)
async def take_report(caller: Sender, office: TheOffice, request: Request) -> Response:
    """Check the signature and note the state; what came twice or late changes nothing.

    A reference that is unknown is answered like one that is known: the sender is not to learn which are.
    """
    body = await request.body()
    try:
        report = _checked(office.settings.notify_secret, request, body)
    except OneThingError as error:
        await audit.note(office, caller, "report_refused", fields=(error.code,))
        raise
    state = DeliveryState(report.state)
    await settle(office.archive, report.reference, state, office.now(), report.reason)
    return Response(status_code=204)


def _checked(secret: str | None, request: Request, body: bytes) -> DeliveryReport:
    """The report of a message that is the sender's; raises CallbackRejected."""
    if secret is None:
        raise CallbackRejected(agency=SENDER, detail="no reports agreed")
    check_signature(SENDER, secret, request.headers, body)
    try:
        return DeliveryReport.model_validate_json(body)
    except ValidationError:
        raise CallbackRejected(agency=SENDER, detail="shape") from None
