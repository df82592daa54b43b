"""The grounds of an eligibility check on paper: in goes a draft, out comes a sheet to read and print."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import audit, draft
from api.filling import Given, fill, region_of, rungs_of
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from onething.errors import NotKnown
from onething.rule import CLASS, Unit
from onething.text import Text

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE))]
DraftName = Annotated[str, Query(alias="draft", pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What the rules call the classes of households, and the values of parameters that are words."""

    classes: Mapping[str, Text]
    words: Mapping[str, Mapping[str, Text]]


@router.get("/bundles/{bundle_id}/eligibility", response_class=HTMLResponse)
async def show_grounds(
    bundle_id: str, caller: Filer, office: TheOffice, request: Request, of: DraftName
) -> HTMLResponse:
    """Every rung with its conditions, figures, sources and parameter versions, as the draft stands now."""
    bundle = office.catalog.bundle(bundle_id)
    stored, body = await draft.load(office, caller, of)
    if stored.bundle != bundle_id:
        raise NotKnown("bundle", bundle_id)
    region = region_of(office, caller)
    given = Given(region, body.situations, body.answers, body.received_on, body.held)
    filling = await fill(office, bundle, given)
    await audit.note(office, caller, "check_eligibility", fields=tuple(sorted(body.answers))[:50])
    page = render(
        "eligibility.html",
        locale_of(request),
        bundle=bundle,
        draft=of,
        standing=rungs_of(office, filling, region),
        book=words_of_rules(office),
    )
    return HTMLResponse(page)


def words_of_rules(office: Office) -> RuleWords:
    """What a page needs to name the parameters that rules used."""
    rules = office.rules
    words = {name: parameter.options for name, parameter in rules.parameters.items()}
    classes = rules.facts(Unit.HOUSEHOLD)[CLASS].options if Unit.HOUSEHOLD in rules.relations else {}
    return RuleWords(classes, words)
