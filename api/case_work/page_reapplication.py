"""Applying again for an item: in goes what is better than the last time, out comes the item filed anew.

The fields are those that the item's agency received, with what stands there now; how the household stands by
the item's rules and which other cases its family has stand beside them.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, withdrawal
from api.asked import shown_blocks
from api.case import Name, Number, Steerer
from api.case_work.sent import REMEMBERED, back
from api.changed import lay_over
from api.family import read_family
from api.office import Office, TheOffice
from api.page_eligibility import words_of_rules
from api.page_form import Posted, answers_of, read
from api.page_hand import by_pointer
from api.page_view import locale_of, render
from api.principal import Caller
from api.standing import Answered, Standing, answered_of, form_of, standing_of
from api.withdrawal import ReapplicationRequest
from forms.eligibility import eligibility
from forms.merge import MergedForm
from forms.resolve import Resolution
from onething.case_definition import SlotDefinition
from onething.eligibility import Rung
from onething.errors import ActionRejected, AnswersRejected, NotKnown
from onething.plan import PlanField, PlanProblem
from onething.rule import Place
from onething.sentence import error_sentence
from onething.text import Text

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)
_FIELDS: Final = 500


@router.get("/cases/{number}/slots/{slot}/reapplication", response_class=HTMLResponse)
async def ask_reapplication(
    number: Number, slot: Name, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What was filed for the item, to be bettered before it is filed again."""
    sheet = await _Sheet.open(office, number, slot)
    shown = tuple(one.pointer for _, fields in sheet.groups() for one in fields)
    await audit.note(office, caller, "read_case", number, (slot, *shown))
    return await sheet.page(caller, request)


@router.post("/cases/{number}/slots/{slot}/reapplication")
async def reapply(
    number: Number, slot: Name, caller: Steerer, office: TheOffice, request: Request
) -> Response:
    """Apply again with what was changed; what was left as it was stays."""
    async with request.form(max_files=0, max_fields=_FIELDS) as form:
        posted = read(form)
    sheet = await _Sheet.open(office, number, slot)
    sheet.take(posted)
    try:
        wanted = ReapplicationRequest(answers=sheet.given)
        await withdrawal.reapply(office, caller, (number, slot), wanted)
    except AnswersRejected as error:
        found: Any = error.params["problems"]
        return await sheet.page(caller, request, tuple(found))
    except ActionRejected as error:
        words = error_sentence(error.code, error.params)
        return await sheet.page(caller, request, (PlanProblem(pointer="", code=error.code, text=words),))
    return await back(office, number, request)


@dataclass(slots=True)
class _Sheet:
    """One re-application on the screen."""

    office: Office
    standing: Standing
    definition: SlotDefinition
    form: MergedForm
    answered: Answered
    given: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def open(cls, office: Office, number: str, slot: str) -> "_Sheet":
        """The sheet before anything is changed; raises NotKnown for an item that the case has not."""
        standing = await standing_of(office, number)
        definition = next((one for one in standing.case.definition.slots if one.slot == slot), None)
        if definition is None:
            raise NotKnown("slot", slot)
        answered = await answered_of(office, standing)
        return cls(office, standing, definition, form_of(office, standing, answered), answered)

    def take(self, posted: Posted) -> None:
        """Keep what differs from what stands in the case; a field left empty is as it was."""
        typed = answers_of(self.form.bundle, self.form, posted, {}, {})
        before = {one.pointer: one.value for _, fields in self.groups() for one in fields}
        for role, group in typed.items():
            if isinstance(group, list):
                rows = [_differing(row, before, f"/{role}/{index}") for index, row in enumerate(group)]
                if any(rows):
                    self.given[role] = rows
            elif changed := _differing(group, before, f"/{role}"):
                self.given[role] = changed

    def groups(self) -> list[tuple[Text, list[PlanField]]]:
        """The fields that the item's agency receives, with what is typed so far."""
        answered = self.answered
        try:
            answers, _ = lay_over(self.form, answered, self.given)
            answered = replace(answered, answers=answers)
        except AnswersRejected:
            pass  # what has no shape is told beside its field; the field keeps what it had
        found = []
        for block in shown_blocks(self.office, self.form, answered):
            fields = [one for one in block.fields if self.definition.slot in one.needed_by]
            if fields:
                found.append((block.title, fields))
        return found

    async def page(
        self, caller: Caller, request: Request, problems: tuple[PlanProblem, ...] = ()
    ) -> HTMLResponse:
        """Draw the sheet."""
        number = self.standing.number
        family = self.standing.stored.family
        page = render(
            "case_work/reapplication.html",
            locale_of(request),
            number=number,
            slot=self.definition.slot,
            title=self.definition.title,
            groups=self.groups(),
            agencies={self.definition.slot: self.definition.agency_title},
            reasons=[one.text for one in self.standing.state.slots[self.definition.slot].reasons],
            family=await read_family(self.office, caller, family) if family else None,
            rungs=self._rungs(),
            book=words_of_rules(self.office),
            problems=problems,
            found=by_pointer(problems),
        )
        return HTMLResponse(page, 422 if problems else 200)

    def _rungs(self) -> tuple[Rung, ...]:
        """How the household stands by the rules of this item, as it is told now."""
        form = self.form
        region = self.standing.case.region
        place = Place(on=form.on, region=region)
        resolution = Resolution(form, self.answered.answers, self.answered.known)
        every = eligibility(form, resolution, self.office.rules, place)
        return tuple(one for one in every if one.slot == self.definition.slot)


def _differing(group: dict[str, Any], before: dict[str, Any], place: str) -> dict[str, Any]:
    return {key: value for key, value in group.items() if before.get(f"{place}/{key}") != value}
