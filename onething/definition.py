"""Life events: roles, situations, slots and stories as frozen models, read from YAML."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from onething.concept import RoleType
from onething.item_material import Basis, OnRecord
from onething.story import StoryAct
from onething.text import Model, Text


class StandsFor(Model):
    """Which role of the life event another one is, by the answer to a choice or yes-no situation."""

    situation: str
    roles: dict[str, str] = Field(alias="as")
    """Answer → role; the answers of a yes-no situation are `"true"` and `"false"`."""


class Repeat(Model):
    """How many persons a role stands for, by the answer to a choice situation."""

    situation: str
    times: dict[str, Annotated[int, Field(ge=1, le=9)]]


class AtLeast(Model):
    """So many persons are named at least, where the condition holds."""

    persons: Annotated[int, Field(ge=1, le=20)]
    when: dict[str, Any] | bool = True


class Role(Model):
    """One part in the life event: a person, the household, an account …, single or many."""

    type: RoleType
    title: Text
    many: bool = False
    at_most: int = 20
    at_least: AtLeast | None = None
    """Of a list: an empty one may not stand for nobody having been thought of."""
    counted_by: str | None = None
    """Of a list: the fact that counts them, the subject counted in; a smaller list is pointed out."""
    subject: bool = False
    """The person the life event is about; one open case per bundle and subject."""
    login: bool = False
    """Filled from the identity card read at the window, or the login."""
    applies: bool = False
    """Applies together with whoever logs in: the number of both is asked for at the very start."""
    sex: Literal["male", "female"] | None = None
    """Whose identity number has to say so (GB 11643, digit 17): a husband, a mother."""
    same_as: tuple[str, ...] = ()
    """Built-in question: this role is the same as one of these roles (`heirs` = one of them), or other."""
    stands_for: StandsFor | None = None
    """It is another role: slots bound to it use that one's facts."""
    repeat: Repeat | None = None
    """So many persons, each with the slots bound to it: the second is `role_2`, with `slot[2]`."""
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
    told_by: OnRecord | None = None
    """What answers a yes-no question of whoever is signed in: whether they act under a mandate."""
    confirmed: bool = False
    """Whether a yes counts only if its register has a record of the subject."""
    when: dict[str, Any] | bool = True


class Exclusion(Model):
    """A combination of situations that cannot be, with its sentence."""

    when: dict[str, Any]
    text: Text
    basis: Basis | None = None


class Unheld(Model):
    """A register that can hold nothing about a role yet: in these situations the family tells it itself."""

    register_: str = Field(alias="register")
    role: str
    when: dict[str, Any]
    """Over situations alone: it is decided before the form stands."""


class Slot(Model):
    """One item's place in the bundle: its binding, condition and order."""

    slot: str
    item: str
    roles: dict[str, str]
    when: dict[str, Any] | bool = True
    after: tuple[str, ...] = ()
    """Slots that must have ended well first; those not active are passed over."""
    after_any: tuple[str, ...] = ()
    """Slots of which one must have ended well first; those not active are passed over."""
    instead_of: tuple[str, ...] = ()
    """Slots that must all have come to nothing first: the next rung of a ladder. Needless once one of them
    ended well."""
    title: Text | None = None
    number: int = 1
    """Whose it is where its role repeats; unfolding counts, files do not say it."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Every slot it looks at before it starts."""
        return (*self.after, *self.after_any, *self.instead_of)


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


class FamilyLink(Model):
    """An earlier life event that this one goes on with: by whose numbers, and what is not asked again."""

    bundle: str
    by: Annotated[dict[str, str], Field(min_length=1)]
    """Person role here → the same person's role there; the numbers of all agree, or it is not theirs."""
    once: tuple[str, ...] = ()
    """Slots there that must have been granted first."""
    carries: dict[str, str] = {}
    """Fact here → the fact there that answers it."""
    follows: dict[str, Any] = {}
    """Facts here that hold because those slots were granted, with their values."""
    situations: dict[str, Any] = {}
    """Questions of this one that are answered because those slots were granted."""


class Family(Model):
    """Life events that people live as one: what they are called together, and which came earlier."""

    title: Text
    with_: Annotated[tuple[FamilyLink, ...], Field(alias="with", min_length=1)]


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
    distinct: tuple[tuple[str, ...], ...] = ()
    """Person roles among which nobody stands twice: a household is not counted twice."""
    unheld: tuple[Unheld, ...] = ()
    """What no register is asked for in some situations."""
    slots: tuple[Slot, ...]
    holds: tuple[BundleHold, ...] = ()
    sections: tuple[Section, ...]
    published: Published | None = None
    family: Family | None = None
    """The life events that this one continues: one entry, one family, one receipt over all of them."""
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
    effective: dict[str, str] = {}
    """The day from which a slot's outcome counts."""
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
