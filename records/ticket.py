"""Tickets of identity providers: a ticket that counts once, in; whether this was its first use, out."""

from datetime import datetime

from sqlalchemy import Connection, delete

from records.archive import Archive
from records.database import insert_new
from records.schema_account import spent_ticket as table


async def spend_ticket(archive: Archive, ticket: str, until: datetime, now: datetime) -> bool:
    """Use a ticket up; False when it was used before. It is remembered until it has expired by itself."""
    row = {"ticket_blind": archive.ring.blind("ticket", ticket), "until": until}

    def spend(connection: Connection) -> bool:
        connection.execute(delete(table).where(table.c.until < now))
        return bool(insert_new(connection, table, [row]))

    return await archive.database.write(spend)
