"""Accounts and windows as an administrator keeps them: in go forms, out come rows; each change is audited."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from api import audit
from api.office import Office
from api.problem import rejected, told
from api.role import STAFF, Role
from api.visit import Caller
from api.window import WINDOWS, keep_window, window_of
from forms.identity import is_citizen_id
from onething.errors import NotKnown
from onething.plan import PlanProblem
from onething.region import in_a_province
from onething.text import Text
from records.account import Account, NewAccount, change_account, find_account, get_account, open_account
from records.session import end_sessions_of
from records.window import WindowRow, add_window, change_window, get_window

ROLES: Final = tuple(role for role in Role if role in STAFF)
TITLES: Final = {
    "name": Text(zh="姓名", en="The name"),
    "provider": Text(zh="认证方式", en="The identity service"),
    "subject": Text(zh="在认证平台的标识", en="The name at the identity service"),
    "role": Text(zh="角色", en="The role"),
    "window": Text(zh="窗口", en="The window"),
    "area": Text(zh="区划代码前缀", en="The area"),
    "agency": Text(zh="部门", en="The agency"),
    "organisation": Text(zh="所属机构", en="The organisation"),
    "id_number": Text(zh="身份证号码", en="The id number"),
    "account": Text(zh="账号", en="The account"),
    "id": Text(zh="窗口标识", en="The window's id"),
    "name_zh": Text(zh="中文名称", en="The name in Chinese"),
    "name_en": Text(zh="英文名称", en="The name in English"),
    "region": Text(zh="区划代码", en="The region"),
    "phone": Text(zh="电话", en="The telephone"),
    "address_zh": Text(zh="地址", en="The address in Chinese"),
    "address_en": Text(zh="地址（英文）", en="The address in English"),
    "hours_zh": Text(zh="工作时间", en="The hours in Chinese"),
    "hours_en": Text(zh="工作时间（英文）", en="The hours in English"),
}
ENGLISH: Final = {"name_en": "name_zh", "address_en": "address_zh", "hours_en": "hours_zh"}
"""What a window need not say in English, and the Chinese that stands there instead."""
_WRITTEN: Final = {
    "id": Text(
        zh="窗口标识只能使用小写字母、数字和短横线，例如 yichun-1",
        en="The window's id takes small letters, digits and dashes only, such as yichun-1",
    ),
    "region": Text(
        zh="区划代码要填六位行政区划代码（GB/T 2260），例如 360902",
        en="The region is a code of six digits (GB/T 2260), such as 360902",
    ),
    "area": Text(
        zh="区划代码前缀要填行政区划代码（GB/T 2260）开头的二到六位数字，例如 3609",
        en="The area is how a code of GB/T 2260 begins, two to six digits, such as 3609",
    ),
}
"""How a field is written, said when it is not."""
_BY_AREA: Final = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.REPRESENTATIVE, Role.HANDLER})


@dataclass(frozen=True, slots=True)
class AccountForm:
    """What an administrator says of an account, as typed; what does not belong to the role is dropped."""

    role: str = ""
    provider: str = ""
    subject: str = ""
    name: str = ""
    window: str = ""
    area: str = ""
    agency: str = ""
    organisation: str = ""
    id_number: str = ""

    def kept(self) -> dict[str, Any]:
        """What the role makes of it: window, area, agency, organisation."""
        role = Role(self.role)
        return {
            "role": role.value,
            "window_id": self.window if role is Role.CLERK else None,
            "area": self.area if role in _BY_AREA else None,
            "agency": self.agency if role is Role.HANDLER else None,
            "organisation": self.organisation if role is Role.REPRESENTATIVE else None,
        }


async def open_staff(office: Office, caller: Caller, form: AccountForm) -> Account:
    """Open an account; raises AnswersRejected with the fields."""
    problems = [*_account_problems(form), *await _place_problems(office, form)]
    if not problems and await find_account(office.archive, form.provider, form.subject):
        problems.append(_wrong("subject", "uniqueItems"))
    if problems:
        raise rejected(problems)
    await _keep_built_in(office, form)
    person = {"name": form.name}
    if form.role == Role.REPRESENTATIVE and form.id_number:
        person["id_number"] = form.id_number
    new = NewAccount(
        provider=form.provider,
        subject=form.subject,
        # A number typed here is said, not proven: only an identity provider makes an account somebody's.
        person=person,
        **form.kept(),
    )
    account = await open_account(office.archive, new, office.now())
    await audit.note(office, caller, "open_account", fields=(f"account:{account.id}", account.role))
    return account


async def change_staff(office: Office, caller: Caller, account_id: str, form: AccountForm) -> None:
    """Give an account another role or place; its sessions end. Raises NotKnown, AnswersRejected."""
    account = await staff_account(office, account_id)
    problems = [*_role_problems(form), *await _place_problems(office, form)]
    if account_id == caller.account and form.role != account.role:
        problems.append(_wrong("role", "const"))
    if problems:
        raise rejected(problems)
    await _keep_built_in(office, form)
    await change_account(office.archive, account_id, **form.kept())
    await _put_out(office, account_id, "changed")
    await audit.note(office, caller, "change_account", fields=(f"account:{account_id}", form.role))


async def close_staff(office: Office, caller: Caller, account_id: str) -> None:
    """Close an account and end its sessions; nobody closes their own. Raises NotKnown, AnswersRejected."""
    if account_id == caller.account:
        raise rejected([_wrong("account", "not")])
    account = await staff_account(office, account_id)
    if account.disabled_at is None:
        await change_account(office.archive, account_id, disabled_at=office.now())
        await _put_out(office, account_id, "closed")
        await audit.note(office, caller, "close_account", fields=(f"account:{account_id}",))


async def reopen_staff(office: Office, caller: Caller, account_id: str) -> None:
    """Open a closed account again; raises NotKnown."""
    await staff_account(office, account_id)
    await change_account(office.archive, account_id, disabled_at=None)
    await audit.note(office, caller, "reopen_account", fields=(f"account:{account_id}",))


async def end_sessions(office: Office, caller: Caller, account_id: str) -> int:
    """Sign an account out everywhere and give from how many places; raises NotKnown."""
    await staff_account(office, account_id)
    count = await _put_out(office, account_id, "administrator")
    await audit.note(office, caller, "end_sessions", fields=(f"account:{account_id}",))
    return count


async def staff_account(office: Office, account_id: str) -> Account:
    """Give an account of staff; raises NotKnown, also for a citizen's."""
    account = await get_account(office.archive, account_id)
    if account.role not in ROLES:
        raise NotKnown("account", account_id)
    return account


async def kept_window(office: Office, window_id: str) -> WindowRow:
    """Give a window that an administrator keeps; raises NotKnown, also for the one that is built in."""
    if window_id in WINDOWS:
        raise NotKnown("window", window_id)
    return await get_window(office.archive, window_id)


async def open_window(office: Office, caller: Caller, row: WindowRow) -> None:
    """Open a window, for clerks to work at from now on; raises AnswersRejected."""
    row = _in_both(row)
    problems = list(_window_problems(row))
    if not problems and (row.id in WINDOWS or not await add_window(office.archive, row)):
        problems.append(_wrong("id", "uniqueItems"))
    if problems:
        raise rejected(problems)
    await audit.note(office, caller, "open_window", fields=(f"window:{row.id}",))


async def alter_window(office: Office, caller: Caller, row: WindowRow) -> None:
    """Change how a window is reached and what it serves; raises NotKnown, AnswersRejected."""
    before, row = await kept_window(office, row.id), _in_both(row)
    if problems := list(_window_problems(row)):
        raise rejected(problems)
    values = asdict(replace(row, closed_at=before.closed_at))
    changed = tuple(name for name, value in values.items() if getattr(before, name) != value)
    await change_window(office.archive, row.id, **{name: values[name] for name in changed})
    await audit.note(office, caller, "change_window", fields=(f"window:{row.id}", *changed))


async def close_window(office: Office, caller: Caller, window_id: str, *, closed: bool) -> None:
    """Close a window to new accounts, or open it again; raises NotKnown."""
    await kept_window(office, window_id)
    await change_window(office.archive, window_id, closed_at=office.now() if closed else None)
    action = "close_window" if closed else "reopen_window"
    await audit.note(office, caller, action, fields=(f"window:{window_id}",))


async def _keep_built_in(office: Office, form: AccountForm) -> None:
    if form.role == Role.CLERK and form.window in WINDOWS:
        await keep_window(office.archive, WINDOWS[form.window])


async def _put_out(office: Office, account_id: str, reason: str) -> int:
    return await end_sessions_of(office.archive, account_id, reason, office.now())


def _account_problems(form: AccountForm) -> Iterator[PlanProblem]:
    yield from _role_problems(form)
    yield from (
        _wrong(name, "required") for name in ("provider", "subject", "name") if not getattr(form, name)
    )
    if form.role == Role.REPRESENTATIVE and form.id_number and not is_citizen_id(form.id_number):
        yield _wrong("id_number", "citizen-id")


def _role_problems(form: AccountForm) -> Iterator[PlanProblem]:
    if form.role not in ROLES:
        yield _wrong("role", "enum")
    if form.role == Role.REPRESENTATIVE and not form.organisation:
        yield _wrong("organisation", "required")
    if form.role in _BY_AREA and form.area and not (len(form.area) <= 6 and _is_place(form.area)):
        yield _wrong("area", "pattern")


async def _place_problems(office: Office, form: AccountForm) -> list[PlanProblem]:
    if form.role == Role.HANDLER and form.agency not in office.catalog.agencies:
        return [_wrong("agency", "enum")]
    if form.role != Role.CLERK:
        return []
    try:
        await window_of(office.archive, form.window)
        closed = form.window not in WINDOWS and (await get_window(office.archive, form.window)).closed_at
    except NotKnown:
        return [_wrong("window", "enum")]
    return [_wrong("window", "enum")] if closed else []


def _window_problems(row: WindowRow) -> Iterator[PlanProblem]:
    texts: Mapping[str, str] = {
        name: str(value) for name, value in asdict(row).items() if name != "closed_at"
    }
    free = {"area", *ENGLISH}
    yield from (_wrong(name, "required") for name, value in texts.items() if not value and name not in free)
    if row.id and not (row.id.isascii() and row.id.replace("-", "").isalnum() and row.id == row.id.lower()):
        yield _wrong("id", "pattern")
    if row.region and not (len(row.region) == 6 and _is_place(row.region)):
        yield _wrong("region", "pattern")
    if row.area and not _is_place(row.area):
        yield _wrong("area", "pattern")


def _in_both(row: WindowRow) -> WindowRow:
    """The window with its Chinese words where it says nothing in English."""
    told = {english: getattr(row, english) or getattr(row, chinese) for english, chinese in ENGLISH.items()}
    return replace(row, **told)


def _is_place(code: str) -> bool:
    """Whether a code of GB/T 2260 could begin so: an account for a place that is none would see nothing."""
    return code.isascii() and code.isdigit() and in_a_province(code)


def _wrong(name: str, code: str, **params: Any) -> PlanProblem:
    problem = told(f"/{name}", code, TITLES[name], **params)
    known = _WRITTEN.get(name) if code == "pattern" else None
    return problem if known is None else problem.model_copy(update={"text": known})
