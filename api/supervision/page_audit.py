"""The auditor's page: in go a name, a case, a purpose and a period, out comes who did what; no values."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api import audit
from api.day import Day
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.role import AUDITORS
from api.supervision.disclosure import act_text, purpose_text
from api.supervision.doer import accounts_called, doers_of
from onething.counting import BEIJING
from onething.text import Model
from records.audit import AuditEntry, AuditQuery, head, search

router = APIRouter(include_in_schema=False)
Auditor = Annotated[Caller, Depends(Access(Purpose.AUDIT, AUDITORS))]
_PAGE: Final = 100


class AuditFilter(Model):
    """What to look for; what is empty narrows nothing."""

    actor: Annotated[str, Field(max_length=120)] = ""
    case: Annotated[str, Field(max_length=48)] = ""
    purpose: Annotated[str, Field(max_length=120)] = ""
    since: Day | None = None
    until: Day | None = None
    before: Annotated[int | None, Field(ge=1)] = None
    lang: str = "zh"


@router.get("/audit", response_class=HTMLResponse)
async def show_audit(
    wanted: Annotated[AuditFilter, Query()], caller: Auditor, office: TheOffice, request: Request
) -> HTMLResponse:
    """The newest entries looked for, a hundred at a time; looking is audited too."""
    found = await _found(office, caller, wanted)
    newest = await head(office.archive)
    named = tuple(name for name in ("actor", "case", "purpose", "since", "until") if getattr(wanted, name))
    await audit.note(office, caller, "search_audit", wanted.case or None, named)
    page = render(
        "supervision/audit.html",
        locale_of(request),
        found=found,
        doers=await doers_of(office, [one for _, one in found]),
        wanted=wanted,
        purposes=[(purpose.value, purpose_text(purpose.value)) for purpose in Purpose],
        head=f"{newest.seq}:{newest.hash}" if newest.seq else "",
        act_text=act_text,
        purpose_text=purpose_text,
        more=found[-1][0] if len(found) == _PAGE else None,
    )
    return HTMLResponse(page)


async def _found(
    office: TheOffice, caller: Caller, wanted: AuditFilter
) -> tuple[tuple[int, AuditEntry], ...]:
    """Within the auditor's area; entries about no case are for those who see everything."""
    if caller.area is None:
        return ()
    query = AuditQuery(
        actors=await accounts_called(office, wanted.actor),
        case=wanted.case.strip() or None,
        purpose=wanted.purpose or None,
        since=_midnight(wanted.since) if wanted.since else None,
        until=_midnight(wanted.until + timedelta(days=1)) if wanted.until else None,
        area=caller.area,
        before=wanted.before,
        limit=_PAGE,
    )
    return await search(office.archive, query)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)
