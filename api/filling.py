"""Filling a form: in go a draft's situations and answers, out come the plan to show or the form to file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from api.answer import shape_answers, shape_situations
from api.confirmed import unconfirmed
from api.family_look import look_for_family
from api.identity.mandate_paper import on_record
from api.lookup import Errand, Held, ask_for_form, known_of
from api.office import Office
from api.own import Seen, held_back, is_person, with_own, withheld_of, without_values
from api.principal import DEVELOPMENT_WINDOW, Caller
from api.problem import rejected, told
from forms.eligibility import eligibility
from forms.merge import MergedForm
from forms.plan import Draft, plan
from forms.plan_field import tell
from forms.resolve import Known, Resolution
from onething.definition import Bundle
from onething.eligibility import NOTICE, Eligibility
from onething.errors import NotKnown
from onething.plan import Plan, PlanProblem
from onething.problem import Problem
from onething.rule import Place, RuleBook
from onething.text import Text

OLDEST_DAYS: Final = 366
RECEIVED_ON: Final = Text(zh="收件日期", en="The day of receipt")


@dataclass(frozen=True, slots=True)
class Filling:
    """A form as far as it is filled; `problems` are the door's own, about shape."""

    bundle: Bundle
    form: MergedForm
    situations: dict[str, Any]
    answers: dict[str, Any]
    """Without what the identity card gives."""
    known: dict[str, Known]
    held: Held
    problems: tuple[PlanProblem, ...]
    given: Mapping[str, Any] = field(default_factory=dict)
    """The situations as they came, for the plan to complain about."""
    withheld: Mapping[str, Text] = field(default_factory=dict)
    """By pointer, the words about values that whoever looks neither sees nor types."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a request brings: where it is filed, situations and answers of any shape, the day papers came."""

    region: str
    """The place's code, whose local rules hold."""
    situations: Mapping[str, Any]
    answers: Mapping[str, Any]
    received_on: date | None = None
    held: Held = field(default_factory=Held)
    viewer: Caller | None = None
    """Who looks at it, if that is not whoever asks the registers; None for staff."""
    notice_shown: bool = False
    """That registers may be asked: without that a person types everything."""


async def fill(office: Office, bundle: Bundle, given: Given, errand: Errand | None = None) -> Filling:
    """Merge for the situations, ask the registers when there is an errand, and tell what does not fit.

    Raises LookupRefused, and AnswersRejected for a day on which no form is in force.
    """
    situations, found = shape_situations(bundle, given.situations)
    answers, misshapen = shape_answers(bundle, given.answers)
    viewer = given.viewer or (errand.caller if errand is not None else None)
    if viewer is not None and is_person(viewer):
        answers = await with_own(office, viewer, bundle, answers)
    on, early = _day(office, given.received_on)
    try:
        form = office.form(bundle, situations, on, given.region)
    except NotKnown:
        raise rejected([told("/received_on", "minimum", RECEIVED_ON, limit=office.today())]) from None
    held = given.held
    if errand is not None:
        held = await ask_for_form(office, errand, form, answers, held)
        held = await look_for_family(office, errand, form, answers, held)
    rest, known = known_of(form, answers, held)
    recorded = await on_record(office, Resolution(form, rest, known), given.region)
    form = replace(form, on_record=recorded) if recorded else form
    shape = [tell(form, one) for one in (*found, *misshapen)]
    shape += unconfirmed(office, bundle, situations, rest, held)
    withheld: Mapping[str, Text] = {}
    if viewer is not None and is_person(viewer):
        joins = given.notice_shown or (errand is not None and errand.notice_shown)
        seen = Seen(answers, rest, known, held, joins)
        withheld = withheld_of(office, viewer, form, seen)
    problems = (*early, *shape)
    return Filling(bundle, form, situations, rest, known, held, problems, given.situations, withheld)


def region_of(office: Office, caller: Caller) -> str:
    """The code of the place where a caller files: the installation's, else its window's."""
    return office.settings.region or (caller.window or DEVELOPMENT_WINDOW).region


def plan_of(
    office: Office, filling: Filling, uploaded: frozenset[str] = frozenset(), *, complain: bool = True
) -> Plan:
    """What a screen shows for the filling, the door's own findings first."""
    draft = Draft(
        situations=filling.situations,
        answers=filling.answers,
        known=filling.known,
        uploaded=uploaded,
        complain=complain,
        withheld=filling.withheld,
    )
    drawn = plan(office.catalog, filling.bundle, draft, filling.form)
    own = {(one.pointer, one.code) for one in filling.problems}
    others = tuple(
        held_back(one, filling.withheld, filling.form)
        for one in drawn.problems
        if (one.pointer, one.code) not in own
    )
    return drawn.model_copy(update={"problems": (*filling.problems, *others)})


def rungs_of(office: Office, filling: Filling, region: str) -> Eligibility:
    """How every item that has rules stands for what is filled, by the parameters of the region and day."""
    seen = without_values(filling.known, filling.withheld)
    resolution = Resolution(filling.form, filling.answers, seen)
    place = Place(on=filling.form.on, region=region)
    rungs = eligibility(filling.form, resolution, office.rules, place)
    unlaid = {one.parameter: one.title for rung in rungs for one in rung.unlaid}
    return Eligibility(
        bundle=filling.bundle.bundle,
        on=place.on,
        region=region,
        notice=NOTICE,
        rungs=rungs,
        unlaid=tuple(unlaid.values()),
        known_in=_known_in(office.rules, unlaid, place.on),
    )


def _known_in(book: RuleBook, asked: Mapping[str, Text], on: date) -> tuple[Text, ...]:
    """The places that have one of these parameters, each with what it has."""
    found: dict[Text, list[Text]] = {}
    for name, title in asked.items():
        for where in book.places_of(name, on):
            found.setdefault(where, []).append(title)
    return tuple(
        Text(
            zh=f"{where.zh}（{'、'.join(one.zh for one in titles)}）",
            en=f"{where.en} ({', '.join(one.en for one in titles)})",
        )
        for where, titles in found.items()
    )


def words_of(form: MergedForm, problems: tuple[Problem, ...]) -> tuple[PlanProblem, ...]:
    """Findings of the form engine in words."""
    return tuple(tell(form, one) for one in problems)


def _day(office: Office, received_on: date | None) -> tuple[date, tuple[PlanProblem, ...]]:
    """The day whose forms are in force, and what is wrong with the day given."""
    today = office.today()
    if received_on is None:
        return today, ()
    if received_on > today:
        return today, (told("/received_on", "future_day", RECEIVED_ON),)
    if (today - received_on).days > OLDEST_DAYS:
        oldest = date.fromordinal(today.toordinal() - OLDEST_DAYS)
        return today, (told("/received_on", "minimum", RECEIVED_ON, limit=oldest),)
    return received_on, ()
