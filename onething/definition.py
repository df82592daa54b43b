"""What the catalog says: concepts, agencies, items and bundles as frozen models, read from YAML."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from onething.case_record import WorkOrderKind
from onething.clock import MonthGate
from onething.duration import Unit
from onething.legal_profile import LegalProfile
from onething.story import StoryAct
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


class FilledBy(StrEnum):
    """Who fills a box of an agency's form on paper."""

    FAMILY = "family"
    DOCTOR = "doctor"
    OFFICER = "officer"
    SYSTEM = "system"
    EMPLOYER = "employer"


# ---- concepts -------------------------------------------------------------------------------


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
    login: bool = False
    """Known from the applicant's identity card read at the window or the login."""
    outcome: bool = False
    """Only a slot of the same case can bring it about (a certificate number to be issued)."""
    statement: bool = False
    """A pledge or signature: ticked by the person, supplied by nobody else."""
    help: Text | None = None


class MaterialConcept(Model):
    """One kind of paper, the same for every agency that asks for it."""

    material: str
    title: Text
    issuer: Text | None = None
    shared_by: str | None = None
    """The register or licence library that has it; a paper obtainable so may not be asked for."""


# ---- items ----------------------------------------------------------------------------------


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
        return next(iter(self.model_fields_set))

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


class MaterialSource(StrEnum):
    """Where a paper comes from: only `self` is brought by the family."""

    SELF = "self"
    SHARED = "shared"
    PLEDGE = "pledge"
    OUTPUT = "output"


class FivePapersTest(Model):
    """The five 凡是 tests of State Council 国办发〔2018〕47号: a paper failing any one may not be asked."""

    basis_in_law: bool
    obtainable_by_sharing: bool
    shown_by_certificate: bool
    replaceable_by_pledge: bool
    issuer_can_issue: bool

    @property
    def may_be_asked(self) -> bool:
        """Whether the family may be asked to bring it."""
        avoidable = self.obtainable_by_sharing or self.shown_by_certificate or self.replaceable_by_pledge
        return self.basis_in_law and self.issuer_can_issue and not avoidable


class Basis(Model):
    """A citation: law and article, or the rule or page it was read in."""

    cite: str
    verified: bool = False
    local: bool = False
    """One place's practice, taken as a default: never cited to a family elsewhere."""


class ItemMaterial(Model):
    """One paper of one item on its original list, and how it is obtained now."""

    material: str
    source: MaterialSource
    main: bool = True
    may_be_missing: bool = False
    basis: Basis
    tests: FivePapersTest
    when: dict[str, Any] | bool = True


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


class Reversibility(StrEnum):
    """How an item's effect can be undone (domain page 4.5)."""

    FREE = "free"
    CORRECTION = "correction"
    REPAYMENT = "repayment"
    IRREVERSIBLE = "irreversible"


class Gate(Model):
    """A condition that parks the slots behind it until it holds, with its sentence."""

    gate: str
    when: dict[str, Any] | bool = True
    month: MonthGate | None = None
    """It opens by itself, on this day counted from the decision of the slots before."""
    regions: tuple[str, ...] = ()
    """Only where the region's code begins so; empty: everywhere."""
    text: Text
    fix: Text
    basis: Basis


class RefusalRule(Model):
    """A published ground on which the agency refuses, with what the family can do."""

    reason: Text
    remedy: Text
    basis: Basis


class ItemStep(Model):
    """One step inside an item: who does it, in what time, who signs."""

    step: str
    title: Text
    agency: str
    limit: Limit | None = None
    signer: Text | None = None


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
    basis: tuple[Basis, ...]
    trips: int = 1
    profile: str = "default"
    """The procedure it follows: a file in `catalog/profiles`."""
    automatic: bool = False
    """Started by a data push: the family files nothing."""
    fee: Text = Text(zh="不收费", en="no fee")
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


# ---- bundles --------------------------------------------------------------------------------


class Role(Model):
    """One part in the life event: a person, the household, an account …, single or many."""

    type: RoleType
    title: Text
    many: bool = False
    at_most: int = 20
    subject: bool = False
    """The person the life event is about; one open case per bundle and subject."""
    login: bool = False
    """Filled from the identity card read at the window, or the login."""
    same_as: tuple[str, ...] = ()
    """Built-in question: this role is the same as one of these roles (`heirs` = one of them), or other."""
    when: dict[str, Any] | bool = True
    """The role exists only if this holds."""


class SituationType(StrEnum):
    """Shapes of a situation question."""

    CHOICE = "choice"
    YES_NO = "yes_no"
    MANY = "many"


class Situation(Model):
    """One question that switches slots, fields and materials; asked before the form."""

    situation: str
    question: Text
    why: Text
    type: SituationType
    options: dict[str, Text] = {}
    register_: str | None = Field(default=None, alias="register")
    """The register that can answer it, so that the family need not know."""
    when: dict[str, Any] | bool = True


class Exclusion(Model):
    """A combination of situations that cannot be, with its sentence."""

    when: dict[str, Any]
    text: Text
    basis: Basis | None = None


class Slot(Model):
    """One item's place in the bundle: its binding, condition and order."""

    slot: str
    item: str
    roles: dict[str, str]
    when: dict[str, Any] | bool = True
    after: tuple[str, ...] = ()
    """Slots that must have ended well first; those not active are passed over."""
    title: Text | None = None


class HoldEnd(StrEnum):
    """How a hold may end: the case goes on, or it is over and what was done must be undone."""

    CONTINUE = "continue"
    TERMINATE = "terminate"


class BundleHold(Model):
    """Something that stops every filing of a case: what tells of it, how it may end, and on what basis."""

    hold: str
    reasons: tuple[str, ...] = ()
    """Codes of agencies' reasons that tell of it."""
    text: Text
    fix: Text
    ends: Annotated[tuple[HoldEnd, ...], Field(min_length=1)]
    basis: Basis


class Section(Model):
    """One page or block of the merged form: which roles' facts it shows."""

    section: str
    title: Text
    roles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    """Facts named one by one; they win over their role's section."""


class Published(Model):
    """Figures somebody published for this life event, shown beside ours under their own baseline."""

    place: Text
    cite: str
    fields: tuple[int, int]
    materials: tuple[int, int]
    trips: tuple[int, int]


class Bundle(Model):
    """A life event as data."""

    bundle: str
    code: str
    title: Text
    lead_agency: str
    basis: tuple[Basis, ...]
    roles: dict[str, Role]
    situations: tuple[Situation, ...]
    exclusions: tuple[Exclusion, ...] = ()
    slots: tuple[Slot, ...]
    holds: tuple[BundleHold, ...] = ()
    sections: tuple[Section, ...]
    published: Published | None = None
    default_scenario: str | None = None
    pledge: Text


class Expectation(Model):
    """How a story ends."""

    state: str
    slots: dict[str, str] = {}
    effects: dict[str, int] = {}
    """Effects counted in the agencies' ledgers, by slot."""
    rounds: dict[str, int] = {}
    notices: int | None = None
    work_orders: tuple[str, ...] | None = None
    """Kinds of the work-orders opened, in order."""
    timeline: tuple[str, ...] = ()
    """Words of the story that stand in it, in this order, others between them."""
    due: dict[str, str] = {}
    """`slot.statutory` or `slot.promised` to the due day in the end."""


class Scenario(Model):
    """A story: input, agencies' behaviour and expected end; tests and demonstrations run it."""

    scenario: str
    like: str | None = None
    """Another story of the life event: whatever this one does not say is taken from there."""
    title: Text
    filed_at: str
    region: str = "360900"
    situations: dict[str, Any]
    answers: dict[str, Any]
    """The merged form as the family would fill it; registers and derivations supply the rest."""
    registers: dict[str, Any] = {}
    """What each stand-in register holds for this story, by register and id number."""
    materials: tuple[str, ...] = ()
    behaviour: dict[str, Any] = {}
    capabilities: dict[str, dict[str, Any]] = {}
    """What an agency's system can do in this story, where it differs from the catalog, by agency."""
    acts: tuple[StoryAct, ...] = ()
    owed: dict[str, tuple[str, ...]] = {}
    """Papers promised for later (容缺), by slot."""
    received_on: str | None = None
    """The day the papers were received, when earlier than filed."""
    years_known: tuple[int, int] | None = None
    """First and last year whose holidays are announced when the story begins."""
    expect: Expectation
    yardstick: bool = False
    """The published case of this life event: the report prints the published figures beside it."""
