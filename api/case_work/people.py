"""Whom a page names as answering for a case: account ids in, names and windows out."""

from collections.abc import Collection, Iterable

from api.case_work.area import windows_of
from api.office import Office
from api.page_view import word
from api.principal import DEVELOPMENT_ACCOUNT
from onething.text import Model, Text
from records.account_name import names_of
from records.case_owner import Holder


class Person(Model):
    """An account, or anybody of a window, as a page names it."""

    account: str | None
    name: Text
    window: Text
    phone: str


async def people_of(office: Office, holders: Iterable[Holder]) -> dict[Holder, Person]:
    """Give each account with its window; one without an account stands for anybody of the window."""
    every = set(holders)
    windows = await windows_of(office, (window for _, window in every))
    names = await names_for(office, {account for account, _ in every if account})
    found: dict[Holder, Person] = {}
    for holder in every:
        account, window_id = holder
        window = windows[window_id]
        name = names[account] if account else word("work_anybody")
        found[holder] = Person(account=account, name=name, window=window.name, phone=window.contact.phone)
    return found


async def names_for(office: Office, accounts: Collection[str]) -> dict[str, Text]:
    """Give accounts' names; the development clerk and one that is not known have none of their own."""
    known = await names_of(office.archive, accounts)
    own = {one: Text(zh=name, en=name) for one, name in known.items()}
    return {
        one: word("work_dev_clerk") if one == DEVELOPMENT_ACCOUNT else own.get(one, word("work_nameless"))
        for one in accounts
    }
