"""Alembic's steps from an empty database to today's tables. Run by `live.store.schema.migrate`."""
