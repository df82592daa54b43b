"""Items: what each agency publishes, with its own form, as frozen models read from YAML."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field, field_validator

from onething.case_record import WorkOrderKind
from onething.clock import MonthGate
from onething.concept import RoleType
from onething.duration import Duration, Unit
from onething.item_material import Basis, ItemMaterial
from onething.legal_profile import LegalProfile
from onething.text import Model, Text

NO_FEE: Final = Text(zh="不收费", en="no fee")


class FilledBy(StrEnum):
    """Who fills a box of an agency's form on paper."""

    FAMILY = "family"
    DOCTOR = "doctor"
    OFFICER = "officer"
    SYSTEM = "system"
    EMPLOYER = "employer"


class Conversion(Model):
    """One step between a fact and an agency's field, from the closed list; exactly one key is set."""

    code_table: str | None = None
    date_format: str | None = None
    unit: int | None = None
    """Multiplies an integer, e.g. 100 for yuan to fen."""
    split: tuple[str, int] | None = None
    concat: str | None = None
    """Joins this fact and those in `also` with this separator."""
    age_at: bool | None = None
    """Full years between this fact and the one in `also`."""
    first_n: int | None = None

    @property
    def name(self) -> str:
        """Which conversion this is."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def invertible(self) -> bool:
        """Whether the fact can be told from the agency's value (code tables: checked one to one at load)."""
        return self.name in {"code_table", "date_format", "unit"}


class Binding(Model):
    """How one property of an agency's form is bound (`x-once` in its JSON Schema)."""

    fact: str | None = None
    also: tuple[str, ...] = ()
    via: tuple[Conversion, ...] = ()
    each: str | None = None
    """On an array property: one element per person of this item role."""
    where: dict[str, Any] | bool = True
    """With `each`: only for the persons of whom this condition does not fail."""
    by: FilledBy
    source: str | None = None
    """Where the box was seen, e.g. `forms/bereavement.md §4 H1`."""
    assumed: bool = False


class ClockStart(StrEnum):
    """What starts an item's clock."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    EVENT = "event"


class Limit(Model):
    """One legal or promised time limit with its unit, start and basis."""

    amount: Annotated[int, Field(ge=0)]
    unit: Unit
    starts: ClockStart = ClockStart.ACCEPTED
    event: str | None = None
    """The step whose end starts the clock, where an event does: the cremation itself."""
    basis: Basis


class Limits(Model):
    """The statutory limit where a law sets one, and the promise the agency publishes."""

    statutory: Limit | None = None
    promised: Limit


class EffectFrom(StrEnum):
    """From when an effect counts."""

    DECISION = "decision"
    EVENT_DATE = "event_date"
    NEXT_MONTH = "next_month"
    APPLICATION_MONTH = "application_month"
    SLOT_BEFORE = "slot_before"
    """From the day the grant counts that this follows: an old status ends as the new one begins."""


class ItemEffect(Model):
    """What a favourable decision brings about: a fact other slots may use, or an act in words."""

    fact: str | None = None
    title: Text
    from_: EffectFrom = Field(default=EffectFrom.DECISION, alias="from")
    money: bool = False
    """Its value is a sum in fen."""
    opens: WorkOrderKind | None = None
    """A value of more than nothing opens this work-order: money paid too much is demanded back."""
    basis: Basis | None = None
    example: Any = None
    """What a stand-in agency grants where no story says it; a template such as `K{serial}`."""


class Reversibility(StrEnum):
    """How an item's effect can be undone (domain page 4.5)."""

    FREE = "free"
    CORRECTION = "correction"
    REPAYMENT = "repayment"
    IRREVERSIBLE = "irreversible"


class Proof(StrEnum):
    """What a clerk goes by who opens a gate."""

    PRESENCE = "presence"
    """Those concerned have come themselves."""
    CONSENT = "consent"
    """Somebody has agreed or confirmed."""
    DOCUMENT = "document"
    """A paper was issued, or a record shows it."""
    ANSWER = "answer"
    """An answer of the form's own says it."""


class Gate(Model):
    """A condition that parks the slots behind it until it holds, with its sentence."""

    gate: str
    when: dict[str, Any] | bool = True
    month: MonthGate | None = None
    """It opens by itself, on this day counted from the decision of the slots before."""
    in_person: tuple[str, ...] = ()
    """These roles must come themselves, nobody in their place: opened at the window once they have."""
    opt_out: Duration | None = None
    """It opens by itself this long after the slots before were decided; until then the person may decline."""
    regions: tuple[str, ...] = ()
    """Only where the region's code begins so; empty: everywhere."""
    proof: Proof = Proof.DOCUMENT
    """What a clerk goes by; those who must come prove it by coming, and who may decline by confirming."""
    example: Text | None = None
    """How such a proof is put into words."""
    text: Text
    fix: Text
    basis: Basis

    @property
    def proved_by(self) -> Proof:
        """What a clerk goes by who opens it."""
        if self.in_person:
            return Proof.PRESENCE
        return Proof.CONSENT if self.opt_out is not None else self.proof

    @field_validator("opt_out", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Limits may be written as `5wd`."""
        return Duration.parse(value) if isinstance(value, str) else value


class RefusalRule(Model):
    """A published ground on which the agency refuses, with what the family can do."""

    reason: Text
    remedy: Text
    basis: Basis


class StepKind(StrEnum):
    """What a step inside an item is."""

    WORK = "work"
    MEANS_CHECK = "means_check"
    HOME_VISIT = "home_visit"
    PUBLIC_NOTICE = "public_notice"


class ItemStep(Model):
    """One step inside an item: who does it, in what time, who signs and answers for it."""

    step: str
    title: Text
    agency: str
    office: Text | None = None
    """Who takes it for that agency, such as a sub-district that decides for the county."""
    kind: StepKind = StepKind.WORK
    limit: Limit | None = None
    signer: Text | None = None
    officers: Annotated[int, Field(ge=0)] = 0
    """How many officers have to sign it at least, such as two for a home visit."""
    days: Annotated[int, Field(ge=0)] = 0
    """How many natural days a public notice stands."""
    shows: tuple[str, ...] = ()
    """Facts that a public notice shows, of concepts that may stand on one; names are masked."""
    when: dict[str, Any] | bool = True
    """Left out where this does not hold, such as a public notice about a child."""
    if_needed: bool = False
    """Taken only where its course calls for it, such as an appraisal after an objection."""
    basis: Basis | None = None


class ItemRule(Model):
    """A rule set that tells beforehand how an item stands, and how its rows come from the form."""

    rules: str
    rows: str
    """A plan of `catalog/rules/rows.yaml`, over this item's roles."""
    persons: tuple[str, ...] = ()
    """For rules about one person: of whom it may hold, the best case first shown."""
    when: dict[str, Any] | bool = True
    """Of several, the first that applies is asked."""
    figures: tuple[str, ...] = ()
    """Columns worth showing to the family."""
    standards: tuple[str, ...] = ()
    """Parameters worth showing, with place, first day and source."""


class LeastInspected(Model):
    """The least share of an item's decisions that must be looked at again, per cent, and who says so."""

    percent: Annotated[int, Field(ge=1, le=100)]
    source: Text
    """As pages say it."""
    basis: Basis


class LegalType(StrEnum):
    """Kinds of administrative act."""

    CONFIRMATION = "confirmation"
    BENEFIT = "benefit"
    PUBLIC_SERVICE = "public_service"
    LICENCE = "licence"
    REGISTRATION = "registration"


class FiledRules(LegalProfile):
    """A procedure as written in a file, where an unknown word is a mistake."""

    model_config = Model.model_config


class FiledProfile(Model):
    """A procedure's file in `catalog/profiles`: what it is called, what it rests on, what it says."""

    profile: str
    title: Text
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    rules: FiledRules


class Item(Model):
    """One government item with its agency's own form; owned by its agency."""

    item: str
    agency: str = ""
    code: str
    catalog_code: str | None = None
    title: Text
    legal_type: LegalType
    roles: dict[str, RoleType]
    form_title: Text
    form_source: str
    form: dict[str, Any]
    """JSON Schema 2020-12 in the agency's own names; every property carries `title` and `x-once`."""
    code_tables: dict[str, dict[str, Any]] = {}
    materials: tuple[ItemMaterial, ...] = ()
    limits: Limits
    effects: tuple[ItemEffect, ...] = ()
    reversibility: Reversibility
    refusals: tuple[RefusalRule, ...] = ()
    gates: tuple[Gate, ...] = ()
    steps: tuple[ItemStep, ...] = ()
    eligibility: tuple[ItemRule, ...] = ()
    """The rules that tell a household beforehand how it stands."""
    basis: tuple[Basis, ...]
    trips: int = 1
    profile: str = "default"
    """The procedure it follows: a file in `catalog/profiles`."""
    reopens: bool = False
    """Granted and carried out wrongly, such as a wrong product delivered, it is put right in a new round."""
    automatic: bool = False
    """Started by a data push: the family files nothing."""
    inspected: LeastInspected | None = None
    """The random inspections (随机抽查) that its law asks for."""
    fee: Text = NO_FEE
    result: Text
    valid_from: date
    valid_to: date | None = None

    @property
    def key(self) -> str:
        """`agency/item`, the name bundles use."""
        return f"{self.agency}/{self.item}"


class Contact(Model):
    """How people reach an agency or a window."""

    phone: str
    address: Text
    hours: Text


class Agency(Model):
    """One agency: its queue, its adapter and its contact."""

    agency: str
    title: Text
    short: Text
    queue: str
    adapter: str = "http"
    options: dict[str, Any] = {}
    contact: Contact
    remedies: tuple[Text, ...] = ()
    """What a refused applicant may do where it is no administrative authority; empty: review and lawsuit."""
