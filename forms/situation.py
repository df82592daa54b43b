"""Situations: in go the answers to the questions before the form, out come facts and problems."""

from collections.abc import Mapping
from typing import Any, Final

from onething.condition import UNKNOWN, Facts, evaluate
from onething.definition import Bundle, Situation, SituationType
from onething.problem import Problem
from onething.text import Text

Situations = Mapping[str, Any]
UNANSWERED: Final = frozenset({"required", "nothing_chosen"})
"""What is told of questions that nobody has answered so far: no fault until somebody goes on."""


def situation_facts(situations: Situations) -> Facts:
    """Answer references `situation.x` and `situation.x.option`; all else is unknown."""

    def facts(reference: str, _scope: Mapping[str, int]) -> Any:
        kind, _, rest = reference.partition(".")
        if kind != "situation":
            return UNKNOWN
        name, _, option = rest.partition(".")
        value = situations.get(name, UNKNOWN)
        return option in value if option and isinstance(value, list | tuple) else value

    return facts


def asked(bundle: Bundle, situations: Situations) -> list[Situation]:
    """The questions that apply, given the answers so far, in the bundle's order."""
    facts = situation_facts(situations)
    return [question for question in bundle.situations if evaluate(question.when, facts) is True]


def kept(bundle: Bundle, situations: Situations) -> dict[str, Any]:
    """The answers to questions that apply; those hidden by other answers fall away."""
    names = {question.situation for question in asked(bundle, situations)}
    return {name: value for name, value in situations.items() if name in names}


def options_of(bundle: Bundle, question: Situation, situations: Situations) -> dict[str, Text]:
    """The answers to choose from; one that names a role says whether that is the mother or the father.

    A role is one of them by an answer given before; without it the words stand as the life event has them.
    """
    every = [role for role in bundle.roles.values() if role.stands_for is not None]
    picked = {
        option: name
        for role in every
        if role.stands_for and role.stands_for.situation == question.situation
        for option, name in role.stands_for.roles.items()
    }
    who = {
        role.stands_for.roles.get(str(situations.get(role.stands_for.situation))): role.title
        for role in every
        if role.stands_for and role.sex and role.stands_for.situation != question.situation
    }
    return {
        option: _as(label, who[picked[option]]) if option in picked and picked[option] in who else label
        for option, label in question.options.items()
    }


def check_situations(bundle: Bundle, situations: Situations) -> list[Problem]:
    """Problems with the answers: unknown or missing questions, wrong options, contradictions."""
    known = {question.situation: question for question in bundle.situations}
    problems = [
        Problem(f"/situations/{name}", "unknown_field", {"name": name})
        for name in situations
        if name not in known
    ]
    for question in asked(bundle, situations):
        problems.extend(_check_answer(question, situations))
    if problems:
        return problems
    facts = situation_facts(situations)
    problems = [
        Problem("/situations", "contradiction", {"zh": exclusion.text.zh, "en": exclusion.text.en})
        for exclusion in bundle.exclusions
        if evaluate(exclusion.when, facts) is True
    ]
    if not problems and not any(evaluate(slot.when, facts) is True for slot in bundle.slots):
        problems.append(Problem(f"/situations/{_choosing(bundle, situations)}", "nothing_chosen", {}))
    return problems


def _as(label: Text, who: Text) -> Text:
    return Text(zh=f"{label.zh}（{who.zh}）", en=f"{label.en} ({who.en.lower()})")


def _choosing(bundle: Bundle, situations: Situations) -> str:
    """The question by which somebody says what is to be done: of those asked, the first with many answers."""
    questions = asked(bundle, situations)
    many = [question for question in questions if question.type is SituationType.MANY]
    return (many or questions)[0].situation


def _check_answer(question: Situation, situations: Situations) -> list[Problem]:
    pointer = f"/situations/{question.situation}"
    if question.situation not in situations:
        return [Problem(pointer, "required", {})]
    value = situations[question.situation]
    match question.type:
        case SituationType.YES_NO:
            fits = isinstance(value, bool)
        case SituationType.CHOICE:
            fits = isinstance(value, str) and value in question.options
        case SituationType.MANY:
            fits = (
                isinstance(value, list)
                and all(isinstance(option, str) and option in question.options for option in value)
                and len(set(value)) == len(value)
            )
    return [] if fits else [Problem(pointer, "enum", {"options": list(question.options)})]
