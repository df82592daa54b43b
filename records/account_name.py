"""What accounts are called: their ids in, the names that a page says out, in one look."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from records import data_key
from records.archive import Archive
from records.schema import data_key as key_table
from records.schema_account import account as table


async def names_of(archive: Archive, ids: Collection[str]) -> dict[str, str]:
    """Give each account's name; none for one that is not known, has no name, or was erased."""

    def load(connection: Connection) -> dict[str, str]:
        query = select(table.c.id, table.c.sealed_person, key_table.c.id.label("key_id"), key_table.c.wrapped)
        query = query.join_from(table, key_table).where(table.c.id.in_(tuple(ids)))
        found = {}
        for row in connection.execute(query):
            if row.wrapped is not None and row.sealed_person is not None:
                key = data_key.unwrap(archive.ring, row.key_id, row.wrapped)
                found[row.id] = key.open_json(row.sealed_person, f"account.person:{row.id}").get("name", "")
        return {account: name for account, name in found.items() if name}

    return await archive.database.read(load)
