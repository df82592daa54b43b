"""What a filing rests on, for its handler: in goes its place, out comes which grant, by whom and when."""

from collections.abc import Iterator

from api.day import on_day
from api.desk.place import Place
from api.page_view import word
from onething.case_state import FAVOURABLE
from onething.clock import local_day
from onething.slot_course import place as place_lines
from onething.text import Text


def basis_of(place: Place) -> tuple[Text, ...]:
    """The grant that the item follows from, or the refusals after which its turn came; most have neither."""
    if place.gone:
        return ()
    titles = {one.slot: one.title for one in place.standing.case.definition.slots}
    lines = place_lines(place.definition, place.slot, place.standing.state, titles)
    return (*lines, *_decided(place))


def _decided(place: Place) -> Iterator[Text]:
    """Who granted what it follows from, and on which day."""
    slots = place.standing.state.slots
    names = [one for one in place.definition.after_any if one in slots and slots[one].state in FAVOURABLE]
    for one in place.standing.case.definition.slots:
        decided = slots[one.slot].decided_at if one.slot in names[:1] else None
        if decided is not None:
            agency = one.agency_title
            yield on_day(
                word("desk_basis_decided"),
                "day",
                local_day(decided),
                agency_zh=agency.zh,
                agency_en=agency.en,
            )
