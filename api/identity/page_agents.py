"""Staff representatives' pages (代办员): their people's cases, and the log of their visits."""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from api.identity import agents
from api.identity.agents import PHOTO_MOST, SIGNATURE_MOST, TITLES, VisitForm
from api.office import Office, TheOffice
from api.page_view import locale_of
from api.phone.filing_drafts import unfinished_of
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.role import Role
from onething.counting import BEIJING
from onething.errors import AnswersRejected
from onething.mandate import SCOPES
from onething.text import Locale, Text

router = APIRouter(include_in_schema=False)
Agent = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, frozenset({Role.REPRESENTATIVE})))]
VisitId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_TYPED: Final = ("mandate", "case", "visited_at", "place", "with_whom", "done", "signature")


@router.get("/agents", response_class=HTMLResponse)
async def show(caller: Agent, office: TheOffice, request: Request) -> HTMLResponse:
    """The agent's people: cases with what is new, mandates, and visits."""
    mandates = await agents.held(office, caller)
    return draw(
        request,
        "identity/agents.html",
        organisation=caller.organisation,
        area=caller.area,
        unfinished=await unfinished_of(office, caller),
        cases=await agents.followed(office, caller),
        mandates=mandates,
        scopes=SCOPES,
        visits=await agents.visited(office, caller),
        principals=agents.principals(mandates),
    )


@router.get("/agents/visits", response_class=HTMLResponse)
async def ask_visit(caller: Agent, office: TheOffice, request: Request) -> HTMLResponse:
    """The form for a visit."""
    now = office.now().astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")
    return await _form_page(office, caller, request, VisitForm(visited_at=now))


@router.post("/agents/visits")
async def log_visit(caller: Agent, office: TheOffice, request: Request) -> Response:
    """Enter a visit."""
    async with request.form(max_files=4, max_fields=20) as form:
        typed = {name: str(form.get(name, "")).strip()[:2001] for name in _TYPED}
        visit = replace(
            VisitForm(**typed),  # type: ignore[arg-type] # the pictures are not among them
            photo=await _read(form.get("photo"), PHOTO_MOST),
            signature_photo=await _read(form.get("signature_photo"), SIGNATURE_MOST),
        )
    try:
        await agents.log_visit(office, caller, visit)
    except AnswersRejected as error:
        return await _form_page(office, caller, request, visit, error)
    suffix = "?lang=en" if locale_of(request) is Locale.EN else ""
    return RedirectResponse(f"/agents{suffix}#visits", 303)


@router.get("/agents/visits/{visit}/photo")
async def show_photo(visit: VisitId, caller: Agent, office: TheOffice) -> Response:
    """The photograph of one of the agent's own visits."""
    data, mime = await agents.photo_of(office, caller, visit)
    return Response(data, media_type=mime, headers={"content-disposition": "inline"})


async def _form_page(
    office: Office, caller: Caller, request: Request, form: VisitForm, error: AnswersRejected | None = None
) -> HTMLResponse:
    problems: Any = error.params["problems"] if error is not None else ()
    held = await agents.held(office, caller)
    return draw(
        request,
        "identity/visit.html",
        422 if error else 200,
        form=form,
        titles=TITLES,
        people=[(one.id, _name(one.document)) for one in held],
        cases=[
            (one.number, Text(zh=f"{one.person} {one.view.title.zh}", en=f"{one.person} {one.view.title.en}"))
            for one in await agents.followed(office, caller)
        ],
        errors={one.pointer.strip("/"): one.text for one in problems},
    )


def _name(document: dict[str, Any]) -> Text:
    name = document.get("principal", {}).get("name", "")
    return Text(zh=name, en=name)


async def _read(upload: object, most: int) -> bytes:
    """An upload's bytes, one more than allowed where there are more."""
    return await upload.read(most + 1) if isinstance(upload, UploadFile) else b""
