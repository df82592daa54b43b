"""Whom a page names as answering for a case: account ids in, names and windows out."""

from collections.abc import Iterable

from api.case_work.area import windows_of
from api.office import Office
from api.page_view import word
from api.principal import DEVELOPMENT_ACCOUNT
from onething.errors import NotKnown
from onething.text import Model, Text
from records.account import get_account
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
    found: dict[Holder, Person] = {}
    for holder in every:
        account, window_id = holder
        window = windows[window_id]
        name = await name_of(office, account) if account else word("work_anybody")
        found[holder] = Person(account=account, name=name, window=window.name, phone=window.contact.phone)
    return found


async def name_of(office: Office, account: str) -> Text:
    """Give an account's name; the development clerk and one that is not known have none of their own."""
    if account == DEVELOPMENT_ACCOUNT:
        return word("work_dev_clerk")
    try:
        name = (await get_account(office.archive, account)).person.get("name", "")
    except NotKnown:
        name = ""
    return Text(zh=name, en=name) if name else word("work_nameless")
