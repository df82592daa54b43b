"""Who stands behind the audit trail: names and places of staff out; in by name, their accounts."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.identity.administration import ROLES
from api.identity.place import place_of
from api.office import Office
from api.principal import DEVELOPMENT_ACCOUNT
from api.window import DEVELOPMENT_WINDOW
from onething.errors import NotKnown
from onething.text import Text
from records.account import find_account, get_account, list_accounts
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


async def accounts_called(office: Office, typed: str) -> tuple[str, ...]:
    """The accounts that something typed may mean, itself as an id first; empty when nothing is typed.

    Staff are found by name, or a part of it, and by their name at the identity service; agencies and the
    window of this machine by their titles. Persons are found by their account's id alone.
    """
    asked = _plain(typed)
    if not asked:
        return ()
    staff = await list_accounts(office.archive, roles=ROLES)
    found = [one.id for one in staff if asked in _plain(one.person.get("name", ""))]
    for provider in dict.fromkeys(one.provider for one in staff):
        account = await find_account(office.archive, provider, typed.strip())
        if account is not None and account.role in ROLES:
            found.append(account.id)
    titles = {name: one.title for name, one in office.catalog.agencies.items()}
    titles[DEVELOPMENT_ACCOUNT] = DEVELOPMENT_WINDOW.name
    found += [name for name, title in titles.items() if asked in {_plain(title.zh), _plain(title.en)}]
    return tuple(dict.fromkeys((typed.strip(), *found)))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


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
