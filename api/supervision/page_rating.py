"""Bad ratings as a page (差评核实整改): in goes a supervisor's answer, out come those without one."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Caller
from api.problem import rejected, told
from api.scope import check_case
from api.supervision.inspection import ADDRESS
from api.supervision.naming import agency_text, slot_title
from api.supervision.page_home import Supervisor
from api.supervision.page_inspection import problems_of
from api.supervision.rating import FINDINGS, LEVELS, WORDS_LIMIT
from onething.errors import ActionRejected, AnswersRejected
from onething.problem_sentence import VERBS
from onething.text import Locale, Text
from records.rating import Finding, answer, rating, to_rectify

router = APIRouter(include_in_schema=False)
RatingId = Annotated[str, Path(pattern=ADDRESS)]
_LIST: Final = "/supervision/ratings"


@router.get(_LIST, response_class=HTMLResponse)
async def show_bad_ratings(caller: Supervisor, office: TheOffice, request: Request) -> HTMLResponse:
    """Those of the area that nobody has answered, the earliest due day first."""
    await audit.note(office, caller, "read_ratings")
    return await _list(office, caller, request)


@router.post(_LIST + "/{rating_id}/answer")
async def post_answer(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    rating_id: RatingId,
    caller: Supervisor,
    office: TheOffice,
    request: Request,
    finding: Annotated[str, Form(max_length=16)] = "",
    words: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Answer one: what looking into it came to, and what was done; the rater reads it."""
    try:
        await answer_rating(office, caller, rating_id, (finding, words))
    except AnswersRejected as error:
        return await _list(office, caller, request, (rating_id, problems_of(error), finding, words))
    language = "?lang=en" if locale_of(request) is Locale.EN else ""
    return RedirectResponse(f"{_LIST}{language}", 303)


async def answer_rating(office: Office, caller: Caller, rating_id: str, said: tuple[str, str]) -> None:
    """Answer a bad rating with a finding and words; raises NotKnown, AnswersRejected, ActionRejected."""
    found = await rating(office.archive, rating_id)
    await check_case(office, caller, found.case)
    finding, words = said[0], said[1].strip()
    problems = []
    if finding not in FINDINGS:
        problems.append(told("/finding", "required", _FINDING, verb=VERBS["choice"]))
    if not words or len(words) > WORDS_LIMIT:
        code = "maxLength" if words else "required"
        problems.append(told("/words", code, _WORDS, limit=WORDS_LIMIT))
    if problems:
        raise rejected(problems)
    entry = audit.at(audit.entry(caller, "answer_rating", found.case, fields=(found.slot,)), office.now())
    if not await answer(office.archive, rating_id, Finding(finding), words, entry):
        raise ActionRejected(what="answered already, or needs no answer", slot=found.slot)


async def _list(
    office: Office,
    caller: Caller,
    request: Request,
    wrong: tuple[str, list[Text], str, str] | None = None,
) -> HTMLResponse:
    waiting = await to_rectify(office.archive, caller.area)
    titles = {one.id: slot_title(office, one.bundle, one.slot) for one in waiting}
    page = render(
        "supervision/ratings.html",
        locale_of(request),
        waiting=waiting,
        titles=titles,
        agencies={one.agency: agency_text(office, one.agency) for one in waiting},
        levels=LEVELS,
        findings=FINDINGS,
        wrong=wrong,
        today=office.today(),
    )
    return HTMLResponse(page, 422 if wrong else 200)


_FINDING: Final = Text(zh="核实结论", en="The finding")
_WORDS: Final = Text(zh="答复内容", en="The answer")
