"""The first tables: cases and all that hangs on them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _keys_and_trail()
    _case()
    _read_model()
    _papers()
    _draft()
    _desk()


def downgrade() -> None:
    """Drop every table, the ones that hang on others first."""
    for table in reversed(TABLES):
        op.drop_table(table)


TABLES = (
    "data_key",
    "audit",
    "case",
    "lookup",
    "slot_case",
    "timeline",
    "change_log",
    "blob",
    "material",
    "receipt",
    "draft",
    "inbox",
    "work_order",
    "notice",
)


def _keys_and_trail() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_data_key"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=True),
        sa.Column("subject_blind", sa.String(length=64), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_case", "audit", ["case"], unique=False)
    op.create_index("ix_audit_subject_blind", "audit", ["subject_blind"], unique=False)


def _case() -> None:
    op.create_table(
        "case",
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("filing_mode", sa.String(length=32), nullable=False),
        sa.Column("window_id", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("subject_blind", sa.String(length=64), nullable=True),
        sa.Column("key_blind", sa.String(length=64), nullable=False),
        sa.Column("body_blind", sa.String(length=64), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed_snapshot", sa.LargeBinary(), nullable=True),
        sa.Column("snapshot_at", INSTANT, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_case_data_key_id"),
        sa.PrimaryKeyConstraint("number", name="pk_case"),
        sa.UniqueConstraint("key_blind", name="uq_case_key_blind"),
    )
    op.create_index("ix_case_subject", "case", ["subject_blind"], unique=False)
    op.create_index("ix_case_submitted", "case", ["submitted_at", "number"], unique=False)
    op.create_index(
        "ix_case_unstarted",
        "case",
        ["submitted_at"],
        unique=False,
        sqlite_where=sa.text("started_at IS NULL"),
        postgresql_where=sa.text("started_at IS NULL"),
    )
    op.create_index(
        "uq_case_open_subject",
        "case",
        ["bundle", "subject_blind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "lookup",
        sa.Column("index", sa.String(length=64), nullable=False),
        sa.Column("value_blind", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_lookup_case"),
        sa.PrimaryKeyConstraint("index", "value_blind", "case", name="pk_lookup"),
    )


def _read_model() -> None:
    op.create_table(
        "slot_case",
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_statutory", sa.Date(), nullable=True),
        sa.Column("due_promised", sa.Date(), nullable=True),
        sa.Column("light_statutory", sa.String(length=16), nullable=True),
        sa.Column("light_promised", sa.String(length=16), nullable=True),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_slot_case_case"),
        sa.PrimaryKeyConstraint("case", "slot", name="pk_slot_case"),
    )
    op.create_index("ix_slot_case_work", "slot_case", ["agency", "state", "due_promised"], unique=False)
    op.create_table(
        "timeline",
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=True),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("sealed_params", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_timeline_case"),
        sa.PrimaryKeyConstraint("case", "seq", name="pk_timeline"),
    )
    op.create_table(
        "change_log",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_change_log_case"),
        sa.PrimaryKeyConstraint("seq", name="pk_change_log"),
        sqlite_autoincrement=True,
    )


def _papers() -> None:
    op.create_table(
        "blob",
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_blob_data_key_id"),
        sa.PrimaryKeyConstraint("data_key_id", "id", name="pk_blob"),
    )
    op.create_table(
        "material",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("material", sa.String(length=64), nullable=False),
        sa.Column("blob_id", sa.String(length=64), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by", sa.String(length=120), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["data_key_id", "blob_id"], ["blob.data_key_id", "blob.id"], name="fk_material_blob"
        ),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_material_data_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_material"),
    )
    op.create_index("ix_material_data_key_id", "material", ["data_key_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("predecessor", sa.String(length=64), nullable=True),
        sa.Column("json_blob", sa.String(length=64), nullable=False),
        sa.Column("pdf_blob", sa.String(length=64), nullable=True),
        sa.Column("code_blind", sa.String(length=64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_receipt_case"),
        sa.PrimaryKeyConstraint("case", "revision", name="pk_receipt"),
    )
    op.create_index("ix_receipt_code_blind", "receipt", ["code_blind"], unique=False)


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_draft_data_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_actor", "draft", ["actor"], unique=False)
    op.create_index("ix_draft_expires_at", "draft", ["expires_at"], unique=False)


def _desk() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("relayed_at", INSTANT, nullable=True),
        sa.Column("case", sa.String(length=48), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_inbox_case"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("agency", "event_id", name="uq_inbox_agency"),
    )
    op.create_index("ix_inbox_state", "inbox", ["state"], unique=False)
    op.create_table(
        "work_order",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_work_order_case"),
        sa.PrimaryKeyConstraint("id", name="pk_work_order"),
    )
    op.create_index("ix_work_order_desk", "work_order", ["state", "owner", "due_on"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_notice_case"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("key", name="uq_notice_key"),
    )
    op.create_index("ix_notice_state", "notice", ["state"], unique=False)
