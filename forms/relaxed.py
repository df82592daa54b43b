"""Relaxed forms: in goes an agency's form, out comes a validator of its values that misses nobody's box.

It tells quickly whether all that is wrong with a payload is what it lacks. It never tells that a payload is
right: only the agency's own form does.
"""

from typing import Any, Final

import jsonschema_rs

from forms.schema import compile_schema

_PLAIN: Final = frozenset({
    "type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
    "title", "description", "readOnly", "examples", "default", "x-once", "$comment", "$schema",
})  # fmt: skip
_LACK: Final = frozenset({"required", "dependentRequired"})
_CACHE: Final[dict[int, tuple[dict[str, Any], jsonschema_rs.Validator | None]]] = {}


class _Opaque(Exception):
    """A keyword of which `forms.requirement` cannot tell what it requires."""


def relaxed_validator(form: dict[str, Any]) -> jsonschema_rs.Validator | None:
    """Return a validator of the form without its requirements; None when these cannot be told from it."""
    found = _CACHE.get(id(form))
    if found is None or found[0] is not form:
        try:
            found = (form, compile_schema(_relaxed(form, nested=True)))
        except _Opaque:
            found = (form, None)
        _CACHE[id(form)] = found
    return found[1]


def _relaxed(schema: dict[str, Any], *, nested: bool) -> dict[str, Any]:
    """Take requirements out; `nested`: rules may stand here, and `forms.requirement` reads them."""
    left: dict[str, Any] = {}
    for keyword, part in schema.items():
        if keyword in _PLAIN or (keyword == "additionalProperties" and part is False):
            left[keyword] = part
        elif keyword == "properties":
            left[keyword] = {name: _relaxed(sub, nested=nested) for name, sub in part.items()}
        elif keyword == "items" and isinstance(part, dict):
            left[keyword] = _relaxed(part, nested=nested)
        elif keyword == "allOf" and nested:
            left[keyword] = [_part(sub) for sub in part]
        elif keyword in {"if", "then", "else"} and nested:
            if keyword != "if" and not _empty(_relaxed(part, nested=False)):
                raise _Opaque
        elif keyword not in _LACK or (keyword == "dependentRequired" and not nested):
            raise _Opaque
    return left


def _part(schema: dict[str, Any]) -> dict[str, Any]:
    if "allOf" in schema:
        raise _Opaque
    return _relaxed(schema, nested=True)


def _empty(schema: dict[str, Any]) -> bool:
    """Whether a relaxed schema says nothing about any value."""
    parts = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return schema.keys() <= {"properties", "items"} and all(_empty(part) for part in parts)
