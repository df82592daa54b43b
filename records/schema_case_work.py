"""The tables of following a case: nothing in, the blind word index and who answers for a case out.

Of the index the file shows hashes of one and of two letters, under a key that is not in it, and how often
each occurs; the words themselves are sealed with the case's data key.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from records.schema import Instant, metadata, slot_case

_Number = String(48)
_Word = String(64)
_Sequence = BigInteger().with_variant(Integer, "sqlite")

case_text = Table(
    "case_text",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("case", _Number, ForeignKey("case.number"), nullable=False, unique=True),
    Column("sealed_text", LargeBinary, nullable=False),  # [[kind, words], …], to check hits exactly
    sqlite_autoincrement=True,
)

case_word = Table(
    "case_word",
    metadata,
    Column("word_blind", BigInteger, primary_key=True, autoincrement=False),  # 64 bits of a keyed hash
    Column("seq", _Sequence, ForeignKey("case_text.seq"), primary_key=True, autoincrement=False),
    Index("ix_case_word_seq", "seq"),
    sqlite_with_rowid=False,
)

case_owner = Table(
    "case_owner",
    metadata,
    Column("case", _Number, ForeignKey("case.number"), primary_key=True),
    Column("account", _Word, nullable=False, index=True),  # never empty: nobody leaves without a successor
    Column("window_id", _Word),
    Column("since", Instant, nullable=False),
)

case_handover = Table(
    "case_handover",
    metadata,
    Column("id", String(32), primary_key=True),  # random
    Column("case", _Number, ForeignKey("case.number"), nullable=False),
    Column("from_account", _Word),  # none: the case had nobody yet
    Column("from_window", _Word),
    Column("to_account", _Word),  # none: whoever of the window accepts
    Column("to_window", _Word),
    Column("reason", _Word, nullable=False),
    Column("state", String(16), nullable=False),  # taken, asked, accepted, declined, withdrawn
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", _Word),
    Index("ix_case_handover_case", "case", "asked_at"),
    Index("ix_case_handover_to", "state", "to_account", "to_window"),
)

Index("ix_slot_case_state", slot_case.c.state, slot_case.c.case)
