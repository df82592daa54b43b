"""The tables of the agencies' desks: nothing in, filings, what was done about them and who looked when out.

`sealed_*` is encrypted with the case's data key, so that erasing the key empties the desk too.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from records.schema import Instant, metadata

_Id = String(32)
_Word = String(64)

desk_item = Table(
    "desk_item",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("agency", _Word, nullable=False),
    Column("key", String(200), nullable=False),  # case/slot/round/submit
    Column("case", String(48), ForeignKey("case.number"), nullable=False),
    Column("slot", _Word, nullable=False),
    Column("item", String(140), nullable=False),  # agency/item
    Column("round", Integer, nullable=False),
    Column("state", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sealed_filing", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("agency", "key"),
    Index("ix_desk_item_inbox", "agency", "state", "received_at"),
    Index("ix_desk_item_case", "case", "slot"),
)

desk_act = Table(
    "desk_act",
    metadata,
    Column("item", _Id, ForeignKey("desk_item.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", _Word, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),  # its events, and what only the desk knows of it
)

desk_look = Table(
    "desk_look",
    metadata,
    Column("account", _Id, ForeignKey("account.id"), primary_key=True),  # the handler's
    Column("since", Instant, nullable=False),  # what has come after this is new to them
    Column("looked_at", Instant, nullable=False),
)
