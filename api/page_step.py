"""Filing at a window, step by step: in go a draft and what was clicked, out comes the next page.

Situation, notice, form: each click keeps everything typed and every file chosen in the draft on the server.
"""

from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import draft
from api.draft import DraftBody
from api.errors import TooLarge, WrongMedia
from api.filling import Filling, plan_of, region_of, rungs_of
from api.intake import Filing, file_case
from api.material import store
from api.page_eligibility import words_of_rules
from api.page_form import Posted, answers_of, changed_rows, day_of
from api.page_hand import Hand, Step, by_pointer, fill_in, go_to, keep, language, prefilled
from api.page_start import act_notice, act_start, show_notice, show_start
from api.page_view import render
from api.problem import told
from onething.case_definition import FilingMode, Origin
from onething.errors import AnswersRejected, CaseExists, RequestRejected
from onething.plan import PlanProblem
from onething.sentence import error_sentence
from onething.wording import FILING_MODES, ORIGINS
from records.material import Holder, StoredMaterial, materials_of

__all__ = ["Hand", "Step", "act", "show"]


async def show(hand: Hand, step: Step) -> HTMLResponse:
    """Draw one step."""
    if step is Step.START:
        return await show_start(hand)
    return await (show_notice(hand) if step is Step.NOTICE else show_form(hand))


async def act(hand: Hand, posted: Posted) -> Response:
    """Keep what was sent, do what was clicked, and say where to go."""
    step = Step(posted.one("step")) if posted.one("step") in set(Step) else Step.START
    do = posted.one("do")
    if step is Step.START:
        return await act_start(hand, posted, do)
    if step is Step.NOTICE:
        return await act_notice(hand, do)
    return await _act_form(hand, posted, do)


async def _act_form(hand: Hand, posted: Posted, do: str) -> Response:
    filling = await fill_in(hand, hand.body)
    answers = answers_of(hand.bundle, filling.form, posted, hand.body.answers, filling.known)
    received = posted.one("/received_on")
    given = {
        "answers": changed_rows(hand.bundle, answers, do),
        "received_on": day_of(received) if received else None,
        "origin": posted.one("/origin") if posted.one("/origin") in set(Origin) else Origin.WINDOW,
        "owed": tuple(one for one in posted.every("/owed") if one in hand.office.catalog.materials),
        "mode": posted.one("/mode") if posted.one("/mode") in set(FilingMode) else FilingMode.ASSISTED,
    }
    body = DraftBody.model_validate(hand.body.model_dump() | given)
    hand = await keep(hand, await prefilled(hand, body))
    problems = await _uploads(hand, posted)
    if received and body.received_on is None:
        problems = (*problems, told("/received_on", "date"))
    stored, body = await draft.load(hand.office, hand.caller, hand.draft_id)
    hand = hand.holding(stored, body)
    if problems or do == "check":
        return await show_form(hand, problems, 422 if problems else 200, complain=do == "check")
    if do == "submit":
        return await _submit(hand, pledge=posted.one("/pledge") == "true")
    if do == "back":
        return go_to(hand, Step.START)
    return go_to(hand, Step.FORM, do)


async def _uploads(hand: Hand, posted: Posted) -> tuple[PlanProblem, ...]:
    """Keep every chosen file; tell of those that cannot be taken."""
    problems = []
    for name, file in posted.files.items():
        material = name.removeprefix("/materials/")
        known = hand.office.catalog.materials.get(material)
        if known is None:
            continue
        try:
            await store(hand.office, hand.caller, hand.draft_id, material, file)
        except WrongMedia:
            problems.append(told(name, "contentMediaType", known.title))
        except (TooLarge, RequestRejected):
            problems.append(told(name, "material_missing", known.title))
    return tuple(problems)


async def _submit(hand: Hand, *, pledge: bool) -> Response:
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
        problems: Any = error.params["problems"]
        return await show_form(hand, tuple(problems), 422, complain=True)
    except CaseExists as error:
        words = error_sentence(error.code, error.params)
        problem = PlanProblem(pointer="", code=error.code, text=words)
        return await show_form(hand, (problem,), error.http_status)
    return RedirectResponse(f"/cases/{filed.number}{language(hand)}", 303)


async def show_form(
    hand: Hand, problems: tuple[PlanProblem, ...] = (), status: int = 200, *, complain: bool = False
) -> HTMLResponse:
    """Draw the form with everything filled so far and the findings beside their fields."""
    filling = await fill_in(hand, hand.body)
    papers = await materials_of(hand.office.archive, Holder(draft=hand.draft_id))
    plan = plan_of(hand.office, filling, frozenset(one.material for one in papers), complain=complain)
    shown = {(one.pointer, one.code): one for one in (*plan.problems, *problems)}
    findings = tuple(shown.values())
    page = render(
        "form.html",
        hand.locale,
        bundle=hand.bundle,
        draft=hand.draft_id,
        body=hand.body,
        plan=plan,
        agencies={slot.slot: slot.agency for slot in plan.slots},
        corrected=_corrected(filling),
        papers=_by_material(papers),
        today=hand.office.today(),
        origins=ORIGINS,
        modes=FILING_MODES,
        complain=complain,
        # Before submission, when the clerk has it checked: how the household stands.
        standing=rungs_of(hand.office, filling, region_of(hand.office, hand.caller)) if complain else None,
        book=words_of_rules(hand.office),
        problems=findings,
        found=by_pointer(findings),
    )
    return HTMLResponse(page, status)


def _by_material(papers: tuple[StoredMaterial, ...]) -> dict[str, list[StoredMaterial]]:
    found: dict[str, list[StoredMaterial]] = {}
    for one in papers:
        found.setdefault(one.material, []).append(one)
    return found


def _corrected(filling: Filling) -> frozenset[str]:
    """Pointers at which something else was typed than a register gave."""
    found = set()
    for pointer, known in filling.known.items():
        role, _, rest = pointer.strip("/").partition("/")
        group: Any = filling.answers.get(role)
        if isinstance(group, list):
            index, _, rest = rest.partition("/")
            group = group[int(index)] if index.isdecimal() and int(index) < len(group) else {}
        if isinstance(group, dict) and group.get(rest) not in (None, "", known.value):
            found.add(pointer)
    return frozenset(found)
