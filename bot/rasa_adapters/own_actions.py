"""Runs the custom actions in Rasa's own process, through the Rasa SDK's own executor.

No hop, no second process that can be down. Each call runs in a thread of its own, so an action that
blocks costs its own conversation a safe reply and not everybody's answers.
"""

from __future__ import annotations

import asyncio
import contextvars
import json as json_format
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

logger = logging.getLogger(__name__)

_PACKAGE = "actions"
_THREADS = 32
# Seconds after its time in which an action that can be cancelled ends. One that still runs then has
# blocked its thread, and nobody waits for it.
_ENDS_IN = 0.5


def install(utils: Any) -> None:
    """Runs the actions in this process wherever endpoints.yml names no action server.

    Rasa itself would answer only what needs no action.

    Args:
        utils: the module `rasa.core.utils`.
    """
    read_endpoints = utils.AvailableEndpoints.read_endpoints

    def with_actions(file: str | None) -> Any:
        endpoints = read_endpoints(file)
        endpoints.action = endpoints.action or OwnActions()
        return endpoints

    utils.AvailableEndpoints.read_endpoints = staticmethod(with_actions)


class OwnActions(EndpointConfig):
    """An action endpoint for Rasa that needs no server."""

    def __init__(self) -> None:
        """Load every action now; one that cannot be imported stops the start."""
        super().__init__()
        self._executor = ActionExecutor()
        self._executor.register_package(_PACKAGE)
        self._threads = ThreadPoolExecutor(_THREADS, "action")
        # When each call will have blocked its thread.
        self._blocks_from: dict[Future[Any], float] = {}

    async def request(
        self, *args: Any, json: dict[str, Any], timeout: float, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Run the action that an action call names.

        Args:
            *args: not used.
            json: the action call.
            timeout: seconds after which it is cancelled. One that blocks its thread is not, so
                the caller keeps a deadline of its own.
            **kwargs: what else Rasa passes for the way over HTTP; not used.

        Raises:
            ClientResponseError: the action declined to run (status 400).
            Exception: whatever the action raised.
        """
        work = contextvars.copy_context()
        call = self._free_threads().submit(work.run, self._run, json, timeout)
        self._blocks_from[call] = time.monotonic() + timeout + _ENDS_IN
        call.add_done_callback(lambda done: self._blocks_from.pop(done, None))
        try:
            return await asyncio.wrap_future(call)
        except ActionExecutionRejection as declined:
            body = {"action_name": declined.action_name, "error": declined.message}
            raise ClientResponseError(400, "declined", json_format.dumps(body)) from declined

    def _free_threads(self) -> ThreadPoolExecutor:
        """The threads; new ones where half are blocked, for such a thread cannot be ended."""
        now = time.monotonic()
        # Copied at once, for they end in their threads.
        calls = [*self._blocks_from.items()]
        blocked = sum(now > at and one.running() for one, at in calls)
        if 2 * blocked >= _THREADS:
            logger.error("%s actions block their threads, which are left behind", blocked)
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = ThreadPoolExecutor(_THREADS, "action")
            self._blocks_from = {}
        return self._threads

    def _run(self, call: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        loop = _own_loop()
        return loop.run_until_complete(asyncio.wait_for(self._executor.run(call), seconds))


def _own_loop() -> asyncio.AbstractEventLoop:
    """This thread's loop: a new one for each call would cost time, and three open files.

    Not the pool's initializer: one that fails, for want of file descriptors, breaks it for good.
    """
    try:
        return asyncio.get_event_loop()
    except RuntimeError:  # the first call in this thread
        asyncio.set_event_loop(asyncio.new_event_loop())
        return asyncio.get_event_loop()
