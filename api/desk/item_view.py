"""What a handler sees of a filing, as frozen models: nothing in, the shapes of page and JSON out."""

import hashlib
from datetime import date, datetime

from api.clock_view import DueView, ExtensionView, PauseView
from api.desk.correction import AnsweredCorrection, AwaitedAnswer
from api.desk.effect import EffectField
from api.desk.form import BoxGroup
from api.desk.history import ActView
from api.desk.order import ItemOrder
from api.desk.pledge import PledgeView
from api.desk.told import LetterView
from onething.text import Model, Text


class PaperView(Model):
    """A paper that came with the filing, or was owed and came later (then without type and size)."""

    title: Text
    mime: str
    size: int
    href: str


class StepLine(Model):
    """One step of the item's chain, and whether it was taken."""

    step: str
    title: Text
    agency: Text
    kind: str
    officers: int
    days: int
    limit: Text | None
    cite: str
    taken_at: datetime | None
    disputed: bool
    needless: bool
    """Taken only if needed, and nothing has called for it."""
    since: date | None
    """The first day of the notice that stands, or stood when it was decided."""
    ends: date | None
    """The first day on which that notice may end."""
    stood: int
    """How many days it has stood, until the decision."""


class NoticeView(Model):
    """The public notice that stands: from when, and from which day on it may be taken down."""

    title: Text
    since: date
    days: int
    ends: date


class GroundView(Model):
    """A published ground of refusal, with what the applicant may do."""

    name: str
    reason: Text
    remedy: Text


class Choice(Model):
    """One thing that may be picked."""

    name: str
    title: Text


class ItemView(Model):
    """One filing of the desk."""

    id: str
    revision: int
    number: str
    bundle: Text
    slot: str
    title: Text
    form_title: Text
    agency: Text
    round: int
    rounds: tuple[Choice, ...]
    """Every round of it: its number, and the id that it lies here under."""
    state: str
    state_text: Text
    open: bool
    received_at: datetime
    accepted_at: datetime | None
    deemed: bool
    """Accepted because nothing was asked for in time."""
    accept_by: date | None
    """The day by whose end it is to be told what lacks; afterwards it counts as accepted."""
    promise_first: bool
    """The promised day comes before `accept_by`, and counts."""
    awaited: AwaitedAnswer | None
    """The correction that waits for the applicant."""
    answered: AnsweredCorrection | None
    """What the round before was sent back for, and what has changed since."""
    leaving: bool
    """The applicant wants it back."""
    hold: Text | None
    """Why every item of the life event stands still, as far as it is this agency's to know."""
    drops_correction: bool
    """The act `accept` takes back the correction that is open."""
    light: str
    overdue: tuple[str, ...]
    promised: DueView | None
    statutory: DueView | None
    pauses: tuple[PauseView, ...]
    extension: ExtensionView | None
    gone: bool
    """The applicant has taken it back: neither form nor papers are shown any more."""
    form: tuple[BoxGroup, ...]
    from_registers: bool
    """Whether registers have supplied it, and nothing of it rests on the applicant's word alone."""
    papers: tuple[PaperView, ...]
    owed: tuple[Text, ...]
    """Papers that the applicant has promised to bring later."""
    pledges: tuple[PledgeView, ...]
    """Pledges that stand for proofs, to be checked after the decision."""
    by_mandate: tuple[Text, ...]
    """Papers for which the mandate on record stands."""
    basis: tuple[Text, ...]
    """What it rests on: the grant that it follows from with its day, or the refusals before it."""
    steps: tuple[StepLine, ...]
    steps_missing: tuple[Text, ...]
    """Visits and notices that the law has, before which nothing should be decided."""
    steps_unrecorded: tuple[Text, ...]
    """Other steps that nobody has recorded yet, of which a decision makes an end."""
    notice: NoticeView | None
    letters: tuple[LetterView, ...]
    """What supervisors wrote about it, the newest first."""
    acts: tuple[ActView, ...]
    """What was done about it, oldest first."""
    orders: tuple[ItemOrder, ...]
    """The agency's work-orders about it, open and closed."""
    may_doubt: bool
    """The agency may say that its own decision has to be looked at again."""
    possible: tuple[str, ...]
    """The kinds of act that may be done now."""
    effects: tuple[EffectField, ...]
    grounds: tuple[GroundView, ...]
    remedies: tuple[Choice, ...]
    """What every refusal of this agency tells."""
    askable: tuple[Choice, ...]
    askable_papers: tuple[Choice, ...]
    causes: tuple[Choice, ...]
    supplement: Text | None
    """Why a correction asked now comes late, where one was asked before or the filing is accepted."""
    to_take: tuple[StepLine, ...]
    to_notice: tuple[StepLine, ...]
    early_notice: tuple[Text, ...]
    """Steps that come before the notice offered first, and that nobody has recorded yet."""
    extension_at_most: Text | None
    extension_unit: str
    """wd, d and so on; empty where the procedure knows no extension."""

    @property
    def box_names(self) -> tuple[str, ...]:
        """The agency's own names of the boxes that are shown: for the audit trail."""
        return tuple(dict.fromkeys(row.name for group in self.form for row in group.rows))

    @property
    def digest(self) -> str:
        """Another one as soon as anything else is shown; the form itself stays as it was filed."""
        return hashlib.sha256(self.model_dump_json(exclude={"form"}).encode()).hexdigest()[:16]
