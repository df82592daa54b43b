"""The three steps of filing at a window: in go a draft and what was clicked, out comes the next page.

Situation, notice, form: each click keeps everything typed and every file chosen in the draft on the server.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import draft
from api.draft import DraftBody
from api.errors import TooLarge, WrongMedia
from api.filling import Filling, Given, fill, plan_of, words_of
from api.intake import Filing, file_case
from api.lookup import Errand, ask_for_form, ask_for_situations
from api.material import store
from api.office import Office
from api.page_form import Posted, answers_of, changed_rows, day_of, situations_of
from api.page_notice import fields_by_agency, questions_by_register, situations_by_register
from api.page_view import render
from api.principal import DEVELOPMENT_WINDOW, Caller
from api.problem import told
from forms.identity import is_citizen_id
from forms.prefill import situations_from_registers
from forms.situation import check_situations
from onething.case_definition import FilingMode, Origin
from onething.definition import Bundle
from onething.errors import AnswersRejected, CaseExists, RequestRejected
from onething.plan import PlanProblem
from onething.register import Purpose as LookupPurpose
from onething.sentence import error_sentence
from onething.text import Locale, Text
from onething.wording import FILING_MODES, ORIGINS
from records.draft import Draft
from records.material import Holder, StoredMaterial, materials_of

_ID: Final = "id_number"


class Step(StrEnum):
    """Where in the filing the clerk is."""

    START = "start"
    NOTICE = "notice"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Hand:
    """A clerk with a draft in hand; without one nothing has been typed yet."""

    office: Office
    caller: Caller
    bundle: Bundle
    locale: Locale
    draft: Draft | None = None
    body: DraftBody = field(default_factory=DraftBody)

    def holding(self, stored: Draft, body: DraftBody) -> "Hand":
        """The same clerk with this draft."""
        return replace(self, draft=stored, body=body)

    @property
    def draft_id(self) -> str:
        """The draft's id, empty before there is one."""
        return self.draft.id if self.draft else ""

    def errand(self, purpose: LookupPurpose) -> Errand:
        """A question to registers on this draft's behalf, its notice having been shown."""
        return Errand(self.caller, self.draft_id, purpose, notice_shown=True)


async def show(
    hand: Hand,
    step: Step,
    problems: tuple[PlanProblem, ...] = (),
    status: int = 200,
    *,
    complain: bool = False,
) -> HTMLResponse:
    """Draw one step; with findings it is a page of errors."""
    draw = {Step.START: _start_page, Step.NOTICE: _notice_page, Step.FORM: _form_page}[step]
    page = await draw(hand, problems, complain or (step is Step.START and status != 200))
    return HTMLResponse(page, status)


async def act(hand: Hand, posted: Posted) -> Response:
    """Keep what was sent, do what was clicked, and say where to go."""
    step = Step(posted.one("step")) if posted.one("step") in set(Step) else Step.START
    do = posted.one("do")
    if step is Step.START:
        return await _act_start(hand, posted, do)
    if step is Step.NOTICE:
        return await _act_notice(hand, do)
    return await _act_form(hand, posted, do)


# ---- step 1: the situation ------------------------------------------------------------------


async def _act_start(hand: Hand, posted: Posted, do: str) -> Response:
    situations = situations_of(hand.bundle, posted, hand.body.situations)
    answers = dict(hand.body.answers)
    for role in _asked_by(hand.bundle):
        number = posted.one(f"/{role}/{_ID}").upper()
        group = {key: value for key, value in answers.get(role, {}).items() if key != _ID}
        answers[role] = group | ({_ID: number} if number else {})
    body = hand.body.model_copy(update={"situations": situations, "answers": answers})
    if do == "ask" and posted.one("notice") == "true":
        body = await _answered_by_registers(hand, body)
    hand = await _keep(hand, body)
    if do == "ask" and posted.one("notice") != "true":
        return await show(hand, Step.START, (told("/notice", "pledge_missing"),), 422)
    if do != "next":
        return _go(hand, Step.START)
    problems = await _start_problems(hand)
    if problems and all(_is_new(one, posted) for one in problems):
        # Questions that these answers have just raised: nothing was done wrong.
        return await show(hand, Step.START, problems)
    return await show(hand, Step.START, problems, 422) if problems else _go(hand, Step.NOTICE)


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
    found = situations_from_registers(bundle, held.records, number)
    typed = {name: value for name, value in body.situations.items() if value not in (None, [])}
    return body.model_copy(update={"situations": {**body.situations, **found, **typed}, "held": held})


async def _start_problems(hand: Hand) -> tuple[PlanProblem, ...]:
    problems = []
    for role in _asked_by(hand.bundle):
        number = str(hand.body.answers.get(role, {}).get(_ID, ""))
        if not is_citizen_id(number):
            code = "citizen-id" if number else "required"
            title = _id_title(hand, role)
            problems.append(told(f"/{role}/{_ID}", code, title, format="citizen-id"))
    filling = await _fill(hand, DraftBody(situations=hand.body.situations))
    problems += words_of(filling.form, tuple(check_situations(hand.bundle, hand.body.situations)))
    return tuple(problems)


def _asked_by(bundle: Bundle) -> tuple[str, ...]:
    """The roles whose numbers everything else is looked up by: who logs in, and whom it is about."""
    return tuple(name for name, role in bundle.roles.items() if role.subject or role.login)


def _id_title(hand: Hand, role: str) -> Text:
    own, concept = hand.bundle.roles[role].title, hand.office.catalog.concept(_ID).title
    return Text(zh=f"{own.zh}的{concept.zh}", en=f"{own.en}: {concept.en}")


async def _start_page(hand: Hand, problems: tuple[PlanProblem, ...], complain: bool) -> str:
    wrong = complain
    given = Given(hand.body.situations, {}, hand.body.received_on, hand.body.held)
    plan = plan_of(hand.office, await fill(hand.office, hand.bundle, given), complain=False)
    numbers = [
        (f"/{role}/{_ID}", _id_title(hand, role), hand.body.answers.get(role, {}).get(_ID, ""))
        for role in _asked_by(hand.bundle)
    ]
    return render(
        "start.html",
        hand.locale,
        bundle=hand.bundle,
        draft=hand.draft_id,
        questions=plan.questions,
        numbers=numbers,
        registers=situations_by_register(hand.bundle),
        held=hand.body.held,
        problems=problems,
        wrong=wrong,
        found=_by_pointer(problems),
    )


# ---- step 2: the notice ---------------------------------------------------------------------


async def _act_notice(hand: Hand, do: str) -> Response:
    if do == "back":
        return _go(hand, Step.START)
    if do != "consent":
        await _keep(hand, hand.body.model_copy(update={"notice_shown": False}))
        return _go(hand, Step.FORM)
    body = hand.body.model_copy(update={"notice_shown": True})
    await _keep(hand, await _prefilled(hand, body))
    return _go(hand, Step.FORM)


async def _prefilled(hand: Hand, body: DraftBody) -> DraftBody:
    """Ask registers for whatever the form needs and nobody has asked."""
    if not body.notice_shown:
        return body
    filling = await _fill(hand, body)
    errand = hand.errand(LookupPurpose.PREFILL)
    held = await ask_for_form(hand.office, errand, filling.form, body.answers, body.held)
    return body.model_copy(update={"held": held})


async def _notice_page(hand: Hand, problems: tuple[PlanProblem, ...], complain: bool) -> str:
    del complain
    filling = await _fill(hand, hand.body)
    return render(
        "notice.html",
        hand.locale,
        bundle=hand.bundle,
        draft=hand.draft_id,
        registers=questions_by_register(filling.form),
        agencies=fields_by_agency(hand.office.catalog, filling.form),
        problems=problems,
    )


# ---- step 3: the form -----------------------------------------------------------------------


async def _act_form(hand: Hand, posted: Posted, do: str) -> Response:
    filling = await _fill(hand, hand.body)
    answers = answers_of(hand.bundle, filling.form, posted, hand.body.answers, filling.known)
    received = posted.one("/received_on")
    given = {
        "answers": changed_rows(hand.bundle, answers, do),
        "received_on": day_of(received) if received else None,
        "origin": posted.one("/origin") if posted.one("/origin") in set(Origin) else Origin.WINDOW,
        "mode": posted.one("/mode") if posted.one("/mode") in set(FilingMode) else FilingMode.ASSISTED,
    }
    body = DraftBody.model_validate(hand.body.model_dump() | given)
    hand = await _keep(hand, await _prefilled(hand, body))
    problems = await _uploads(hand, posted)
    if received and body.received_on is None:
        problems = (*problems, told("/received_on", "date"))
    stored, body = await draft.load(hand.office, hand.caller, hand.draft_id)
    hand = hand.holding(stored, body)
    if problems or do == "check":
        return await show(hand, Step.FORM, problems, 422 if problems else 200, complain=do == "check")
    if do == "submit":
        return await _submit(hand, pledge=posted.one("/pledge") == "true")
    if do == "back":
        return _go(hand, Step.START)
    return _go(hand, Step.FORM, do)


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
    window = hand.caller.window or DEVELOPMENT_WINDOW
    filing = Filing(
        bundle=hand.bundle.bundle,
        region=hand.office.settings.region or window.region,
        origin=hand.body.origin,
        mode=hand.body.mode,
        received_on=hand.body.received_on,
        situations=hand.body.situations,
        answers=hand.body.answers,
        draft=hand.draft_id,
        pledge=pledge,
    )
    try:
        filed = await file_case(hand.office, hand.caller, filing, hand.draft_id)
    except AnswersRejected as error:
        problems: Any = error.params["problems"]
        return await show(hand, Step.FORM, tuple(problems), 422, complain=True)
    except CaseExists as error:
        words = error_sentence(error.code, error.params)
        problem = PlanProblem(pointer="", code=error.code, text=words)
        return await show(hand, Step.FORM, (problem,), error.http_status)
    return RedirectResponse(f"/cases/{filed.number}{_query(hand)}", 303)


async def _form_page(hand: Hand, problems: tuple[PlanProblem, ...], complain: bool) -> str:
    filling = await _fill(hand, hand.body)
    papers = await materials_of(hand.office.archive, Holder(draft=hand.draft_id))
    plan = plan_of(hand.office, filling, frozenset(one.material for one in papers), complain=complain)
    shown = {(one.pointer, one.code): one for one in (*plan.problems, *problems)}
    findings = tuple(shown.values())
    return render(
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
        problems=findings,
        found=_by_pointer(findings),
    )


# ---- shared by the steps --------------------------------------------------------------------


async def _fill(hand: Hand, body: DraftBody) -> Filling:
    given = Given(body.situations, body.answers, body.received_on, body.held)
    return await fill(hand.office, hand.bundle, given)


async def _keep(hand: Hand, body: DraftBody) -> Hand:
    if hand.draft is None:
        return hand
    return hand.holding(await draft.save(hand.office, hand.caller, hand.draft, body), body)


def _go(hand: Hand, step: Step, do: str = "") -> RedirectResponse:
    """To a step of this draft; after a change of rows, to those rows."""
    lang = "&lang=en" if hand.locale is Locale.EN else ""
    role = do.partition(":")[2].strip("/").partition("/")[0]
    anchor = f"#rows-{role}" if role in hand.bundle.roles else ""
    place = f"/bundles/{hand.bundle.bundle}/new?draft={hand.draft_id}&step={step.value}{lang}{anchor}"
    return RedirectResponse(place, 303)


def _query(hand: Hand) -> str:
    return "?lang=en" if hand.locale is Locale.EN else ""


def _by_pointer(problems: tuple[PlanProblem, ...]) -> dict[str, list[PlanProblem]]:
    found: dict[str, list[PlanProblem]] = {}
    for one in problems:
        found.setdefault(one.pointer, []).append(one)
    return found


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
