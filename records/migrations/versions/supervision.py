"""Ratings and what follows on bad ones, supervisors' notes, random inspections; indexes to count by."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the indexes."""
    _rating()
    _rectification()
    _note()
    _inspection()
    _inspected()
    op.create_index("ix_timeline_kind", "timeline", ["kind", "at", "case"], unique=False)
    for name, day in (("ix_case_received", "received_on"), ("ix_case_closed", "closed_at")):
        op.create_index(name, "case", [day, "region", "bundle", "number"], unique=False)
    op.create_index("ix_audit_actor", "audit", ["actor", "seq"], unique=False)
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    counted = ["state", "agency", "light_promised", "light_statutory", "since", "case", "reason"]
    op.create_index("ix_slot_case_figures", "slot_case", counted, unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("ix_slot_case_figures", "slot_case")
    op.drop_index("ix_audit_at", "audit")
    op.drop_index("ix_audit_actor", "audit")
    op.drop_index("ix_case_closed", "case")
    op.drop_index("ix_case_received", "case")
    op.drop_index("ix_timeline_kind", "timeline")
    for name in ("inspected", "inspection", "supervision_note", "rectification", "rating"):
        op.drop_table(name)


def _rating() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("rater_blind", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("rated_at", INSTANT, nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_rating_case"),
        sa.PrimaryKeyConstraint("id", name="pk_rating"),
        sa.UniqueConstraint("case", "slot", "rater_blind", name="uq_rating_case"),
    )
    op.create_index("ix_rating_agency", "rating", ["agency", "level", "rated_at", "case"], unique=False)


def _rectification() -> None:
    op.create_table(
        "rectification",
        sa.Column("rating", sa.String(length=32), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["rating"], ["rating.id"], name="fk_rectification_rating"),
        sa.PrimaryKeyConstraint("rating", name="pk_rectification"),
    )
    op.create_index("ix_rectification_due_on", "rectification", ["due_on"], unique=False)


def _note() -> None:
    op.create_table(
        "supervision_note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_supervision_note_case"),
        sa.PrimaryKeyConstraint("id", name="pk_supervision_note"),
    )
    op.create_index("ix_supervision_note_case", "supervision_note", ["case"], unique=False)


def _inspection() -> None:
    op.create_table(
        "inspection",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("area", sa.String(length=6), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("population", sa.JSON(), nullable=True),
        sa.Column("drawn_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inspection"),
    )


def _inspected() -> None:
    op.create_table(
        "inspected",
        sa.Column("inspection", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=True),
        sa.Column("finding", sa.String(length=16), nullable=True),
        sa.Column("inspected_by", sa.String(length=120), nullable=True),
        sa.Column("inspected_at", INSTANT, nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("correction_due", sa.Date(), nullable=True),
        sa.Column("corrected_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name="fk_inspected_inspection"),
        sa.PrimaryKeyConstraint("inspection", "position", name="pk_inspected"),
    )
    op.create_index("ix_inspected_case", "inspected", ["case"], unique=False)
