"""The receipt's one byte form: a document in, RFC 8785 JSON and its SHA-256 out, and the way back."""

import hashlib
import json
from typing import Any

import rfc8785

from onething.receipt import ReceiptDocument


def canonical(document: ReceiptDocument) -> bytes:
    """Give the RFC 8785 bytes of the document; what is not set is left out."""
    return rfc8785.dumps(document.model_dump(mode="json", exclude_none=True))


def digest(data: bytes) -> str:
    """Give the SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def is_canonical(data: bytes) -> bool:
    """Whether these bytes are exactly the RFC 8785 form of what they say."""
    try:
        value: Any = json.loads(data.decode("utf-8"), parse_constant=_refuse)
        return rfc8785.dumps(value) == data
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return False


def _refuse(constant: str) -> None:
    raise ValueError(constant)
