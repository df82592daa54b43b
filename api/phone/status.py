"""Status without an account: a case's number and the code on its paper in, a masked status out.

Nothing is told apart: a number that does not exist, one that does, and a code of another case get the same
answer. Tries are counted for each address, as those at signing in are.
"""

import math
import re
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case_view import view_case
from api.identity.throttle import address_of, throttle_of
from api.office import Office, TheOffice
from api.phone.filing_frame import draw
from api.phone.follow_next import next_masked, somebody_holds
from api.principal import ANYBODY, Access, Caller, Purpose
from onething.family_order import CALLS
from onething.text import Model, Text
from records.attempt import Limit, Tried
from records.followed import carries

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Caller, Depends(Access(Purpose.CHECK_RECEIPT, ANYBODY))]
TRIES: Final = Limit("status", 60, 60)
"""Of one address, whatever comes of them: a whole service hall may stand behind one."""
FAILURES: Final = Limit("status_failed", 10, 300)
"""Of one address: ten in five minutes."""
_NUMBER: Final = re.compile(r"[A-Z0-9-]{6,48}")
_CODE: Final = re.compile(r"[a-z2-7]{26}")
_BEFORE_CODE: Final = "/v/"
_APART: Final = re.compile(r"[\s\u3000·.-]+")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑–—－", "-"))


class MaskedItem(Model):
    """One item: where it stands, who holds it, and by when it is due; nobody's name or number."""

    title: Text
    state: str
    state_text: Text
    holder_text: Text | None
    """Who has to do something for it now; None where nobody has."""
    next: Text | None
    """What that means to whoever asks, where nobody is named."""
    due: date | None


class MaskedStatus(Model):
    """A case for whoever holds its paper."""

    title: Text
    state: str
    state_text: Text
    items: tuple[MaskedItem, ...]


@router.get("/status", response_class=HTMLResponse)
async def ask_status(caller: Anybody, request: Request) -> HTMLResponse:
    """The two fields to fill in."""
    del caller
    return _page(request)


@router.post("/status", response_class=HTMLResponse)
async def show_status(
    caller: Anybody,
    office: TheOffice,
    request: Request,
    number: Annotated[str, Form(max_length=80)] = "",
    code: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """The masked status; the two come by form, so that the code stands in no address and no log."""
    throttle = throttle_of(request)
    seconds = await throttle.wait(request, Tried(TRIES, address_of(request)), _failed(request))
    if seconds:
        page = _page(request, 429, wait=math.ceil(seconds / 60))
        page.headers["retry-after"] = str(seconds)
        return page
    plain = plain_number(number)
    if not await carries(office.archive, plain, plain_code(code)):
        await throttle.count(request, _failed(request))
        await audit.note(office, caller, "status_refused")
        return _page(request, 422, wrong=True, number=number.strip()[:80])
    await audit.note(office, caller, "read_status", plain)
    return _page(request, masked=await masked(office, plain))


async def masked(office: Office, number: str) -> MaskedStatus:
    """Where a case stands, for whoever holds its paper; raises NotKnown, CaseErased."""
    view = await view_case(office, number)
    called = {one.slot for one in view.work_orders if one.kind in CALLS}
    return MaskedStatus(
        title=view.title,
        state=view.state,
        state_text=view.state_text,
        items=tuple(
            MaskedItem(
                title=one.title,
                state=one.state,
                state_text=one.state_text,
                holder_text=one.holder_text if somebody_holds(one) else None,
                next=None if somebody_holds(one) else next_masked(one, call=one.slot in called),
                due=one.promised.due if one.promised is not None and not one.ended else None,
            )
            for one in view.slots
        ),
    )


def plain_number(typed: str) -> str:
    """A case's number however it was typed; what can be none becomes one that nobody has."""
    number = "".join(typed.translate(_DASHES).split()).upper()
    return number if _NUMBER.fullmatch(number) else "-"


def plain_code(typed: str) -> str:
    """The code however it was typed, in groups, in capitals or as the whole printed address."""
    address, _, _ = typed.strip().partition("#")
    code = _APART.sub("", address.rpartition(_BEFORE_CODE)[2]).lower()
    return code if _CODE.fullmatch(code) else "-"


def _failed(request: Request) -> tuple[Tried, ...]:
    return (Tried(FAILURES, address_of(request)),)


def _page(request: Request, code: int = 200, **values: Any) -> HTMLResponse:
    shown = {"masked": None, "wrong": False, "wait": 0, "number": ""} | values
    return draw(request, "phone/follow/status.html", code, **shown)
