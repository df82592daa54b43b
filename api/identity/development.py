"""The development login: in goes a chosen role, out comes an account that proves nothing; loopback only."""

from dataclasses import dataclass, replace
from typing import Final

from api.lookup import ID_TYPE
from api.office import Office
from api.problem import told
from api.role import Role
from api.window import DEVELOPMENT_WINDOW, Window, keep_window
from forms.identity import is_citizen_id
from onething.errors import NotKnown
from onething.plan import PlanProblem
from onething.text import Text
from records.account import Account, NewAccount, find_account, open_account
from records.lookup import fingerprint_subject

PROVIDER: Final = "development"
_NAME: Final = Text(zh="姓名", en="The name")
_NUMBER: Final = Text(zh="居民身份证号码", en="The resident identity number")


@dataclass(frozen=True, slots=True)
class Choice:
    """One account that the development login offers."""

    key: str
    role: Role
    title: Text
    agency: str | None = None
    area: str | None = None
    window: Window | None = None


COLLEAGUE: Final = "clerk-2"
"""A second clerk, to whom the first can hand a case over."""
_SECOND_WINDOW: Final = replace(
    DEVELOPMENT_WINDOW,
    id="dev-window-2",
    name=Text(zh="政务服务中心二号窗口", en="Window 2, government service centre"),
)
_STAFF: Final = (
    Choice("clerk", Role.CLERK, Text(zh="窗口人员", en="Window clerk"), area=""),
    Choice(COLLEAGUE, Role.CLERK, _SECOND_WINDOW.name, window=_SECOND_WINDOW),
    Choice("supervisor", Role.SUPERVISOR, Text(zh="督办人员", en="Supervisor"), area=""),
    Choice("administrator", Role.ADMINISTRATOR, Text(zh="系统管理员", en="Administrator")),
    Choice("auditor", Role.AUDITOR, Text(zh="审计人员", en="Auditor"), area=""),
    Choice("representative", Role.REPRESENTATIVE, Text(zh="代办员", en="Staff representative")),
)


def choices(office: Office) -> tuple[Choice, ...]:
    """Give the staff that may be chosen: of each role one, two clerks, and a handler for each agency."""
    desks = (
        Choice(f"handler-{name}", Role.HANDLER, agency.title, agency=name)
        for name, agency in office.catalog.agencies.items()
    )
    return (*_STAFF, *desks)


async def staff_account(office: Office, key: str) -> Account:
    """Give the account of a chosen role, opened at first use; raises NotKnown."""
    chosen = next((one for one in choices(office) if one.key == key), None)
    if chosen is None:
        raise NotKnown("account", key)
    found = await find_account(office.archive, PROVIDER, key)
    if found is not None:
        return found
    if chosen.window is not None:
        await keep_window(office.archive, chosen.window)
    new = NewAccount(
        provider=PROVIDER,
        subject=key,
        role=chosen.role.value,
        window_id=chosen.window.id if chosen.window is not None else None,
        area=chosen.area,
        agency=chosen.agency,
        organisation="示范镇便民服务中心" if chosen.role is Role.REPRESENTATIVE else None,
        person={"name": "窗口人员（二）" if chosen.window is not None else chosen.title.zh},
    )
    return await open_account(office.archive, new, office.now())


async def citizen_account(office: Office, name: str, id_number: str) -> Account:
    """Give the account of an invented person, as if the number were proven; raises NotKnown."""
    number = id_number.strip().upper()
    if wrong_with(name, id_number):
        raise NotKnown("person", "…")
    new = NewAccount(
        provider=PROVIDER,
        subject=f"citizen:{number}",
        role=Role.CITIZEN.value,
        person_blind=fingerprint_subject(office.archive.ring, ID_TYPE, number),
        verified=True,
        person={"name": name.strip()[:40], "id_number": number},
    )
    return await open_account(office.archive, new, office.now())


def wrong_with(name: str, id_number: str) -> tuple[PlanProblem, ...]:
    """What is wrong with an invented person's name and number, field by field."""
    number = () if is_citizen_id(id_number.strip().upper()) else (told("/id_number", "citizen-id", _NUMBER),)
    return number if name.strip() else (told("/name", "required", _NAME), *number)


WINDOW: Final = DEVELOPMENT_WINDOW
"""The window of a clerk who signs in this way."""
