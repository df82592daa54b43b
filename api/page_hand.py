"""A clerk's draft in hand: in go its id and body, out come what the steps of filing share."""

import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from fastapi.responses import RedirectResponse

from api import draft
from api.draft import DraftBody
from api.family_look import look_for_family
from api.filling import Filling, Given, fill, region_of, words_of
from api.guide.misfit import misfits, without
from api.lookup import Errand, ask_for_form
from api.office import Office
from api.principal import Caller
from onething.definition import Bundle
from onething.plan import PlanProblem
from onething.problem import Problem
from onething.register import Purpose as LookupPurpose
from onething.text import Locale
from records.draft import Draft


class Step(StrEnum):
    """Where in the filing the clerk is."""

    START = "start"
    NOTICE = "notice"
    FORM = "form"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Hand:
    """A clerk with a draft in hand; without one nothing has been typed yet."""

    office: Office
    caller: Caller
    bundle: Bundle
    locale: Locale
    draft: Draft | None = None
    body: DraftBody = field(default_factory=DraftBody)
    tab: str = ""
    """The page in the clerk's browser; each time one is opened it gets a name of its own."""

    def holding(self, stored: Draft, body: DraftBody) -> "Hand":
        """The same clerk with this draft."""
        return replace(self, draft=stored, body=body)

    @property
    def draft_id(self) -> str:
        """The draft's id, empty before there is one."""
        return self.draft.id if self.draft else ""

    @property
    def marks(self) -> dict[str, Any]:
        """What every page of the filing carries along, so that its next save is known for what it is."""
        return {
            "draft": self.draft_id,
            "revision": self.draft.revision if self.draft else "",
            "tab": self.tab,
            "saved_at": self.draft.saved_at if self.draft else None,
        }

    def errand(self, purpose: LookupPurpose) -> Errand:
        """A question to registers on this draft's behalf, its notice having been shown."""
        return Errand(self.caller, self.draft_id, purpose, notice_shown=True)


def new_tab() -> str:
    """A name for a page that is being opened."""
    return secrets.token_hex(8)


async def fill_in(hand: Hand, body: DraftBody) -> Filling:
    """The form as far as the draft fills it; words where a number belongs are told, and left aside."""
    filling = await fill(hand.office, hand.bundle, given_of(hand, body))
    wrong = misfits(filling.form, filling.answers)
    if not wrong:
        return filling
    told_of = words_of(filling.form, tuple(Problem(pointer, "type") for pointer in wrong))
    answers = without(filling.answers, wrong)
    return replace(filling, answers=answers, problems=(*filling.problems, *told_of))


def given_of(hand: Hand, body: DraftBody) -> Given:
    """What a draft brings to the form."""
    region = region_of(hand.office, hand.caller)
    return Given(region, body.situations, body.answers, body.received_on, body.held)


async def keep(hand: Hand, body: DraftBody) -> Hand:
    """Save the draft with this body; raises DraftMovedOn."""
    if hand.draft is None:
        return hand
    return hand.holding(await draft.save(hand.office, hand.caller, hand.draft, body, hand.tab), body)


async def prefilled(hand: Hand, body: DraftBody) -> DraftBody:
    """Ask registers for whatever the form needs and nobody has asked."""
    if not body.notice_shown:
        return body
    filling = await fill_in(hand, body)
    errand = hand.errand(LookupPurpose.PREFILL)
    held = await ask_for_form(hand.office, errand, filling.form, body.answers, body.held)
    held = await look_for_family(hand.office, errand, filling.form, body.answers, held)
    return body.model_copy(update={"held": held})


def go_to(hand: Hand, step: Step, do: str = "") -> RedirectResponse:
    """To a step of this draft; after a change of rows, to those rows; of a paper's files, to that paper."""
    lang = "&lang=en" if hand.locale is Locale.EN else ""
    role = do.partition(":")[2].strip("/").partition("/")[0]
    anchor = f"#rows-{role}" if role in hand.bundle.roles else ""
    if role in hand.office.catalog.materials:
        anchor = f"#f-materials-{role}" + ("-title" if step is Step.FORM else "")
    place = f"/bundles/{hand.bundle.bundle}/new?draft={hand.draft_id}&step={step.value}{lang}{anchor}"
    return RedirectResponse(place, 303)


def language(hand: Hand) -> str:
    """The query that keeps the page's language."""
    return "?lang=en" if hand.locale is Locale.EN else ""


def by_pointer(problems: tuple[PlanProblem, ...]) -> dict[str, list[PlanProblem]]:
    """Findings by the field they stand beside."""
    found: dict[str, list[PlanProblem]] = {}
    for one in problems:
        found.setdefault(one.pointer, []).append(one)
    return found
