"""JSON Schema, compiled: in go forms, out come validators and proofs that a merge cannot be filled."""

from typing import Any, Final

import jsonschema_rs

from forms.binding import ActiveSlot
from forms.identity import is_citizen_id
from forms.merge import Field, MergedForm

FORMATS: Final = {"citizen-id": is_citizen_id}
_PATTERNS: Final = jsonschema_rs.RegexOptions(size_limit=1 << 20)
_CACHE: Final[dict[int, tuple[dict[str, Any], jsonschema_rs.Validator]]] = {}


def compile_schema(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Compile a schema with our formats and a linear-time pattern engine; raises ValueError when it is none.

    Nothing is fetched: a reference to elsewhere is an error.
    """
    return jsonschema_rs.Draft202012Validator(
        schema, formats=FORMATS, validate_formats=True, pattern_options=_PATTERNS, offline=True
    )


def slot_validator(slot: ActiveSlot) -> jsonschema_rs.Validator:
    """The validator of an agency's own form, compiled once per item."""
    found = _CACHE.get(id(slot.item.form))
    if found is None or found[0] is not slot.item.form:
        found = (slot.item.form, compile_schema(slot.item.form))
        _CACHE[id(slot.item.form)] = found
    return found[1]


def form_validator(form: MergedForm) -> jsonschema_rs.Validator:
    """The validator of the merged form: types and every pulled-back constraint, no requirements."""
    if "validator" not in form.compiled:
        form.compiled["validator"] = compile_schema(form_schema(form))
    validator: jsonschema_rs.Validator = form.compiled["validator"]
    return validator


def form_schema(form: MergedForm) -> dict[str, Any]:
    """The merged form as JSON Schema: one object per role, arrays for array roles."""
    groups: dict[str, dict[str, Any]] = {}
    for field in form.fields.values():
        groups.setdefault(field.fact.owner, {})[field.fact.key] = field_schema(field)
    properties: dict[str, Any] = {}
    for role, group in groups.items():
        shape = {"type": "object", "properties": group, "additionalProperties": False}
        if form.bundle.roles[role].many:
            shape = {"type": "array", "items": shape, "maxItems": form.bundle.roles[role].at_most}
        properties[role] = shape
    return {"type": "object", "properties": properties, "additionalProperties": False}


def field_schema(field: Field) -> dict[str, Any]:
    """All constraints of one field; what an earlier one implies is left out, and so is told once."""
    parts: list[dict[str, Any]] = []
    for schema in field.schemas:
        part = {
            key: value for key, value in schema.items() if not any(_implies(p, key, value) for p in parts)
        }
        if part or not parts:
            parts.append(part)
    return parts[0] if len(parts) == 1 else {"allOf": parts}


def _implies(schema: dict[str, Any], keyword: str, value: Any) -> bool:
    """Whether a schema holds every value to a keyword already."""
    if keyword not in schema:
        return False
    own = schema[keyword]
    match keyword:
        case "maxLength" | "maximum":
            return bool(own <= value)
        case "minLength" | "minimum":
            return bool(own >= value)
        case "enum":
            return all(option in value for option in own)
        case "type" | "pattern" | "format":
            return bool(own == value)
        case _:
            return False


def satisfiable(schema: dict[str, Any]) -> bool:
    """Whether some value may satisfy the schema; False is proven, True means yes or unknown."""
    no = jsonschema_rs.canonical.Satisfiability.NO
    return bool(jsonschema_rs.canonicalize(schema).satisfiability() != no)
