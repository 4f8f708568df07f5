"""The operator is told where PostgreSQL's own log would keep what is stored."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.storage import server_log
from bot.storage.database import Database

pytestmark = pytest.mark.integration


def test_each_setting_that_keeps_statements_is_named(postgres, tmp_path):
    url = postgres.create()
    database = Database(url, tmp_path)
    assert server_log.notes(database) == []
    name = database.engine.url.username
    with database.begin() as connection:
        for setting in (
            "log_min_error_statement = error",
            "log_statement = 'mod'",
            "log_min_duration_statement = 0",
        ):
            connection.execute(text(f"ALTER ROLE {name} SET {setting}"))
    database.close()  # they count for new connections
    try:
        notes = server_log.notes(database)
        with pytest.raises(Exception, match="no_such_table"), database.begin() as connection:
            connection.execute(text("SELECT 'a secret' FROM no_such_table"))
    finally:
        with database.begin() as connection:
            connection.execute(text(f"ALTER ROLE {name} RESET ALL"))
        database.close()
    assert [note.split(": ")[1].split(" is ")[0] for note in notes] == [
        "log_min_error_statement", "log_statement", "log_min_duration_statement",
    ]  # fmt: skip
    assert "a secret" in postgres.log.read_text(errors="replace"), "that is what the note is for"
    assert server_log.notes(database) == []


def test_sqlite_has_no_such_log(tmp_path):
    assert server_log.notes(Database("sqlite:///conversations.db", tmp_path)) == []
