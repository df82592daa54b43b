"""The tables of what comes after filing: nothing in, appointments and the ways notices take out.

`sealed_contact` is encrypted with a data key of its own, so that erasing the key forgets where somebody is
reached; the case of an appointment says whose it is, and nothing else in its row does.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from records.schema import Instant, metadata

_Id = String(32)
_Word = String(64)
_Party = String(80)
_LIVE = text("ended_at IS NULL")

appointment = Table(
    "appointment",
    metadata,
    Column("id", _Id, primary_key=True),  # random
    Column("case", String(48), ForeignKey("case.number"), nullable=False),
    Column("slot", _Word, nullable=False),
    Column("window_id", _Word, nullable=False),
    Column("item", String(120), nullable=False),  # agency/item
    Column("day", Date, nullable=False),
    Column("starts", String(5), nullable=False),  # HH:MM, Beijing time
    Column("lane", Integer, nullable=False),  # which of the places at this time, from 0
    Column("booked_at", Instant, nullable=False),
    Column("booked_by", _Word, nullable=False),  # a role
    Column("reminded_at", Instant),
    Column("ended_at", Instant),
    Column("end_reason", String(16)),  # moved, cancelled, ended
    Index(
        "uq_appointment_place",
        "window_id",
        "item",
        "day",
        "starts",
        "lane",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
    Index("uq_appointment_slot", "case", "slot", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("ix_appointment_day", "day"),
)

notice_choice = Table(
    "notice_choice",
    metadata,
    Column("party", _Party, primary_key=True),  # as `case_party.party`
    Column("channels", JSON, nullable=False),  # wechat, sms, email
    Column("locale", String(2), nullable=False),
    Column("night", Boolean, nullable=False),  # may be reached in the quiet hours as well
    Column("data_key_id", _Id, ForeignKey("data_key.id"), nullable=False),
    Column("sealed_contact", LargeBinary),
    Column("changed_at", Instant, nullable=False),
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("id", _Id, primary_key=True),  # random: the reference that the sender gives back
    Column("notice", String(32), ForeignKey("notice.id"), nullable=False, index=True),
    Column("party", _Party, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", _Word),  # why it waits or failed
    Column("queued_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),  # quiet hours
    Column("sent_at", Instant),
    Column("settled_at", Instant),
    UniqueConstraint("notice", "party", "channel"),
)
