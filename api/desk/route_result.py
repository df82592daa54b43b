"""Result files over HTTP: in go a case and a file's name, out comes what an agency gave out, and to whom.

To whoever follows the case as their own, or under a mandate that lets them receive; and at the window.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.case import Number
from api.desk.result import ResultPaper, result_file, results_of
from api.office import TheOffice
from api.principal import Access, Caller, Purpose
from api.role import CLERKS, PERSONS

api = APIRouter(tags=["own cases"], prefix="/api/v1")
page = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]
Receiver = Annotated[Caller, Depends(Access(Purpose.HAND_OUT_RECEIPT, PERSONS))]
Window = Annotated[Caller, Depends(Access(Purpose.HAND_OUT_RECEIPT, CLERKS))]
Result = Annotated[str, Path(pattern=r"^[0-9a-f]{32}(-[0-9]{1,3}){2}$")]


@api.get("/own/cases/{number}/results")
async def list_results(number: Number, caller: Follower, office: TheOffice) -> tuple[ResultPaper, ...]:
    """The files that agencies gave out with their decisions."""
    del caller
    return await results_of(office, number)


@api.get("/own/cases/{number}/results/{result}", response_class=Response)
async def get_result(number: Number, result: Result, caller: Receiver, office: TheOffice) -> Response:
    """One file that an agency gave out; giving it is recorded."""
    return await result_file(office, caller, number, result)


@page.get("/cases/{number}/results/{result}")
async def show_result(number: Number, result: Result, caller: Window, office: TheOffice) -> Response:
    """The same at the window, to be printed and handed over."""
    return await result_file(office, caller, number, result)
