"""What a hand might type into a life event: in goes its name, out come generated answers.

Whatever is shown may be left empty, answered, or answered wrongly; the plan decides what is shown next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st

from api.own import acting
from api.page_form import Posted, answers_of
from forms.merge import MergedForm, merge
from forms.plan import Draft, plan
from forms.prefill import known_from_registers, without_login
from forms.resolve import Known
from forms.situation import asked, check_situations
from onething.catalog import Catalog, load_catalog
from onething.definition import Bundle, Situation, SituationType
from onething.plan import Plan, PlanField, Widget
from runtime.settings import TREE

TODAY: Final = date(2026, 3, 3)
REGION: Final = "360900"
OWN: Final = {"id_number": "360902197106256246", "name": "陈若兰"}
"""Who files: an invented person with a valid check digit."""
EVENTS: Final = ("bereavement", "marriage_birth_household", "newborn", "social_assistance")
GENERATED: Final = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    # A filling is looked at as it fell: making it smaller would ask the server hundreds of times.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
_ROUNDS: Final = 8
_DAYS: Final = ("2026-03-01", "2026年3月1日", "２０２６-０３-０１", "2026/2/3", "2026-02-30", "昨天")
_MOMENTS: Final = ("2026-03-01 14:30", "2026年3月1日14时30分", "2026-03-01T05:20", "2026-03-01", "上午")
_NUMBERS: Final = ("3", "３", "2.5", "1200", "三个")
_TEXTS: Final = (
    "黄秀珍", "36090219470214268X", "36090219470214268x", "３６０９０２１９４７０２１４２６８ｘ",
    "13970500334", "１３９７０５００３３４", "<b>&amp;\"'", "江西省宜春市袁州区", "0", "  两边有空  ",
)  # fmt: skip
_BY_WIDGET: Final = {
    Widget.DATE: _DAYS,
    Widget.MOMENT: _MOMENTS,
    Widget.NUMBER: _NUMBERS,
    Widget.MONTH: ("2026-03", "２０２６-０３", "2026-13"),
}


@dataclass(frozen=True, slots=True)
class Typing:
    """One filling: what is chosen at first, how many rows each list gets, what is typed at each place."""

    bundle: str
    situations: dict[str, Any]
    rows: dict[str, int]
    texts: dict[str, Any]
    """By pointer: a text, a truth, a list of ticked values; None is left as it is."""
    answers: dict[str, Any]
    """What has to be filed in the end, without what the sign-in gives."""


def as_sent(raw: Any) -> tuple[str, ...]:
    """What a browser sends for something typed or chosen."""
    if raw is None or raw == "":
        return ()
    if isinstance(raw, bool):
        return ("true",) if raw else ("false",)
    return tuple(raw) if isinstance(raw, list) else (raw,)


def login_of(event: str) -> str:
    """The role of whoever signs in."""
    return next(name for name, role in shipped().bundle(event).roles.items() if role.login)


def without_own(event: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers without what the sign-in gives: a phone does not send it, a window keeps it from the card."""
    login = login_of(event)
    rest = {role: group for role, group in answers.items() if role != login}
    own = {key: value for key, value in answers.get(login, {}).items() if key not in OWN}
    return {**rest, **({login: own} if own else {})}


@cache
def shipped() -> Catalog:
    """The catalog as it is; not a strategy's argument, for its description would be that long."""
    return load_catalog(TREE / "catalog")


@st.composite
def typings(draw: st.DrawFn, name: str, *, person: bool = False) -> Typing:
    """A filling of the life event `name`; a person is not asked whether somebody files for them."""
    catalog = shipped()
    bundle = catalog.bundle(name)
    situations: dict[str, Any] = acting(bundle, {}, mandated=False) if person else {}
    while left := [one for one in asked(bundle, situations) if one.situation not in situations]:
        situations[left[0].situation] = draw(_situation(left[0]))
    assume(not check_situations(bundle, situations))
    form = merge(catalog, bundle, situations, TODAY, catalog.ruled_by(REGION))
    roles = [role for role in form.roles if bundle.roles[role].many]
    rows = {role: draw(st.integers(0, min(2, bundle.roles[role].at_most))) for role in sorted(roles)}
    answers: dict[str, Any] = {role: [{} for _ in range(count)] for role, count in rows.items() if count}
    answers[login_of(name)] = dict(OWN)
    texts: dict[str, Any] = {}
    for _ in range(_ROUNDS):
        drawn, known = _plan(catalog, bundle, form, situations, answers)
        fresh = [one for one in _fields(drawn) if one.pointer not in texts]
        if not fresh:
            break
        texts |= {one.pointer: draw(_typed(one)) for one in fresh}
        filled = {one.pointer: as_sent(_unticked(one, texts[one.pointer])) for one in fresh}
        posted = Posted({**filled, "shown": tuple(filled)}, {})
        answers = answers_of(bundle, form, posted, answers, known)
    return Typing(name, situations, _listed(drawn, rows), texts, without_own(name, answers))


def _listed(drawn: Plan, rows: dict[str, int]) -> dict[str, int]:
    """The rows of lists to which a person may be added on some page."""
    offered = {role for section in drawn.sections for role in section.many}
    assume(offered >= {role for role, count in rows.items() if count})
    return {role: count for role, count in rows.items() if count}


def _plan(
    catalog: Catalog, bundle: Bundle, form: MergedForm, situations: dict[str, Any], answers: dict[str, Any]
) -> tuple[Plan, dict[str, Known]]:
    rest, login = without_login(form, answers)
    known = known_from_registers(form, rest, {}, login)
    draft = Draft(situations=situations, answers=rest, known=known, complain=False)
    return plan(catalog, bundle, draft, form), known


def _fields(drawn: Plan) -> list[PlanField]:
    fields = (one for section in drawn.sections for block in section.blocks for one in block.fields)
    return [one for one in fields if not (one.supply == "login" and one.value not in (None, ""))]


def _unticked(field: PlanField, raw: Any) -> Any:
    """A tick that is not set is not sent; an answer "no" is."""
    return None if field.widget is Widget.TICK and raw is False else raw


def _situation(question: Situation) -> st.SearchStrategy[Any]:
    if question.type is SituationType.YES_NO:
        return st.booleans()
    options = sorted(question.options)
    if question.type is SituationType.CHOICE:
        return st.sampled_from(options)
    return st.sets(st.sampled_from(options), max_size=2).map(
        lambda chosen: [one for one in question.options if one in chosen]
    )


def _typed(field: PlanField) -> st.SearchStrategy[Any]:
    values = [one.value for one in field.options]
    if field.widget is Widget.YES_NO:
        return st.sampled_from([True, True, False, None])
    if field.widget is Widget.TICK:
        return st.sampled_from([True, True, None])
    if field.widget is Widget.CHOICE:
        return st.sampled_from([*values, None]) if values else st.none()
    if field.widget is Widget.MANY:
        chosen = st.sets(st.sampled_from(values), max_size=2)
        return chosen.map(lambda some: [one for one in values if one in some] or None)
    longest = field.max_length or 60
    texts = [one for one in _BY_WIDGET.get(field.widget, _TEXTS) if len(one) <= longest]
    return st.sampled_from([*texts, None])
