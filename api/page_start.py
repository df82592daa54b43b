"""The first two steps of filing: in go numbers, situations and consent, out come the next pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fastapi.responses import HTMLResponse, Response

from api.draft import DraftBody
from api.earlier import cases_before, note_shown
from api.family_look import look_for_family, situations_from_family
from api.filling import fill, plan_of, words_of
from api.lookup import ask_for_situations
from api.page_form import Posted, situations_of
from api.page_hand import Hand, Step, by_pointer, fill_in, given_of, go_to, keep, prefilled
from api.page_notice import (
    facts_by_case,
    fields_by_agency,
    questions_by_register,
    situations_by_case,
    situations_by_register,
)
from api.page_view import render, word
from api.problem import told
from forms.identity import is_citizen_id
from forms.prefill import situations_from_registers
from forms.situation import check_situations
from onething.definition import Bundle
from onething.family import roles_named
from onething.plan import PlanProblem
from onething.register import Purpose as LookupPurpose
from onething.text import Text
from records.draft import Draft, list_drafts
from records.worklist import CaseSummary

_ID: Final = "id_number"
_BEFORE: Final = "before"
"""The field in which the page names the earlier cases that it has shown."""
_ONWARD: Final = ("ask", "next")
"""The buttons that lead on."""


def start_body(hand: Hand, posted: Posted) -> DraftBody:
    """The draft with the numbers and situations that were sent."""
    situations = situations_of(hand.bundle, posted, hand.body.situations)
    answers = dict(hand.body.answers)
    for role in (*_asked_by(hand.bundle), *_also_asked(hand.bundle)):
        number = posted.one(f"/{role}/{_ID}").upper()
        group = {key: value for key, value in answers.get(role, {}).items() if key != _ID}
        answers[role] = group | ({_ID: number} if number else {})
    return hand.body.model_copy(update={"situations": situations, "answers": answers})


async def act_start(hand: Hand, posted: Posted, do: str) -> Response:
    """Keep numbers and situations; ask registers, or go on to the notice."""
    body = start_body(hand, posted)
    if do == "ask":
        hand = await keep(hand, body)
        ticked = posted.one("notice") == "true"
        unread = PlanProblem(pointer="/notice", code="pledge_missing", text=word("start_notice_missing"))
        lacking = (*_number_problems(hand), *(() if ticked else (unread,)))
        if lacking:
            return await show_start(hand, lacking, 422, ticked=ticked)
        if await held_by_before(hand, body, posted):
            return await show_start(hand, ticked=ticked, pressed=do)
        body = await _answered_by_registers(hand, body)
    hand = await keep(hand, body)
    if do == "next" and await held_by_before(hand, hand.body, posted):
        return await show_start(hand, ticked=posted.one("notice") == "true", pressed=do)
    if do != "next":
        return go_to(hand, Step.START)
    problems = await _start_problems(hand)
    if problems and all(_is_new(one, posted) for one in problems):
        # Questions that these answers have just raised: nothing was done wrong.
        return await show_start(hand, problems)
    return await show_start(hand, problems, 422) if problems else go_to(hand, Step.NOTICE)


def _is_new(problem: PlanProblem, posted: Posted) -> bool:
    return problem.code == "required" and problem.pointer not in (*posted.every("shown"), *posted.texts)


async def _answered_by_registers(hand: Hand, body: DraftBody) -> DraftBody:
    """Let registers answer the questions that are still open."""
    bundle = hand.bundle
    subject = next(name for name, role in bundle.roles.items() if role.subject)
    number = str(body.answers.get(subject, {}).get(_ID, ""))
    held = await ask_for_situations(
        hand.office, hand.errand(LookupPurpose.SITUATION), bundle, number, body.held
    )
    errand, answers = hand.errand(LookupPurpose.SITUATION), body.answers
    form = (await fill_in(hand, body)).form
    held = await look_for_family(hand.office, errand, form, answers, held)
    found = situations_from_registers(bundle, held.records, number)
    found |= situations_from_family(bundle, form.situations, answers, held)
    typed = {name: value for name, value in body.situations.items() if value not in (None, [])}
    return body.model_copy(update={"situations": {**body.situations, **found, **typed}, "held": held})


async def _start_problems(hand: Hand) -> tuple[PlanProblem, ...]:
    filling = await fill_in(hand, DraftBody(situations=hand.body.situations))
    unanswered = check_situations(hand.bundle, hand.body.situations)
    return (*_number_problems(hand), *words_of(filling.form, tuple(unanswered)))


def _number_problems(hand: Hand) -> tuple[PlanProblem, ...]:
    """What is wrong with the numbers that everything is looked up by."""
    problems = []
    for role in _asked_by(hand.bundle):
        number = str(hand.body.answers.get(role, {}).get(_ID, ""))
        if not is_citizen_id(number):
            code = "citizen-id" if number else "required"
            title = _id_title(hand, role)
            problems.append(told(f"/{role}/{_ID}", code, title, format="citizen-id"))
    for role in _also_asked(hand.bundle):
        number = str(hand.body.answers.get(role, {}).get(_ID, ""))
        if number and not is_citizen_id(number):
            title = _id_title(hand, role)
            problems.append(told(f"/{role}/{_ID}", "citizen-id", title, format="citizen-id"))
    return tuple(problems)


def _asked_by(bundle: Bundle) -> tuple[str, ...]:
    """The roles whose numbers everything else is looked up by: who logs in, and whom it is about."""
    return tuple(name for name, role in bundle.roles.items() if role.subject or role.login)


def _also_asked(bundle: Bundle) -> tuple[str, ...]:
    """Who applies too, and by whose number an earlier case is found; they may be left for later."""
    return tuple(role for role in (*_together(bundle), *_by_family(bundle)) if role not in _asked_by(bundle))


def _together(bundle: Bundle) -> tuple[str, ...]:
    return tuple(name for name, role in bundle.roles.items() if role.applies)


def _by_family(bundle: Bundle) -> tuple[str, ...]:
    return tuple(role for role in roles_named(bundle) if role not in _together(bundle))


def _id_title(hand: Hand, role: str) -> Text:
    own, concept = hand.bundle.roles[role].title, hand.office.catalog.concept(_ID).title
    return Text(zh=f"{own.zh}的{concept.zh}", en=f"{own.en}: {concept.en}")


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of asking one register about the questions: how many it answered."""

    register: str
    outcome: str
    """found, nothing, away."""
    count: int = 0


def _looked(hand: Hand) -> tuple[list[Looked], dict[str, str]]:
    """What came of asking each register, and by question the register whose answer was taken over."""
    subject = next(name for name, role in hand.bundle.roles.items() if role.subject)
    number = str(hand.body.answers.get(subject, {}).get(_ID, ""))
    held, found = hand.body.held, situations_from_registers(hand.bundle, hand.body.held.records, number)
    by_register: dict[str, list[str]] = {}
    for one in hand.bundle.situations:
        if one.register_:
            by_register.setdefault(one.register_, []).append(one.situation)
    lines: list[Looked] = []
    taken: dict[str, str] = {}
    for name, questions in by_register.items():
        said = [one for one in questions if found.get(one) is not None]
        taken |= {one: name for one in said if hand.body.situations.get(one) == found[one]}
        if name in held.away:
            lines.append(Looked(name, "away"))
        elif any(mark.startswith(f"{name}|{number}|") for mark in held.asked):
            lines.append(Looked(name, "found" if said else "nothing", len(said)))
    return (lines if number else []), taken


async def same_drafts(hand: Hand, body: DraftBody) -> list[Draft]:
    """The clerk's drafts of this life event about the same person, the newest first."""
    subject = next(name for name, role in hand.bundle.roles.items() if role.subject)
    number = body.answers.get(subject, {}).get(_ID)
    if not number:
        return []
    own = await list_drafts(hand.office.archive, hand.caller.account, hand.office.now())
    return [
        one
        for one in own
        if one.bundle == hand.bundle.bundle
        and DraftBody.model_validate(one.body).answers.get(subject, {}).get(_ID) == number
    ]


async def held_by_before(hand: Hand, body: DraftBody, posted: Posted) -> bool:
    """Whether cases of this life event about the same person keep the first step from going on.

    One that is open does, each time; one that has ended does until the page has shown it.
    """
    shown = posted.every(_BEFORE)
    return any(one.closed_at is None or one.number not in shown for one in await before_of(hand, body))


async def before_of(hand: Hand, body: DraftBody) -> tuple[CaseSummary, ...]:
    """The cases of this life event about the same person that the clerk may see, ended ones too."""
    subject = next(name for name, role in hand.bundle.roles.items() if role.subject)
    number = str(body.answers.get(subject, {}).get(_ID, ""))
    if not is_citizen_id(number):
        return ()
    return await cases_before(hand.office, hand.caller, hand.bundle.bundle, number)


async def show_start(  # noqa: PLR0913 - what one page shows
    hand: Hand,
    problems: tuple[PlanProblem, ...] = (),
    status: int = 200,
    *,
    ticked: bool = False,
    same: Sequence[Draft] = (),
    pressed: str = "",
) -> HTMLResponse:
    """Draw the first step; findings with status 200 are questions that answers have just raised.

    `pressed` is the button that a warning holds back: the warning offers it again.
    """
    given = replace(given_of(hand, hand.body), answers={})
    plan = plan_of(hand.office, await fill(hand.office, hand.bundle, given), complain=False)
    numbers = [
        (f"/{role}/{_ID}", _id_title(hand, role), hand.body.answers.get(role, {}).get(_ID, ""), hint)
        for roles, hint in (
            (_asked_by(hand.bundle), ""),
            (_together(hand.bundle), "together_number"),
            (_by_family(hand.bundle), "later_number"),
        )
        for role in roles
        if not hint or role not in _asked_by(hand.bundle)
    ]
    looked, taken = _looked(hand)
    before = await before_of(hand, hand.body)
    going = tuple(one for one in before if one.closed_at is None)
    await note_shown(hand.office, hand.caller, before)
    page = render(
        "start.html",
        hand.locale,
        bundle=hand.bundle,
        **hand.marks,
        questions=[
            one.model_copy(update={"source": taken.get(one.pointer.rpartition("/")[2], one.source)})
            for one in plan.questions
        ],
        looked=looked,
        same=same,
        before=before,
        going=going,
        stopped=bool(going) and pressed in _ONWARD,
        pressed=pressed if pressed in _ONWARD and not going else "",
        ticked=ticked or bool(looked),
        numbers=numbers,
        registers=situations_by_register(hand.bundle),
        earlier=situations_by_case(hand.office.catalog, hand.bundle),
        held=hand.body.held,
        problems=problems,
        wrong=status != 200,
        found=by_pointer(problems),
    )
    return HTMLResponse(page, status)


async def act_notice(hand: Hand, do: str) -> Response:
    """Ask the registers if the applicant agrees; the form comes either way."""
    if do == "back":
        return go_to(hand, Step.START)
    if do != "consent":
        await keep(hand, hand.body.model_copy(update={"notice_shown": False}))
        return go_to(hand, Step.FORM)
    body = hand.body.model_copy(update={"notice_shown": True})
    await keep(hand, await prefilled(hand, body))
    return go_to(hand, Step.FORM)


async def show_notice(hand: Hand) -> HTMLResponse:
    """Draw the notice of who is asked what and who receives what."""
    filling = await fill_in(hand, hand.body)
    page = render(
        "notice.html",
        hand.locale,
        bundle=hand.bundle,
        **hand.marks,
        registers=questions_by_register(filling.form),
        earlier=facts_by_case(hand.office.catalog, filling.form),
        agencies=fields_by_agency(hand.office.catalog, filling.form),
    )
    return HTMLResponse(page)
