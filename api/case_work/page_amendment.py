"""The amendment page: in go changed situations and what they newly ask, out comes what follows.

What was answered stays; only what nobody has said yet is asked. As with a correction, nothing is done before
the clerk has seen just what it comes to.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import amendment, audit
from api.amendment_draft import AmendmentRequest, Wanted, by_name, open_questions, ready_of, wanted_of
from api.asked import shown_blocks
from api.case import Number, Steerer
from api.case_view import ORDER_WORDS
from api.case_work.sent import REMEMBERED, back
from api.errors import TooLarge, WrongMedia
from api.foresight import Foresight, foresee
from api.material import keep_with_case
from api.office import Office, TheOffice
from api.page_form import Posted, answers_of, read, situations_of
from api.page_hand import by_pointer
from api.page_view import locale_of, render
from api.principal import Caller
from api.problem import told
from api.standing import Answered, Standing, answered_of, form_of, standing_of
from forms.plan import Draft, plan
from onething.definition import Bundle
from onething.errors import ActionRejected, AnswersRejected, RequestRejected
from onething.plan import PlanField, PlanProblem
from onething.sentence import error_sentence
from onething.text import Text
from records.material import Holder, materials_of

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)
_UPLOADS: Final = 40
_PAPERS: Final = "/materials/"


@router.get("/cases/{number}/amendment", response_class=HTMLResponse)
async def show_amendment(
    number: Number, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """The situation as it was told, to be changed."""
    sheet = await _Sheet.open(office, number)
    await audit.note(office, caller, "read_case", number, ("situations",))
    return await sheet.page(request)


@router.post("/cases/{number}/amendment")
async def post_amendment(number: Number, caller: Steerer, office: TheOffice, request: Request) -> Response:
    """Keep chosen files, ask what is new, show what would follow, and do it once just that was seen."""
    async with request.form(max_files=_UPLOADS, max_fields=500) as form:
        posted = read(form)
        sheet = await _Sheet.open(office, number)
        problems = await sheet.take(caller, posted)
    if problems:
        return await sheet.page(request, problems)
    try:
        await audit.note(office, caller, "preview_amendment", number, tuple(sorted(sheet.changed)))
        complaints = await sheet.look(caller, posted)
        if not sheet.ready or posted.one("do") != "confirm" or posted.one("seen") != sheet.mark:
            return await sheet.page(request, complaints)
        await amendment.amend(office, caller, number, sheet.request)
    except AnswersRejected as error:
        found: Any = error.params["problems"]
        return await sheet.page(request, tuple(found))
    except ActionRejected as error:
        words = error_sentence(error.code, error.params)
        return await sheet.page(request, (PlanProblem(pointer="", code=error.code, text=words),))
    return await back(office, number, request)


@dataclass(slots=True)
class _Sheet:
    """One amendment on the screen: what is changed, what it newly asks, which files have come."""

    office: Office
    standing: Standing
    answered: Answered
    bundle: Bundle
    situations: dict[str, Any]
    given: dict[str, Any] = field(default_factory=dict)
    uploads: list[str] = field(default_factory=list)
    foresight: Foresight | None = None
    ready: bool = False
    """Whether nothing is wanting, so that it may be confirmed."""
    groups: list[tuple[Text, list[PlanField]]] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, office: Office, number: str) -> "_Sheet":
        """The sheet before anything is changed."""
        standing = await standing_of(office, number)
        answered = await answered_of(office, standing)
        bundle = form_of(office, standing, answered).bundle
        return cls(office, standing, answered, bundle, dict(answered.situations))

    @property
    def changed(self) -> dict[str, Any]:
        """The situations that are not as they were told."""
        before = self.answered.situations
        return {name: one for name, one in self.situations.items() if before.get(name) != one}

    @property
    def request(self) -> AmendmentRequest:
        """The amendment as it is asked for."""
        return AmendmentRequest(situations=self.changed, answers=self.given, materials=tuple(self.uploads))

    @property
    def mark(self) -> str:
        """What the clerk has seen, so that nothing else is confirmed; empty before there is anything."""
        if self.foresight is None or not self.ready:
            return ""
        seen = self.foresight.model_dump(mode="json")
        lines = ((name, one) for name, group in seen.items() for one in group)
        return "|".join(f"{name}:{one.get('kind', '')}{one['slot']}" for name, one in lines)

    async def take(self, caller: Caller, posted: Posted) -> tuple[PlanProblem, ...]:
        """Read what was sent, and keep every chosen file; tell of those that cannot be taken."""
        self.situations = situations_of(self.bundle, posted, self.situations)
        self.uploads = list(posted.every("upload"))[:_UPLOADS]
        problems = []
        for name, file in posted.files.items():
            known = self.office.catalog.materials.get(name.removeprefix(_PAPERS))
            if known is None:
                continue
            material = name.removeprefix(_PAPERS)
            try:
                kept = await keep_with_case(self.office, caller, self.standing.number, material, file)
            except WrongMedia:
                problems.append(told(name, "contentMediaType", known.title))
            except (TooLarge, RequestRejected):
                problems.append(told(name, "material_missing", known.title))
            else:
                self.uploads.append(kept.id)
        return tuple(problems)

    async def look(self, caller: Caller, posted: Posted) -> tuple[PlanProblem, ...]:
        """Think the amendment out; give what is wrong with what the page had asked for already."""
        if not self.changed:
            return ()
        form = (await wanted_of(self.office, self.standing.number, self.request)).form
        self.given = answers_of(self.bundle, form, posted, {}, {})
        wanted = await wanted_of(self.office, self.standing.number, self.request)
        problems, fields = await open_questions(self.office, wanted)
        self._group(wanted, {one.pointer for one in fields} | set(posted.every("shown")))
        lacking = [one.pointer for one in problems if one.pointer.startswith(_PAPERS)]
        self.papers = [one.removeprefix(_PAPERS) for one in lacking]
        if problems:
            self.foresight = by_name(self.office, wanted)
            # What the page had not asked for yet is no mistake.
            asked = {*posted.every("shown"), *posted.every("paper")}
            return tuple(one for one in problems if one.pointer in asked)
        ready = await ready_of(self.office, caller, wanted)
        self.foresight = foresee(self.standing, ready.outcome, tuple(ready.amendment.changed))
        self.ready = True
        return ()

    def _group(self, wanted: Wanted, pointers: set[str]) -> None:
        """The fields that are newly asked, with what is typed so far, under whom they are about."""
        answered = replace(wanted.answered, answers=wanted.answers)
        for block in shown_blocks(self.office, wanted.form, answered):
            fields = [one for one in block.fields if one.pointer in pointers]
            if fields:
                self.groups.append((block.title, fields))

    async def page(self, request: Request, problems: tuple[PlanProblem, ...] = ()) -> HTMLResponse:
        """Draw the sheet."""
        draft = Draft(situations=self.situations, answers={}, known={}, complain=False)
        on, region = self.standing.case.received_on, self.standing.case.region
        form = self.office.form(self.bundle, self.situations, on, region)
        page = render(
            "case_work/amendment.html",
            locale_of(request),
            number=self.standing.number,
            questions=plan(self.office.catalog, self.bundle, draft, form).questions,
            groups=self.groups,
            papers=[self.office.catalog.materials[name] for name in self.papers],
            names=self.papers,
            brought=await self._brought(),
            uploads=self.uploads,
            agencies={slot.name: self.office.catalog.agency(slot.item.agency).title for slot in form.slots},
            changed=bool(self.changed),
            ready=self.ready,
            foresight=self.foresight,
            mark=self.mark,
            problems=problems,
            found=by_pointer(problems),
            order_words=ORDER_WORDS,
        )
        return HTMLResponse(page, 422 if problems else 200)

    async def _brought(self) -> list[str]:
        if not self.uploads:
            return []
        every = await materials_of(self.office.archive, Holder(case=self.standing.number))
        return [one.name for one in every if one.id in self.uploads]
