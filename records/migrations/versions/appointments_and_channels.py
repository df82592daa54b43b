"""Appointments for items that need people to come, and the ways by which each person wants to hear."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the tables; of two bookings of one place at one time the index refuses the second."""
    _appointment()
    _choice()
    _delivery()


def downgrade() -> None:
    """Drop them again."""
    for name in ("notice_delivery", "notice_choice", "appointment"):
        op.drop_table(name)


def _appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("window_id", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("booked_by", sa.String(length=64), nullable=False),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_appointment_case"),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
    )
    place = ["window_id", "item", "day", "starts", "lane"]
    for name, columns in (("uq_appointment_place", place), ("uq_appointment_slot", ["case", "slot"])):
        op.create_index(name, "appointment", columns, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index("ix_appointment_day", "appointment", ["day"], unique=False)


def _choice() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("night", sa.Boolean(), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_notice_choice_data_key_id"),
        sa.PrimaryKeyConstraint("party", name="pk_notice_choice"),
    )


def _delivery() -> None:
    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("notice", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name="fk_notice_delivery_notice"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_delivery"),
        sa.UniqueConstraint("notice", "party", "channel", name="uq_notice_delivery_notice"),
    )
    op.create_index("ix_notice_delivery_notice", "notice_delivery", ["notice"], unique=False)
    op.create_index("ix_notice_delivery_state", "notice_delivery", ["state"], unique=False)
