"""Posted forms: in go names and strings as a browser sends them, out come situations and answers.

Names are JSON Pointers of the plan. A browser leaves an empty tick or radio out, so each shown field names
itself in `shown`. A value that is exactly what a register gave is no answer: it stays the register's.
"""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile

from forms.merge import MergedForm, Supply
from forms.plan_field import widget
from forms.resolve import Known
from onething.definition import Bundle, SituationType
from onething.plan import Widget

_LATIN_X: Final = str.maketrans("xｘＸ", "XXX")
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９", "0123456789")
_WRITTEN_DAY: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[\sT]*(\d{1,2})[:时点](?:(\d{1,2})分?)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Posted:
    """What a page sent."""

    texts: Mapping[str, tuple[str, ...]]
    files: Mapping[str, UploadFile]

    def one(self, name: str) -> str:
        """The first value of a name, trimmed; empty when it was not sent."""
        values = self.texts.get(name, ())
        return values[0].strip() if values else ""

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a name."""
        return self.texts.get(name, ())


def read(form: FormData) -> Posted:
    """Sort a browser's form into texts and chosen files."""
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = value
        else:
            texts.setdefault(name, []).append(value)
    return Posted({name: tuple(values) for name, values in texts.items()}, files)


def situations_of(bundle: Bundle, posted: Posted, before: Mapping[str, Any]) -> dict[str, Any]:
    """The situations as answered now; questions not shown keep their answer."""
    answers = dict(before)
    for question in bundle.situations:
        pointer = f"/situations/{question.situation}"
        if pointer not in posted.every("shown"):
            continue
        answers.pop(question.situation, None)
        sent = [value for value in posted.every(pointer) if value]
        if question.type is SituationType.MANY:
            answers[question.situation] = sent
        elif sent:
            yes_no = question.type is SituationType.YES_NO
            answers[question.situation] = sent[0] == "true" if yes_no else sent[0]
    return answers


def answers_of(  # noqa: PLR0913, PLR0917 - what was sent, and what it is held against
    bundle: Bundle,
    form: MergedForm,
    posted: Posted,
    before: Mapping[str, Any],
    known: Mapping[str, Known],
    drawn: Mapping[str, Known] | None = None,
) -> dict[str, Any]:
    """The answers as they stand now; what the page did not show stays as it was.

    `drawn` is what registers gave for the numbers with which the page was drawn, where one has been typed
    anew since: what still stands there of the person before is no answer about this one.
    """
    answers: dict[str, Any] = {
        role: [dict(row) for row in group] if isinstance(group, list) else dict(group)
        for role, group in before.items()
    }
    widgets = {(fact.owner, fact.key): widget(field) for fact, field in form.fields.items()}
    for pointer in posted.every("shown"):
        parts = pointer.strip("/").split("/")
        if parts[0] not in bundle.roles:
            continue
        group = _group(answers, bundle, parts)
        if group is None:
            continue
        key = parts[-1]
        group.pop(key, None)
        value = _value(widgets.get((parts[0], key), Widget.TEXT), posted, pointer)
        supplied = known.get(pointer)
        left = drawn is not None and pointer in drawn and drawn[pointer].value == value
        if value is not None and not left and not _only_confirmed(supplied, value):
            group[key] = value
    return {role: group for role, group in answers.items() if group}


def drawn_answers(bundle: Bundle, posted: Posted, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answers with the identity numbers with which the page was drawn; None where they still stand.

    A page names each with its place in `drawn`: saving while somebody types changes the draft, not the page.
    """
    marks = [marked.partition(" ") for marked in posted.every("drawn")]
    changed = [(pointer, number) for pointer, _, number in marks if posted.one(pointer) != number]
    answers = deepcopy(dict(before))
    for pointer, number in changed:
        parts = pointer.strip("/").split("/")
        group = _group(answers, bundle, parts) if parts[0] in bundle.roles else None
        if group is not None:
            group[parts[-1]] = number
    return answers if changed else None


def changed_rows(bundle: Bundle, answers: Mapping[str, Any], do: str) -> dict[str, Any]:
    """The answers after `add:/role` or `remove:/role/n`; anything else changes nothing."""
    action, _, pointer = do.partition(":")
    role, _, index = pointer.strip("/").partition("/")
    newer = dict(answers)
    if role not in bundle.roles or not bundle.roles[role].many:
        return newer
    rows = list(newer.get(role, []))
    if action == "add" and len(rows) < bundle.roles[role].at_most:
        newer[role] = [*rows, {}]
    if action == "remove" and index.isdecimal() and int(index) < len(rows):
        newer[role] = [row for number, row in enumerate(rows) if number != int(index)]
    return newer


def day_of(text: str) -> date | None:
    """A day as typed; None when it is no day."""
    try:
        return date.fromisoformat(_as_standard(text))
    except ValueError:
        return None


def _only_confirmed(supplied: Known | None, value: Any) -> bool:
    """Whether a register said just this. What the identity card said stays: it is asked by."""
    return supplied is not None and supplied.source != Supply.LOGIN and supplied.value == value


def _group(answers: dict[str, Any], bundle: Bundle, parts: list[str]) -> dict[str, Any] | None:
    """The mapping that a pointer's value stands in, made where it is missing; None for a wrong pointer."""
    role = parts[0]
    if not bundle.roles[role].many:
        group: dict[str, Any] = answers.setdefault(role, {})
        return group if len(parts) == 2 else None
    rows: list[dict[str, Any]] = answers.setdefault(role, [])
    if len(parts) != 3 or not parts[1].isdecimal() or int(parts[1]) >= bundle.roles[role].at_most:
        return None
    while len(rows) <= int(parts[1]):
        rows.append({})
    return rows[int(parts[1])]


def _value(kind: Widget, posted: Posted, pointer: str) -> Any:
    """What was sent for one field, in the plan's type; None when it was left empty."""
    sent = posted.one(pointer)
    if kind is Widget.MANY:
        return _listed(posted.every(pointer))
    if not sent:
        return None
    if kind in {Widget.YES_NO, Widget.TICK}:
        return sent == "true"
    if kind is Widget.NUMBER:
        return _number(sent)
    if kind in {Widget.DATE, Widget.MOMENT}:
        return _as_standard(sent)
    return _tidy(sent)


def _listed(values: Iterable[str]) -> list[str] | None:
    return [value for value in values if value] or None


def _number(text: str) -> Any:
    """An integer or decimal number; text that is none goes on to be complained about."""
    text = text.translate(_FULL_WIDTH)
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _as_standard(text: str) -> str:
    """A day or moment as ISO 8601 writes it, however it was written; what is none stays as it is."""
    plain = text.translate(_FULL_WIDTH).replace("：", ":")
    found = _WRITTEN_DAY.fullmatch(plain)
    if found is None:
        return plain
    year, month, day, hour, minute = found.groups()
    written = f"{year}-{int(month):02}-{int(day):02}"
    return written if hour is None else f"{written}T{int(hour):02}:{int(minute or 0):02}"


def _tidy(text: str) -> str:
    """Digits and the X of an identity number as the standard writes them, whatever the keyboard gave."""
    plain = text.translate(_FULL_WIDTH)
    written = _WRITTEN_DAY.fullmatch(plain.replace("：", ":"))
    if written and written[4]:
        return _as_standard(plain)
    if len(plain) == 18 and plain[:17].isdecimal():
        return plain.translate(_LATIN_X)
    return plain if plain.isdecimal() else text
