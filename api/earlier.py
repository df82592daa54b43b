"""What came before a filing: in goes its key or its subject, out comes the case that is there already."""

from sqlalchemy import Connection, select

from api.office import Office
from api.window import window_behind
from onething.errors import CaseExists, KeyReused
from records.archive import Archive
from records.case import Existing, StoredCase, get_case
from records.lookup import find_by_subject
from records.notice import NewNotice, queue_notice
from records.schema import case as table


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


async def case_of_key(archive: Archive, key: str) -> str | None:
    """The number of the case that this Idempotency-Key became, whatever its body was."""
    query = select(table.c.number).where(table.c.key_blind == archive.ring.blind("idempotency", key))
    return await archive.database.read(lambda connection: connection.execute(query).scalar())
