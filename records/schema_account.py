"""The tables of who is who: nothing in, accounts, sessions, windows and the parties of a case out.

`sealed_person` is encrypted with the account's own data key, so that erasing the key forgets the person.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from records.schema import Instant, metadata

_Id = String(32)
_Word = String(64)
_Hash = String(64)

window = Table(
    "window",
    metadata,
    Column("id", _Word, primary_key=True),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("region", String(6), nullable=False),
    Column("area", String(6), nullable=False),  # how the codes begin of the regions that it serves
    Column("phone", String(40), nullable=False),
    Column("address_zh", String(200), nullable=False),
    Column("address_en", String(300), nullable=False),
    Column("hours_zh", String(120), nullable=False),
    Column("hours_en", String(200), nullable=False),
    Column("closed_at", Instant),
)

account = Table(
    "account",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("provider", _Word, nullable=False),
    Column("subject_blind", _Hash, nullable=False),  # of the provider's own name for the person
    Column("role", String(32), nullable=False),
    Column("window_id", _Word, ForeignKey("window.id")),
    Column("area", String(6)),  # none: no case at all; empty: everywhere
    Column("agency", _Word),
    Column("organisation", _Word),
    Column("person_blind", _Hash, index=True),  # of the identity number, once it is proven
    Column("verified", Boolean, nullable=False),
    Column("data_key_id", _Id, ForeignKey("data_key.id"), nullable=False),
    Column("sealed_person", LargeBinary),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    UniqueConstraint("provider", "subject_blind"),
)

session = Table(
    "session",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("account", _Id, ForeignKey("account.id"), nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("rotated_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", String(16)),
)

case_party = Table(
    "case_party",
    metadata,
    Column("case", String(48), ForeignKey("case.number"), primary_key=True),
    Column("capacity", String(16), primary_key=True),  # filer, applicant, subject
    Column("party", String(80), primary_key=True),  # keyed hash of an identity number, or account:<id>
    Index("ix_case_party", "party", "case"),
)

mandate = Table(
    "mandate",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("principal", String(80), nullable=False, index=True),  # as `case_party.party`
    Column("representative", String(80), nullable=False, index=True),  # the same
    Column("bundle", _Word),  # none: any life event
    Column("case", String(48), ForeignKey("case.number")),  # none: every case of the principal in its scope
    Column("scope", JSON, nullable=False),  # what may be done: words
    Column("starts_on", Date, nullable=False),
    Column("until", Date, nullable=False),  # the last day on which it counts
    Column("data_key_id", _Id, ForeignKey("data_key.id"), nullable=False),
    Column("sealed_document", LargeBinary, nullable=False),  # both identities and the signature
    Column("document_hash", _Hash, nullable=False),  # keyed, of the document as it was signed
    Column("entered_by", String(120), nullable=False),  # account: the principal's own, or the clerk's
    Column("signed_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(120)),
    Column("area", String(6)),  # how the codes begin of the regions where it counts; none: everywhere
)

agent_visit = Table(
    "agent_visit",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("mandate", _Id, ForeignKey("mandate.id"), nullable=False, index=True),  # whose key seals it
    Column("case", String(48), ForeignKey("case.number")),
    Column("account", _Id, ForeignKey("account.id"), nullable=False, index=True),
    Column("visited_at", Instant, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("sealed_note", LargeBinary, nullable=False),  # place, with whom, what was done, signature
    Column("sealed_photo", LargeBinary),
)

spent_ticket = Table(
    "spent_ticket",
    metadata,
    Column("ticket_blind", _Hash, primary_key=True),  # of provider and ticket
    Column("until", Instant, nullable=False),  # then it has expired anyway, and the row is dropped
)
