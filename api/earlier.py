"""What came before a filing: in goes its key or its subject, out come the cases that are there already."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from api import audit
from api.case_work.area import area_of
from api.identity.acting import is_own
from api.lookup import ID_TYPE
from api.office import Office
from api.role import PERSONS
from api.visit import Caller
from api.window import window_behind
from onething.errors import CaseExists, KeyReused
from records.archive import Archive
from records.case import Existing, StoredCase, get_case
from records.lookup import find_by_subject, fingerprint_subject
from records.mandate import cases_under
from records.notice import NewNotice, queue_notice
from records.party import standing_of
from records.schema import case as table
from records.worklist import CaseFilter, CaseSummary, list_cases

_SHOWN: Final = 10


async def filed_before(archive: Archive, key: str, body_sha256: str) -> Existing | None:
    """The case that this Idempotency-Key became; raises KeyReused when its body was another.

    A filing uses its draft up, so a repeated one has to be known before the draft is looked for.
    """

    def look(connection: Connection) -> Existing | None:
        query = select(table.c.number, table.c.body_blind, table.c.inputs, table.c.started_at).where(
            table.c.key_blind == archive.ring.blind("idempotency", key)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.body_blind != archive.ring.blind("body", body_sha256):
            raise KeyReused
        return Existing(row.number, row.inputs, row.started_at is not None)

    return await archive.database.read(look)


async def open_case_of(archive: Archive, bundle: str, subject_blind: str) -> StoredCase | None:
    """The open case of this life event and subject, if there is one."""
    for number in await find_by_subject(archive, subject_blind):
        stored = await get_case(archive, number)
        if stored.bundle == bundle and stored.closed_at is None:
            return stored
    return None


async def cases_before(office: Office, caller: Caller, bundle: str, number: str) -> tuple[CaseSummary, ...]:
    """The cases of this life event about whoever has this identity number, ended ones too, newest first.

    Of a clerk only those of the area, of a person only those that they may follow; whoever shows them notes
    it (`note_shown`).
    """
    blind = fingerprint_subject(office.archive.ring, ID_TYPE, number)
    numbers = await find_by_subject(office.archive, blind)
    if caller.role in PERSONS:
        numbers = await _followed(office, caller, numbers)
    if not numbers:
        return ()
    area = None if caller.role in PERSONS else area_of(caller)
    wanted = CaseFilter(bundle=bundle, numbers=numbers, area=area, limit=_SHOWN)
    return await list_cases(office.archive, wanted)


async def note_shown(office: Office, caller: Caller, shown: Sequence[CaseSummary]) -> None:
    """Audit each case that a page shows, as one that a search shows is."""
    await audit.append(office.archive, *(audit.entry(caller, "find_case", one.number) for one in shown))


async def already_there(office: Office, bundle: str, blind: str) -> CaseExists:
    """Tell the first applicant, and give the second one nothing but the window and its phone."""
    first = await open_case_of(office.archive, bundle, blind)
    window = await window_behind(office.archive, first.window_id if first is not None else None)
    if first is not None:
        today = office.today().isoformat()
        notice = NewNotice(
            key=f"second_filing:{first.number}:{today}",
            case=first.number,
            kind="second_filing",
            channel="sms",
            content={"to": "applicant", "text": "second_filing", "day": today},
            queued_at=office.now(),
        )
        await queue_notice(office.archive, notice)
    return CaseExists(window=window.name.zh, phone=window.contact.phone)


async def refuse_second(office: Office, stored: StoredCase) -> None:
    """Raise CaseExists when an ended case would go on beside another of the same event and subject."""
    if stored.closed_at is None:
        return
    blind = await office.archive.database.read(
        lambda connection: connection.execute(
            select(table.c.subject_blind).where(table.c.number == stored.number)
        ).scalar()
    )
    if blind is not None and await open_case_of(office.archive, stored.bundle, blind) is not None:
        raise await already_there(office, stored.bundle, blind)


async def _followed(office: Office, caller: Caller, numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Of these cases those that are the person's own, or that a mandate lets them follow."""
    under = await cases_under(office.archive, caller.parties, office.today())
    may_see = [
        one for one in numbers if one in under or is_own(caller, await standing_of(office.archive, one))
    ]
    return tuple(may_see)


async def case_of_key(archive: Archive, key: str) -> str | None:
    """The number of the case that this Idempotency-Key became, whatever its body was."""
    query = select(table.c.number).where(table.c.key_blind == archive.ring.blind("idempotency", key))
    return await archive.database.read(lambda connection: connection.execute(query).scalar())
