"""Alembic's entry: runs the steps on the connection that `live.store.schema` has opened."""

from alembic import context

from live.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter a column in place
    transactional_ddl=True,  # ours begins explicitly, so SQLite too rolls a failed step back
)
with context.begin_transaction():
    context.run_migrations()
