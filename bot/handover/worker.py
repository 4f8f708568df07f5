"""Empties the outbox: one thread of the serving process, as many processes as there are."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from bot import stopping
from bot.counters.counting import count
from bot.errors import OperatorError, reason_of
from bot.handover import backoff
from bot.handover.delivery import Attempt, Delivery, Result
from bot.handover.note import Details, Note
from bot.handover.request import bound_to
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.keys import CannotDecrypt, Keys
from bot.storage.outbox import Entry, State

logger = logging.getLogger(__name__)

_DELIVERED = {Result.CONFIRMED: State.CONFIRMED, Result.EMAILED: State.EMAILED}
# Seconds between looks at an outbox that seems empty: another process may have written to it.
_IDLE = 5.0
# And at least this long, while another worker has what is due.
_LEAST = 0.05


class Worker:
    """Takes one note after the other and delivers it, at least once.

    Attributes:
        clock: seconds since 1970, UTC.
    """

    def __init__(
        self,
        database: Database,
        keys: Keys,
        delivery: Delivery,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self._database = database
        self._keys = keys
        self._delivery = delivery
        self._chance = random.Random()  # noqa: S311 - spreads attempts, hides nothing
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="handover", daemon=True)

    def start(self) -> None:
        """Begin; the thread ends with the process."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present attempt; wait for that, but not for one that takes long.

        An attempt that is cut off is made again when its lease has run out.
        """
        self._stopping.set()
        self._work.set()
        self._thread.join(stopping.HANDOVERS)

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._work.set()

    def step(self) -> bool:
        """Try one note; False when none is due.

        Raises:
            DatabaseFailed: what was taken is tried again when its lease has run out.
        """
        with self._database.begin() as connection:
            entry = outbox.take(connection, int(self.clock()))
        if entry is None:
            return False
        if entry.attempts > backoff.MAX_ATTEMPTS:
            # Its last worker died with it.
            self._finish(entry, Attempt(Result.REFUSED, entry.reason or "interrupted"))
            return True
        try:
            raw = self._keys.decrypt(entry.details or b"", bound_to(entry.id), entry.key_id)
        except CannotDecrypt:
            self._finish(entry, Attempt(Result.REFUSED, "wrong_key"))
            return True
        note = Note(entry.id, entry.force, entry.agreed_at, Details.from_bytes(raw))
        self._finish(entry, self._delivery.send(note))
        return True

    def _finish(self, entry: Entry, attempt: Attempt) -> None:
        if attempt.result not in _DELIVERED:
            logger.warning("hand-over not delivered: %s", attempt.reason)
        state = _DELIVERED.get(attempt.result)
        is_last = attempt.result is Result.REFUSED or entry.attempts >= backoff.MAX_ATTEMPTS
        is_given_up = False
        with self._database.begin() as connection:
            if state:
                outbox.delivered(connection, entry.id, state)
            elif is_last:
                is_given_up = outbox.bury(connection, entry, attempt.reason)
            else:
                due_at = self.clock() + backoff.wait(entry.attempts, self._chance)
                outbox.postpone(connection, entry, int(due_at) + 1, attempt.reason)
        if state or is_given_up:
            count("handover", state.value if state else "failed")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._work.clear()
            try:
                while not self._stopping.is_set() and self.step():
                    pass
            except OperatorError as problem:  # the database; its message holds no data
                logger.error("hand-over: %s", problem)
            except Exception as error:
                # A mistake of ours must not end deliveries for good. The kind only: no text.
                logger.error("hand-over failed: %s", reason_of(error))
            self._work.wait(self._pause())

    def _pause(self) -> float:
        """Seconds until something is due, at most the time between two looks."""
        try:
            with self._database.reading() as connection:
                due_at = outbox.next_due(connection, int(self.clock()))
        except OperatorError:
            return _IDLE
        except Exception as error:  # as above: it must not end deliveries
            logger.error("hand-over failed: %s", reason_of(error))
            return _IDLE
        return _IDLE if due_at is None else min(_IDLE, max(_LEAST, due_at - self.clock()))
