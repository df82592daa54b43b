"""Whose case it is: in goes a caller and what an address names, out comes nothing, or NotKnown.

Who may not see a case is told the same as who asks for one that does not exist.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from api.identity.acting import ACTING, is_own, sees_under_mandate
from api.office import Office
from api.role import Role
from api.visit import Caller
from onething.errors import NotKnown
from records.family import cases_of
from records.party import Standing, standing_of

_EVERYWHERE: Final = ""


async def check_scope(office: Office, caller: Caller, named: dict[str, str]) -> None:
    """Check everything that an address names and that is somebody's; raises NotKnown."""
    for name, value in named.items():
        if name in _CHECKS:
            await _CHECKS[name](office, caller, value)


async def check_case(office: Office, caller: Caller, number: str) -> None:
    """Raise NotKnown unless the caller may see the case in some way; MandateLacking where a mandate ends."""
    if caller.role in _BY_AREA and caller.area == _EVERYWHERE:
        return
    standing = await standing_of(office.archive, number)
    if not await _may_see(office, caller, number, standing):
        raise NotKnown("case", number)


async def check_family(office: Office, caller: Caller, family: str) -> None:
    """Raise NotKnown unless the caller may see one of the family's cases."""
    if caller.role in _BY_AREA and caller.area == _EVERYWHERE:
        return
    for number in await cases_of(office.archive, family):
        if await _may_see(office, caller, number, await standing_of(office.archive, number)):
            return
    raise NotKnown("family", family)


async def _may_see(office: Office, caller: Caller, number: str, standing: Standing) -> bool:
    if caller.role in _BY_AREA:
        own = caller.window is not None and standing.window_id == caller.window.id
        return own or (caller.area is not None and (standing.region or "").startswith(caller.area))
    if caller.role is Role.HANDLER:
        near = (standing.region or "").startswith(caller.area or _EVERYWHERE)
        return near and caller.agency in standing.agencies
    if caller.role in ACTING:
        return is_own(caller, standing) or await sees_under_mandate(office, caller, number)
    return False


_BY_AREA: Final = frozenset({Role.CLERK, Role.SUPERVISOR, Role.AUDITOR})
_CHECKS: Final[dict[str, Callable[[Office, Caller, str], Awaitable[None]]]] = {
    "number": check_case,
    "family": check_family,
}
"""By the name of an address's part, who may name it."""
