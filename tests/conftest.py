"""Fixtures for tests of every folder."""

from tests.services.mail import mail_server  # noqa: F401
from tests.services.postgres import (  # noqa: F401
    database,
    database_url,
    empty_database,
    postgres,
    postgres_cluster,
)
from tests.services.receiver import receiver, road  # noqa: F401
from tests.services.redis import redis, redis_server  # noqa: F401
from tests.services.small_disk import small_disk  # noqa: F401
