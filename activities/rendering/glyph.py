"""Characters that the font lacks: text in, the list of them or text with stand-ins out.

A missing glyph would print as an empty box or in another country's face. On a receipt a name must be readable
or openly marked, so it prints as its code point, 〔U+2CE36〕, and the caller can make the list a case state.
"""

from collections.abc import Iterator
from typing import Any

from activities.rendering.font import Face, characters
from onething.receipt import ReceiptDocument

_BLANKS = frozenset("\n\r\t")


def missing_characters(text: str, face: Face) -> list[str]:
    """List the characters of the text that the font cannot draw, each once, in order of appearance."""
    has = characters(face)
    return list(dict.fromkeys(ch for ch in text if ord(ch) not in has and ch not in _BLANKS))


def missing_in(document: ReceiptDocument, face: Face) -> list[str]:
    """List the characters anywhere in the document that the font cannot draw."""
    return missing_characters("".join(_texts(document.model_dump(mode="json"))), face)


def code_point(ch: str) -> str:
    """Give a character's Unicode number: U+2CE36."""
    return f"U+{ord(ch):04X}"


def stand_in(text: str, face: Face) -> str:
    """Give the text with every character that the font lacks written as its code point."""
    gone = missing_characters(text, face)
    if not gone:
        return text
    return text.translate({ord(ch): f"〔{code_point(ch)}〕" for ch in gone})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
