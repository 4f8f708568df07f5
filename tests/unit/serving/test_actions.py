"""The custom actions in the serving process."""

from __future__ import annotations

import asyncio
import os
import resource
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.serving.actions import OwnActions
from tests.unit.actions.conftest import EMPTY_STATE

CALL = {"next_action": "action_repeat", "tracker": dict(EMPTY_STATE), "domain": {}}


@contextmanager
def no_file_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest_open() + 1, hard))
    spare = []
    try:
        while True:  # the gaps between those that are open
            spare.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    try:
        yield
    finally:
        for number in spare:
            os.close(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def highest_open():
    return max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())


def test_a_moment_without_file_descriptors_costs_that_moments_actions_only():
    actions = OwnActions()

    async def scene():
        with no_file_descriptors(), pytest.raises(OSError, match="Too many open files"):
            await actions.request(json=CALL, timeout=5)
        return await actions.request(json=CALL, timeout=5)

    assert asyncio.run(scene())["responses"]
