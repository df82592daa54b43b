"""Corrections on the phone: in go the fields and papers asked for, out comes what follows; then it is done.

The same rules as at the window (`api.correction`); only the pages are smaller.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit, correction
from api.asked import AskedView, view_asked
from api.case import Number
from api.case_view import ORDER_WORDS
from api.changed import lay_over
from api.correction import CorrectionRequest, form_of
from api.errors import TooLarge, WrongMedia
from api.foresight import Foresight
from api.material import keep_with_case
from api.office import Office, TheOffice
from api.page_form import Posted, answers_of, read
from api.page_hand import by_pointer
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.problem import told
from api.role import PERSONS
from api.standing import Answered, Standing, answered_of, standing_of, value_at
from forms.merge import MergedForm
from onething.errors import AnswersRejected, RequestRejected
from onething.plan import PlanField, PlanProblem
from onething.text import Text
from records.material import Holder, materials_of

router = APIRouter(include_in_schema=False)
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, PERSONS))]
_UPLOADS: Final = 40


@router.get("/m/cases/{number}/correction", response_class=HTMLResponse)
async def show_correction(
    number: Number, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What is asked, with what stands there now."""
    sheet = await _Sheet.open(office, number)
    pointers = tuple(one.pointer for one in sheet.asked().fields)
    await audit.note(office, caller, "read_corrections", number, pointers)
    return await sheet.page(request)


@router.post("/m/cases/{number}/correction")
async def post_correction(number: Number, caller: Steerer, office: TheOffice, request: Request) -> Response:
    """Keep chosen files, show what would follow, and do it once just that was seen."""
    async with request.form(max_files=_UPLOADS, max_fields=500) as form:
        posted = read(form)
        sheet = await _Sheet.open(office, number)
        sheet.given = _changes(sheet.form, posted)
        problems = await sheet.upload(caller, posted)
    wanted = CorrectionRequest(answers=sheet.given, materials=tuple(sheet.uploads))
    if problems:
        return await sheet.page(request, problems)
    try:
        seen = await correction.preview(office, caller, number, wanted)
        if posted.one("do") != "confirm" or posted.one("seen") != _mark(seen):
            return await sheet.page(request, foresight=seen)
        await correction.correct(office, caller, number, wanted)
    except AnswersRejected as error:
        found: Any = error.params["problems"]
        return await sheet.page(request, tuple(found))
    return RedirectResponse(case_page(caller, number, request), 303)


@dataclass(slots=True)
class _Sheet:
    """One correction on the phone: what is asked, what is typed, which files have come."""

    office: Office
    standing: Standing
    form: MergedForm
    answered: Answered
    given: dict[str, Any] = field(default_factory=dict)
    uploads: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, office: Office, number: str) -> "_Sheet":
        """The sheet before anything is typed."""
        standing = await standing_of(office, number)
        answered = await answered_of(office, standing)
        return cls(office, standing, form_of(office, standing, answered), answered)

    def asked(self) -> AskedView:
        """What is asked, with what is typed so far in its place."""
        answered = self.answered
        try:
            answers, _ = lay_over(self.form, answered, self.given)
            answered = replace(answered, answers=answers)
        except AnswersRejected:
            pass  # what has no shape is told beside its field; the field keeps what it had
        return view_asked(self.office, self.standing, self.form, answered)

    async def upload(self, caller: Caller, posted: Posted) -> tuple[PlanProblem, ...]:
        """Keep every chosen file with the case; tell of those that cannot be taken."""
        self.uploads = list(posted.every("upload"))[:_UPLOADS]
        problems = []
        for name, file in posted.files.items():
            material = name.removeprefix("/materials/")
            known = self.office.catalog.materials.get(material)
            if known is None:
                continue
            try:
                kept = await keep_with_case(self.office, caller, self.standing.number, material, file)
            except WrongMedia:
                problems.append(told(name, "contentMediaType", known.title))
            except (TooLarge, RequestRejected):
                problems.append(told(name, "material_missing", known.title))
            else:
                self.uploads.append(kept.id)
        return tuple(problems)

    async def page(
        self,
        request: Request,
        problems: tuple[PlanProblem, ...] = (),
        foresight: Foresight | None = None,
    ) -> HTMLResponse:
        """Draw the sheet."""
        asked = self.asked()
        return draw(
            request,
            "phone/follow/correction.html",
            422 if problems else 200,
            # What a page says that answers its own form is what follows, not that it was kept.
            wrong=True,
            number=self.standing.number,
            asked=asked,
            groups=_grouped(asked),
            agencies={one.slot: one.agency_title for one in self.standing.case.definition.slots},
            corrected=frozenset(_differing(self.answered, self.given, asked)),
            uploads=self.uploads,
            papers=await self._names(),
            problems=problems,
            found=by_pointer(problems),
            foresight=foresight,
            mark=_mark(foresight) if foresight else "",
            order_words=ORDER_WORDS,
        )

    async def _names(self) -> dict[str, list[str]]:
        """The names of the files that have come with this correction, by material."""
        names: dict[str, list[str]] = {}
        if self.uploads:
            for one in await materials_of(self.office.archive, Holder(case=self.standing.number)):
                if one.id in self.uploads:
                    names.setdefault(one.material, []).append(one.name)
        return names


def _changes(form: MergedForm, posted: Posted) -> dict[str, Any]:
    """What the page showed, as it is now; a field left empty is taken away."""
    given = answers_of(form.bundle, form, posted, {}, {})
    for pointer in posted.every("shown"):
        role, *rest = pointer.strip("/").split("/")
        if role not in form.bundle.roles or value_at(given, pointer) is not None:
            continue
        if not form.bundle.roles[role].many:
            if len(rest) == 1:
                given.setdefault(role, {})[rest[0]] = None
            continue
        rows = given.setdefault(role, [])
        if len(rest) == 2 and rest[0].isdecimal() and int(rest[0]) < _UPLOADS:
            rows.extend({} for _ in range(int(rest[0]) + 1 - len(rows)))
            rows[int(rest[0])][rest[1]] = None
    return given


def _grouped(asked: AskedView) -> list[tuple[Text, list[PlanField]]]:
    """The fields under whom or what they are about."""
    groups: list[tuple[Text, list[PlanField]]] = []
    for one in asked.fields:
        owner = asked.owners[one.pointer]
        if not groups or groups[-1][0] != owner:
            groups.append((owner, []))
        groups[-1][1].append(one)
    return groups


def _differing(answered: Answered, given: dict[str, Any], asked: AskedView) -> Iterable[str]:
    """Fields at which something else is typed than a register gave."""
    for one in asked.fields:
        known = answered.known.get(one.pointer)
        typed = value_at(given, one.pointer) or value_at(answered.answers, one.pointer)
        if known is not None and typed not in (None, "", known.value):
            yield one.pointer


def _mark(foresight: Foresight) -> str:
    """What was seen, so that nothing else is confirmed."""
    groups = (foresight.filed_anew, foresight.kept_for_later)
    orders = ",".join(f"{one.kind}:{one.slot}" for one in foresight.work_orders)
    return "|".join([*(",".join(one.slot for one in group) for group in groups), orders])
