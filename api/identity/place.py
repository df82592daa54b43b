"""Where staff work: in goes an account, out comes its window, agency, organisation or area in words."""

from api.office import Office
from api.role import Role
from api.window import window_behind
from onething.text import Text
from records.account import Account


async def place_of(office: Office, account: Account) -> Text | str:
    """The account's window or agency by name, else its organisation or area as kept; empty: none."""
    if account.window_id or account.role == Role.CLERK:
        # A clerk without a window of their own works at the one that is built in.
        return (await window_behind(office.archive, account.window_id)).name
    if account.agency in office.catalog.agencies:
        return office.catalog.agencies[account.agency].title
    return account.organisation or account.area or ""
