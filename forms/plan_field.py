"""How a field is filled and told of: in goes a field or a finding, out come widget, options and words."""

from collections.abc import Iterator
from typing import Any, Final

from forms.merge import Field, MergedForm
from onething.plan import (
    PlanOption,
    PlanProblem,
    Widget,
)
from onething.problem import Problem
from onething.problem_sentence import VERBS, problem_sentence
from onething.text import Text

_VERB_OF = {
    Widget.CHOICE: "choice", Widget.MANY: "choice", Widget.YES_NO: "choice", Widget.TICK: "tick",
}  # fmt: skip

_MISWRITTEN: Final = frozenset({"pattern", "format", "minLength"})
"""Findings after which it helps to say once more how a field is written."""

_NUMBERED: Final = "citizen-id"
_BY_WIDGET: Final = {
    Widget.NUMBER: "number",
    Widget.DATE: "date",
    Widget.MOMENT: "moment",
    Widget.MONTH: "month",
}
"""The sentence that says how such a field is written."""
_BY_FORMAT: Final[dict[str, Widget]] = {
    "date": Widget.DATE,
    "date-time": Widget.MOMENT,
    "minute": Widget.MOMENT,
    "year-month": Widget.MONTH,
}


def tell(form: MergedForm, problem: Problem) -> PlanProblem:
    """Put a finding into words, naming field and row."""
    parts = problem.pointer.strip("/").split("/")
    title, verb = Text(zh=parts[-1], en=parts[-1]), VERBS["text"]
    code, hint = problem.code, None
    if parts[0] == "situations" and len(parts) > 1:
        question = next((q for q in form.bundle.situations if q.situation == parts[1]), None)
        title, verb = (question.question if question else title), VERBS["choice"]
    elif parts[0] in form.bundle.roles:
        role = form.bundle.roles[parts[0]]
        row = next((int(part) for part in parts if part.isdigit()), None)
        field = next(
            (f for f in form.fields.values() if f.fact.owner == parts[0] and f.fact.key == parts[-1]), None
        )
        title = field.concept.title if field else role.title
        if field is not None:
            verb = VERBS[_VERB_OF.get(widget(field), "text")]
            hint = field.concept.help if code in _MISWRITTEN else None
            code = _as_written(field, code)
            if _asked_of_others(form, field):
                title = Text(zh=f"{title.zh}（{role.title.zh}）", en=f"{title.en} ({role.title.en})")
        if row is not None and field is not None:
            title = Text(
                zh=f"{role.title.zh} {row + 1}：{title.zh}", en=f"{role.title.en} {row + 1}: {title.en}"
            )
    text = problem_sentence(code, problem.params, title, verb)
    if hint is not None:
        text = Text(zh=f"{text.zh}：{hint.zh}", en=f"{text.en}: {hint.en}")
    return PlanProblem(
        pointer=problem.pointer,
        code=problem.code,
        text=text,
        params=problem.params,
        slot=problem.slot,
    )


def _as_written(field: Field, code: str) -> str:
    """How what is told of a field's writing is told best: by what it is to be, not by the rule it breaks."""
    if code not in _MISWRITTEN | {"type", "maxLength"}:
        return code
    if field.concept.schema_.get("format") == _NUMBERED:
        return _NUMBERED
    return _BY_WIDGET.get(widget(field), code)


def _asked_of_others(form: MergedForm, field: Field) -> bool:
    """Whether the same is asked of more than one role, so that its title alone does not tell whose it is."""
    if "asked of" not in form.compiled:
        owners: dict[str, set[str]] = {}
        for fact in form.fields:
            owners.setdefault(fact.key, set()).add(fact.owner)
        form.compiled["asked of"] = frozenset(key for key, roles in owners.items() if len(roles) > 1)
    return not field.many and field.fact.key in form.compiled["asked of"]


_TAIL: Final = 4
"""So many of a number's last digits tell people apart; no more of it is shown."""
_RECORDED: Final = Text(
    zh="登记的是“{zh}”，这里不能选它：请核对后选实际情况",
    en="The record says “{en}”, which cannot be chosen here: check it and choose what is true",
)


def widget(merged: Field) -> Widget:
    """How a field is filled, from its concept's schema."""
    schema = merged.concept.schema_
    if merged.fact.concept == "same_as" or "enum" in schema:
        return Widget.CHOICE
    if schema.get("type") == "boolean":
        return Widget.TICK if merged.concept.statement else Widget.YES_NO
    if schema.get("type") in {"integer", "number"}:
        return Widget.NUMBER
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    return Widget.LONG_TEXT if schema.get("maxLength", 0) > 120 else Widget.TEXT


def allowed(merged: Field) -> Iterator[PlanOption]:
    """The values that every agency takes, in the concept's own order."""
    allowed = [schema["enum"] for schema in merged.schemas if "enum" in schema]
    for value in allowed[0] if allowed else ():
        if all(value in values for values in allowed):
            label = merged.concept.options.get(str(value), Text(zh=str(value), en=str(value)))
            yield PlanOption(value=str(value), label=label)


def hint(merged: Field, recorded: Any) -> Text | None:
    """How a field is written; and what a register has, where that is none of the answers to choose from."""
    options = {one.value for one in allowed(merged)} if recorded is not None else set()
    label = merged.concept.options.get(str(recorded))
    if not options or label is None or str(recorded) in options:
        return merged.concept.help
    said = _RECORDED.fill(zh=label.zh, en=label.en)
    told = merged.concept.help
    return said if told is None else Text(zh=f"{told.zh}。{said.zh}", en=f"{told.en}. {said.en}")


def one_of_list(title: Text, index: int, name: Any, number: Any) -> Text:
    """One of a list as people tell them apart: by place, name and the end of the number typed there."""
    place = Text(zh=f"{title.zh} {index + 1}", en=f"{title.en} {index + 1}")
    if isinstance(name, str):
        place = Text(zh=f"{place.zh}：{name}", en=f"{place.en}: {name}")
    if not isinstance(number, str) or len(number) <= 2 * _TAIL:
        return place
    tail = number[-_TAIL:]
    return Text(zh=f"{place.zh}（证号尾号 {tail}）", en=f"{place.en} (number ending in {tail})")
