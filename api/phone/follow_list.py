"""Somebody's own cases as a list: in goes a caller, out come the cases that they follow, what waits first."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from api.office import Office
from api.phone.follow_wanted import LONG_AFTER, Wanted, wanted_of
from api.progress import progress_of
from api.visit import Caller
from onething.text import Model, Text
from onething.wording import BUNDLE_STATES
from records.followed import FollowedCase, followed
from records.mandate import cases_under, get_mandate
from records.party import cases_of
from records.worklist_slot import SlotSign, group_by_case, signs_of

LISTED: Final = 100
"""The longest list of somebody's own cases."""


class CaseLine(Model):
    """One of somebody's own cases."""

    number: str
    bundle: str
    title: Text
    state: str
    state_text: Text
    submitted_at: datetime
    closed_at: datetime | None
    ended: bool
    asked: bool = False
    """Something is for the family to do."""
    answer_by: date | None = None
    """The first day by which some of it has to be done."""
    wanted: tuple[Wanted, ...] = ()
    """What that is, the most urgent first."""
    progress: Text | None = None
    """How many of its items have a result, and what the others wait for; None while none is known."""
    principal: str = ""
    """Whose mandate shows it to the caller; empty for one of their own."""


async def own_cases(office: Office, caller: Caller, limit: int = LISTED) -> tuple[CaseLine, ...]:
    """The cases that the caller is party to, or sees under a mandate of today; not those only about them.

    Those come first that want something, the most urgent of them at the top; then the newest.
    """
    found = await followed(office.archive, caller.parties, office.today(), limit)
    whose = await _principals(office, caller) if found else {}
    signs = group_by_case(await signs_of(office.archive, tuple(one.number for one in found)))
    lines = [await _line(office, one, signs[one.number]) for one in found]
    return by_urgency(
        [
            one.model_copy(update={"principal": whose[one.number]}) if one.number in whose else one
            for one in lines
        ]
    )


def by_urgency(lines: Iterable[CaseLine]) -> tuple[CaseLine, ...]:
    """What wants something first, by its first day; the rest stays in its order."""
    return tuple(sorted(lines, key=lambda one: (not one.asked, one.answer_by or LONG_AFTER)))


async def _principals(office: Office, caller: Caller) -> dict[str, str]:
    """By number of a case that is not the caller's own, who asked them to see to it."""
    under = await cases_under(office.archive, caller.parties, office.today())
    own = frozenset(await cases_of(office.archive, tuple(caller.parties)))
    foreign = {number: mandate for number, mandate in under.items() if number not in own}
    names = {one: (await get_mandate(office.archive, one)).document for one in set(foreign.values())}
    return {
        number: names[mandate].get("principal", {}).get("name", "") for number, mandate in foreign.items()
    }


async def _line(office: Office, one: FollowedCase, signs: Sequence[SlotSign]) -> CaseLine:
    bundle = office.catalog.bundles.get(one.bundle)
    words = {state.value: text for state, text in BUNDLE_STATES.items()}
    wanted = await wanted_of(office, one.number) if one.closed_at is None else ()
    return CaseLine(
        number=one.number,
        bundle=one.bundle,
        title=bundle.title if bundle is not None else Text(zh=one.bundle, en=one.bundle),
        state=one.state,
        state_text=words.get(one.state, Text(zh=one.state, en=one.state)),
        submitted_at=one.submitted_at,
        closed_at=one.closed_at,
        ended=one.closed_at is not None,
        asked=bool(wanted),
        answer_by=wanted[0].by if wanted else None,
        wanted=wanted,
        progress=progress_of(signs, over=one.closed_at is not None) if signs else None,
    )
