"""A PostgreSQL of our own for tests, and an empty database in each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage import migrate
from bot.storage.database import Database
from local_servers.postgres import Postgres
from tests.services.programs import need


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Postgres]:
    """The cluster that all tests share; a test that stops it uses `postgres`."""
    need("initdb")
    cluster = Postgres()
    cluster.start()
    yield cluster
    cluster.remove()


@pytest.fixture
def postgres(postgres_cluster: Postgres) -> Iterator[Postgres]:
    """The cluster, up again afterwards whatever the test did to it."""
    yield postgres_cluster
    postgres_cluster.start()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/chat.db"
    return request.getfixturevalue("postgres").create()


@pytest.fixture
def empty_database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind, without tables."""
    opened = Database(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database of each kind with all tables, and no rows."""
    migrate.upgrade(empty_database)
    return empty_database
