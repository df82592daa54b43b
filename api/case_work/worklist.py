"""The clerk's worklist: in goes a view and what narrows it, out come cases of its area, newest first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator, Field

from api import audit
from api.case_work.area import area_of
from api.case_work.people import names_for
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.progress import progress_of
from onething.case_state import CaseState, SlotState
from onething.text import Model, Text
from onething.wording import BUNDLE_STATES
from records.case import get_case
from records.case_owner import owners_of
from records.hand import CORRECTION, STUCK, Hand, count_orders, hand_of
from records.worklist import OVER, CaseFilter, CaseSummary, count_cases, list_cases
from records.worklist_slot import SlotSign, group_by_case, signs_of

router = APIRouter(prefix="/api/v1", tags=["worklists"])
Clerk = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
PAGE: Final = 30
MOST: Final = 999
"""Beyond this nothing is counted."""
_AFTER: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|\+00:00),[A-Za-z0-9-]{6,48}$"
_STATES: Final = {state.value: text for state, text in BUNDLE_STATES.items()}
_LIGHTS: Final = ("red", "yellow", "paused", "green")
"""The most pressing first."""


class View(StrEnum):
    """What a clerk wants to see."""

    OPEN = "open"
    MINE = "mine"
    CORRECTION = "correction"
    SOON = "soon"
    OVERDUE = "overdue"
    OPERATOR = "operator"
    CLOSED = "closed"


def _blank(value: Any) -> Any:
    """A field of a form that was left empty narrows nothing."""
    return value or None


Chosen = Annotated[Annotated[str, Field(max_length=80)] | None, BeforeValidator(_blank)]


class WorkQuery(Model):
    """Which view, and what narrows it; `after` is the last line of the page before."""

    view: View = View.OPEN
    agency: Chosen = None
    bundle: Chosen = None
    state: Chosen = None
    after: Annotated[Annotated[str, Field(pattern=_AFTER)] | None, BeforeValidator(_blank)] = None
    lang: Annotated[str | None, Field(max_length=5)] = None
    """The page's language; it narrows nothing."""

    def filter(self, caller: Caller, view: View | None = None) -> CaseFilter:
        """In the records' words, for one view or another."""
        given: dict[str, Any] = {"agency": self.agency, "bundle": self.bundle, "state": self.state}
        return CaseFilter(
            **given | _VIEWS[view or self.view](caller), after=self._after(), area=area_of(caller)
        )

    def _after(self) -> tuple[datetime, str] | None:
        at, _, number = (self.after or "").partition(",")
        try:
            return (datetime.fromisoformat(at), number) if at else None
        except ValueError:
            return None


class WorkLine(Model):
    """One case of the list."""

    number: str
    bundle: str
    title: Text
    state: str
    state_text: Text
    ended: bool
    submitted_at: datetime
    owner: Text | None
    """Who answers for it; None while nobody has taken it."""
    mine: bool
    done: int
    count: int
    progress: Text
    """How many of its items have a result, and what the others wait for."""
    stuck: int
    """How many of its items need a person."""
    held: bool
    """Nothing is filed until the window has checked."""
    unconfirmed: int
    """How many items wait for somebody to confirm their condition."""
    correcting: int
    """How many items are to be put right."""
    answer_by: date | None
    """The earliest day by which they are; None where none runs."""
    orders: int
    """How many work-orders are open, after its end too."""
    light: str | None
    """The most pressing light of its undecided items; None where no clock runs."""
    due: date | None
    """The earliest due day of those."""


class WorkPage(Model):
    """A page of the list, and how many cases each view has (none counted beyond 999)."""

    lines: tuple[WorkLine, ...]
    counts: dict[View, int]
    more: str | None
    """`after` of the next page; None on the last."""


@router.get("/work")
async def get_work(wanted: Annotated[WorkQuery, Query()], caller: Clerk, office: TheOffice) -> WorkPage:
    """One page of the clerk's worklist: the cases of the window's area."""
    return await work_page(office, caller, wanted)


async def work_page(office: Office, caller: Caller, wanted: WorkQuery) -> WorkPage:
    """A page of the list; reading it is audited."""
    narrowed = wanted.filter(caller)
    found = await list_cases(office.archive, _one_more(narrowed))
    counted = wanted.model_copy(update={"after": None})
    counts = await count_cases(office.archive, [counted.filter(caller, view) for view in View], MOST + 1)
    lines = await work_lines(office, caller, found[:PAGE])
    await audit.note(office, caller, "read_worklist", fields=(wanted.view.value,))
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = f"{last.submitted_at.isoformat().replace('+00:00', 'Z')},{last.number}" if last else None
    return WorkPage(lines=lines, counts=dict(zip(View, counts, strict=True)), more=more)


async def work_lines(office: Office, caller: Caller, found: Sequence[CaseSummary]) -> tuple[WorkLine, ...]:
    """Cases as lines of a list: with their owner, how far they are, and what presses."""
    numbers = tuple(one.number for one in found)
    signs = group_by_case(await signs_of(office.archive, numbers))
    owners = await owners_of(office.archive, numbers)
    orders = await count_orders(office.archive, numbers)
    names = await names_for(office, {one.account for one in owners.values()})
    return tuple(
        [
            _line(office, one, signs[one.number]).model_copy(
                update={
                    "answer_by": await _answer_by(office, one, signs[one.number]),
                    "orders": orders.get(one.number, 0),
                    "owner": names[owners[one.number].account] if one.number in owners else None,
                    "mine": one.number in owners and owners[one.number].account == caller.account,
                }
            )
            for one in found
        ]
    )


async def _answer_by(office: Office, one: CaseSummary, signs: Sequence[SlotSign]) -> date | None:
    """The applicant's own limit stands in the sealed state: it is opened for a case that has one only."""
    if one.closed_at or not any(sign.state == CORRECTION for sign in signs):
        return None
    stored = await get_case(office.archive, one.number)
    if stored.snapshot is None:
        return None
    slots = CaseState.model_validate(stored.snapshot).slots.values()
    asked = [slot.correction for slot in slots if slot.state is SlotState.CORRECTION_REQUESTED]
    return min((one.due.due.due for one in asked if one and one.due), default=None)


def _line(office: Office, one: CaseSummary, signs: Sequence[SlotSign]) -> WorkLine:
    bundle = office.catalog.bundles.get(one.bundle)
    unknown = Text(zh=one.state, en=one.state)
    pressing = [] if one.closed_at else [sign for sign in signs if sign.state not in OVER]
    hands = [hand_of(sign.state, sign.holder) for sign in pressing]
    return WorkLine(
        number=one.number,
        bundle=one.bundle,
        title=bundle.title if bundle else Text(zh=one.bundle, en=one.bundle),
        state=one.state,
        state_text=_STATES.get(one.state, unknown),
        ended=one.closed_at is not None,
        submitted_at=one.submitted_at,
        owner=None,
        mine=False,
        done=sum(sign.state in OVER for sign in signs),
        count=len(signs),
        progress=progress_of(signs, over=one.closed_at is not None),
        stuck=sum(sign.state == STUCK for sign in pressing),
        held=Hand.HELD in hands,
        unconfirmed=hands.count(Hand.GATE),
        correcting=sum(sign.state == CORRECTION for sign in pressing),
        answer_by=None,
        orders=0,
        light=_worst(light for sign in pressing for light in (sign.light_promised, sign.light_statutory)),
        due=min(
            (day for sign in pressing for day in (sign.due_promised, sign.due_statutory) if day), default=None
        ),
    )


def _worst(lights: Iterable[str | None]) -> str | None:
    given = set(lights)
    return next((light for light in _LIGHTS if light in given), None)


def _one_more(wanted: CaseFilter) -> CaseFilter:
    return replace(wanted, limit=PAGE + 1)


_VIEWS: Final[dict[View, Callable[[Caller], dict[str, Any]]]] = {
    View.OPEN: lambda _: {"open": True},
    View.MINE: lambda caller: {"open": True, "owner": caller.account},
    View.CORRECTION: lambda _: {"open": True, "slot_state": CORRECTION},
    View.SOON: lambda _: {"open": True, "undecided": True, "light": "yellow"},
    View.OVERDUE: lambda _: {"open": True, "undecided": True, "light": "red"},
    View.OPERATOR: lambda _: {"hand": True},
    View.CLOSED: lambda _: {"open": False},
}
"""What each view narrows to."""
