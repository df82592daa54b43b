"""Who stands behind an account of the audit trail: in go entries, out come names and places of staff only."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.identity.administration import ROLES
from api.identity.place import place_of
from api.office import Office
from api.principal import DEVELOPMENT_ACCOUNT
from api.window import DEVELOPMENT_WINDOW
from onething.errors import NotKnown
from onething.text import Text
from records.account import get_account
from records.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody of staff: the name (empty: none is kept) and where they work now."""

    name: str
    place: Text | str


async def doers_of(office: Office, entries: Iterable[AuditEntry]) -> dict[str, Doer]:
    """Those of the entries' actors who are staff or an agency, by actor; persons are never named."""
    found: dict[str, Doer] = {}
    for actor in dict.fromkeys(entry.actor for entry in entries):
        doer = await _doer(office, actor)
        if doer is not None:
            found[actor] = doer
    return found


async def _doer(office: Office, actor: str) -> Doer | None:
    if actor == DEVELOPMENT_ACCOUNT:
        return Doer("", DEVELOPMENT_WINDOW.name)
    if actor in office.catalog.agencies:
        return Doer("", office.catalog.agencies[actor].title)
    try:
        account = await get_account(office.archive, actor)
    except NotKnown:
        return None
    if account.role not in ROLES:
        return None
    return Doer(account.person.get("name", ""), await place_of(office, account))
