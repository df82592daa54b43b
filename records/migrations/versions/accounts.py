"""Accounts, their sessions and windows, and who is party to a case."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; cases filed before have no parties and stay with the windows."""
    _window()
    _account()
    _session()
    _party()
    _mandate()


def downgrade() -> None:
    """Drop them again."""
    for name in ("mandate", "case_party", "session", "account", "window"):
        op.drop_table(name)


def _window() -> None:
    op.create_table(
        "window",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("area", sa.String(length=6), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("address_zh", sa.String(length=200), nullable=False),
        sa.Column("address_en", sa.String(length=300), nullable=False),
        sa.Column("hours_zh", sa.String(length=120), nullable=False),
        sa.Column("hours_en", sa.String(length=200), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_window"),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("subject_blind", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("window_id", sa.String(length=64), nullable=True),
        sa.Column("area", sa.String(length=6), nullable=True),
        sa.Column("agency", sa.String(length=64), nullable=True),
        sa.Column("organisation", sa.String(length=64), nullable=True),
        sa.Column("person_blind", sa.String(length=64), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("data_key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_person", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_account_data_key_id"),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"], name="fk_account_window_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("provider", "subject_blind", name="uq_account_provider"),
    )
    op.create_index("ix_account_person_blind", "account", ["person_blind"], unique=False)


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("rotated_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_session_account"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("ix_session_account", "session", ["account"], unique=False)


def _party() -> None:
    op.create_table(
        "case_party",
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("capacity", sa.String(length=16), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_case_party_case"),
        sa.PrimaryKeyConstraint("case", "capacity", "party", name="pk_case_party"),
    )
    op.create_index("ix_case_party", "case_party", ["party", "case"], unique=False)


def _mandate() -> None:
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
    op.create_index("ix_mandate_principal", "mandate", ["principal"], unique=False)
    op.create_index("ix_mandate_representative", "mandate", ["representative"], unique=False)
