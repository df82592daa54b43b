"""Check answers: in goes a draft, out comes everything that will be filed, with a way back to each answer."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.coming import coming_with
from api.earlier import note_shown
from api.filling import region_of
from api.guide.paper import UNFILE, unfile
from api.guide.said import say_value
from api.guide.sheet import Sheet, sheet_of
from api.intake import Filing, file_case
from api.page_eligibility import words_of_rules
from api.page_form import Posted
from api.page_hand import Hand, Step, go_to, language
from api.page_start import before_of
from api.page_view import render
from api.problem import told
from api.upon_filing import charges_with, sending_with
from forms.resolve import Resolution
from onething.errors import AnswersRejected, CaseExists
from onething.plan import PlanField, PlanProblem
from onething.sentence import error_sentence
from onething.text import Text
from onething.wording import FILING_MODES, ORIGINS
from records.worklist import CaseSummary


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as it will be filed; None where nothing stands."""

    field: PlanField
    said: Text | None


@dataclass(frozen=True, slots=True)
class Block:
    """The answers about one role or person."""

    title: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section of the form; `many` are its lists of persons, about which something may be wrong too."""

    title: Text
    blocks: tuple[Block, ...]
    many: tuple[str, ...]


async def act_check(hand: Hand, posted: Posted, do: str) -> Response:
    """File, throw a file away, or go back to the form."""
    if do.startswith(UNFILE):
        await unfile(hand, do)
        return go_to(hand, Step.CHECK, do)
    if do == "submit":
        return await _submit(hand, pledge=posted.one("/pledge") == "true")
    return go_to(hand, Step.FORM)


async def show_check(
    hand: Hand,
    problems: tuple[PlanProblem, ...] = (),
    status: int = 200,
    going: tuple[CaseSummary, ...] = (),
) -> HTMLResponse:
    """Draw the page; what still keeps the case from being filed stands in front, with status 200.

    `going` are the open cases that a second one was refused for, as far as the clerk may see them.
    """
    sheet = await sheet_of(hand, problems, complain=True)
    region = region_of(hand.office, hand.caller)
    resolution = Resolution(sheet.filling.form, sheet.filling.answers, sheet.filling.known)
    page = render(
        "guide/check.html",
        hand.locale,
        **hand.marks,
        **sheet.values,
        bundle=hand.bundle,
        body=hand.body,
        going=going,
        situations=tuple(Line(one, say_value(one, one.value)) for one in sheet.plan.questions),
        sections=_sections(sheet),
        origin=ORIGINS[hand.body.origin],
        mode=FILING_MODES[hand.body.mode],
        received_on=hand.body.received_on or hand.office.today(),
        coming=coming_with(hand.office, sheet.filling.form, hand.body.answers, region),
        sending=sending_with(sheet.filling.form, resolution, region),
        charges=charges_with(hand.office, sheet.filling.form),
        book=words_of_rules(hand.office),
    )
    return HTMLResponse(page, status)


def _sections(sheet: Sheet) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(
            section.title,
            tuple(
                Block(block.title, tuple(Line(one, say_value(one, one.value)) for one in block.fields))
                for block in section.blocks
            ),
            section.many,
        )
        for section in sheet.plan.sections
    )


async def _submit(hand: Hand, *, pledge: bool) -> Response:
    lacking = (await sheet_of(hand, complain=True)).findings
    unread = () if pledge else (told("/pledge", "pledge_missing"),)
    if lacking or unread:
        return await show_check(hand, unread, 422)
    filing = Filing(
        bundle=hand.bundle.bundle,
        region=region_of(hand.office, hand.caller),
        origin=hand.body.origin,
        mode=hand.body.mode,
        received_on=hand.body.received_on,
        situations=hand.body.situations,
        answers=hand.body.answers,
        draft=hand.draft_id,
        pledge=pledge,
        owed=hand.body.owed,
    )
    try:
        filed = await file_case(hand.office, hand.caller, filing, hand.draft_id)
    except AnswersRejected as error:
        problems: tuple[PlanProblem, ...] = tuple(error.params["problems"])  # type: ignore[arg-type]
        return await show_check(hand, problems, 422)
    except CaseExists as error:
        words = error_sentence(error.code, error.params)
        problem = PlanProblem(pointer="", code=error.code, text=words)
        going = tuple(one for one in await before_of(hand, hand.body) if one.closed_at is None)
        await note_shown(hand.office, hand.caller, going)
        return await show_check(hand, (problem,), error.http_status, going)
    return RedirectResponse(f"/cases/{filed.number}/acceptance-notice{language(hand)}", 303)
