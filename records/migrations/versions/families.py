"""Cases of one family under one opaque id, with what people call them together."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table and the cases' column; cases filed before belong to no family."""
    op.create_table(
        "family",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title_zh", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("code_blind", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_family"),
        sa.UniqueConstraint("code_blind", name="uq_family_code_blind"),
    )
    op.add_column("case", sa.Column("family", sa.String(length=32), nullable=True))
    op.create_index("ix_case_family", "case", ["family"], unique=False)


def downgrade() -> None:
    """Drop both; the cases stay."""
    op.drop_index("ix_case_family", "case")
    op.drop_column("case", "family")
    op.drop_table("family")
