"""What is kept beside a state: corrections, notices, holds, owed papers and work-orders, as frozen models."""

from datetime import date, datetime
from enum import StrEnum

from onething.adapter import Effect, Reason, StepOutcome
from onething.clock import DueDate
from onething.text import Text, Travelling


class Deadline(Travelling):
    """One due date of a slot with the instants its lights change."""

    due: DueDate
    yellow_from: datetime
    red_from: datetime


class PaperInstead(StrEnum):
    """What is said about a paper that an agency asks for and that was not uploaded."""

    AT_WINDOW = "at_window"
    """The original lies at the window, which hands it on."""
    NONE = "none"
    """There is none: the agency decides on what it has."""


class Correction(Travelling):
    """One request to put a filing right, from the agency's word to the applicant's answer."""

    number: int
    """Counted per slot, from 1."""
    round: int
    """The round that it sends back."""
    asked_at: datetime
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    accepted: bool = False
    """Asked after acceptance: then it stops a clock that runs already."""
    notice: int | None = None
    """The notice that told the applicant; none yet: it is being gathered with the others'."""
    breach: bool = False
    """Asked for what the agency had to name in its first notice (Administrative Licensing Law, art. 32)."""
    due: Deadline | None = None
    """The applicant's own limit, from the notice."""
    answered_at: datetime | None = None
    instead: dict[str, PaperInstead] = {}
    """By paper asked for and not uploaded, what the answer says about it."""


class DefectNotice(Travelling):
    """One notice to the applicant (一次性告知); those after the first are supplementary."""

    number: int
    at: datetime
    slots: tuple[str, ...]
    breach: tuple[str, ...] = ()
    """Slots whose agency had to ask earlier."""

    @property
    def supplementary(self) -> bool:
        """Whether an earlier notice was to name everything."""
        return self.number > 1


class Hold(Travelling):
    """Why nothing is filed for the time being, by which of the definition's holds, and since when."""

    hold: str
    since: datetime
    slot: str | None = None
    """The slot whose agency gave rise to it."""
    fields: tuple[str, ...] = ()
    """The agency's boxes that are in question."""


class Leaving(StrEnum):
    """What becomes of a slot once its filing is out of the agency's hands."""

    WITHDRAW = "withdraw"
    REFILE = "refile"
    DROP = "drop"


class OwedState(StrEnum):
    """How a promise to bring a paper stands."""

    OWED = "owed"
    MET = "met"
    MISSED = "missed"


class EarlierGrant(Travelling):
    """What an earlier round granted, of a slot that was applied for again because of what was delivered."""

    round: int
    decided_at: datetime
    ref: str | None = None
    effects: tuple[Effect, ...] = ()
    effective_from: date | None = None


class StepRecord(Travelling):
    """One step inside an item as its agency took it."""

    step: str
    at: datetime
    outcome: StepOutcome
    officers: tuple[str, ...] = ()
    since: date | None = None
    """The first day of a public notice."""
    round: int = 1


class OwedPaper(Travelling):
    """A paper accepted as missing (容缺), its due day and what becomes of it."""

    material: str
    title: Text
    due: DueDate | None = None
    """None until the slot is accepted, which is when the time to bring it begins."""
    remind_at: datetime | None = None
    reminded: bool = False
    state: OwedState = OwedState.OWED


class WorkOrderKind(StrEnum):
    """What a person is to do."""

    CORRECT_DECISION = "correct_decision"
    """A decided slot rests on a fact that was corrected since."""
    CORRECT_FILING = "correct_filing"
    """A filing that cannot be taken back rests on one."""
    WITHDRAW_FILING = "withdraw_filing"
    """The agency's system cannot take a filing back: somebody has to call."""
    DELIVER_PAPER = "deliver_paper"
    """A paper owed was brought and goes to the agency."""
    UNDO = "undo"
    """An act rests on what has turned out wrong; its agency undoes it."""
    DEMAND_REPAYMENT = "demand_repayment"
    """Money was paid that has to come back."""
    ASK_PERSON = "ask_person"
    """What cannot be undone, such as a cremation: a person decides what is to be said and done."""
    END_DECISION = "end_decision"
    """Something better was granted since: this ends as that begins, never both and never a gap."""
    PAUSE_FILING = "pause_filing"
    """The case is held: the agency lets the filing it has rest until it is told how it goes on."""
    VERIFY_PLEDGE = "verify_pledge"
    """A pledge stood for a proof: its agency checks afterwards whether it is true."""
    REVIEW_DECISION = "review_decision"
    """A person has found that a decision or its result may be wrong: its agency looks again."""
    LATE_ANSWER = "late_answer"
    """An agency told something after the end."""


class WorkOrder(Travelling):
    """Something that a person still has to do for a case; it keeps no slot open."""

    order: str
    """Unique in the case: `kind:slot:n`."""
    kind: WorkOrderKind
    slot: str | None
    owner: str
    """The agency's id, or `window`."""
    due: date
    opened_at: datetime
    reason: str
    """A code: never personal."""
    words: str = ""
    """What was found wrong, as a person wrote it."""
    closed_at: datetime | None = None
    result: str = ""
