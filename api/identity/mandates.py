"""Mandates made, seen and ended: in goes what a citizen or a clerk says, out comes who may act for whom.

Pages and routes call the same functions: `make`, `mine`, `opened`, `revoke`.
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from api import audit
from api.identity.development import staff_account
from api.identity.errors import IdentityUnproven
from api.identity.mandate_notice import tell_principal
from api.identity.mandate_problem import wrong
from api.identity.mandate_view import (
    AgentView,
    MandateRequest,
    MandateView,
    NamedPerson,
    Signature,
    view_mandate,
)
from api.lookup import ID_TYPE
from api.office import Office
from api.problem import rejected
from api.role import Role
from api.scope import check_case
from api.visit import Caller
from forms.identity import is_citizen_id
from onething.errors import NotAllowed, NotKnown
from onething.mandate import MandateScope
from onething.plan import PlanProblem
from onething.text import Text
from records.account import Account, get_account, list_accounts
from records.followed import FollowedCase, followed
from records.lookup import fingerprint_subject
from records.mandate import Mandate, NewMandate, create_mandate, get_mandate, mandates_of, revoke_mandate
from records.party import Capacity, cases_of, standing_of

LONGEST: Final = timedelta(days=366)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_NAMELESS: Final = Text(
    zh="登录信息中没有您的姓名，请到窗口办理委托",
    en="Your sign-in does not tell your name; have the mandate entered at a window",
)


async def make(office: Office, caller: Caller, request: MandateRequest) -> MandateView:
    """Make a mandate and give it as it stands.

    A citizen makes their own and has to be proven; a clerk enters anybody's at the window, and it counts in
    the window's area only. Raises IdentityUnproven, AnswersRejected with the field, NotAllowed for a clerk
    whose account has no area.
    """
    if caller.role is Role.CLERK and caller.area is None:
        raise NotAllowed(what="no area")
    agent = await _agent(office, request)
    principal = await _principal(office, caller, request)
    problems = tuple(_problems(office, request, principal, agent))
    if problems:
        raise rejected(problems)
    holder = request.representative
    new = NewMandate(
        principal=_party(office, principal.id_number),
        representative=_party_of(office, agent, holder),
        scope=tuple(one for one in MandateScope if one in request.scope),
        starts_on=request.starts_on or office.today(),
        until=request.until,
        document=_document(principal, agent, holder, request.signature)
        | {"at_window": caller.role is Role.CLERK},
        entered_by=caller.account,
        signed_at=office.now(),
        bundle=request.bundle,
        case=request.case,
        area=(caller.area or None) if caller.role is Role.CLERK else None,
    )
    await _check_case(office, caller, new)
    mandate_id = await create_mandate(office.archive, new)
    await audit.note(office, caller, "make_mandate", new.case, tuple(one.value for one in new.scope))
    made = await get_mandate(office.archive, mandate_id)
    await tell_principal(office, made)
    return view_mandate(office, made, given=True)


async def mine(office: Office, caller: Caller) -> tuple[MandateView, ...]:
    """Give the mandates that the caller gave or holds, newest first."""
    found = await mandates_of(office.archive, caller.parties)
    await audit.note(office, caller, "read_mandates")
    return tuple(view_mandate(office, one, given=one.principal in caller.parties) for one in found)


async def opened(office: Office, caller: Caller, mandate_id: str) -> MandateView:
    """Give one of the caller's own mandates; raises NotKnown."""
    mandate = await own(office, caller, mandate_id)
    await audit.note(office, caller, "read_mandate", mandate.case)
    return view_mandate(office, mandate, given=mandate.principal in caller.parties)


async def own(office: Office, caller: Caller, mandate_id: str) -> Mandate:
    """Give a mandate to who gave it, holds it, or entered it at the window; raises NotKnown."""
    mandate = await get_mandate(office.archive, mandate_id)
    sides = {mandate.principal, mandate.representative}
    if not sides & caller.parties and mandate.entered_by != caller.account:
        raise NotKnown("mandate", mandate_id)
    return mandate


async def revoke(office: Office, caller: Caller, mandate_id: str) -> MandateView:
    """End a mandate at once: either side may, and the clerk who entered it; raises NotKnown."""
    mandate = await own(office, caller, mandate_id)
    if await revoke_mandate(office.archive, mandate_id, caller.account, office.now()):
        await audit.note(office, caller, "revoke_mandate", mandate.case)
    newer = await get_mandate(office.archive, mandate_id)
    return view_mandate(office, newer, given=newer.principal in caller.parties)


async def own_cases(office: Office, caller: Caller) -> tuple[FollowedCase, ...]:
    """Give the cases that a citizen may have somebody see to: those filed for themselves, newest first."""
    if caller.person is None:
        return ()
    own = frozenset({caller.person})
    filed = frozenset(await cases_of(office.archive, (caller.person,)))
    found = await followed(office.archive, own, office.today())
    return tuple(one for one in found if one.number in filed)


async def agents(office: Office) -> tuple[AgentView, ...]:
    """Give the staff representatives whom one may choose."""
    if office.settings.development_login:
        # Nobody has opened accounts on a machine for trying out; there is one to choose all the same.
        await staff_account(office, Role.REPRESENTATIVE.value)
    found = await list_accounts(office.archive, roles=(Role.REPRESENTATIVE.value,))
    return tuple(
        AgentView(
            account=one.id, name=one.person.get("name", ""), organisation=one.organisation, area=one.area
        )
        for one in found
        if one.disabled_at is None
    )


async def _agent(office: Office, request: MandateRequest) -> Account | None:
    if request.agent is None:
        return None
    try:
        agent = await get_account(office.archive, request.agent)
    except NotKnown:
        raise rejected([wrong("/agent", "enum")]) from None
    if agent.role != Role.REPRESENTATIVE or agent.disabled_at is not None:
        raise rejected([wrong("/agent", "enum")])
    return agent


async def _principal(office: Office, caller: Caller, request: MandateRequest) -> NamedPerson:
    """Who gives it: the citizen who calls, or the person at the clerk's counter."""
    if caller.role is Role.CLERK:
        if request.principal is None:
            raise rejected([wrong("/principal", "required")])
        return request.principal
    if caller.person is None or caller.role is not Role.CITIZEN:
        raise IdentityUnproven
    account = await get_account(office.archive, caller.account)
    if not account.person.get("name") or not account.person.get("id_number"):
        raise rejected([PlanProblem(pointer="/principal/name", code="required", text=_NAMELESS)])
    return NamedPerson(name=account.person["name"], id_number=account.person["id_number"])


def _problems(
    office: Office, request: MandateRequest, principal: NamedPerson, agent: Account | None
) -> Iterator[PlanProblem]:
    starts_on = request.starts_on or office.today()
    if not is_citizen_id(_plain(principal.id_number)):
        yield wrong("/principal/id_number", "citizen-id")
    if agent is None and request.representative is None:
        yield wrong("/representative", "required")
    if agent is None and request.representative is not None:
        yield from _holder_problems(request.representative, principal)
    if starts_on < office.today():
        yield wrong("/starts_on", "minimum", limit=office.today())
    if request.until < starts_on:
        yield wrong("/until", "minimum", limit=starts_on)
    if request.until > starts_on + LONGEST:
        yield wrong("/until", "maximum", limit=starts_on + LONGEST)
    if request.bundle is not None and request.bundle not in office.catalog.bundles:
        yield wrong("/bundle", "enum")
    if not _is_signed(request.signature, principal.name):
        yield wrong("/signature", "not", _unsigned(request))


def _holder_problems(holder: NamedPerson, principal: NamedPerson) -> Iterator[PlanProblem]:
    if not is_citizen_id(_plain(holder.id_number)):
        yield wrong("/representative/id_number", "citizen-id")
    if _plain(holder.id_number) == _plain(principal.id_number):
        yield wrong("/representative/id_number", "not")


def _is_signed(signature: Signature, name: str) -> bool:
    """Whether it is the principal's name, or a drawing at all."""
    if signature.kind == "typed":
        return "".join(signature.value.split()) == "".join(name.split())
    try:
        return base64.b64decode(signature.value, validate=True).startswith(_PNG)
    except (binascii.Error, ValueError):
        return False


def _unsigned(request: MandateRequest) -> str:
    """The words for a signature that is none: a drawing, one's own name, or that of who stands there."""
    if request.signature.kind == "drawn":
        return "identity_wrong_drawing"
    return "identity_wrong_own_signature" if request.principal is None else "identity_wrong_signature"


async def _check_case(office: Office, caller: Caller, new: NewMandate) -> None:
    """A mandate for one case is about a case of the principal's.

    A clerk is told the same of a case outside the area, of another person's and of one that does not exist.
    """
    if new.case is None:
        return
    try:
        if caller.role is Role.CLERK:
            await check_case(office, caller, new.case)
        standing = await standing_of(office.archive, new.case)
    except NotKnown:
        raise rejected([wrong("/case", "enum")]) from None
    own_party = (Capacity.APPLICANT.value, new.principal) in standing.parties
    if not own_party and not any(
        party == f"account:{new.entered_by}" and capacity == Capacity.FILER
        for capacity, party in standing.parties
    ):
        raise rejected([wrong("/case", "enum")])


def _plain(number: str) -> str:
    return "".join(number.split()).upper()


def _party(office: Office, number: str) -> str:
    return fingerprint_subject(office.archive.ring, ID_TYPE, _plain(number))


def _party_of(office: Office, agent: Account | None, holder: NamedPerson | None) -> str:
    if agent is not None:
        return f"account:{agent.id}"
    return _party(office, holder.id_number) if holder is not None else ""


def _document(
    principal: NamedPerson, agent: Account | None, holder: NamedPerson | None, signature: Signature
) -> dict[str, object]:
    """What is sealed: both identities as they are on the day, and the signature."""
    if agent is not None:
        held: dict[str, object] = {
            "name": agent.person.get("name", ""),
            "id_number": agent.person.get("id_number", ""),
            "organisation": agent.organisation,
        }
    else:
        held = holder.model_dump() if holder is not None else {}
    return {
        "principal": principal.model_dump(),
        "representative": held,
        "signature": signature.model_dump(),
    }
