"""The migrations, on a real SQLite and a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.cli import main
from bot.counters import figures
from bot.errors import OperatorError
from bot.serving import supervisor
from bot.storage import commands, migrate
from bot.storage.database import _POSTGRESQL, Database, DatabaseFailed
from bot.storage.schema import metadata
from tests.integration.waiting import wait_until

pytestmark = pytest.mark.integration
REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(migrate._config()).walk_revisions()
][::-1]


def bring(database, revision, way=command.upgrade):
    """To a revision that need not be the newest, with Alembic itself."""
    with database.begin() as connection:
        way(migrate._config(connection), revision)


def tables(database):
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_gets_exactly_the_tables_of_the_schema(empty_database):
    assert migrate.present(empty_database) is None
    migrate.upgrade(empty_database)
    assert migrate.present(empty_database) == migrate.newest() == REVISIONS[-1]
    assert tables(empty_database) == set(metadata.tables)
    with empty_database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_earlier_revision_is_brought_up_to_date(empty_database, revision):
    bring(empty_database, revision)
    assert migrate.present(empty_database) == revision
    migrate.upgrade(empty_database)
    assert migrate.present(empty_database) == migrate.newest()
    assert tables(empty_database) == set(metadata.tables)


@pytest.mark.parametrize("before", [None, *REVISIONS[:-1]])
def test_every_revision_can_be_taken_back(database, before):
    bring(database, before or "base", command.downgrade)
    assert migrate.present(database) == before
    migrate.upgrade(database)
    assert tables(database) == set(metadata.tables)


def test_upgrading_twice_changes_nothing(database):
    migrate.upgrade(database)
    assert migrate.present(database) == migrate.newest()


def test_the_status_says_what_to_do(empty_database, monkeypatch, capsys):
    monkeypatch.setattr(commands, "get_database", lambda: empty_database)

    def status() -> tuple[int, str]:
        return main(["database", "status"]), capsys.readouterr().out

    exit_code, said = status()
    assert exit_code == 1
    assert "no revision yet; run `python -m bot database upgrade`" in said
    migrate.upgrade(empty_database)
    exit_code, said = status()
    assert (exit_code, "upgrade" in said) == (0, False)
    of_a_newer_release(empty_database)
    exit_code, said = status()
    assert exit_code == 1
    assert "is at 9999, which a newer release has made" in said


def of_a_newer_release(database, change=None):
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        if change:
            connection.execute(text(change))


@pytest.mark.parametrize(
    "change", [None, "CREATE TABLE more (id INTEGER)", "ALTER TABLE counts ADD COLUMN more INTEGER"]
)
def test_what_a_newer_release_has_only_added_is_worked_with(database, change):
    of_a_newer_release(database, change)
    migrate.upgrade(database)
    assert migrate.present(database) == "9999", "it is not taken back either"


def test_figures_are_read_from_tables_that_a_newer_release_has_only_added_to(database):
    of_a_newer_release(database, "CREATE TABLE more (id INTEGER)")
    with pytest.raises(OperatorError, match="nothing has been counted yet"):
        figures.read(database, dt.date(2026, 11, 1), dt.date(2026, 11, 2))


@pytest.mark.parametrize(
    ("change", "misfit"),
    [
        ("DROP TABLE counts", "no counts.day"),
        ("ALTER TABLE counts RENAME COLUMN force TO area", "no counts.force"),
        ("ALTER TABLE handovers ADD COLUMN more INTEGER NOT NULL", "handovers.more must be filled"),
    ],
)
def test_tables_that_a_newer_release_has_changed_are_a_failure_that_says_what_to_do(
    database, change, misfit
):
    if database.is_sqlite and "NOT NULL" in change:
        pytest.skip("SQLite cannot add such a column")
    of_a_newer_release(database, change)
    with pytest.raises(DatabaseFailed, match=f"newer release.*{misfit}.*start that release"):
        migrate.upgrade(database)


# What another session may hold: the tables, or what keeps two from changing them at once.
HELD = ["LOCK TABLE alembic_version", f"SELECT pg_advisory_xact_lock({migrate._LOCK})"]


@pytest.mark.parametrize("held", HELD, ids=["tables", "another upgrade"])
def test_a_lock_of_somebody_else_is_waited_for_a_moment_only(
    postgres, tmp_path, monkeypatch, capsys, held
):
    database = Database(postgres.create(), tmp_path)
    bring(database, REVISIONS[0])
    monkeypatch.setattr(supervisor, "get_database", lambda: database)
    monkeypatch.setattr(supervisor.keys, "check", lambda: None)
    with database.engine.connect() as other, other.begin():
        other.execute(text(held))
        # Its own limit, and not that of a statement: the message tells them apart.
        with pytest.raises(DatabaseFailed, match="lock timeout"):
            migrate.upgrade(database)
        supervisor._upgrade_database()
        assert "lock timeout" in capsys.readouterr().out, "the start goes on, and says why"
    assert migrate.present(database) == REVISIONS[0]
    supervisor._upgrade_database()
    assert migrate.present(database) == migrate.newest()
    database.close()


def is_waited_for(postgres):
    """Whether somebody waits for a lock."""
    with closing(psycopg2.connect(postgres.url("postgres"))) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def test_a_lock_that_is_given_back_in_time_stops_no_upgrade(postgres, tmp_path, monkeypatch):
    monkeypatch.setitem(_POSTGRESQL, "options", "-c lock_timeout=120s")
    database = Database(postgres.create(), tmp_path)
    bring(database, REVISIONS[0])
    with database.engine.connect() as other:
        other.execute(text(HELD[0]))
        with ThreadPoolExecutor(1) as thread:
            upgrading = thread.submit(migrate.upgrade, database)
            wait_until(lambda: is_waited_for(postgres))
            other.rollback()
            upgrading.result()
    assert migrate.present(database) == migrate.newest()
    database.close()
