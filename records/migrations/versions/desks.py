"""The desks of agencies without a system of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; what was filed before lies where it was filed."""
    op.create_table(
        "desk_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=140), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed_filing", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_desk_item_case"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_item"),
        sa.UniqueConstraint("agency", "key", name="uq_desk_item_agency"),
    )
    op.create_index("ix_desk_item_inbox", "desk_item", ["agency", "state", "received_at"], unique=False)
    op.create_index("ix_desk_item_case", "desk_item", ["case", "slot"], unique=False)
    op.create_table(
        "desk_act",
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["desk_item.id"], name="fk_desk_act_item"),
        sa.PrimaryKeyConstraint("item", "seq", name="pk_desk_act"),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("desk_act")
    op.drop_table("desk_item")
