"""Hand-over in a serving process: the outbox is filled, emptied, and what became of it told."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from bot.errors import reason_of
from bot.handover.delivery import Delivery
from bot.handover.https import HttpsDelivery
from bot.handover.request import Enlist
from bot.handover.smtp import SmtpDelivery
from bot.handover.worker import Worker
from bot.settings import Settings
from bot.storage import keys, outbox, standings
from bot.storage.database import Database, DatabaseFailed, get_database
from bot.storage.keys import Keys
from bot.storage.outbox import State
from bot.storage.participants import participants
from bot.storage.standings import Standing

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a person waits for the confirmation of what they just agreed to."""

_LOOK = 0.1
# Seconds that are kept to look once more, and to note what is told.
_TO_NOTE = 3 * _LOOK

Result = TypeVar("Result")


class Handovers:
    """One for each process in which hand-over is on."""

    def __init__(self, database: Database, storage_keys: Keys, delivery: Delivery) -> None:
        self._database = database
        self._keys = storage_keys
        self._worker = Worker(database, storage_keys, delivery)
        self._enlist = Enlist(storage_keys)

    @classmethod
    def from_settings(cls, settings: Settings) -> Handovers | None:
        """As the settings say; None where the force takes no hand-overs.

        Raises:
            OperatorError: the database's address or the storage keys cannot be used.
        """
        if not settings.handover:
            return None
        return cls(get_database(), keys.load(), _delivery(settings))

    def start(self) -> None:
        """From now on what is agreed to is stored, and what is stored is delivered."""
        participants.append(self._enlist)
        self._worker.start()

    def stop(self) -> None:
        """End after the present attempt, and only then take part no longer."""
        self._worker.stop()
        participants.remove(self._enlist)

    def depths(self) -> dict[str, int]:
        """How many hand-overs the outbox holds in each state.

        Raises:
            DatabaseFailed: it cannot be read.
        """
        with self._database.reading() as connection:
            return outbox.depths(connection)

    async def after_yes(self, conversation_id: str, since: float, seconds: float) -> State | None:
        """What to tell right after the second yes.

        Args:
            conversation_id: the conversation's id.
            since: when the turn began, in seconds since 1970, UTC.
            seconds: how long this may take; for a confirmation it waits no longer than `PATIENCE`.

        Returns:
            The state; None when the note is surely not in the outbox.
        """
        self._worker.wake()
        hashes = self._keys.hashes(conversation_id)
        deadline = time.monotonic() + seconds
        give_up = min(deadline - _TO_NOTE, time.monotonic() + PATIENCE)
        try:
            while True:
                found = await self._find(
                    lambda c: standings.latest(c, hashes, int(since)), deadline
                )
                is_waiting = found is not None and found.state is State.WAITING
                if not is_waiting or time.monotonic() >= give_up:
                    break
                await asyncio.sleep(_LOOK)
        except Exception as error:  # also one of the process, such as no thread left
            _log(error)
            return State.WAITING  # it may or may not be stored: not confirmed is true of both
        if found is None:
            return None
        await self._note(found, deadline)
        return found.state

    async def news(self, conversation_id: str, seconds: float) -> State | None:
        """What has changed since the person was told; None when nothing has. Said once.

        Args:
            conversation_id: the conversation's id.
            seconds: how long this may take.
        """
        hashes = self._keys.hashes(conversation_id)
        deadline = time.monotonic() + seconds
        try:
            found = await self._find(lambda c: standings.untold(c, hashes), deadline)
        except Exception as error:
            _log(error)
            return None
        return found.state if found and await self._note(found, deadline) else None

    async def _find(
        self, look: Callable[[Connection], Standing | None], deadline: float
    ) -> Standing | None:
        """What is found in the outbox.

        Raises:
            DatabaseFailed: nothing is known in time.
        """

        def read() -> Standing | None:
            with self._database.reading() as connection:
                return look(connection)

        return await _by(deadline, self._database.beside(read))

    async def _note(self, standing: Standing, deadline: float) -> bool:
        """Note what the answer tells; False when another answer tells it.

        What could not be noted in time is told twice: noted first, it might be told to nobody.
        """
        try:
            noting = self._database.run(lambda c: standings.note_told(c, standing))
            return await _by(deadline, noting)
        except Exception as error:
            _log(error)
            return True


async def _by(deadline: float, asked: Coroutine[Any, Any, Result]) -> Result:
    """The database's answer, if it comes by then on the monotonic clock.

    Not by `wait_for`, which may swallow that the turn is cancelled (before Python 3.12).

    Raises:
        DatabaseFailed: it fails, or there is no time left.
    """
    task = asyncio.ensure_future(asked)
    # Read it even when nobody waits any more, or Python reports it.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        await asyncio.wait({task}, timeout=deadline - time.monotonic())
        if not task.done():
            raise DatabaseFailed("no time was left for the database")
        return task.result()
    finally:
        task.cancel()


def _log(error: Exception) -> None:
    logger.error("hand-over: %s", reason_of(error))


def _delivery(settings: Settings) -> Delivery:
    if settings.handover_url:
        return HttpsDelivery(settings.handover_url, str(settings.handover_secret))
    return SmtpDelivery(settings)
