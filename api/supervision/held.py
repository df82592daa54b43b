"""Cases that are held as a whole: in go an area or a case, out come why, since when and at which item."""

from datetime import datetime

from api.office import Office
from api.standing import Standing, standing_of
from api.supervision.naming import region_text
from onething.text import Model, Text
from records.errors import CaseErased
from records.escalation import held_cases


class HeldLine(Model):
    """One held case; `slot` is the item whose agency gave rise to it, or the first that waits."""

    number: str
    slot: str
    bundle: Text
    region: Text
    reason: Text
    since: datetime
    days: int


async def held_lines(office: Office, area: str | None) -> list[HeldLine]:
    """The held cases of the area, those held longest first."""
    found = []
    for number in await held_cases(office.archive, area):
        try:
            line = held_of(office, await standing_of(office, number))
        except CaseErased:
            continue
        found += [line] if line is not None else []
    return found


def held_of(office: Office, standing: Standing) -> HeldLine | None:
    """Why a case is held; None where it is not."""
    held, definition = standing.state.hold, standing.case.definition
    if held is None:
        return None
    rule = next((one for one in definition.holds if one.hold == held.hold), None)
    waiting = [name for name, slot in standing.state.slots.items() if not slot.ended]
    return HeldLine(
        number=standing.number,
        slot=held.slot or next(iter(waiting or standing.state.slots)),
        bundle=definition.title,
        region=region_text(office, standing.stored.region or standing.number[:6]),
        reason=rule.text if rule is not None else Text(zh=held.hold, en=held.hold),
        since=held.since,
        days=max((office.now() - held.since).days, 0),
    )
