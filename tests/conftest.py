"""Fixtures for tests of every folder."""

from tests.services.postgres import (  # noqa: F401
    database,
    database_url,
    empty_database,
    postgres,
    postgres_cluster,
)
from tests.services.redis import redis, redis_server  # noqa: F401
