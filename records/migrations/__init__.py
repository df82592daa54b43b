"""Migrations of the case database: Alembic scripts, run at start by `records.database.Database.migrate`."""
