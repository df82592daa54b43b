"""The read model, inbox, audit and archive: tables, migrations, queries and encrypted blobs."""
