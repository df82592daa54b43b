"""Service guides and the wall display: in goes a life event's name, out come pages that anybody may read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.filling import Given, fill, plan_of, region_of, words_of
from api.guide.catalogue import Guide, GuideItem, exact, guide_of, guides
from api.office import TheOffice
from api.page_hand import by_pointer
from api.page_view import locale_of, render
from api.principal import ANYBODY, DEVELOPMENT_WINDOW, Access, Caller, Purpose
from api.role import CLERKS, PERSONS
from forms.situation import check_situations
from onething.definition import Bundle, SituationType
from onething.text import Locale

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY))]
Reader = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY | CLERKS | PERSONS))]
"""Anybody; whoever may file is led on to the pages where they do."""
_ON_WALL: Final = 7
"""How many items a wall can show at once in letters that are read from afar."""
_SECONDS: Final = 12
"""How long each page of the wall stands."""


@dataclass(frozen=True, slots=True)
class WallPage:
    """One page of the wall: a life event and some of its items; which part of how many."""

    guide: Guide
    items: tuple[GuideItem, ...]
    part: int
    parts: int


@router.get("/guides", response_class=HTMLResponse)
async def show_guides(caller: Anybody, office: TheOffice, request: Request) -> HTMLResponse:
    """Every life event that can be filed here."""
    found = guides(office, region_of(office, caller))
    return HTMLResponse(render("guide/guides.html", locale_of(request), guides=found))


@router.get("/guides/{bundle_id}", response_class=HTMLResponse)
async def show_guide(bundle_id: str, caller: Reader, office: TheOffice, request: Request) -> HTMLResponse:
    """One life event: who may, what is needed, how long, at what cost and why; exactly, for answers."""
    bundle = office.catalog.bundle(bundle_id)
    region = region_of(office, caller)
    answers = _situations(bundle, request)
    filling = await fill(office, bundle, Given(region, answers, {}))
    open_ones = check_situations(bundle, filling.situations) if answers else ()
    unanswered = words_of(filling.form, tuple(open_ones))
    shown = request.query_params.getlist("shown")
    page = render(
        "guide/guide.html",
        locale_of(request),
        guide=guide_of(office, bundle, region),
        bundle=bundle,
        questions=plan_of(office, filling, complain=False).questions,
        answered=bool(answers),
        unanswered=unanswered,
        raised=all(one.pointer not in shown for one in unanswered),
        found=by_pointer(unanswered),
        exact=exact(office, bundle, filling.situations, region),
        window=caller.window or DEVELOPMENT_WINDOW,
        region=region,
    )
    return HTMLResponse(page)


@router.get("/wall", response_class=HTMLResponse)
async def show_wall(
    caller: Anybody, office: TheOffice, request: Request, page: Annotated[int, Query(ge=0, le=999)] = 0
) -> HTMLResponse:
    """The rolling display in the hall: one page after the other, without a script."""
    pages = tuple(_wall(guides(office, region_of(office, caller))))
    at = page % len(pages)
    drawn = render(
        "guide/wall.html",
        locale_of(request),
        shown=pages[at],
        at=at,
        count=len(pages),
        next=(at + 1) % len(pages),
        seconds=_SECONDS,
        window=DEVELOPMENT_WINDOW,
        now=office.now(),
    )
    # A hall's display turns its pages by itself; as a header it stands in no page that somebody reads.
    suffix = "&lang=en" if locale_of(request) is Locale.EN else ""
    turn = f"{_SECONDS}; url=/wall?page={(at + 1) % len(pages)}{suffix}"
    return HTMLResponse(drawn, headers={"refresh": turn})


def _wall(found: tuple[Guide, ...]) -> Iterator[WallPage]:
    for guide in found:
        parts = max(-(-len(guide.items) // _ON_WALL), 1)
        size = -(-len(guide.items) // parts)
        for part in range(parts):
            yield WallPage(guide, guide.items[part * size : (part + 1) * size], part + 1, parts)


def _situations(bundle: Bundle, request: Request) -> dict[str, Any]:
    """The answers in the address; what is none of the options is left out."""
    answers: dict[str, Any] = {}
    for question in bundle.situations:
        pointer = f"/situations/{question.situation}"
        sent = [one for one in request.query_params.getlist(pointer) if one]
        if question.type is SituationType.YES_NO:
            if sent and sent[0] in {"true", "false"}:
                answers[question.situation] = sent[0] == "true"
            continue
        chosen = [one for one in sent if one in question.options]
        if question.type is SituationType.MANY and pointer in request.query_params.getlist("shown"):
            answers[question.situation] = list(dict.fromkeys(chosen))
        elif question.type is SituationType.CHOICE and chosen:
            answers[question.situation] = chosen[0]
    return answers
