"""Tickets that were used, mandates between any two persons, and the visits of staff representatives."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; no mandate was made before, so that table is made anew."""
    op.create_table(
        "spent_ticket",
        sa.Column("ticket_blind", sa.String(length=64), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("ticket_blind", name="pk_spent_ticket"),
    )
    op.drop_table("mandate")
    _mandate()
    _visit()


def downgrade() -> None:
    """Drop them again; mandates are lost."""
    for name in ("agent_visit", "mandate", "spent_ticket"):
        op.drop_table(name)
    _mandate_before()


def _mandate() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("principal", sa.String(length=80), nullable=False),
        sa.Column("representative", sa.String(length=80), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=True),
        sa.Column("case", sa.String(length=48), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_document", sa.LargeBinary(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_mandate_case"),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_mandate_data_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    _indexes()


def _visit() -> None:
    op.create_table(
        "agent_visit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("mandate", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=True),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("visited_at", INSTANT, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_photo", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_agent_visit_account"),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_agent_visit_case"),
        sa.ForeignKeyConstraint(["mandate"], ["mandate.id"], name="fk_agent_visit_mandate"),
        sa.PrimaryKeyConstraint("id", name="pk_agent_visit"),
    )
    op.create_index("ix_agent_visit_account", "agent_visit", ["account"], unique=False)
    op.create_index("ix_agent_visit_mandate", "agent_visit", ["mandate"], unique=False)


def _mandate_before() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("principal", sa.String(length=80), nullable=False),
        sa.Column("representative", sa.String(length=32), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=True),
        sa.Column("case", sa.String(length=48), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_document", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_mandate_case"),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_mandate_data_key_id"),
        sa.ForeignKeyConstraint(["representative"], ["account.id"], name="fk_mandate_representative"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    _indexes()


def _indexes() -> None:
    op.create_index("ix_mandate_principal", "mandate", ["principal"], unique=False)
    op.create_index("ix_mandate_representative", "mandate", ["representative"], unique=False)
