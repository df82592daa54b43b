"""Values that go together: in go what was typed and what is known, out comes what is not torn from its own.

The code of a bank's branch says nothing beside another bank. What was typed is not compared with what is
known, so that nobody learns by typing what a register holds.
"""

from collections.abc import Mapping
from typing import Any

from api.standing import value_at
from forms.merge import MergedForm
from forms.resolve import Known


def is_torn(form: MergedForm, typed: Mapping[str, Any], pointer: str) -> bool:
    """Whether something was typed with which a register's value at this pointer would have to go."""
    place, _, key = pointer.rpartition("/")
    owner = pointer.strip("/").partition("/")[0]
    beside = (
        name
        for fact, field in form.fields.items()
        if field.concept.goes_with and (fact.owner, fact.key) == (owner, key)
        for name in field.concept.goes_with
    )
    return any(value_at(typed, f"{place}/{name}") not in (None, "") for name in beside)


def untorn(form: MergedForm, typed: Mapping[str, Any], known: Mapping[str, Known]) -> dict[str, Known]:
    """What is known, without what would stand beside something else."""
    return {pointer: one for pointer, one in known.items() if not is_torn(form, typed, pointer)}
