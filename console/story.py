"""Stories: in goes a scenario, out comes the case it files, ready to be sealed and started."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from forms.eligibility import eligibility
from forms.ground_words import receipt_grounds
from forms.intake import Prepared, Submission, prepare
from forms.merge import MergedForm, merge
from forms.prefill import known_from_registers, without_login
from forms.resolve import Known
from forms.validate import Validation, validate
from onething.adapter import Capabilities, MaterialReference
from onething.calendar import WorkCalendar
from onething.case_definition import FilingMode, Origin
from onething.catalog import Catalog
from onething.definition import Scenario
from onething.errors import AnswersRejected
from onething.receipt import ReceiptGrounds, ReceiptWindow
from onething.rule import Place
from onething.rule_binding import rules_of
from onething.text import Text

WINDOW = ReceiptWindow(
    name=Text(zh="政务服务中心“一件事”综合窗口", en="One-thing window, government service centre"),
    phone="12345",
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A story as far as the counter: its form, what was filled in, and the case made of it."""

    form: MergedForm
    answers: Mapping[str, Any]
    known: Mapping[str, Known]
    validation: Validation
    prepared: Prepared


def file_story(
    catalog: Catalog,
    bundle: str,
    story: Scenario,
    number: str,
    world: tuple[WorkCalendar, Mapping[str, Capabilities]],
) -> Filed:
    """Fill in, validate and prepare a story's case; raises AnswersRejected when the story itself is wrong."""
    filed_at = datetime.fromisoformat(story.filed_at)
    form = merge(catalog, catalog.bundle(bundle), story.situations, filed_at.date(), story.region)
    answers, login = without_login(form, story.answers)
    known = known_from_registers(form, answers, story.registers, login)
    validation = validate(form, answers, known)
    if not validation.ok:
        raise AnswersRejected(problems=[(problem.pointer, problem.code) for problem in validation.problems])
    owed = frozenset(material for materials in story.owed.values() for material in materials)
    submission = Submission(
        number=number,
        region=story.region,
        origin=Origin.WINDOW,
        mode=FilingMode.ASSISTED,
        received_on=date.fromisoformat(story.received_on) if story.received_on else filed_at.date(),
        submitted_at=filed_at,
        window=WINDOW,
        public_url="http://127.0.0.1:8700",
        materials={name: _paper(name) for name in story.materials if name not in owed},
        owed=owed,
        grounds=_grounds(catalog, form, validation, story),
    )
    return Filed(form, answers, known, validation, prepare(catalog, form, validation, submission, world))


def _grounds(
    catalog: Catalog, form: MergedForm, validation: Validation, story: Scenario
) -> dict[str, ReceiptGrounds]:
    """How the story's items with rules stand as it is filed."""
    if not any(slot.item.eligibility for slot in form.slots):
        return {}
    if _BOOK.get("catalog") is not catalog:
        _BOOK.update(catalog=catalog, rules=rules_of(catalog))
    rules, place = _BOOK["rules"], Place(on=form.on, region=story.region)
    return receipt_grounds(eligibility(form, validation.resolution, rules, place), rules)


_BOOK: Final[dict[str, Any]] = {}
"""The rules of the catalog that was asked last: reading them takes longer than asking them."""


def _paper(name: str) -> MaterialReference:
    """A paper that the family of a story brings: its agencies see that it is there, and nothing of it."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return MaterialReference(material=name, blob_id=digest, sha256=digest, size=1, mime="application/pdf")


def known_years(calendar: WorkCalendar, story: Scenario, also: int | None = None) -> WorkCalendar:
    """The calendar as far as it was announced when the story began, and with the year announced `also`."""
    if story.years_known is None:
        return calendar
    first, last = story.years_known
    years = tuple(year for year in calendar.years if first <= year.year <= last or year.year == also)
    return WorkCalendar(name=calendar.name, years=years, otherwise=calendar.otherwise)
