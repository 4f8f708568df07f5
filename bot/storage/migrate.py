"""Brings a database to the tables this version needs, with Alembic."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from bot.storage.database import Database, DatabaseFailed
from bot.storage.schema import metadata

logger = logging.getLogger(__name__)

# Any number that no other program uses in the same database.
_LOCK = 20_260_501


def upgrade(database: Database) -> None:
    """Bring the tables to the newest revision; quick when they are there. Two at once do no harm.

    One that comes while another works waits for it, but not for long: then it fails, and the next
    try finds the work done.

    Raises:
        DatabaseFailed: the database is not reached, refuses the change, somebody holds a lock on
            the tables, or a newer release has changed them so that this one cannot work with them.
    """
    with database.begin() as connection:
        if not database.is_sqlite:
            # A change may take its time once it has its locks. It waits for those no longer than
            # anybody: else the bot would not start, nor the next in line get at the tables.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(_config(connection), "head")
        except CommandError as error:
            if misfits := _misfits(connection):
                raise DatabaseFailed(
                    f"database {database.name}: {error}. A newer release has changed its tables "
                    f"({', '.join(misfits)}): start that release"
                ) from None
            # Two machines are renewed one after the other, and sometimes a release is taken back.
            logger.warning("database %s: a newer release has added to its tables", database.name)


def present(database: Database) -> str | None:
    """The revision the database is at; None when it is empty.

    Raises:
        DatabaseFailed: the database is not reached.
    """
    with database.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this version of the bot needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(revision: str | None) -> bool:
    """Whether this version of the bot can upgrade from a revision: not from a newer release's."""
    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision is None or revision in {one.revision for one in known}


def _misfits(connection: Connection) -> list[str]:
    """The columns without which, or with which, this release cannot read and write."""
    inspector, found = inspect(connection), []
    for table in metadata.sorted_tables:
        there = {}
        if inspector.has_table(table.name):
            there = {column["name"]: column for column in inspector.get_columns(table.name)}
        found += [f"no {column}" for column in table.columns if column.name not in there]
        found += [
            f"{table.name}.{name} must be filled"
            for name, column in there.items()
            if name not in table.columns and not column["nullable"] and column["default"] is None
        ]
    return found


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config
