"""What one case waits for its family to do, for programs: in goes a case, out comes each thing with its day.

What a mandate does not cover is said as well, but not offered: then the person does it themselves.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends

from api import audit
from api.case import Number
from api.identity.acting import OWN_ACT
from api.office import Office, TheOffice
from api.phone.follow_may import May, may_at
from api.phone.follow_view import FollowItem, FollowView, view_followed
from api.phone.follow_wanted import LONG_AFTER
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from api.slot_view import OwedView
from api.supervision.rating import RatingView, rateable, ratings_of
from onething.case_record import OwedState
from onething.duration import Duration
from onething.text import Model, Text

api = APIRouter(prefix="/api/v1", tags=["own cases"])
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]
Rater = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS, OWN_ACT))]


class TodoKind(StrEnum):
    """What somebody is to do; a call is made by staff, and only to be expected."""

    CORRECTION = "correction"
    PAPER = "paper"
    BOOKING = "booking"
    UNTOLD = "untold"
    """To fill in what nobody has yet: the item waits for it."""
    CALL = "call"
    RATING = "rating"


class Todo(Model):
    """One thing to do, and whether the caller may do it."""

    kind: TodoKind
    slot: str | None
    title: Text
    """The item; of a paper its own name."""
    material: str | None = None
    by: date | None = None
    """The last day for it."""
    left: int | None = None
    """How many days there are until then: 0 is today, less than 0 is past."""
    within: Text | None = None
    """How long there is at most from acceptance; until then no day is known."""
    said: Text | None = None
    """What else there is to know: what follows without a paper, or who will call."""
    may: bool = True


class RatedItem(Model):
    """One item that may be rated or was: what was said of it, and whether it may be said now."""

    slot: str
    title: Text
    rating: RatingView | None
    may_rate: bool
    """Not rated yet, or only by somebody for the caller, whose own word takes its place."""


@api.get("/own/cases/{number}/wanted")
async def list_wanted(number: Number, caller: Follower, office: TheOffice) -> list[Todo]:
    """What the case waits for, the most urgent first; a rating, which nobody has to give, at the end."""
    await audit.note(office, caller, "read_case", number)
    may = await may_at(office, caller, number)
    view = await view_followed(office, number)
    every = [one for item in view.items for one in _of_item(item, may, office.today())]
    todos = _once(sorted(every, key=lambda one: one.by or LONG_AFTER))
    calls = _calls(view if may.receive else await view_followed(office, number, may))
    ended = await _rated(office, caller, number) if may.rate else []
    ratings = [_rating(one) for one in ended if one.may_rate and not one.rating]
    return [*todos, *calls, *ratings]


@api.get("/own/cases/{number}/ratings")
async def list_rated(number: Number, caller: Rater, office: TheOffice) -> list[RatedItem]:
    """The items that have ended, with one's own rating of each; nobody reads another's under a mandate."""
    await audit.note(office, caller, "read_ratings", number)
    return await _rated(office, caller, number)


async def _rated(office: Office, caller: Caller, number: str) -> list[RatedItem]:
    given, open_ones = await ratings_of(office, caller, number), await rateable(office, caller, number)
    return [
        RatedItem(slot=one.slot, title=one.title, rating=given.get(one.slot), may_rate=one.slot in open_ones)
        for one in (await view_followed(office, number)).items
        if one.slot in given or one.slot in open_ones
    ]


def _once(todos: list[Todo]) -> list[Todo]:
    """A paper that several items wait for is brought once, by the first of its days."""
    papers = {one.material: one for one in reversed(todos) if one.material}
    return [one for one in todos if not one.material or papers[one.material] is one]


def _of_item(item: FollowItem, may: May, today: date) -> Iterator[Todo]:
    if item.asked:
        by = item.answer_by.due if item.answer_by else None
        yield Todo(
            kind=TodoKind.CORRECTION,
            slot=item.slot,
            title=item.title,
            by=by,
            left=_left(by, today),
            may=may.correct,
        )
    if item.untold:
        yield Todo(kind=TodoKind.UNTOLD, slot=item.slot, title=item.title, may=may.correct)
    for paper in item.owed:
        if paper.state == OwedState.OWED.value:
            yield _paper(item.slot, paper, may, today)
    if item.may_book and item.appointment is None:
        yield Todo(kind=TodoKind.BOOKING, slot=item.slot, title=item.title, may=may.book)


def _paper(slot: str, paper: OwedView, may: May, today: date) -> Todo:
    by = paper.due.due if paper.due else None
    return Todo(
        kind=TodoKind.PAPER,
        slot=slot,
        title=paper.title,
        material=paper.material,
        by=by,
        left=_left(by, today),
        within=Duration.parse(paper.within).text if paper.within else None,
        said=paper.consequence,
        may=may.correct,
    )


def _calls(view: FollowView) -> Iterator[Todo]:
    """Staff's day for it is theirs; the family only hears that somebody will call."""
    for one in view.orders:
        if one.calls:
            yield Todo(kind=TodoKind.CALL, slot=one.slot, title=one.title, said=one.text)


def _rating(one: RatedItem) -> Todo:
    return Todo(kind=TodoKind.RATING, slot=one.slot, title=one.title)


def _left(by: date | None, today: date) -> int | None:
    return (by - today).days if by is not None else None
