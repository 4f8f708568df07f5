"""A Redis of our own for tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_servers.redis import Redis
from tests.services.programs import need


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The server that all tests share; a test that stops it uses `redis`."""
    need("redis-server")
    server = Redis()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def redis(redis_server: Redis) -> Iterator[Redis]:
    """The server with nothing in it, up again afterwards whatever the test did to it."""
    redis_server.empty()
    yield redis_server
    redis_server.start()
