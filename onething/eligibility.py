"""Eligibility beforehand: how each rung of a ladder stands for a household, as frozen models that travel."""

from datetime import date
from enum import StrEnum
from typing import Final

from onething.rule_decision import Decision, FoundColumn, FoundCondition, Truth, UsedParameter
from onething.text import Model, Text


class Standing(StrEnum):
    """How an item stands for this household, as far as is known."""

    FITS = "fits"
    DOES_NOT_FIT = "does_not_fit"
    NOT_KNOWN = "not_known"
    """Something is still to be asked or checked: never a refusal."""
    AGENCY_DECIDES = "agency_decides"
    """The rules give figures only; whether help is given is for the agency to weigh."""


STANDING_OF: Final = {
    Truth.TRUE: Standing.FITS,
    Truth.FALSE: Standing.DOES_NOT_FIT,
    Truth.UNKNOWN: Standing.NOT_KNOWN,
    None: Standing.AGENCY_DECIDES,
}


class Rung(Model):
    """One item's rules asked beforehand, with everything the answer rests on; for information only."""

    slot: str
    title: Text
    rules: str
    rules_title: Text
    standing: Standing
    person: Text | None = None
    """For rules about one person: who is spoken of."""
    decision: Decision | None = None
    """None when not even the question can be put: `missing` or `problem` says why."""
    conditions: tuple[FoundCondition, ...] = ()
    """What it rests on, without the one that sums them up."""
    figures: tuple[FoundColumn, ...] = ()
    """The figures worth showing; those not known yet are None."""
    standards: tuple[UsedParameter, ...] = ()
    """The parameters worth showing, in the version that was used."""
    missing: tuple[Text, ...] = ()
    """What has to be known before the rules can be asked at all."""
    problem: Text | None = None
    """An amount that rules cannot be asked with."""

    @property
    def told(self) -> tuple[FoundCondition, ...]:
        """The conditions that can be told here, those that are known first."""
        told = [one for one in self.conditions if not one.unlaid]
        return tuple(sorted(told, key=lambda one: one.truth is Truth.UNKNOWN))

    @property
    def waiting(self) -> tuple[FoundCondition, ...]:
        """The conditions that nobody can tell without a standard of the place."""
        return tuple(one for one in self.conditions if one.unlaid)

    @property
    def unlaid(self) -> tuple[UsedParameter, ...]:
        """The parameters that were asked for and that nobody laid down for the place."""
        return tuple(one for one in self.decision.parameters if one.value is None) if self.decision else ()

    @property
    def open(self) -> int:
        """How many conditions are not known yet, though the place's standards are."""
        return sum(one.truth is Truth.UNKNOWN for one in self.told)

    @property
    def against(self) -> bool:
        """Whether any condition is known not to hold."""
        return any(one.truth is Truth.FALSE for one in self.conditions)


class Eligibility(Model):
    """Every rung of the ladder in its order, and whether it counts: it never does, an agency decides."""

    bundle: str
    on: date
    """The day whose parameters apply."""
    region: str
    notice: Text
    rungs: tuple[Rung, ...]
    unlaid: tuple[Text, ...] = ()
    """The standards asked for of which none is on record for the place: the agency reckons with its own."""
    known_in: tuple[Text, ...] = ()
    """The places for which some of those are on record, each with which."""


NOTICE: Final = Text(
    zh="供参考，以部门决定为准", en="For information only; what the agency decides is what counts"
)
