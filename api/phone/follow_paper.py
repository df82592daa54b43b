"""A paper promised for later: in goes the file from a person's phone, out it goes to the agency that waits.

The same as at the window (`api.hold`): the file is kept with the case, and then the paper has come.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit
from api.case import Name, Number, arrived
from api.case_view import view_case
from api.guide.refusal import told_upload
from api.hold import Material, bring_paper
from api.identity.acting import CORRECTING
from api.material import MaterialView, keep_with_case
from api.office import Office, TheOffice
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.problem import told
from api.role import PERSONS
from api.slot_view import OwedView, SlotView
from onething.case_record import OwedState
from onething.errors import NotKnown, RequestRejected
from onething.plan import PlanProblem

api = APIRouter(prefix="/api/v1", tags=["own cases"])
router = APIRouter(include_in_schema=False)
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, PERSONS, CORRECTING))]
_PATH: Final = "/cases/{number}/slots/{slot}/papers/{material}"
_FILE: Final = "/file"


@api.post("/own" + _PATH, status_code=201)
async def post_paper(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number, slot: Name, material: Material, file: UploadFile, caller: Steerer, office: TheOffice
) -> MaterialView:
    """Hand in a paper that was promised; one that is not owed is not known, and nothing is kept then."""
    await _owed(office, number, slot, material)
    kept = await keep_with_case(office, caller, number, material, file)
    applied = await bring_paper(office, caller, number, slot, material)
    await arrived(office, number, applied.revision)
    return kept


@router.get("/m" + _PATH, response_class=HTMLResponse)
async def show_paper(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number, slot: Name, material: Material, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What is owed, until when, and where to choose the file."""
    item, paper = await _owed(office, number, slot, material)
    await audit.note(office, caller, "read_case", number)
    return _page(request, number, item, paper)


@router.post("/m" + _PATH)
async def send_paper(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    material: Material,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    file: UploadFile | None = None,
) -> Response:
    """Keep the file and say that the paper has come; what is no file of a paper is asked for again."""
    item, paper = await _owed(office, number, slot, material)
    if file is None or not file.filename:
        return _page(request, number, item, paper, told(_FILE, "required", paper.title))
    try:
        await keep_with_case(office, caller, number, material, file)
    except RequestRejected as error:
        return _page(request, number, item, paper, told_upload(_FILE, paper.title, error))
    applied = await bring_paper(office, caller, number, slot, material)
    await arrived(office, number, applied.revision)
    return RedirectResponse(case_page(caller, number, request, done="paper"), 303)


async def _owed(office: Office, number: str, slot: str, material: str) -> tuple[SlotView, OwedView]:
    """The item and its paper; raises NotKnown for one that is not owed (any more)."""
    for item in (await view_case(office, number)).slots:
        for paper in item.owed:
            if (item.slot, paper.material, paper.state) == (slot, material, OwedState.OWED.value):
                return item, paper
    raise NotKnown("material", material)


def _page(
    request: Request, number: str, item: SlotView, paper: OwedView, *problems: PlanProblem
) -> HTMLResponse:
    return draw(
        request,
        "phone/follow/paper.html",
        422 if problems else 200,
        number=number,
        item=item,
        paper=paper,
        problems=problems,
    )
