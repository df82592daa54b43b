"""Typed names of persons: in goes a name as somebody wrote it, out comes what tells persons apart."""

import unicodedata


def told_apart(name: str) -> str:
    """The name without spaces of any width and without variants of width and case: `张 伟` is `张伟`."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
