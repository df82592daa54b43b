"""The definition that travels with a case: in goes the catalog, out comes all the reducer needs."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from onething.adapter import Capabilities
from onething.calendar import WorkCalendar
from onething.case_record import WorkOrderKind
from onething.clock import MonthGate
from onething.definition import HoldEnd
from onething.duration import Duration, Unit
from onething.item import ClockStart, EffectFrom, Proof, Reversibility, StepKind
from onething.legal_profile import LegalProfile
from onething.text import Text, Travelling

FORMAT = 2
"""The newest format written; every released one stays readable, and a case goes on by the one it began with.

Since 2 a promised paper keeps its own limit once the item is granted, and the receipt is drawn anew when the
paper has come.
"""


class Origin(StrEnum):
    """Who brought the case about."""

    SELF = "self"
    WINDOW = "window"
    REPRESENTATIVE = "representative"
    DISCOVERY = "discovery"
    AUTOMATIC = "automatic"


class FilingMode(StrEnum):
    """Self-service, assisted, or on behalf (自办 / 帮办 / 代办)."""

    SELF = "self"
    ASSISTED = "assisted"
    ON_BEHALF = "on_behalf"


class SlotLimit(Travelling):
    """A limit as the clock needs it, with the citation it is shown with."""

    amount: int
    unit: Unit
    starts: ClockStart
    event: str | None = None
    """The step whose end starts the clock."""
    cite: str
    verified: bool


class SlotEffect(Travelling):
    """What a grant brings about, over the bundle's roles."""

    fact: str | None
    item_fact: str | None
    title: Text
    since: EffectFrom
    money: bool = False
    """Its value is a sum in fen."""
    opens: WorkOrderKind | None = None
    """Where its value is more than nothing, somebody has to act on it, such as on money paid too much."""
    options: dict[str, Text] = {}
    """What its values are called, where it is one of a list."""


class SlotGate(Travelling):
    """A gate in front of a slot, and whether it stood open at submission."""

    gate: str
    open: bool
    text: Text
    fix: Text
    month: MonthGate | None = None
    """Opens by itself, on this day counted from the decision of the slots before."""
    opt_out: Duration | None = None
    """Opens by itself so long after that decision; until then the person may decline."""
    in_person: bool = False
    """Opened at the window once those whom it concerns have come themselves."""
    who: tuple[Text, ...] = ()
    """Who they are, by their part in the life event."""
    proof: Proof = Proof.DOCUMENT
    """What a clerk goes by who opens it."""
    example: Text | None = None
    """How such a proof is put into words."""


class SlotStep(Travelling):
    """One step inside an item as pinned: who takes it, and what it has to show."""

    step: str
    title: Text
    agency_title: Text
    kind: StepKind
    signer: Text | None = None
    officers: int = 0
    """How many officers sign it at least."""
    days: int = 0
    """Natural days that a public notice stands."""
    limit: SlotLimit | None = None
    cite: str = ""


class OwedMaterial(Travelling):
    """A paper that the family promised to bring later."""

    material: str
    title: Text


class HoldRule(Travelling):
    """Something that stops every filing until a person has looked: what tells of it, and how it may end."""

    hold: str
    reasons: tuple[str, ...] = ()
    """Codes of agencies' reasons that tell of it."""
    text: Text
    fix: Text
    ends: tuple[HoldEnd, ...]
    cite: str = ""


class SlotDefinition(Travelling):
    """One slot as pinned for a case."""

    slot: str
    item: str
    code: str = ""
    title: Text
    agency: str
    agency_title: Text
    phone: str
    queue: str
    after: tuple[str, ...] = ()
    after_any: tuple[str, ...] = ()
    """One of these must have been granted."""
    instead_of: tuple[str, ...] = ()
    """All of these must have come to nothing; once one was granted, this slot is not needed."""
    steps: tuple[SlotStep, ...] = ()
    """The chain of steps inside the item, in this region's order."""
    gates: tuple[SlotGate, ...] = ()
    statutory: SlotLimit | None = None
    promised: SlotLimit
    basis: tuple[str, ...] = ()
    effects: tuple[SlotEffect, ...] = ()
    reversibility: Reversibility
    automatic: bool = False
    reopens: bool = False
    """What was granted may be asked for again, because what was delivered is wrong."""
    fee: Text
    result: Text
    capabilities: Capabilities
    materials: tuple[dict[str, Any], ...] = ()
    """Each paper with its title, source and state, for the receipt."""
    profile: str = ""
    """The procedure it follows, by its name in the definition; empty: the defaults."""
    owed: tuple[OwedMaterial, ...] = ()
    """Papers accepted as missing (容缺)."""
    pledged: tuple[OwedMaterial, ...] = ()
    """Proofs for which a pledge stands (告知承诺): checked after the decision."""
    remedies: tuple[Text, ...] = ()
    """What a refusal by no authority leaves to do; empty: the review and the lawsuit of the law."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Every slot it looks at before it starts."""
        return (*self.after, *self.after_any, *self.instead_of)


class CaseDefinition(Travelling):
    """Slots in plan order, and the calendar's years around the case."""

    format: int = FORMAT
    bundle: str
    title: Text
    lead_agency: Text
    slots: tuple[SlotDefinition, ...]
    calendar: WorkCalendar
    profiles: dict[str, LegalProfile] = {}
    holds: tuple[HoldRule, ...] = ()

    @property
    def papers_outlast_grants(self) -> bool:
        """Whether a promised paper has a life of its own once its item is granted."""
        return self.format >= 2

    def profile(self, slot: SlotDefinition) -> LegalProfile:
        """The procedure that a slot's item follows."""
        return self.profiles.get(slot.profile) or _DEFAULT_PROFILE


_DEFAULT_PROFILE = LegalProfile()


class CaseInput(Travelling):
    """Everything the workflow is started with; nothing personal stands in it."""

    number: str
    region: str
    origin: Origin
    mode: FilingMode = FilingMode.ASSISTED
    received_on: date
    submitted_at: datetime
    definition: CaseDefinition
    payloads: dict[str, str] = {}
    """Blob ids of each slot's projection, encrypted with the case's key."""
    ended: dict[str, Any] | None = None
    """The state (`CaseState`) of a case that had ended and is taken up again for something that followed."""
    header: str = ""
    """Blob id of the masked names, window and figures for the receipt, encrypted likewise."""
