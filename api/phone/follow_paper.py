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
from api.phone.owed_paper import OwedPaper, owed_papers
from api.principal import Access, Caller, Purpose
from api.problem import told
from api.role import PERSONS
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
    found = await _owed(office, number, slot, material)
    kept = await keep_with_case(office, caller, number, material, file)
    await _bring(office, caller, number, found)
    return kept


@router.get("/m" + _PATH, response_class=HTMLResponse)
async def show_paper(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number, slot: Name, material: Material, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What is owed, until when, and where to choose the file."""
    found = await _owed(office, number, slot, material)
    await audit.note(office, caller, "read_case", number)
    return _page(request, number, found)


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
    found = await _owed(office, number, slot, material)
    title = found.paper.title
    if file is None or not file.filename:
        return _page(request, number, found, told(_FILE, "required", title))
    try:
        await keep_with_case(office, caller, number, material, file)
    except RequestRejected as error:
        return _page(request, number, found, told_upload(_FILE, title, error))
    await _bring(office, caller, number, found)
    return RedirectResponse(case_page(caller, number, request, done="paper"), 303)


async def _owed(office: Office, number: str, slot: str, material: str) -> OwedPaper:
    """The paper, for every item that waits for it; raises NotKnown for one that is not owed (any more)."""
    found = next(owed_papers((await view_case(office, number)).slots, material, OwedState.OWED.value), None)
    if found is None or slot not in {one.slot for one in found.items}:
        raise NotKnown("material", material)
    return found


async def _bring(office: Office, caller: Caller, number: str, found: OwedPaper) -> None:
    """It has come for every item that waits for it."""
    for item in found.items:
        applied = await bring_paper(office, caller, number, item.slot, found.paper.material)
        await arrived(office, number, applied.revision)


def _page(request: Request, number: str, found: OwedPaper, *problems: PlanProblem) -> HTMLResponse:
    return draw(
        request,
        "phone/follow/paper.html",
        422 if problems else 200,
        number=number,
        item=found.items[0],
        items=found.items,
        paper=found.paper,
        problems=problems,
    )
