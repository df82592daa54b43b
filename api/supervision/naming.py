"""Names for screens: in go codes of the records, out come agencies, regions, reasons and items in words."""

from api.office import Office
from api.page_view import word
from api.page_word import WORDS
from onething.errors import NotKnown
from onething.text import Text


def region_text(office: Office, code: str) -> Text:
    """A region by its name with its code, by the code where the catalog does not name it."""
    known = office.catalog.regions.get(code)
    return known.title if known is not None else Text(zh=f"行政区划代码 {code}", en=f"region {code}")


def reason_text(reason: str | None) -> Text:
    """Why an item is stuck, in words."""
    key = f"operator_{reason or 'unexpected'}"
    return word(key) if key in WORDS else Text(zh=reason or "", en=reason or "")


def next_text(reason: str) -> Text:
    """What the supervisor chooses below about it, in words; who mends it stands beside."""
    key = f"supervision_next_{reason}"
    return word(key if key in WORDS else "supervision_next_unexpected")


def agency_text(office: Office, agency: str) -> Text:
    """An agency by its name."""
    known = office.catalog.agencies.get(agency)
    return known.title if known is not None else Text(zh=agency, en=agency)


def slot_title(office: Office, bundle: str, slot: str) -> Text:
    """An item's title as the catalog names it now; of a list of persons, without which of them."""
    known, base = office.catalog.bundles.get(bundle), slot.partition("[")[0]
    found = next((one for one in known.slots if one.slot == base), None) if known else None
    if found is None:
        return Text(zh=slot, en=slot)
    if found.title is not None:
        return found.title
    try:
        return office.catalog.item(found.item, office.today()).title
    except NotKnown:
        return Text(zh=slot, en=slot)
