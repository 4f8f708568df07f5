"""Tests that the whole bot answers, with messages of our own that take a person's route."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from typing import Any

from bot.errors import reason_of
from bot.gateway.http.body import MessageIn
from bot.gateway.overload.queue import TooMany
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import Outcome
from bot.rasa_adapters.messages import number_of_messages
from bot.settings import get_settings
from bot.storage.database import DatabaseFailed

logger = logging.getLogger(__name__)

# What is sent, and how the turn must end. One message needs the custom actions, one the safety net.
MESSAGES = (
    # Without storage the bot still answers; taking it out of service would help nobody.
    ("hello", frozenset({Outcome.ANSWERED, Outcome.SAFE_REPLY_STORAGE_FAILED})),
    ("he is outside my house now", frozenset({Outcome.EMERGENCY})),
)
# The least seconds between two tests while they fail.
_PAUSE = 1.0


class SelfTest:
    """Runs a test when asked, one at a time. A passed test counts for `ready_seconds`.

    Observers are not told of its turns, and no limit counts them.

    Attributes:
        is_storing: whether conversations could be stored in the last test.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._lock = asyncio.Lock()
        self._passed = False
        self._finished = float("-inf")
        self.is_storing = False

    async def passed(self, agent: Any) -> bool:
        """Returns True if a test passed recently enough. Runs one if the last is too old."""
        if not self._is_recent():
            async with self._lock:
                if not self._is_recent():
                    await self._run(agent)
        return self._passed

    def _is_recent(self) -> bool:
        counts_for = get_settings().ready_seconds if self._passed else _PAUSE
        return time.monotonic() - self._finished < counts_for

    async def _run(self, agent: Any) -> None:
        conversation = secrets.token_hex(16)
        before = self._passed, self.is_storing
        self._passed, self.is_storing = False, True
        is_done = True
        try:
            answered = [await self._send(agent, conversation, *message) for message in MESSAGES]
            # If the store reports a failure, the test still passes. If it loses messages, it fails.
            kept = not self.is_storing or await _is_stored(agent, conversation)
            self._passed = all(answered) and kept
        except TooMany:
            # We were refused because other messages are being answered. That is no reason to send
            # people away from this process, nor to send them to a bot that has never answered.
            self._passed, self.is_storing = before
        except asyncio.CancelledError:
            # The caller has hung up, so we learned nothing. Others who wait run their own test.
            self._passed, self.is_storing = before
            is_done = False
            raise
        except Exception as error:
            self.is_storing = False
            logger.error("self-test failed: %s", reason_of(error))
        finally:
            if is_done:
                self._finished = time.monotonic()
            self._turns.recent.forget(conversation)
            # Not in line with the chats that people end, because that line may be long. If this
            # fails, the eraser retries it later.
            with contextlib.suppress(DatabaseFailed):
                await self._turns.eraser.erase(agent, conversation)

    async def _send(
        self, agent: Any, conversation: str, text: str, expected: frozenset[Outcome]
    ) -> bool:
        answer = await self._turns.answer(agent, MessageIn(conversation=conversation, text=text))
        if answer.outcome is Outcome.SAFE_REPLY_OVERLOADED:
            raise TooMany
        if answer.metadata.has_storage_failed:
            self.is_storing = False
        if answer.outcome in expected:
            return True
        logger.error("self-test: a turn ended as %s", answer.outcome.value)
        return False


async def _is_stored(agent: Any, conversation: str) -> bool:
    """Returns True if the store gives back the messages just sent."""
    stored = number_of_messages(await agent.tracker_store.retrieve(conversation))
    if stored == len(MESSAGES):
        return True
    logger.error("self-test: %d of %d messages were stored", stored, len(MESSAGES))
    return False
