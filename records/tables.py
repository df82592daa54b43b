"""Every table: nothing in, the one complete `MetaData` out."""

from records import (
    schema_account,
    schema_attempt,
    schema_case_work,
    schema_desk,
    schema_follow,
    schema_supervision,
)
from records.schema import metadata

__all__ = [
    "metadata",
    "schema_account",
    "schema_attempt",
    "schema_case_work",
    "schema_desk",
    "schema_follow",
    "schema_supervision",
]
