"""Milliseconds of the form engine: in goes the catalog, out come medians of process time."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final

from forms.check import check_all
from forms.merge import MergedForm, merge
from forms.plan import Draft, plan
from forms.prefill import known_from_registers, without_login
from forms.project import project
from forms.resolve import Known, Resolution
from forms.validate import validate
from onething.catalog import Catalog, load_catalog
from onething.definition import Bundle, Scenario

BUNDLE: Final = "bereavement"
FIELDS: Final = 50
"""The story measured is the one whose form, as the family sees it, is nearest this many fields."""
WRONG: Final[dict[tuple[str, str], Any]] = {
    ("deceased", "id_number"): "360902196805178132",
    ("deceased", "death_time"): 20260226,
    ("account", "bank_code"): "piggy_bank",
    ("applicant", "phone"): "1" * 200,
    ("filing", "signature"): None,
}
"""A wrong check digit, a wrong type, no option, too long, and one that is required and missing."""
RUNS: Final = 1000
_BATCH: Final = 5
"""Calls timed together: one alone is short beside the clock's own step."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One story's merged form with what was typed and what registers supply."""

    bundle: Bundle
    story: Scenario
    on: date
    form: MergedForm
    answers: dict[str, Any]
    known: Mapping[str, Known]

    def draft(self, answers: Mapping[str, Any]) -> Draft:
        """Return these answers as the page sends them."""
        return Draft(self.story.situations, answers, self.known)


def measure(catalog: Catalog) -> dict[str, float]:
    """Return the median milliseconds of merging, planning, validating, projecting all slots and loading."""
    filled = nearest(catalog)
    form, bundle, known = filled.form, filled.bundle, filled.known
    wrong = spoilt(filled.answers)
    broken = filled.draft(wrong)
    found = {problem.pointer for problem in validate(form, wrong, known).problems}
    if found != {f"/{role}/{key}" for role, key in WRONG}:
        msg = f"five answers were to be wrong, not {sorted(found)}"
        raise AssertionError(msg)

    def project_all() -> None:
        resolution = Resolution(form, filled.answers, known)
        for slot in form.slots:
            project(form, slot, resolution)

    return {
        "merge_ms": milliseconds(lambda: merge(catalog, bundle, filled.story.situations, filled.on), 60),
        "plan_ms": milliseconds(lambda: plan(catalog, bundle, broken, form), 100),
        "validate_ms": milliseconds(lambda: validate(form, wrong, known), RUNS),
        "project_all_ms": milliseconds(project_all, RUNS),
        "catalog_load_ms": _loaded(catalog),
    }


def nearest(catalog: Catalog) -> Filled:
    """Return the story whose visible fields come nearest to FIELDS, of those with everything to spoil."""
    roles = {role for role, _ in WRONG}
    told = [story for story in catalog.scenarios[BUNDLE].values() if roles <= story.answers.keys()]
    stories = [fill(catalog, story) for story in told]
    return min(stories, key=lambda filled: (abs(size(catalog, filled) - FIELDS), filled.story.scenario))


def fill(catalog: Catalog, story: Scenario) -> Filled:
    """Merge a story's form and look up what registers supply."""
    bundle = catalog.bundle(BUNDLE)
    on = date.fromisoformat(story.filed_at[:10])
    form = merge(catalog, bundle, story.situations, on)
    answers, login = without_login(form, story.answers)
    return Filled(
        bundle, story, on, form, answers, known_from_registers(form, answers, story.registers, login)
    )


def size(catalog: Catalog, filled: Filled) -> int:
    """Return how many fields the family sees."""
    shown = plan(catalog, filled.bundle, filled.draft(filled.answers), filled.form)
    return sum(len(block.fields) for section in shown.sections for block in section.blocks)


def spoilt(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with five of them wrong."""
    wrong = deepcopy(dict(answers))
    for (role, key), value in WRONG.items():
        wrong[role][key] = value
    return wrong


def milliseconds(call: Callable[[], object], runs: int) -> float:
    """Return the median time of a call in milliseconds of this process, after a few calls to warm up."""
    for _ in range(_BATCH * 2):
        call()
    times = []
    for _ in range(max(1, runs // _BATCH)):
        begun = process_time()
        for _ in range(_BATCH):
            call()
        times.append((process_time() - begun) / _BATCH)
    return round(median(times) * 1000, 3)


def _loaded(catalog: Catalog) -> float:
    """Return the milliseconds of reading and checking the catalog, as a start does it."""
    times = []
    for _ in range(3):
        begun = perf_counter()
        check_all(load_catalog(catalog.folder))
        times.append(perf_counter() - begun)
    return round(median(times) * 1000, 1)
