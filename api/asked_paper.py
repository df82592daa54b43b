"""Papers that an agency asks for: in go a correction's uploads and words, out come those left unanswered.

Every paper asked for is uploaded, or something is said about it: that the original lies at the window, which
hands it on, or that there is none and the agency decides on what it has. Silence is no answer.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from api.changed import PAPER
from api.office import Office
from api.principal import Caller
from api.problem import rejected, told
from api.role import PERSONS
from onething.case_record import PaperInstead
from onething.plan import PlanProblem
from onething.text import Text
from records.material import Holder, materials_of

_BY_PERSONS: Final = (PaperInstead.NONE,)
"""What somebody can say who does not stand at a window."""


def ways_of(caller: Caller) -> tuple[PaperInstead, ...]:
    """What this caller may say about a paper that is not uploaded."""
    return _BY_PERSONS if caller.role in PERSONS else tuple(PaperInstead)


async def answered_papers(
    office: Office,
    caller: Caller,
    number: str,
    asked: Collection[str],
    given: tuple[Collection[str], Mapping[str, PaperInstead]],
) -> tuple[dict[str, PaperInstead], tuple[PlanProblem, ...]]:
    """What is said about the papers `asked` for that are not among the uploads, and what is still to be said.

    `given` are uploads and words. Raises AnswersRejected for a paper nobody asked for.
    """
    uploads, words = given
    there = {one.id: one.material for one in await materials_of(office.archive, Holder(case=number))}
    brought = {there[one] for one in uploads if one in there}
    unasked = dict.fromkeys(one for one in (*sorted(brought), *words) if one not in asked)
    if unasked:
        raise rejected(told(f"/materials/{name}", "not_asked", _title(office, name)) for name in unasked)
    if any(one not in there for one in uploads):
        return {}, ()  # an upload of somebody else's is refused as such
    allowed = ways_of(caller)
    said = {name: way for name, way in words.items() if name not in brought and way in allowed}
    return said, tuple(_unanswered(office, sorted(set(asked) - brought - said.keys())))


def _unanswered(office: Office, names: Collection[str]) -> Iterator[PlanProblem]:
    for name in names:
        yield told(f"/materials/{name}", "paper_unanswered", _title(office, name))


def _title(office: Office, name: str) -> Text:
    known = office.catalog.materials.get(name)
    return known.title if known else PAPER
