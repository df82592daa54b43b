"""What Alembic runs: the open connection of `Database.migrate` in, the migrated tables out."""

from alembic import context

from records.tables import metadata

# The caller began the transaction and commits it, so a crash in the middle leaves the old tables whole.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
