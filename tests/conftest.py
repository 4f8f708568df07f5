"""Fixtures for tests of every folder."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.services.environment import default_settings
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

# Each takes a minute and more. A file that long, begun last, leaves the other workers idle.
LONGEST = (
    "tests/integration/test_evaluation.py",
    "tests/unit/content/test_ordinary_changes.py",
    "tests/integration/test_commands.py",
    "tests/test_stories.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, all others in their order."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_configure(config: pytest.Config) -> None:
    """Whatever the machine's environment holds, it is neither tested nor written to.

    Before any test is collected: some read settings where they are defined.
    """
    until_the_end = ExitStack()
    until_the_end.enter_context(default_settings())
    config.add_cleanup(until_the_end.close)
