"""Until when an item may be accepted and an answer may come, and the instant of a due date."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns; each case fills them with its next snapshot."""
    op.add_column("slot_case", sa.Column("accept_by", sa.Date(), nullable=True))
    op.add_column("slot_case", sa.Column("answer_by", sa.Date(), nullable=True))
    op.add_column("slot_case", sa.Column("due_at", INSTANT, nullable=True))


def downgrade() -> None:
    """Drop them again."""
    for column in ("due_at", "answer_by", "accept_by"):
        op.drop_column("slot_case", column)
