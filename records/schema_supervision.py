"""The tables of supervision: nothing in, ratings, notes and random inspections out.

`sealed_*` is encrypted with the case's data key, so that erasing the case forgets the words; a rater is a
hash that differs from case to case.
"""

from sqlalchemy import (
    JSON,
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

from records.schema import Instant, audit, case, metadata, slot_case, timeline

_Id = String(32)
_Word = String(64)
_Hash = String(64)
_Number = String(48)
_Actor = String(120)

rating = Table(
    "rating",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("case", _Number, ForeignKey("case.number"), nullable=False),
    Column("slot", _Word, nullable=False),
    Column("rater_blind", _Hash, nullable=False),
    Column("agency", _Word, nullable=False),
    Column("level", Integer, nullable=False),  # 5 is the best
    Column("role", _Word, nullable=False),  # in what capacity it was entered
    Column("entered_by", _Actor, nullable=False),
    Column("rated_at", Instant, nullable=False),
    Column("sealed_words", LargeBinary),
    UniqueConstraint("case", "slot", "rater_blind"),
    Index("ix_rating_agency", "agency", "level", "rated_at", "case"),
)

rectification = Table(
    "rectification",
    metadata,
    Column("rating", _Id, ForeignKey("rating.id"), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False, index=True),
    Column("finding", String(16)),
    Column("answered_by", _Actor),
    Column("answered_at", Instant),
    Column("sealed_answer", LargeBinary),
)

supervision_note = Table(
    "supervision_note",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("case", _Number, ForeignKey("case.number"), nullable=False, index=True),
    Column("slot", _Word, nullable=False),  # of a handover: its id
    Column("kind", String(16), nullable=False),  # note, letter, override, proof, handover
    Column("by", _Actor, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed_words", LargeBinary),
)

inspection = Table(
    "inspection",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("kind", String(16), nullable=False),  # persons, approvers, records
    Column("area", String(6), nullable=False),
    Column("item", _Word),  # none: every item
    Column("starts_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("commitment", _Hash, nullable=False),  # SHA-256 of the seed
    Column("sealed_seed", LargeBinary, nullable=False),  # by the ring until the draw
    Column("created_by", _Actor, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seed", _Hash),  # published with the draw
    Column("population", JSON),  # every name that could have been drawn
    Column("drawn_at", Instant),
)

inspected = Table(
    "inspected",
    metadata,
    Column("inspection", _Id, ForeignKey("inspection.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("case", _Number, index=True),  # none: an approver
    Column("checks", JSON),  # check → yes, no or not_applicable
    Column("finding", String(16)),  # sound, fault
    Column("inspected_by", _Actor),
    Column("inspected_at", Instant),
    Column("sealed_words", LargeBinary),
    Column("correction_due", Date),
    Column("corrected_at", Instant),
)

Index("ix_timeline_kind", timeline.c.kind, timeline.c.at, timeline.c.case)
Index("ix_case_received", case.c.received_on, case.c.region, case.c.bundle, case.c.number)
Index("ix_case_closed", case.c.closed_at, case.c.region, case.c.bundle, case.c.number)
Index("ix_audit_actor", audit.c.actor, audit.c.seq)
Index("ix_audit_at", audit.c.at)
# Everything that figures about items are counted from: a case's row is long, and reading it costs more.
Index(
    "ix_slot_case_figures",
    *(slot_case.c[name] for name in ("state", "agency", "light_promised", "light_statutory")),
    *(slot_case.c[name] for name in ("since", "case", "reason")),
)
