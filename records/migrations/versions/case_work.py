"""The blind word index of cases, and who answers for a case.

Cases filed before are not in the index until `records.search.index_case` is given their words.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables; nobody answers for an older case until somebody takes it."""
    _text()
    _owner()
    op.create_index("ix_slot_case_state", "slot_case", ["state", "case"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("ix_slot_case_state", "slot_case")
    for name in ("case_handover", "case_owner", "case_word", "case_text"):
        op.drop_table(name)


def _text() -> None:
    op.create_table(
        "case_text",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_case_text_case"),
        sa.PrimaryKeyConstraint("seq", name="pk_case_text"),
        sa.UniqueConstraint("case", name="uq_case_text_case"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_word",
        sa.Column("word_blind", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["case_text.seq"], name="fk_case_word_seq"),
        sa.PrimaryKeyConstraint("word_blind", "seq", name="pk_case_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_word_seq", "case_word", ["seq"], unique=False)


def _owner() -> None:
    op.create_table(
        "case_owner",
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("window_id", sa.String(length=64), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_case_owner_case"),
        sa.PrimaryKeyConstraint("case", name="pk_case_owner"),
    )
    op.create_index("ix_case_owner_account", "case_owner", ["account"], unique=False)
    op.create_table(
        "case_handover",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=48), nullable=False),
        sa.Column("from_account", sa.String(length=64), nullable=True),
        sa.Column("from_window", sa.String(length=64), nullable=True),
        sa.Column("to_account", sa.String(length=64), nullable=True),
        sa.Column("to_window", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.number"], name="fk_case_handover_case"),
        sa.PrimaryKeyConstraint("id", name="pk_case_handover"),
    )
    op.create_index("ix_case_handover_case", "case_handover", ["case", "asked_at"], unique=False)
    op.create_index(
        "ix_case_handover_to", "case_handover", ["state", "to_account", "to_window"], unique=False
    )
