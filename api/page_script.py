"""Scripts of others that pages load: nothing in, by name the files that a locked package brings."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PACKAGE: Final = "django_htmx"
"""Brings htmx and its extension for server-sent events; installed for these files alone, without Django."""


def _files() -> dict[str, Path]:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return {}
    folder = Path(spec.origin).parent / "static" / _PACKAGE
    return {"htmx.js": folder / "htmx-2.min.js", "sse.js": folder / "ext" / "hx-sse-2.min.js"}


SCRIPTS: Final = _files()
