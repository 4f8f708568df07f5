"""Hand-over in a serving process: the outbox is filled, emptied, and what became of it told."""

from __future__ import annotations

import asyncio
import logging
import time

from bot.errors import OperatorError
from bot.handover.delivery import Delivery
from bot.handover.https import HttpsDelivery
from bot.handover.request import Enlist
from bot.handover.smtp import SmtpDelivery
from bot.handover.worker import Worker
from bot.settings import Settings
from bot.storage import keys, outbox
from bot.storage.database import Database, get_database
from bot.storage.keys import Keys
from bot.storage.outbox import State
from bot.storage.participants import participants

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a person waits for the confirmation of what they just agreed to."""

_LOOK = 0.1


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
        with self._database.begin() as connection:
            return outbox.depths(connection)

    async def after_yes(self, conversation_id: str, since: float, seconds: float) -> State | None:
        """What to tell right after the second yes.

        Args:
            conversation_id: the conversation's id.
            since: when the turn began, in seconds since 1970, UTC.
            seconds: how long to wait at most for a confirmation; never above `PATIENCE`.

        Returns:
            The state; None when the note is surely not in the outbox.
        """
        self._worker.wake()
        hashes = self._keys.hashes(conversation_id)
        give_up = time.monotonic() + min(seconds, PATIENCE)
        try:
            while True:
                state = await self._database.run(lambda c: outbox.latest(c, hashes, int(since)))
                if state is not State.WAITING or time.monotonic() >= give_up:
                    break
                await asyncio.sleep(_LOOK)
            return await self._told(hashes) or state
        except OperatorError as problem:
            logger.error("hand-over: %s", problem)
            return State.WAITING  # it may or may not be stored: not confirmed is true of both

    async def news(self, conversation_id: str) -> State | None:
        """What has changed since the person was told; None when nothing has. Said once."""
        try:
            return await self._told(self._keys.hashes(conversation_id))
        except OperatorError as problem:
            logger.error("hand-over: %s", problem)
            return None

    async def _told(self, hashes: list[bytes]) -> State | None:
        return await self._database.run(lambda c: outbox.tell(c, hashes))


def _delivery(settings: Settings) -> Delivery:
    if settings.handover_url:
        return HttpsDelivery(settings.handover_url, str(settings.handover_secret))
    return SmtpDelivery(settings)
