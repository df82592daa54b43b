"""Data keys: one for each case, wrapped by the key ring in, sealed columns and blobs out.

A draft has its own; a case filed from it takes the key over, so uploads stay readable as they are.
Deleting the wrapped key turns everything sealed with it into noise (erasure).
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, insert, select

from onething.errors import NotKnown
from records.errors import CaseErased
from records.schema import case as case_table
from records.schema import data_key as table
from records.schema import draft as draft_table
from runtime.keyring import KEY_BYTES, NONCE_BYTES, DecryptionFailed, KeyRing

_VERSION = b"\x01"
_START = len(_VERSION) + NONCE_BYTES

# Statements of the most frequent paths are built once: building costs as much as running them.
_COLUMNS = (table.c.id, table.c.wrapped)
_OF_CASE = select(*_COLUMNS).join_from(case_table, table).where(case_table.c.number == bindparam("number"))
_OF_DRAFT = select(*_COLUMNS).join_from(draft_table, table).where(draft_table.c.id == bindparam("draft"))


@dataclass(frozen=True, slots=True)
class DataKey:
    """One unwrapped key: seals bytes and JSON for a named place, and names blobs."""

    id: str
    secret: bytes
    cipher: AESGCM

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt for `place` (table, column and row), where alone it can be opened again."""
        nonce = os.urandom(NONCE_BYTES)
        return _VERSION + nonce + self.cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Give back what was sealed for `place`; raises DecryptionFailed."""
        if sealed[:1] != _VERSION:
            raise DecryptionFailed
        try:
            return self.cipher.decrypt(sealed[1:_START], sealed[_START:], place.encode())
        except (InvalidTag, ValueError):
            raise DecryptionFailed from None

    def seal_json(self, value: Any, place: str) -> bytes:
        """Seal any JSON value."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), place)

    def open_json(self, sealed: bytes, place: str) -> Any:
        """Open a sealed JSON value."""
        return json.loads(self.open(sealed, place))

    def name(self, digest: bytes) -> str:
        """Name a blob by the SHA-256 of its content: keyed, so equal names show only within this case."""
        return hmac.new(self.secret, b"blob:" + digest, hashlib.sha256).hexdigest()


def fresh(ring: KeyRing, now: datetime) -> tuple[DataKey, dict[str, Any]]:
    """Make a new key and the row that keeps it."""
    key_id, secret = uuid4().hex, os.urandom(KEY_BYTES)
    row = {"id": key_id, "wrapped": ring.wrap_key(secret, key_id), "created_at": now, "erased_at": None}
    return DataKey(key_id, secret, AESGCM(secret)), row


def keep(connection: Connection, row: dict[str, Any]) -> None:
    """Store the row of a fresh key."""
    connection.execute(insert(table), row)


def unwrap(ring: KeyRing, key_id: str, wrapped: bytes) -> DataKey:
    """Turn a stored row back into a key."""
    secret = ring.unwrap_key(wrapped, key_id)
    return DataKey(key_id, secret, AESGCM(secret))


def of_case(connection: Connection, ring: KeyRing, number: str) -> DataKey:
    """Give the key of a case; raises NotKnown, or CaseErased when the key was deleted."""
    row = connection.execute(_OF_CASE, {"number": number}).one_or_none()
    if row is None:
        raise NotKnown("case", number)
    if row.wrapped is None:
        raise CaseErased(number)
    return unwrap(ring, row.id, row.wrapped)


def of_draft(connection: Connection, ring: KeyRing, draft_id: str) -> DataKey:
    """Give the key of a draft; raises NotKnown."""
    row = connection.execute(_OF_DRAFT, {"draft": draft_id}).one_or_none()
    if row is None:
        raise NotKnown("draft", draft_id)
    return unwrap(ring, row.id, row.wrapped)
