"""Where a mandate that a clerk entered counts: the regions of that clerk's window."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; mandates that clerks entered before are limited to the area of their window now."""
    op.add_column("mandate", sa.Column("area", sa.String(length=6), nullable=True))
    account = sa.table("account", *map(sa.column, ("id", "role", "area", "window_id")))
    window = sa.table("window", *map(sa.column, ("id", "area")))
    mandate = sa.table("mandate", *map(sa.column, ("area", "entered_by")))
    area = sa.func.coalesce(account.c.area, window.c.area)
    of_clerk = (
        sa.select(area)
        .select_from(account.outerjoin(window, window.c.id == account.c.window_id))
        .where(account.c.id == mandate.c.entered_by, account.c.role == "clerk")
        .scalar_subquery()
    )
    op.execute(mandate.update().values(area=of_clerk))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("mandate", "area")
