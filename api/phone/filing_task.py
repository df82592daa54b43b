"""How far a filing has come: in go a draft and its plan, out come tasks, each done, begun or untouched."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.draft import DraftBody
from api.filling import Filling
from api.intake import missing_papers
from api.office import Office
from api.page_view import word
from api.paper_choice import passed_over
from forms.resolve import Resolution
from onething.item_material import MaterialSource
from onething.plan import Plan, PlanProblem, PlanSection
from onething.text import Text
from records.material import StoredMaterial

START: Final = "start"
NOTICE: Final = "notice"
PAPERS: Final = "materials"
CHECK: Final = "check"


class Status(StrEnum):
    """How far one task has come."""

    DONE = "done"
    BEGUN = "begun"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class Task:
    """One page of the filing; `key` is its place below the draft, `left` what is still missing or wrong."""

    key: str
    title: Text
    status: Status
    left: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """All tasks in order, and the findings with the page at which each is mended."""

    tasks: tuple[Task, ...]
    problems: tuple[PlanProblem, ...]
    pages: dict[str, str]
    """By pointer of a finding, the key of its page; the check page for whatever belongs to none."""

    @property
    def done(self) -> int:
        """How many tasks are done."""
        return sum(one.status is Status.DONE for one in self.tasks)

    @property
    def complete(self) -> bool:
        """Whether nothing is left but to check and submit."""
        return self.done == len(self.tasks)

    def of(self, key: str) -> Task | None:
        """One task by its key."""
        return next((one for one in self.tasks if one.key == key), None)

    def after(self, key: str) -> str:
        """The page that follows in order; after the last, one that still lacks something, or the check."""
        keys = [one.key for one in self.tasks]
        place = keys.index(key) + 1 if key in keys else len(keys)
        if place < len(keys):
            return keys[place]
        return next((one.key for one in self.tasks if one.left and one.key != key), CHECK)


def progress_of(
    office: Office, body: DraftBody, filling: Filling, plan: Plan, papers: tuple[StoredMaterial, ...]
) -> Progress:
    """The tasks of a draft with what each still lacks."""
    resolution = Resolution(filling.form, filling.answers, filling.known)
    uploaded = frozenset(one.material for one in papers)
    missing = missing_papers(office, filling.form.slots, resolution, uploaded)
    open_ones = passed_over(office, filling, uploaded, (*body.owed, *body.without))
    problems = (*plan.problems, *missing, *open_ones)
    pages = {one.pointer: _page_of(plan, one.pointer) for one in problems}
    left: dict[str, int] = {}
    for page in pages.values():
        left[page] = left.get(page, 0) + 1
    return Progress(tuple(_tasks(body, plan, uploaded, left)), problems, pages)


def _tasks(body: DraftBody, plan: Plan, uploaded: frozenset[str], left: dict[str, int]) -> Iterator[Task]:
    begun = bool(body.situations)
    yield _task(START, word("filing_task_start"), left.get(START, 0), begun=begun)
    told = body.notice_shown or body.held.declined
    yield _task(NOTICE, word("filing_task_notice"), 0 if told else 1, begun=False)
    for section in plan.sections:
        key = f"sections/{section.section}"
        if not (_asks(section) or left.get(key)):
            continue  # others hold all of it
        yield _task(key, section.title, left.get(key, 0), begun=_begun(body, section))
    if any(one.source == MaterialSource.SELF for one in plan.materials):
        yield _task(PAPERS, word("materials"), left.get(PAPERS, 0), begun=bool(uploaded))


def _task(key: str, title: Text, left: int, *, begun: bool) -> Task:
    status = Status.BEGUN if begun else Status.UNTOUCHED
    return Task(key, title, status if left else Status.DONE, left)


def _asks(section: PlanSection) -> bool:
    """Whether a person has something to type or to check in a section."""
    return bool(section.many) or any(not one.withheld for block in section.blocks for one in block.fields)


def _begun(body: DraftBody, section: PlanSection) -> bool:
    """Whether something of a section was typed."""
    roles = {block.role for block in section.blocks} | set(section.many)
    return any(body.answers.get(role) for role in roles)


def _page_of(plan: Plan, pointer: str) -> str:
    top = pointer.strip("/").partition("/")[0]
    if top in {"situations", "for"}:
        return START
    if top in {"materials", "owed"}:
        return PAPERS
    for section in plan.sections:
        shown = {one.pointer for block in section.blocks for one in block.fields}
        if pointer in shown or top in section.many:
            return f"sections/{section.section}"
    owners = ((block.role, one.section) for one in plan.sections for block in one.blocks)
    return next((f"sections/{section}" for role, section in owners if role == top), CHECK)
