"""Filing at a window, step by step: in go a draft and what was clicked, out comes the next page.

Situation, notice, form, check: each click keeps everything typed and every file chosen in the draft on the
server. What another page has saved since is never written over: the clerk is shown both and chooses.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi.responses import HTMLResponse, Response

from api import draft
from api.draft import DraftBody
from api.errors import TooLarge, WrongMedia
from api.filling import Filling
from api.guide.ahead import lacking_rows, may_follow, with_rows
from api.guide.check import act_check, show_check
from api.guide.conflict import show_conflict
from api.guide.paper import UNFILE, unfile
from api.guide.refusal import told_upload
from api.guide.sheet import Sheet, sheet_of
from api.material import store
from api.page_eligibility import words_of_rules
from api.page_form import Posted, answers_of, changed_rows, day_of, drawn_answers
from api.page_hand import Hand, Step, fill_in, go_to, keep, prefilled
from api.page_start import act_notice, act_start, show_notice, show_start, start_body
from api.page_view import render, word
from api.paper_choice import chosen
from api.problem import told
from api.standing import value_at
from onething.case_definition import FilingMode, Origin
from onething.errors import RequestRejected
from onething.plan import PlanProblem
from onething.wording import FILING_MODES, ORIGINS
from records.draft import DraftMovedOn

__all__ = ["Hand", "Step", "act", "save", "show"]


async def show(hand: Hand, step: Step) -> HTMLResponse:
    """Draw one step."""
    return await _SHOWN[step](hand)


async def act(hand: Hand, posted: Posted) -> Response:
    """Keep what was sent, do what was clicked, and say where to go."""
    step = _step_of(posted)
    try:
        _check_current(hand, posted)
        return await _ACTS[step](hand, posted, posted.one("do"))
    except DraftMovedOn:
        if step is Step.CHECK:
            stored, body = await draft.load(hand.office, hand.caller, hand.draft_id)
            moved = PlanProblem(pointer="", code="moved_on", text=word("guide_moved_on"))
            return await show_check(hand.holding(stored, body), (moved,), 409)
        problems = await _uploads(hand, posted)
        return await show_conflict(hand, posted, step, await _body(hand, posted, step), problems)


async def save(hand: Hand, posted: Posted) -> Hand:
    """Keep what was sent and do nothing else; raises DraftMovedOn."""
    _check_current(hand, posted)
    return await keep(hand, await _body(hand, posted, _step_of(posted)))


def _step_of(posted: Posted) -> Step:
    return Step(posted.one("step")) if posted.one("step") in set(Step) else Step.START


def _check_current(hand: Hand, posted: Posted) -> None:
    """Raise DraftMovedOn unless the page knew all that is saved; programs and first pages say nothing."""
    seen, stored = posted.one("revision"), hand.draft
    if stored is None or not seen:
        return
    if not seen.isdecimal() or not stored.follows(int(seen), hand.tab):
        raise DraftMovedOn(stored.revision)


async def _body(hand: Hand, posted: Posted, step: Step) -> DraftBody:
    """The draft with what one step's page sent."""
    if step is Step.START:
        return start_body(hand, posted)
    return await _form_body(hand, posted) if step is Step.FORM else hand.body


async def _form_body(hand: Hand, posted: Posted) -> DraftBody:
    filling = await fill_in(hand, hand.body)
    older = drawn_answers(hand.bundle, posted, hand.body.answers)
    drawn = (await fill_in(hand, hand.body.model_copy(update={"answers": older}))).known if older else {}
    answers = answers_of(hand.bundle, filling.form, posted, hand.body.answers, filling.known, drawn)
    received = posted.one("/received_on")
    papers = hand.office.catalog.materials
    do = posted.one("do")
    given = {
        "seen": _seen(hand.body, posted, filling) if not do.startswith("remove:") else (),
        "answers": changed_rows(hand.bundle, answers, do),
        "received_on": day_of(received) if received else None,
        "origin": posted.one("/origin") if posted.one("/origin") in set(Origin) else Origin.WINDOW,
        "pledged": tuple(one for one in posted.every("/pledged") if one in papers),
        "mode": posted.one("/mode") if posted.one("/mode") in set(FilingMode) else FilingMode.ASSISTED,
    }
    return DraftBody.model_validate(hand.body.model_dump() | given | chosen(hand.office, posted))


async def _act_form(hand: Hand, posted: Posted, do: str) -> Response:
    body = await _form_body(hand, posted)
    hand = await keep(hand, await prefilled(hand, body))
    problems = await _uploads(hand, posted)
    if posted.one("/received_on") and body.received_on is None:
        problems = (*problems, told("/received_on", "date"))
    if do.startswith(UNFILE):
        await unfile(hand, do)
    if do in {"check", "next"} and (lacking := lacking_rows((await sheet_of(hand, complain=True)).plan)):
        hand = await keep(hand, with_rows(hand.body, lacking))
        problems = (*problems, *(one for one in lacking if one.code == "minItems"))
    if problems:
        return await show_form(hand, problems, 422, complain=do in {"check", "next"})
    if do == "next" and not (await sheet_of(hand, complain=True)).findings:
        return go_to(hand, Step.CHECK)
    if do in {"check", "next"}:
        return await show_form(hand, (), 422 if do == "next" else 200, complain=True)
    if do == "back":
        return go_to(hand, Step.START)
    return go_to(hand, Step.FORM, do)


async def _act_notice(hand: Hand, posted: Posted, do: str) -> Response:
    del posted
    return await act_notice(hand, do)


async def _uploads(hand: Hand, posted: Posted) -> tuple[PlanProblem, ...]:
    """Keep every chosen file; tell of those that cannot be taken."""
    problems = []
    for name, file in posted.files.items():
        known = hand.office.catalog.materials.get(name.removeprefix("/materials/"))
        if known is None:
            continue
        try:
            await store(hand.office, hand.caller, hand.draft_id, known.material, file)
        except (WrongMedia, TooLarge, RequestRejected) as error:
            problems.append(told_upload(name, known.title, error))
    return tuple(problems)


async def show_form(
    hand: Hand, problems: tuple[PlanProblem, ...] = (), status: int = 200, *, complain: bool = False
) -> HTMLResponse:
    """Draw the form with everything filled so far and the findings beside their fields."""
    sheet: Sheet = await sheet_of(hand, problems, complain=complain)
    page = render(
        "form.html",
        hand.locale,
        **hand.marks,
        **sheet.values,
        bundle=hand.bundle,
        body=hand.body,
        corrected=_differing(sheet.filling) & frozenset(hand.body.seen),
        unlike=_differing(sheet.filling) - frozenset(hand.body.seen),
        today=hand.office.today(),
        origins=ORIGINS,
        modes=FILING_MODES,
        complain=complain,
        ahead=may_follow(hand.office, sheet.filling, sheet.plan, frozenset(sheet.papers)) if complain else (),
        book=words_of_rules(hand.office),
    )
    return HTMLResponse(page, status)


def _seen(body: DraftBody, posted: Posted, filling: Filling) -> tuple[str, ...]:
    """Where the page that was sent, or one before it, showed what a register gave."""
    empty = {one for one in filling.known if value_at(body.answers, one) in (None, "")}
    return tuple(sorted({*body.seen, *(empty & set(posted.every("shown")))}))


def _differing(filling: Filling) -> frozenset[str]:
    """Pointers at which something else was typed than a register gave."""
    typed = {pointer: value_at(filling.answers, pointer) for pointer in filling.known}
    return frozenset(
        pointer for pointer, known in filling.known.items() if typed[pointer] not in (None, "", known.value)
    )


_Show = Callable[[Hand], Awaitable[HTMLResponse]]
_Act = Callable[[Hand, Posted, str], Awaitable[Response]]
_SHOWN: Final[dict[Step, _Show]] = {
    Step.START: show_start,
    Step.NOTICE: show_notice,
    Step.FORM: show_form,
    Step.CHECK: show_check,
}
_ACTS: Final[dict[Step, _Act]] = {
    Step.START: act_start,
    Step.NOTICE: _act_notice,
    Step.FORM: _act_form,
    Step.CHECK: act_check,
}
