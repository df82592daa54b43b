"""When each handler looked last, and tries at signing in that a restart does not forget."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; nobody has looked yet, and nobody has tried."""
    op.create_table(
        "desk_look",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_desk_look_account"),
        sa.PrimaryKeyConstraint("account", name="pk_desk_look"),
    )
    op.create_table(
        "attempt",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name_blind", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name_blind", name="pk_attempt"),
    )
    op.create_index("ix_attempt_until", "attempt", ["until"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("attempt")
    op.drop_table("desk_look")
