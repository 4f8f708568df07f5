"""What Alembic runs for each command; `bot.storage.migrate` gives it the open transaction."""

from __future__ import annotations

from alembic import context

from bot.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can undo a half-made change too, because we say BEGIN ourselves.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
