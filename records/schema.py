"""The tables: nothing in, one SQLAlchemy `MetaData` out, the same on SQLite and PostgreSQL.

Columns named `sealed_*` or `content` are encrypted with the case's data key before they arrive here;
columns named `*_blind` are keyed hashes. No other column may hold anything personal. Migrations must arrive
at exactly this shape; a test compares them.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An instant: timezone-aware in, UTC out; SQLite keeps no offsets of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times; they would mean another instant on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a stored instant carries its time zone"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite numbers rows by itself only in a column declared exactly INTEGER.
_Sequence = BigInteger().with_variant(Integer(), "sqlite")
_Word = String(64)
_Hash = String(64)
_Number = String(48)


def _of_case(*, key: bool = False, known: bool = True) -> Column[str]:
    return Column("case", _Number, ForeignKey("case.number"), primary_key=key, nullable=not known)


data_key = Table(
    "data_key",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("wrapped", LargeBinary),  # none: erased, and everything encrypted with it is noise
    Column("created_at", Instant, nullable=False),
    Column("erased_at", Instant),
)

family = Table(
    "family",
    metadata,
    Column("id", String(32), primary_key=True),  # random
    Column("title_zh", String(120), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("code_blind", _Hash, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
)

case = Table(
    "case",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("bundle", _Word, nullable=False),
    Column("region", String(12)),
    Column("state", String(32), nullable=False),
    Column("origin", String(32), nullable=False),
    Column("filing_mode", String(32), nullable=False),
    Column("window_id", _Word),
    Column("submitted_at", Instant, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("subject_blind", _Hash),
    Column("key_blind", _Hash, nullable=False, unique=True),
    Column("body_blind", _Hash, nullable=False),
    Column("data_key_id", String(32), ForeignKey("data_key.id"), nullable=False),
    Column("inputs", JSON, nullable=False),  # name → blob id
    Column("revision", Integer, nullable=False),
    Column("sealed_snapshot", LargeBinary),
    Column("snapshot_at", Instant),
    Column("started_at", Instant),
    Column("closed_at", Instant),
    Column("family", String(32), index=True),  # no foreign key: SQLite would rebuild the table for one
)
Index(
    "uq_case_open_subject",
    case.c.bundle,
    case.c.subject_blind,
    unique=True,
    sqlite_where=case.c.closed_at.is_(None),
    postgresql_where=case.c.closed_at.is_(None),
)
Index("ix_case_subject", case.c.subject_blind)
Index("ix_case_submitted", case.c.submitted_at, case.c.number)
Index(
    "ix_case_unstarted",
    case.c.submitted_at,
    sqlite_where=case.c.started_at.is_(None),
    postgresql_where=case.c.started_at.is_(None),
)

slot_case = Table(
    "slot_case",
    metadata,
    _of_case(key=True),
    Column("slot", _Word, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("item", _Word, nullable=False),
    Column("agency", _Word, nullable=False),
    Column("state", String(32), nullable=False),
    Column("round", Integer, nullable=False),
    Column("due_statutory", Date),
    Column("due_promised", Date),
    Column("light_statutory", String(16)),
    Column("light_promised", String(16)),
    Column("holder", _Word),
    Column("updated_at", Instant, nullable=False),
    Column("reason", _Word),  # why it needs an operator
    Column("since", Instant),  # when its holder, or the operator, got it
    Column("note", String(120)),  # a machine's word beside the reason
    Column("accept_by", Date),  # until the end of this day silence accepts it
    Column("answer_by", Date),  # until when the applicant may answer a correction
    Column("due_at", Instant),  # the instant of its promised due date, or of the statutory one
    Index("ix_slot_case_work", "agency", "state", "due_promised"),
)

timeline = Table(
    "timeline",
    metadata,
    _of_case(key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", _Word, nullable=False),
    Column("slot", _Word),
    Column("text", String(120), nullable=False),
    Column("sealed_params", LargeBinary),
)

change_log = Table(
    "change_log",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    _of_case(),
    Column("revision", Integer, nullable=False),
)

lookup = Table(
    "lookup",
    metadata,
    Column("index", _Word, primary_key=True),
    Column("value_blind", _Hash, primary_key=True),
    _of_case(key=True),
)

blob = Table(
    "blob",
    metadata,
    Column("data_key_id", String(32), ForeignKey("data_key.id"), primary_key=True),
    Column("id", _Hash, primary_key=True),
    Column("size", BigInteger, nullable=False),  # bytes of the plain content
    Column("mime", String(120), nullable=False),
    Column("content", LargeBinary),  # small ones; none: a file in the blobs folder
    Column("created_at", Instant, nullable=False),
)

material = Table(
    "material",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("data_key_id", String(32), ForeignKey("data_key.id"), nullable=False, index=True),
    Column("material", _Word, nullable=False),
    Column("blob_id", _Hash, nullable=False),
    Column("sealed_name", LargeBinary),
    Column("uploaded_by", String(120), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["data_key_id", "blob_id"], ["blob.data_key_id", "blob.id"], name="fk_material_blob"
    ),
)

draft = Table(
    "draft",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("bundle", _Word, nullable=False),
    Column("actor", String(120), nullable=False, index=True),
    Column("data_key_id", String(32), ForeignKey("data_key.id"), nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("agency", _Word, nullable=False),
    Column("event_id", String(200), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("sealed_body", LargeBinary),  # by the ring until the case is known, then by its data key
    Column("received_at", Instant, nullable=False),
    Column("relayed_at", Instant),
    _of_case(known=False),
    UniqueConstraint("agency", "event_id"),
)

work_order = Table(
    "work_order",
    metadata,
    Column("id", String(200), primary_key=True),
    _of_case(),
    Column("slot", _Word),
    Column("kind", _Word, nullable=False),
    Column("owner", String(120), nullable=False),
    Column("due_on", Date),
    Column("state", String(16), nullable=False),
    Column("reason", String(120), nullable=False),
    Column("sealed_note", LargeBinary),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("result", String(120)),
    Column("sealed_outcome", LargeBinary),  # what was done, in the words of who closed it
    Index("ix_work_order_desk", "state", "owner", "due_on"),
)

receipt = Table(
    "receipt",
    metadata,
    _of_case(key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("reason", String(32), nullable=False),
    Column("sha256", _Hash, nullable=False),  # of the canonical JSON, as printed; the JSON is masked
    Column("predecessor", _Hash),
    Column("json_blob", _Hash, nullable=False),
    Column("pdf_blob", _Hash),
    Column("code_blind", _Hash, nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    _of_case(),
    Column("kind", _Word, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("sealed_content", LargeBinary),
    Column("state", String(16), nullable=False, index=True),
    Column("queued_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("recipient", _Word),  # applicant, window, supervisor or an agency's id
    Column("slot", _Word),
    Index("ix_notice_case", "case"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("role", _Word, nullable=False),
    Column("purpose", String(120), nullable=False),
    Column("action", _Word, nullable=False),
    Column("case", _Number, index=True),  # no foreign key: drafts and refused requests are audited too
    Column("subject_blind", _Hash, index=True),
    Column("fields", JSON, nullable=False),  # names of facts, never values
    Column("prev_hash", _Hash, nullable=False),
    Column("hash", _Hash, nullable=False),
)
