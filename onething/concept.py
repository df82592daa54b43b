"""Concepts: every fact and paper with one meaning, as frozen models read from YAML."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from onething.text import Model, Text


class RoleType(StrEnum):
    """What kind of thing a role stands for."""

    PERSON = "person"
    EVENT = "event"
    HOUSEHOLD = "household"
    PROPERTY = "property"
    ACCOUNT = "account"
    EMPLOYER = "employer"
    SERVICE = "service"
    CASE = "case"


class Sensitivity(StrEnum):
    """How a fact is guarded; `sensitive` follows the Personal Information Protection Law, article 28."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Derivation(Model):
    """A fact computed from other facts over the same owner: `by` names one of the closed formulas."""

    by: Literal[
        "birth_date_of_id",
        "sex_of_id",
        "age_between",
        "month_of",
        "date_of",
        "next_month",
        "one_of_set",
        "equal",
        "mapped",
        "copy",
        "constant",
    ]
    of: tuple[str, ...] = ()
    """Concept names, or full facts when the other fact has another role."""
    table: dict[str, Any] = {}
    value: Any = None


class Tense(StrEnum):
    """On which side of the day of filing a concept's day or moment lies."""

    PAST = "past"
    """It has been: a death, a purchase."""
    FUTURE = "future"
    """It is to come: an appointment."""


class Concept(Model):
    """One fact with one meaning: its shape, its words, its standard and who can supply it."""

    concept: str
    title: Text
    why: Text
    schema_: dict[str, Any] = Field(alias="schema")
    options: dict[str, Text] = {}
    """Label of each enum value."""
    roles: tuple[RoleType, ...]
    standard: str | None = None
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    derive: Derivation | None = None
    register_: str | None = Field(default=None, alias="register")
    """The register that can supply it, by name; looked up with the owner's id number."""
    goes_with: tuple[str, ...] = ()
    """Other facts of the same owner; once one of them is typed, the register's value is of something else."""
    login: bool = False
    """Known from the applicant's identity card read at the window or the login."""
    outcome: bool = False
    """Only a slot of the same case can bring it about (a certificate number to be issued)."""
    on_notice: bool = False
    """May stand on a public notice: a masked name, how many people; never a number or an illness."""
    statement: bool = False
    """A pledge or signature: ticked by the person, supplied by nobody else."""
    stands_for: str | None = None
    """Of a statement: the paper that it replaces once it is made (告知承诺)."""
    tense: Tense | None = None
    """For days and moments that people type: whether they have been or are to come; today is both."""
    not_before: tuple[str, ...] = ()
    """For a day or moment: concepts of days or moments that it cannot come before."""
    of_act: bool = False
    """For a day of a result: it is the act applied for, so it cannot lie before the day of receipt."""
    not_above: tuple[str, ...] = ()
    """For a number: concepts of numbers of the same owner that it cannot be more than."""
    help: Text | None = None
    """How it is written; shown beside the field, and again when it is written otherwise."""


class Register(Model):
    """A register of the state that knows facts about people: what they call it."""

    register_: str = Field(alias="register")
    title: Text


class MaterialConcept(Model):
    """One kind of paper, the same for every agency that asks for it."""

    material: str
    title: Text
    issuer: Text | None = None
    shared_by: str | None = None
    """The register or licence library that has it; a paper obtainable so may not be asked for."""
