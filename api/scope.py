"""Whose case it is: in goes a caller and what an address names, out comes nothing, or NotKnown.

Who may not see a case is told the same as who asks for one that does not exist.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from api.identity.acting import ACTING, Scopes, is_own, scopes_for, sees_under_mandate
from api.office import Office
from api.role import Role
from api.visit import Caller
from onething.errors import NotKnown
from records.family import cases_of
from records.party import Standing, standing_of

_EVERYWHERE: Final = ""


async def check_scope(office: Office, caller: Caller, named: Mapping[str, str], needed: Scopes) -> None:
    """Check everything that an address names and that is somebody's; raises NotKnown, MandateLacking."""
    for name, value in named.items():
        if name in _CHECKS:
            await _CHECKS[name](office, caller, value, needed)


async def check_case(office: Office, caller: Caller, number: str, needed: Scopes | None = None) -> None:
    """Raise NotKnown unless the caller may see the case in some way; MandateLacking where a mandate ends.

    `needed` is what a mandate has to cover, any one of it; left out, what the caller's purpose says.
    """
    if caller.role in _BY_AREA and caller.area == _EVERYWHERE:
        return
    standing = await standing_of(office.archive, number)
    if not await _may_see(office, caller, (number, standing), needed):
        raise NotKnown("case", number)


async def check_family(office: Office, caller: Caller, family: str, needed: Scopes | None = None) -> None:
    """Raise NotKnown unless the caller may see one of the family's cases."""
    if caller.role in _BY_AREA and caller.area == _EVERYWHERE:
        return
    for number in await cases_of(office.archive, family):
        standing = await standing_of(office.archive, number)
        if await _may_see(office, caller, (number, standing), needed):
            return
    raise NotKnown("family", family)


async def _may_see(office: Office, caller: Caller, case: tuple[str, Standing], needed: Scopes | None) -> bool:
    number, standing = case
    if caller.role in _BY_AREA:
        own = caller.window is not None and standing.window_id == caller.window.id
        return own or (caller.area is not None and (standing.region or "").startswith(caller.area))
    if caller.role is Role.HANDLER:
        near = (standing.region or "").startswith(caller.area or _EVERYWHERE)
        return near and caller.agency in standing.agencies
    if caller.role in ACTING:
        needed = scopes_for(caller.purpose) if needed is None else needed
        return is_own(caller, standing) or await sees_under_mandate(office, caller, number, needed)
    return False


_BY_AREA: Final = frozenset({Role.CLERK, Role.SUPERVISOR, Role.AUDITOR})
_CHECKS: Final[dict[str, Callable[[Office, Caller, str, Scopes], Awaitable[None]]]] = {
    "number": check_case,
    "family": check_family,
}
"""By the name of an address's part, who may name it."""
