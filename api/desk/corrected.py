"""What was corrected after a decision: in goes its filing, out come boxes with what stood and stands there.

Only the agency's own form is looked at: of what the case corrected elsewhere nothing is told here.
"""

from collections.abc import Iterator
from dataclasses import replace

from api.desk.form import BoxRow, groups_of
from api.desk.place import Place
from api.office import Office
from onething.case_record import WorkOrderKind
from onething.filing import SlotFiling
from onething.text import Text
from records.blob import get_blob

_NOTHING = Text(zh="（空）", en="(nothing)")


async def corrected_of(office: Office, place: Place) -> tuple[Text, ...]:
    """The boxes in which the case has something else now than the filing that was decided."""
    ref = place.standing.case.payloads.get(place.item.slot)
    if place.gone or ref is None or place.slot.round != place.item.round:
        return ()
    filing = SlotFiling.model_validate_json(await get_blob(office.archive, place.item.case, ref))
    now = replace(place, item=replace(place.item, payload=filing.payload))
    outcomes = {one.path for one in filing.awaited}
    return tuple(_lines(_rows(office, place), _rows(office, now), outcomes))


def rests_on_old(kind: str) -> bool:
    """Whether a work-order of this kind is about facts that were corrected after the decision."""
    return kind == WorkOrderKind.CORRECT_DECISION


_Rows = dict[tuple[str | int, ...], tuple[str, BoxRow]]


def _rows(office: Office, place: Place) -> _Rows:
    """The boxes of a form by their places, each with the title of its part."""
    return {
        row.at: (f"{group.title}第{group.number}位" if group.number else group.title, row)
        for group in groups_of(office, place)
        for row in group.rows
    }


def _lines(then: _Rows, now: _Rows, outcomes: set[tuple[str | int, ...]]) -> Iterator[Text]:
    for at in dict.fromkeys((*then, *now)):
        before, after = then.get(at), now.get(at)
        known = before or after
        if known is None or at in outcomes or (before and after and before[1].text == after[1].text):
            continue
        part, row = known
        title = f"{part} · {row.title}" if part else row.title
        old, new = (one[1].text if one else _NOTHING for one in (before, after))
        yield Text(zh=f"{title}：{old.zh} → {new.zh}", en=f"{title}: {old.en} → {new.en}")
