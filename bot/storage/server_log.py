"""Whether PostgreSQL's own log would keep what is stored.

A statement that fails or is slow stands whole in that log, with the encrypted record in it, and
logs are kept for weeks. Only a database administrator can switch that off (docs/deployment.md).
"""

from __future__ import annotations

from sqlalchemy import text

from bot.storage.database import Database

# Of each setting, the values with which no statement that writes is logged.
_KEEPS_NOTHING = {
    "log_min_error_statement": ("log", "fatal", "panic"),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
}


def notes(database: Database) -> list[str]:
    """What to tell the operator; nothing where all is well, and of SQLite.

    Raises:
        DatabaseFailed: the database is not reached.
    """
    if database.is_sqlite:
        return []
    with database.begin() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in _KEEPS_NOTHING}
    return [
        f"PostgreSQL's log may keep encrypted messages: {name} is {value}. See docs/deployment.md"
        for name, value in found.items()
        if value not in _KEEPS_NOTHING[name]
    ]
