"""Inspections as pages: in goes what a supervisor lays down and finds, out come list, lots and report."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from pydantic import ValidationError

from api import audit
from api.errors import Malformed
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.problem import told
from api.role import SIGNED_IN
from api.supervision.inspection import (
    ADDRESS,
    CHECKS,
    KINDS,
    USUAL_PERCENT,
    InspectionRequest,
    Mark,
    correct,
    draw,
    lay_down,
    least_of,
    own_inspection,
    report,
)
from api.supervision.naming import agency_text, region_text, slot_title
from api.supervision.page_home import Supervisor
from onething.errors import AnswersRejected, NotKnown
from onething.text import Locale, Model, Text
from records.draw import digest_of
from records.inspection import Finding, Inspection, Report, get_inspection, inspections, lots_of
from records.population import Kind
from records.statistics import regions_of

router = APIRouter(include_in_schema=False)
published = APIRouter(tags=["inspections"])
InspectionId = Annotated[str, Path(pattern=ADDRESS)]
Position = Annotated[int, Path(ge=1, le=100_000)]
Anyone = Annotated[Caller, Depends(Access(Purpose.CATALOG, SIGNED_IN))]
_LIST: Final = "/supervision/inspections"


class PublishedInspection(Model):
    """What anyone needs to draw again: the commitment from the start, seed and result from the draw on."""

    id: str
    kind: Kind
    region: str
    item: str | None
    starts_on: date
    until: date
    percent: int
    commitment: str
    seed: str | None
    names_sha256: str | None
    names: tuple[str, ...]
    drawn: tuple[str, ...]


@published.get("/api/v1/inspections/{inspection}")
async def get_published(inspection: InspectionId, caller: Anyone, office: TheOffice) -> PublishedInspection:
    """An inspection as published: with its seed and names anyone can draw it again."""
    del caller
    found = await get_inspection(office.archive, inspection)
    return PublishedInspection(
        id=found.id,
        kind=Kind(found.kind),
        region=found.area,
        item=found.item,
        starts_on=found.starts_on,
        until=found.until,
        percent=found.percent,
        commitment=found.commitment,
        seed=found.seed,
        names_sha256=digest_of(found.population) if found.drawn_at else None,
        names=found.population,
        drawn=tuple(lot.name for lot in await lots_of(office.archive, inspection)),
    )


@router.get(_LIST, response_class=HTMLResponse)
async def show_inspections(caller: Supervisor, office: TheOffice, request: Request) -> HTMLResponse:
    """The area's inspections, and the form for another one."""
    await audit.note(office, caller, "read_inspections")
    return await _list(office, caller, request)


@router.post(_LIST)
async def post_inspection(caller: Supervisor, office: TheOffice, request: Request) -> Response:
    """Lay one down; its commitment is public from now on."""
    async with request.form(max_files=0, max_fields=20) as form:
        given = {name: str(value) for name, value in form.items() if name in InspectionRequest.model_fields}
    try:
        wanted = InspectionRequest.model_validate(given)
        made = await lay_down(office, caller, wanted)
    except ValidationError as error:
        names = [f"/{one['loc'][0]}" for one in error.errors() if one["loc"]]
        problems = [told(name, "required", _FIELDS.get(name)) for name in names]
        return await _list(office, caller, request, given, [problem.text for problem in problems])
    except AnswersRejected as error:
        words = problems_of(error)
        return await _list(office, caller, request, given, words)
    return RedirectResponse(f"{_LIST}/{made.id}{_language(request)}", 303)


@router.get(_LIST + "/{inspection}", response_class=HTMLResponse)
async def show_inspection(
    inspection: InspectionId, caller: Supervisor, office: TheOffice, request: Request
) -> HTMLResponse:
    """One inspection: its commitment, after the draw seed, recipe, lots, findings and the report's sums."""
    found = await own_inspection(office, caller, inspection)
    await audit.note(office, caller, "read_inspection")
    return await _one(office, found, request)


@router.get(_LIST + "/{inspection}/names.txt")
async def download_names(
    inspection: InspectionId, caller: Supervisor, office: TheOffice
) -> PlainTextResponse:
    """Every name that could have been drawn, one a line, as the recipe reads them."""
    found = await own_inspection(office, caller, inspection)
    if found.drawn_at is None:
        raise NotKnown("list of names", inspection)
    await audit.note(office, caller, "read_inspection")
    return PlainTextResponse("".join(f"{name}\n" for name in found.population))


@router.post(_LIST + "/{inspection}/draw")
async def post_draw(
    inspection: InspectionId, caller: Supervisor, office: TheOffice, request: Request
) -> RedirectResponse:
    """Reveal the seed and draw."""
    await draw(office, caller, inspection)
    return RedirectResponse(f"{_LIST}/{inspection}{_language(request)}", 303)


@router.post(_LIST + "/{inspection}/lots/{position}")
async def post_report(
    inspection: InspectionId, position: Position, caller: Supervisor, office: TheOffice, request: Request
) -> Response:
    """What was found of one name."""
    async with request.form(max_files=0, max_fields=30) as form:
        given = {name: str(value).strip() for name, value in form.items()}
    marks = {
        name.removeprefix("check_"): value
        for name, value in given.items()
        if name.startswith("check_") and value in set(Mark)
    }
    told_ = Report(marks, _finding(given), given.get("words", ""), _day(given.get("correction_due", "")))
    try:
        await report(office, caller, (inspection, position), told_)
    except AnswersRejected as error:
        found = await own_inspection(office, caller, inspection)
        words = problems_of(error)
        return await _one(office, found, request, (position, words, given))
    return RedirectResponse(f"{_LIST}/{inspection}{_language(request)}#lot-{position}", 303)


@router.post(_LIST + "/{inspection}/lots/{position}/corrected")
async def post_corrected(
    inspection: InspectionId, position: Position, caller: Supervisor, office: TheOffice, request: Request
) -> RedirectResponse:
    """The fault is put right."""
    await correct(office, caller, (inspection, position))
    return RedirectResponse(f"{_LIST}/{inspection}{_language(request)}#lot-{position}", 303)


async def _list(
    office: Office,
    caller: Caller,
    request: Request,
    given: dict[str, str] | None = None,
    problems: list[Text] | None = None,
) -> HTMLResponse:
    own = caller.area if caller.area is not None else "-"
    items = _items(office)
    page = render(
        "supervision/inspections.html",
        locale_of(request),
        found=await inspections(office.archive, own),
        kinds=KINDS,
        draw_from=_draw_from,
        regions=[(code, region_text(office, code)) for code in await regions_of(office.archive, own)],
        region_text=lambda code: (
            region_text(office, code) if code else Text(zh="全部辖区", en="the whole area")
        ),
        items=items,
        least={name: least for name in items if (least := least_of(office, name)) is not None},
        given=dict.fromkeys(InspectionRequest.model_fields, "")
        | {"percent": str(USUAL_PERCENT)}
        | (given or {}),
        problems=problems or [],
        today=office.today(),
    )
    return HTMLResponse(page, 422 if problems else 200)


async def _one(
    office: Office,
    found: Inspection,
    request: Request,
    wrong: tuple[int, list[Text], dict[str, str]] | None = None,
) -> HTMLResponse:
    lots = await lots_of(office.archive, found.id)
    page = render(
        "supervision/inspection.html",
        locale_of(request),
        one=found,
        kind=KINDS[Kind(found.kind)],
        region=_place(office, found.area),
        item=_items(office).get(found.item or ""),
        lots=lots,
        titles=dict(_titles(office, Kind(found.kind), [lot.name for lot in lots])),
        checks=CHECKS[Kind(found.kind)],
        marks=[mark.value for mark in Mark],
        digest=digest_of(found.population) if found.drawn_at else "",
        may_draw=found.drawn_at is None and office.today() > found.until,
        draw_from=_draw_from(found),
        faults=sum(lot.finding == Finding.FAULT for lot in lots),
        done=sum(lot.finding is not None for lot in lots),
        owed=sum(lot.finding == Finding.FAULT and lot.corrected_at is None for lot in lots),
        wrong=wrong,
        today=office.today(),
    )
    return HTMLResponse(page, 422 if wrong else 200)


def _draw_from(one: Inspection) -> date:
    """The first day on which it can be drawn: while its period runs the list is open."""
    return one.until + timedelta(days=1)


def _place(office: Office, area: str) -> Text:
    return region_text(office, area) if area else Text(zh="全部辖区", en="the whole area")


def _titles(office: Office, kind: Kind, names: list[str]) -> Iterator[tuple[str, Text]]:
    """What a drawn name stands for, in words: an item by its title, an approver by the agency's."""
    if kind is Kind.APPROVERS:
        yield from ((name, agency_text(office, name.partition("/")[0])) for name in names)
    if kind is not Kind.RECORDS:
        return
    bundle_of = {
        slot.slot: bundle.bundle for bundle in office.catalog.bundles.values() for slot in bundle.slots
    }
    for name in names:
        slot = name.partition("/")[2]
        yield name, slot_title(office, bundle_of.get(slot.partition("[")[0], ""), slot)


def _items(office: Office) -> dict[str, Text]:
    """The items that the life events have, by their names."""
    found = {}
    for bundle in office.catalog.bundles.values():
        for slot in bundle.slots:
            try:
                item = office.catalog.item(slot.item, office.today())
            except NotKnown:
                continue
            found[slot.item] = item.title
    return dict(sorted(found.items()))


def problems_of(error: AnswersRejected) -> list[Text]:
    """What is to be mended, in words."""
    found: Any = error.params["problems"]
    return [problem.text for problem in found]


def _finding(given: dict[str, str]) -> Finding:
    if given.get("finding") not in set(Finding):
        raise Malformed(what="/finding", problems=(told("/finding", "required", _FINDING),))
    return Finding(given["finding"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Malformed(what="/correction_due", problems=(told("/correction_due", "date", _DUE),)) from None


def _language(request: Request) -> str:
    return "?lang=en" if locale_of(request) is Locale.EN else ""


_EMPTY: Final = dict.fromkeys(InspectionRequest.model_fields, "") | {"percent": str(USUAL_PERCENT)}
_FINDING: Final = Text(zh="抽查结论", en="The finding")
_DUE: Final = Text(zh="整改期限", en="The day to put it right by")
_FIELDS: Final = {
    "/kind": Text(zh="抽查类型", en="What is drawn"),
    "/starts_on": Text(zh="起始日期", en="The first day"),
    "/until": Text(zh="截止日期", en="The last day"),
    "/percent": Text(zh="抽查比例", en="The share"),
}
