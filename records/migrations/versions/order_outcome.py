"""What a work-order came to in words, sealed as its note is."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was closed before, nobody has said anything."""
    op.add_column("work_order", sa.Column("sealed_outcome", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop it again, and with it what was said."""
    op.drop_column("work_order", "sealed_outcome")
