"""Work-orders by their case's own name, with results; who each notice is for; since when a slot waits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Widen and add; nothing stored is lost."""
    with op.batch_alter_table("work_order") as table:
        table.alter_column("id", existing_type=sa.String(length=32), type_=sa.String(length=200))
        table.add_column(sa.Column("result", sa.String(length=120), nullable=True))
    op.add_column("notice", sa.Column("recipient", sa.String(length=64), nullable=True))
    op.add_column("notice", sa.Column("slot", sa.String(length=64), nullable=True))
    op.create_index("ix_notice_case", "notice", ["case"], unique=False)
    op.add_column("slot_case", sa.Column("reason", sa.String(length=64), nullable=True))
    op.add_column("slot_case", sa.Column("since", INSTANT, nullable=True))
    op.add_column("slot_case", sa.Column("note", sa.String(length=120), nullable=True))


def downgrade() -> None:
    """Drop what was added; work-orders with a longer name go."""
    for column in ("note", "since", "reason"):
        op.drop_column("slot_case", column)
    op.drop_index("ix_notice_case", "notice")
    op.drop_column("notice", "slot")
    op.drop_column("notice", "recipient")
    op.execute("DELETE FROM work_order WHERE length(id) > 32")
    with op.batch_alter_table("work_order") as table:
        table.drop_column("result")
        table.alter_column("id", existing_type=sa.String(length=200), type_=sa.String(length=32))
