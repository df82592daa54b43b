"""One couple: the marriage story's, also told as the parents of the birth story."""

import json
from dataclasses import dataclass

from api.family_known import SOURCE

WIFE, HUSBAND = "360902199903264846", "360902199807145273"
MOTHER, FATHER = "360902199604123269", "360902199408235175"
"""The couple of the marriage story, and the parents of the birth story, whose numbers become theirs."""
OTHER = "360902196910054114"
SITUATIONS = {
    "applicant_is": "mother",
    "parents": "married",
    "children_born": "one",
    "birth_place": "hospital",
    "certificate_issued": False,
    "child_named": True,
    "joins": "applicant",
    "ethnicity_as": "applicant",
    "has_siblings": False,
    "mother_work": "employee",
    "settled_directly": True,
    "wants_nursery": False,
    "special": [],
}


@dataclass(frozen=True)
class Filing:
    """Which life event, and which papers come with it."""

    bundle: str
    materials: tuple[str, ...]


def as_couple(value):
    """A birth story's part, about the couple of the marriage story."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.replace(MOTHER, WIFE).replace(FATHER, HUSBAND))


def fields_of(plan):
    return {
        one["pointer"]: one
        for section in plan["sections"]
        for block in section["blocks"]
        for one in block["fields"]
    }


def reused(plan):
    """What an earlier case supplied, by pointer."""
    fields = fields_of(plan)
    return {name: one for name, one in fields.items() if (one["source"] or "").startswith(SOURCE)}
