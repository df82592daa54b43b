"""A person's unfinished filings as pages list them: who calls in, how far each is and for whom out."""

from dataclasses import dataclass
from typing import Final

from api.office import Office
from api.phone.filing_hand import Filed, sheet_of, take
from api.phone.filing_own import OwnDraft, own_drafts
from api.phone.filing_task import Progress
from api.principal import Caller
from onething.errors import NotKnown

_COUNTED: Final = 10
"""Of how many drafts, the newest, it is told how far they have come: each is opened for it."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One's drafts, the newest first; of those that were opened, by id, how far they are and for whom."""

    drafts: tuple[OwnDraft, ...]
    progress: dict[str, Progress]
    for_whom: dict[str, str]


NOTHING: Final = Unfinished((), {}, {})


async def unfinished_of(office: Office, caller: Caller) -> Unfinished:
    """The caller's drafts; of one that was filed or erased meanwhile no more is told."""
    found = Unfinished(await own_drafts(office, caller), {}, {})
    for one in found.drafts[:_COUNTED]:
        try:
            hand = await take(office, caller, one.id)
        except NotKnown:
            continue
        if not isinstance(hand, Filed):
            found.progress[one.id] = (await sheet_of(hand)).progress
            if hand.whom:
                found.for_whom[one.id] = hand.whom
    return found
