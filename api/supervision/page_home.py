"""The supervisor's first page: in go a period, a region and an agency, out come the figures of the work."""

import csv
import io
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api import audit
from api.day import Day
from api.office import Office, TheOffice
from api.page_told import reminders_waiting
from api.page_view import locale_of, render, word
from api.principal import Access, Caller, Purpose
from api.problem import rejected
from api.role import SUPERVISORS
from api.supervision.figures import Overview, Step, most, overview
from api.supervision.naming import agency_text, region_text
from api.supervision.spreadsheet import as_rows
from onething.errors import AnswersRejected, NotKnown
from onething.plan import PlanProblem
from onething.text import Model
from records.statistics import FigureQuery, figures, regions_of

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Caller, Depends(Access(Purpose.SUPERVISE, SUPERVISORS))]
_WEEKS: Final = timedelta(days=83)
"""Twelve weeks, both days counted."""
_LONGEST: Final = timedelta(days=3 * 366)
_NOWHERE: Final = "-"
"""No region's code begins so."""
_BACKWARDS: Final = ("before_start", "supervision_until_before")
_TOO_LONG: Final = ("period_long", "supervision_period_long")
_NAMES: Final = (
    "table",
    "of",
    "figure",
    "value",
    "over_time",
    "by_event",
    "by_agency",
    "stuck_reasons",
    "ratings",
    "filed",
    "closed",
    "decided",
    "on_time",
    "beyond_law",
    "late",
    "stuck",
    "count",
)


class FigureFilter(Model):
    """What the page is narrowed to; what is empty narrows nothing."""

    since: Day | None = None
    until: Day | None = None
    region: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""
    agency: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,79})?$")] = ""
    step: Step | None = None
    lang: str = "zh"


@router.get("/supervision", response_class=HTMLResponse)
async def show_figures(
    wanted: Annotated[FigureFilter, Query()], caller: Supervisor, office: TheOffice, request: Request
) -> HTMLResponse:
    """What waits in the area, volumes, overdue and stuck items, shares in time, corrections and ratings."""
    problems: tuple[PlanProblem, ...] = ()
    try:
        query = query_of(office, caller, wanted)
    except AnswersRejected as error:
        # The figures of the usual period stand below; what was typed stays in its fields.
        problems = _findings(error)
        query = query_of(office, caller, wanted.model_copy(update={"since": None, "until": None}))
    shown = await _overview(office, query, wanted)
    await audit.note(office, caller, "read_figures")
    own = caller.area if caller.area is not None else _NOWHERE
    page = render(
        "supervision/home.html",
        locale_of(request),
        shown=shown,
        reminders=await reminders_waiting(office, caller),
        query=query,
        problems=problems,
        since=wanted.since or query.since,
        until=wanted.until or query.until,
        wanted=wanted,
        most=most,
        regions=[(code, region_text(office, code)) for code in await regions_of(office.archive, own)],
        agencies=[(name, agency_text(office, name)) for name in sorted(office.catalog.agencies)],
        now=office.now(),
    )
    return HTMLResponse(page, 422 if problems else 200)


@router.get("/supervision/figures.csv")
async def download_figures(
    wanted: Annotated[FigureFilter, Query()], caller: Supervisor, office: TheOffice
) -> Response:
    """The same figures as a file for a spreadsheet (CSV, UTF-8 with its mark)."""
    query = query_of(office, caller, wanted)
    shown = await _overview(office, query, wanted)
    await audit.note(office, caller, "download_figures")
    file = io.StringIO()
    names = {name: word(f"supervision_csv_{name}").zh for name in _NAMES}
    csv.writer(file).writerows(as_rows(shown, names))
    name = f"figures-{query.since}-{query.until}.csv"
    return Response(
        # Spreadsheets take a file without the mark for the system's own character set.
        file.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def query_of(office: Office, caller: Caller, wanted: FigureFilter) -> FigureQuery:
    """What is counted for this caller.

    Raises NotKnown for a region of another area, AnswersRejected for a period that is none, or too long.
    """
    until = wanted.until or office.today()
    since = wanted.since or until - _WEEKS
    if since > until or until - since > _LONGEST:
        code, text = _BACKWARDS if since > until else _TOO_LONG
        raise rejected([PlanProblem(pointer="/until", code=code, text=word(text))])
    own = caller.area if caller.area is not None else _NOWHERE
    if wanted.region and not wanted.region.startswith(own):
        raise NotKnown("region", wanted.region)
    if wanted.agency and wanted.agency not in office.catalog.agencies:
        raise NotKnown("agency", wanted.agency)
    return FigureQuery(wanted.region or own, since, until, wanted.agency or None)


def _findings(error: AnswersRejected) -> tuple[PlanProblem, ...]:
    found: Any = error.params["problems"]
    return tuple(found)


async def _overview(office: Office, query: FigureQuery, wanted: FigureFilter) -> Overview:
    return overview(office, query, await figures(office.archive, query), wanted.step)
