"""Filing under a mandate: for whom, by which account and about what, in; whether one counts today, out."""

from datetime import date

from sqlalchemy import or_, select

from records.archive import Archive
from records.schema_account import mandate as table


async def may_file_for(archive: Archive, principal: str, account: str, bundle: str, today: date) -> bool:
    """Whether a mandate that counts on this day lets the account file this life event for the principal.

    `principal` is the person's keyed hash. A mandate for one running case lets nobody begin another.
    """
    query = select(table.c.id).where(
        table.c.principal == principal,
        table.c.representative == account,
        table.c.case.is_(None),
        or_(table.c.bundle.is_(None), table.c.bundle == bundle),
        table.c.revoked_at.is_(None),
        table.c.starts_on <= today,
        table.c.until >= today,
    )
    found = await archive.database.read(lambda connection: connection.execute(query.limit(1)).first())
    return found is not None
