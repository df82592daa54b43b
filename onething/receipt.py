"""The consolidated receipt as a document: what a case's end says to the family, in, one frozen value out.

It is the record; the PDF is a picture of it. Its RFC 8785 bytes are attached to the PDF and their SHA-256 is
printed there, so every number is an integer or a string, every instant carries its offset, and identity is
already masked (`mask_name`, `mask_number`): a receipt is carried about and photographed.
Contents after 国务院令 722 and 行政许可法 art. 32, 38, 42, 44, as the catalog cites them slot by slot.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from onething.text import Text, Travelling

FORMAT = 1
HOTLINE = "12345"

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{6,48}$")]
VerificationCode = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")]
MaskedName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"\*")]
MaskedNumber = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^*]{0,6}\*{4,}[^*]{0,4}$")]


class RevisionReason(StrEnum):
    """Why this revision was issued."""

    ACCEPTED = "accepted"
    OUTCOME_CHANGED = "outcome_changed"
    COMPLETED = "completed"
    CORRECTED = "corrected"


class PaperSource(StrEnum):
    """Where a material came from, or that it is still owed; the one form or a mandate may stand for it."""

    RECEIVED = "received"
    SHARED = "shared"
    PLEDGED = "pledged"
    OWED = "owed"
    FORM = "form"
    MANDATE = "mandate"


class ReceiptCode(Travelling):
    """A code of the kernel (slot state, filing mode, origin) with the words that it had at the time."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text


class ReceiptRevision(Travelling):
    """Which revision of which case this is, why it was issued and what came before it.

    `earlier` lists the hashes of revisions 1 .. number-1 in order, so any of them can be shown superseded.
    """

    number: int = Field(ge=1)
    reason: RevisionReason
    note: Text | None = None
    earlier: tuple[Hash, ...] = ()

    @property
    def predecessor(self) -> str | None:
        """Give the hash of the revision before this one; the first has none."""
        return self.earlier[-1] if self.earlier else None

    @model_validator(mode="after")
    def _chain_is_whole(self) -> Self:
        if len(self.earlier) != self.number - 1:
            msg = f"revision {self.number} names {len(self.earlier)} earlier revisions"
            raise ValueError(msg)
        return self


class ReceiptWindow(Travelling):
    """The window that holds the case and how to reach somebody."""

    name: Text
    address: str | None = None
    hours: Text | None = None
    phone: str | None = None
    hotline: str = HOTLINE


class ReceiptPerson(Travelling):
    """A person of the case; name and number come masked."""

    name: MaskedName
    id_number: MaskedNumber | None = None
    relation: Text | None = None


class ReceiptDates(Travelling):
    """What has happened so far: instants of the bundle, days of a slot."""

    received: date | None = None
    accepted: date | None = None
    decided: date | None = None


class ReceiptDue(Travelling):
    """One due date with the calendar that it was counted by and the sentence a clerk reads out."""

    day: date
    limit: Text
    basis: Text | None = None
    explanation: Text
    calendar: str = Field(min_length=1)
    provisional: bool = False


class ReceiptMaterial(Travelling):
    """A paper of this slot; `due` and `consequence` belong to what is owed (容缺)."""

    title: Text
    source: PaperSource
    supplier: Text | None = None
    due: date | None = None
    consequence: Text | None = None


class ReceiptRefusal(Travelling):
    """A refusal or non-acceptance: reasons, review and lawsuit rights (行政许可法 art. 38)."""

    reasons: tuple[Text, ...] = Field(min_length=1)
    where_to: Text | None = None
    remedies: tuple[Text, ...] = ()


class ReceiptGrounds(Travelling):
    """How an item stood by the rules at filing: each condition with its truth, each parameter's version.

    For comparing with the decision, which is the agency's.
    """

    standing: Text
    conditions: tuple[Text, ...] = ()
    standards: tuple[Text, ...] = ()
    """The parameters worth printing."""
    others: tuple[Text, ...] = ()
    """Every other parameter that was used."""


class ReceiptBlock(Travelling):
    """What holds this slot back (another slot or a gate) and how to free it."""

    by: Text
    fix: Text


class ReceiptOrder(Travelling):
    """Something a person still has to do for the case (工单), or has done."""

    title: Text
    slot_id: str | None = None
    due: date
    done: date | None = None
    calls: bool | None = None
    """Staff will call the family about it; not set in others, and in older receipts."""


class ReceiptSlot(Travelling):
    """One item of the bundle as it stands at this revision."""

    slot_id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\[[0-9]+\])?$")
    title: Text
    agency: Text
    item_code: str | None = None
    legal_basis: tuple[Text, ...] = ()
    state: ReceiptCode
    reference: str | None = None
    course: tuple[Text, ...] = ()
    """What happened on the way: rounds, notices, waits."""
    dates: ReceiptDates = ReceiptDates()
    statutory: ReceiptDue | None = None
    promised: ReceiptDue | None = None
    fee: Text
    materials: tuple[ReceiptMaterial, ...] = ()
    effects: tuple[Text, ...] = ()
    results: tuple[Text, ...] | None = None
    """The files that the agency gave out with its decision; none before, and in older receipts."""
    start_month: str | None = Field(default=None, pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")
    correction: Text | None = None
    refusal: ReceiptRefusal | None = None
    grounds: ReceiptGrounds | None = None
    blocked: ReceiptBlock | None = None


class ReceiptReduction(Travelling):
    """What the family was asked, beside what separate filing would have asked."""

    fields_asked: int = Field(ge=0)
    fields_separate: int = Field(ge=0)
    materials_brought: int = Field(ge=0)
    materials_separate: int = Field(ge=0)
    trips: int = Field(ge=0)
    trips_separate: int = Field(ge=0)


class ReceiptPhase(Travelling):
    """One case of a family's receipt: which paper of it is said again, and how many items are its."""

    title: Text
    case_number: CaseNumber
    revision: int = Field(ge=1)
    document_hash: Hash
    issued_at: AwareDatetime
    state: ReceiptCode
    slots: int = Field(ge=1)


class ReceiptProof(Travelling):
    """How anybody checks this paper: the address printed in the QR code ends in the 128-bit code."""

    code: VerificationCode
    public_url: str = Field(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$", max_length=80)

    @property
    def address(self) -> str:
        """Give the page of this receipt."""
        return f"{self.public_url.rstrip('/')}/v/{self.code}"


class ReceiptDocument(Travelling):
    """The whole receipt of one case at one revision, or of a family's cases together; `format` 1."""

    format: int = Field(default=FORMAT, ge=1)
    case_number: CaseNumber
    bundle: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    revision: ReceiptRevision
    issued_at: AwareDatetime
    state: ReceiptCode
    filing_mode: ReceiptCode
    origin: ReceiptCode
    window: ReceiptWindow
    owner: Text | None = None
    """Who answers for the case to its end (首派责任), by name; none while nobody has taken it."""
    applicant: ReceiptPerson
    representative: ReceiptPerson | None = None
    subject: ReceiptPerson | None = None
    papers_received_on: date
    received_at: AwareDatetime
    accepted_at: AwareDatetime | None = None
    completed_at: AwareDatetime | None = None
    slots: tuple[ReceiptSlot, ...] = Field(min_length=1)
    hold: ReceiptBlock | None = None
    """Why nothing is filed for the time being."""
    orders: tuple[ReceiptOrder, ...] = ()
    reduction: ReceiptReduction | None = None
    rating_url: str | None = None
    phases: tuple[ReceiptPhase, ...] | None = None
    """Of a family's receipt: its cases in order, whose items `slots` lists one after the other."""
    proof: ReceiptProof

    @property
    def phase_at(self) -> dict[int, ReceiptPhase]:
        """Give each phase by the place of its first item in `slots`; nothing for a case's own receipt."""
        found, place = {}, 0
        for phase in self.phases or ():
            found[place] = phase
            place += phase.slots
        return found

    @model_validator(mode="after")
    def _phases_cover_the_items(self) -> Self:
        if self.phases is not None and sum(phase.slots for phase in self.phases) != len(self.slots):
            msg = "the phases' items are not the receipt's"
            raise ValueError(msg)
        return self


def mask_name(name: str) -> str:
    """Keep a name's first character and, from three on, its last: 张三 → 张*, 欧阳小明 → 欧**明.

    In Latin script each word keeps its first letter. Nothing is shown whole, whatever its length.
    """
    name = name.strip()
    if len(name) <= 1:
        return "*"
    if " " in name:
        return " ".join(word[0] + "*" * max(len(word) - 1, 1) for word in name.split())
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """Keep the last four of an identity, account or phone number of ten and more; of shorter ones two."""
    number = number.strip()
    kept = 4 if len(number) >= 10 else 2
    return "*" * max(len(number) - kept, 4) + number[-kept:]
