"""Fixtures for tests of every folder."""

from tests.services.postgres import (  # noqa: F401
    database,
    database_url,
    empty_database,
    postgres,
    postgres_cluster,
)
