"""The table of tries at the doors that anybody may knock at: nothing in, counts out.

Who tries stands there as a keyed hash only, and every row is dropped once its window is over.
"""

from sqlalchemy import Column, Integer, String, Table

from records.schema import Instant, metadata

attempt = Table(
    "attempt",
    metadata,
    Column("kind", String(32), primary_key=True),  # which limit
    Column("name_blind", String(64), primary_key=True),  # of an address or of an account's name
    Column("tries", Integer, nullable=False),
    Column("until", Instant, nullable=False, index=True),  # the end of the window
)
