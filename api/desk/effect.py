"""What a grant brings about, as fields: in goes an item's definition, out come fields, and effects from them.

Later items of the case are filled from these values, so each is checked against its concept's own schema.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from api.desk.effect_check import misfits
from api.desk.finding import finding, wrong
from api.desk.place import Place
from api.office import Office
from api.page_view import word
from forms.schema import compile_schema
from onething.adapter import Effect
from onething.case_definition import SlotDefinition, SlotEffect
from onething.concept import Concept, Tense
from onething.counting import BEIJING
from onething.fact import parse_fact
from onething.plan import PlanProblem
from onething.text import Model, Text

_LONGEST: Final = 200
_DIGITS: Final = 15
_NUMBERS: Final = {"integer": "effect_number", "money": "effect_money"}
"""What is told of a field in which no number stands."""


class EffectOption(Model):
    """One value that may be chosen."""

    value: str
    title: Text


class EffectField(Model):
    """One fact that a grant brings about: what the agency calls it, and how it is typed."""

    fact: str
    title: Text
    widget: str
    """text, date, minute, integer, money (in yuan) or choice."""
    options: tuple[EffectOption, ...] = ()
    required: bool
    """In a full grant; what calls for somebody, such as money paid too much, never is."""
    max_length: int | None = None
    hint: Text | None = None
    """How it is written: as its concept says, or how many characters it has."""


def effect_fields(office: Office, definition: SlotDefinition) -> tuple[EffectField, ...]:
    """The fields of a grant, in the item's own order."""
    return tuple(_field(office, effect) for effect in _stated(definition))


def effects_of(
    office: Office, place: Place, given: Mapping[str, Any], *, partial: bool
) -> tuple[Effect, ...]:
    """Read what was typed; raises AnswersRejected, also for a fact that the item does not have."""
    effects, findings = effects_in(office, place.definition, given)
    findings += [
        _about(field, "effect_missing")
        for field in effect_fields(office, place.definition)
        if field.required and not partial and given.get(field.fact) in {None, ""}
    ]
    findings += misfit_findings(office, place, effects)
    if findings:
        raise wrong(*findings)
    return effects


def misfit_findings(office: Office, place: Place, effects: Iterable[Effect]) -> list[PlanProblem]:
    """What of these effects cannot be, by what was filed and by each other."""
    fields = {field.fact: field for field in effect_fields(office, place.definition)}
    return [_about(fields[one.fact], one.code, **one.values) for one in misfits(office, place, effects)]


def effects_in(
    office: Office, definition: SlotDefinition, given: Mapping[str, Any]
) -> tuple[tuple[Effect, ...], list[PlanProblem]]:
    """Read the values that were typed, and find those that are not written as they should be."""
    effects: list[Effect] = []
    stated = list(_stated(definition))
    unknown = sorted(given.keys() - {effect.item_fact for effect in stated})
    findings = [finding("/effects", "effect_unknown", name=name[:60]) for name in unknown]
    for effect in stated:
        field = _field(office, effect)
        raw = given.get(field.fact)
        if raw is None or raw == "":
            continue
        value = _value(field, raw)
        if value is None and field.widget in _NUMBERS:
            findings.append(_about(field, _NUMBERS[field.widget]))
            continue
        if value is None or not compile_schema(_schema(office, effect)).is_valid(value):
            findings.append(_amiss(field))
            continue
        if _to_come(office, effect, value):
            findings.append(_about(field, "effect_to_come"))
            continue
        effects.append(Effect(fact=field.fact, value=value))
    return tuple(effects), findings


def effect_value(office: Office, definition: SlotDefinition, effect: Effect) -> Text:
    """A value of a grant as people write it: choices by name, sums in yuan."""
    known = next((one for one in _stated(definition) if one.item_fact == effect.fact), None)
    if known is None:
        return Text(zh=str(effect.value), en=str(effect.value))
    return _told(_field(office, known), effect.value)


def effect_line(office: Office, place: Place, effect: Effect) -> Text:
    """One value of a grant as its form asked for it: the same title, choices by name, sums in yuan."""
    known = next((one for one in _stated(place.definition) if one.item_fact == effect.fact), None)
    if known is None:
        concept = office.catalog.concepts.get(parse_fact(effect.fact).concept)
        title = concept.title if concept is not None else Text(zh=effect.fact, en=effect.fact)
        said = Text(zh=str(effect.value), en=str(effect.value))
    else:
        field = _field(office, known)
        title, said = field.title, _told(field, effect.value)
    return Text(zh=f"{title.zh}：{said.zh}", en=f"{title.en}: {said.en}")


def _told(field: EffectField, value: Any) -> Text:
    """A value as people write it; what does not fit its field stands as it is."""
    bare = Text(zh=str(value), en=str(value))
    if field.widget == "money" and isinstance(value, int):
        yuan = f"{value // 100:,}.{value % 100:02d}"
        return Text(zh=f"{yuan} 元", en=f"{yuan} yuan")
    if field.widget in {"date", "minute"}:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return bare
        clock = f" {moment:%H:%M}" if field.widget == "minute" else ""
        return Text(
            zh=f"{moment.year}年{moment.month}月{moment.day}日{clock}",
            en=f"{moment.day} {moment:%B} {moment.year}{clock}",
        )
    return next((one.title for one in field.options if one.value == str(value)), bare)


def _stated(definition: SlotDefinition) -> Iterator[SlotEffect]:
    return (effect for effect in definition.effects if effect.item_fact is not None)


def _field(office: Office, effect: SlotEffect) -> EffectField:
    schema = _schema(office, effect)
    concept = office.catalog.concepts.get(_concept(effect))
    labels = concept.options if concept is not None else {}
    return EffectField(
        fact=str(effect.item_fact),
        # The concept of a sum says that it is in fen; people type yuan.
        title=concept.title if concept is not None and not effect.money else effect.title,
        widget="money" if effect.money else _widget(schema),
        options=tuple(
            EffectOption(value=one, title=labels.get(one, Text(zh=one, en=one)))
            for one in map(str, schema.get("enum", ()))
        ),
        required=effect.opens is None,
        max_length=schema.get("maxLength", _LONGEST),
        hint=_hint(concept, schema, money=effect.money),
    )


def _hint(concept: Concept | None, schema: Mapping[str, Any], *, money: bool) -> Text | None:
    if concept is not None and concept.help is not None:
        return concept.help
    if money or _widget(schema) == "integer":
        return word("desk_effect_money" if money else "desk_effect_number")
    if schema.get("format") == "citizen-id":
        return word("desk_effect_citizen_id")
    least, most = schema.get("minLength", 0), schema.get("maxLength", _LONGEST)
    if _widget(schema) != "text" or least <= 1 or "pattern" in schema:
        return None
    form = word("desk_effect_length")
    return Text(zh=form.zh.format(least=least, most=most), en=form.en.format(least=least, most=most))


def _widget(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "choice"
    if schema.get("type") == "integer":
        return "integer"
    return {"date": "date", "minute": "minute"}.get(str(schema.get("format")), "text")


def _value(field: EffectField, raw: Any) -> Any:
    """What was typed, as the concept has it; None when it cannot be read."""
    if field.widget not in {"money", "integer"}:
        return raw.strip() if isinstance(raw, str) else None
    try:
        number = Decimal(str(raw)[:_LONGEST].strip().replace(",", ""))
    except InvalidOperation:
        return None
    # An exponent makes a short text a number of a billion digits.
    if not number.is_finite() or number.adjusted() > _DIGITS:
        return None
    number *= 100 if field.widget == "money" else 1
    return int(number) if number == number.to_integral_value() else None


def _to_come(office: Office, effect: SlotEffect, value: Any) -> bool:
    """Whether a day or minute that has to lie behind is still to come in China."""
    concept = office.catalog.concepts.get(_concept(effect))
    if concept is None or concept.tense is not Tense.PAST:
        return False
    now = office.now().astimezone(BEIJING).isoformat()
    return str(value) > now[: len(str(value))]


def _schema(office: Office, effect: SlotEffect) -> dict[str, Any]:
    concept = office.catalog.concepts.get(_concept(effect))
    return concept.schema_ if concept is not None else {}


def _concept(effect: SlotEffect) -> str:
    return parse_fact(str(effect.item_fact)).concept


def _amiss(field: EffectField) -> PlanProblem:
    """That a value is not written as it should be, and how it should, where that is known."""
    if field.hint is None:
        return _about(field, "effect_value")
    return _about(field, "effect_value_how", how_zh=field.hint.zh, how_en=field.hint.en)


def _about(field: EffectField, code: str, **values: str) -> PlanProblem:
    zh, en = field.title.zh, field.title.en
    return finding(f"/effects/{field.fact}", code, zh=zh, en=en, **values)
