"""The custom actions in the process that asks for them."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.rasa_adapters import own_actions as module
from bot.rasa_adapters.own_actions import OwnActions
from tests.integration.waiting import PATIENCE
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
            await actions.request(json=CALL, timeout=PATIENCE)
        return await actions.request(json=CALL, timeout=PATIENCE)

    assert asyncio.run(scene())["responses"]


def test_actions_that_block_for_good_stop_no_other(monkeypatch):
    monkeypatch.setattr(module, "_THREADS", 2)
    monkeypatch.setattr(module, "_ENDS_IN", 0.1)
    actions, run, ended = OwnActions(), OwnActions._run, threading.Event()
    blocked = threading.Semaphore(0)

    def blocks(self, call, seconds):
        blocked.release()
        ended.wait(5 * PATIENCE)

    async def scene():
        monkeypatch.setattr(OwnActions, "_run", blocks)
        hanging = [asyncio.ensure_future(actions.request(json=CALL, timeout=0.1)) for _ in range(2)]
        for _ in hanging:
            await asyncio.to_thread(blocked.acquire)
        for one in hanging:
            one.cancel()
        monkeypatch.setattr(OwnActions, "_run", run)
        await asyncio.sleep(0.3)
        answer = await asyncio.wait_for(actions.request(json=CALL, timeout=PATIENCE), PATIENCE)
        assert not actions._blocks_from
        return answer

    try:
        assert asyncio.run(scene())["responses"]
    finally:
        ended.set()
