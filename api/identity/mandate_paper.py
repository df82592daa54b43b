"""What stands for papers because it is on record: in go who files and the form, out comes the mandate.

A letter of authorisation names who acts, for what, how far and until when, and the principal signs it (Civil
Code, article 165); a mandate on record has all of these, so nobody brings a second one.
"""

from typing import Final

from api.identity.acting import ACTING, filing_mandate
from api.lookup import ID_TYPE
from api.office import Office
from api.parties import applicants_of
from api.visit import CALLER, Caller
from forms.resolve import Resolution
from onething.fact import Fact
from onething.item_material import OnRecord
from onething.mandate import MandateScope
from onething.receipt import ReceiptPerson, mask_name, mask_number
from records.lookup import fingerprint_subject
from records.mandate import counting_between, get_mandate

REPRESENTATIVE: Final = Fact("id_number", ("representative",))
"""Whom a filing names as the applicant's representative."""


async def on_record(office: Office, resolution: Resolution, region: str) -> frozenset[OnRecord]:
    """Give what stands for papers of the form: a mandate to file, of an applicant to whoever acts."""
    form = resolution.form
    if not any(paper.met_by is OnRecord.MANDATE for slot in form.slots for paper, _ in slot.papers):
        return frozenset()
    acting, applicants = _acting(office, CALLER.get(), resolution), applicants_of(office, resolution)
    if not acting or not applicants:
        return frozenset()
    given = await counting_between(office.archive, applicants, acting, office.today(), region)
    about = {None, form.bundle.bundle}
    for one in given:
        if one.bundle in about and MandateScope.FILE in one.scope and await _is_signed(office, one.mandate):
            return frozenset({OnRecord.MANDATE})
    return frozenset()


async def _is_signed(office: Office, mandate: str) -> bool:
    """Whether the principal's own hand is on it: a name that a clerk typed at a window is no signature."""
    document = (await get_mandate(office.archive, mandate)).document
    drawn = document.get("signature", {}).get("kind") == "drawn"
    return bool(document) and (drawn or not document.get("at_window"))


async def acting_person(
    office: Office, caller: Caller, bundle: str, resolution: Resolution
) -> ReceiptPerson | None:
    """Give who files under a mandate, as a receipt names people; None for whose own filing it is."""
    mandate = await filing_mandate(office, caller, bundle, applicants_of(office, resolution))
    if mandate is None:
        return None
    holder = (await get_mandate(office.archive, mandate.mandate)).document.get("representative", {})
    if not holder.get("name"):
        return None
    number = str(holder.get("id_number") or "")
    return ReceiptPerson(name=mask_name(holder["name"]), id_number=mask_number(number) if number else None)


def _acting(office: Office, caller: Caller | None, resolution: Resolution) -> tuple[str, ...]:
    """The parties that act: who is signed in, or at a window whom the form names as the representative."""
    if caller is None:
        return ()
    if caller.role in ACTING:
        return tuple(caller.parties)
    number = resolution.get(REPRESENTATIVE)
    if number is None:
        return ()
    return (fingerprint_subject(office.archive.ring, ID_TYPE, str(number.value)),)
