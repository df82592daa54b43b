"""Decisions looked at again: in goes what somebody finds wrong, or another result, out comes the case told.

Window and desk ask alike, and the agency answers alike, at its desk or through the window.
"""

from collections.abc import Mapping
from typing import Any, Final

from activities.signatures import Applied
from api import afterwards, audit
from api.desk.effect import EffectField, effect_fields, effect_value, effects_in, misfit_findings
from api.desk.finding import finding, wrong
from api.desk.place import Place
from api.office import Office
from api.order_result import OrderResult
from api.standing import Standing, standing_of
from api.visit import Caller
from onething.adapter import Effect
from onething.case_definition import SlotDefinition
from onething.case_event import DecisionDoubted
from onething.case_record import WorkOrderKind
from onething.case_review import corrected
from onething.case_state import FAVOURABLE
from onething.text import Model, Text

LONGEST: Final = 500
"""Characters of what is wrong."""
_EFFECT: Final = "/effects/"


class ReviewView(Model):
    """What a work-order about a doubted decision is about."""

    words: str
    """What is wrong, as whoever found it says."""
    fields: tuple[EffectField, ...]
    """The results that may be corrected; none of a decision that has none."""
    now: dict[str, Text]
    """What each of them is on record as."""


async def doubt(office: Office, caller: Caller, number: str, slot: str, words: str) -> Applied:
    """Have an agency look at its decision again.

    Raises NotKnown, AnswersRejected naming `/words`, ActionRejected, EngineUnavailable.
    """
    said = words.strip().replace("\r\n", "\n")
    if not said:
        raise wrong(finding("/words", "doubt_words_missing"))
    if len(said) > LONGEST:
        raise wrong(finding("/words", "too_long", count=LONGEST))
    await standing_of(office, number)
    await audit.note(office, caller, "doubt_decision", number, (slot,))
    return await afterwards.act(office, number, DecisionDoubted(slot=slot, words=said, actor=caller.account))


def review_of(office: Office, standing: Standing, order: str) -> ReviewView | None:
    """What an order of this name is about; None of every other kind."""
    found = next((one for one in standing.state.work_orders if one.order == order), None)
    if found is None or found.kind is not WorkOrderKind.REVIEW_DECISION or found.slot is None:
        return None
    definition = _definition(standing, found.slot)
    effects = standing.state.slots[found.slot].effects if found.slot in standing.state.slots else ()
    if definition is None:
        return None
    return ReviewView(
        words=found.words,
        fields=_fields(office, standing, definition),
        now={one.fact: effect_value(office, definition, one) for one in effects},
    )


def typed_effects(form: Mapping[str, Any]) -> dict[str, str]:
    """The results among the fields of a posted form, those left empty left out."""
    return {
        name.removeprefix(_EFFECT): value.strip()
        for name, value in form.items()
        if name.startswith(_EFFECT) and isinstance(value, str) and value.strip()
    }


def corrections(  # noqa: PLR0913, PLR0917 - which order, what is said of it, and by whom it is judged
    office: Office,
    standing: Standing,
    order: str,
    result: OrderResult,
    given: Mapping[str, str],
    place: Place | None = None,
) -> tuple[Effect, ...]:
    """The results that an answer puts in the place of those on record; empty for every other answer.

    Raises AnswersRejected for a value that cannot be, and where there are results and none has changed.
    """
    found = next((one for one in standing.state.work_orders if one.order == order), None)
    definition = _definition(standing, found.slot or "") if found is not None else None
    if found is None or definition is None or result is not OrderResult.RESULT_CORRECTED:
        return ()
    fields = _fields(office, standing, definition)
    before = standing.state.slots[definition.slot].effects
    effects, findings = effects_in(office, definition, given)
    other = tuple(one for one in effects if one not in before)
    if fields and not other and not findings:
        findings.append(finding("/effects", "order_effects_missing"))
    if place is not None:
        findings += misfit_findings(office, place, corrected(before, other))
    if findings:
        raise wrong(*findings)
    return other


def _definition(standing: Standing, slot: str) -> SlotDefinition | None:
    return next((one for one in standing.case.definition.slots if one.slot == slot), None)


def _fields(office: Office, standing: Standing, definition: SlotDefinition) -> tuple[EffectField, ...]:
    """Only what was granted has results; what calls for somebody, such as a sum to return, is not one."""
    if standing.state.slots[definition.slot].state not in FAVOURABLE:
        return ()
    return tuple(field for field in effect_fields(office, definition) if field.required)
