"""The clerk's worklist as pages: in go a view, filters or words to search, out come lists of cases."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse

from api.case_work.handover import offers_of
from api.case_work.named_case import named_cases
from api.case_work.search import search
from api.case_work.worklist import MOST, Clerk, View, WorkQuery, work_page
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from onething.text import Locale
from onething.wording import BUNDLE_STATES

router = APIRouter(include_in_schema=False)


@router.get("/work", response_class=HTMLResponse)
async def show_work(
    wanted: Annotated[WorkQuery, Query()], caller: Clerk, office: TheOffice, request: Request
) -> HTMLResponse:
    """The cases of the window's area, in the view chosen, with what waits for this clerk above them."""
    offers = await offers_of(office, caller)
    work = await work_page(office, caller, wanted)
    numbers = [*(one.number for one in offers), *(one.number for one in work.lines)]
    page = render(
        "case_work/work.html",
        locale_of(request),
        work=work,
        wanted=wanted,
        offers=offers,
        names=await named_cases(office, caller, numbers),
        links=_links(wanted, locale_of(request)),
        most=MOST,
        today=office.today(),
        **_choices(office),
    )
    return HTMLResponse(page)


@router.post("/work", response_class=HTMLResponse)
async def show_found(
    caller: Clerk,
    office: TheOffice,
    request: Request,
    q: Annotated[str, Form(max_length=100)] = "",
) -> HTMLResponse:
    """What a search found; posted, so that no name stands in an address."""
    found = await search(office, caller, q) if q.strip() else None
    page = render("case_work/found.html", locale_of(request), q=q, page=found, today=office.today())
    return HTMLResponse(page)


def _choices(office: Office) -> dict[str, object]:
    return {
        "agencies": {name: one.title for name, one in office.catalog.agencies.items()},
        "bundles": {name: one.title for name, one in office.catalog.bundles.items()},
        "states": {state.value: text for state, text in BUNDLE_STATES.items()},
    }


def _links(wanted: WorkQuery, locale: Locale) -> dict[str, str]:
    """The query of each view under the same filters; `page` keeps the view, for the page to add to."""
    narrowed = {name: value for name in ("agency", "bundle", "state") if (value := getattr(wanted, name))}
    language = {"lang": locale.value} if locale is Locale.EN else {}
    links = {view.value: urlencode({"view": view.value} | narrowed | language) for view in View}
    return links | {"page": links[wanted.view.value]}
