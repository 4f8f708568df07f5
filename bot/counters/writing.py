"""Adds what was counted to the database, in batches, in a thread of its own.

Several processes add to the same rows. A batch is one transaction: all of it is in the database,
or nothing. Its number is in the same transaction, so a batch whose confirmation was lost is tried
again without being counted twice.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot import stopping
from bot.content.hours import now_in_london
from bot.counters.counting import Buffer, Cell, buffer
from bot.errors import reason_of
from bot.storage.database import Database
from bot.storage.schema import count_writers, counts

logger = logging.getLogger(__name__)

# What a killed process can lose.
FLUSH_SECONDS = 5.0
# Rows of one statement: six parameters each, and SQLite allows 32,766.
_ROWS = 1_000
# Days that a process' row is kept after its last batch; it tries a batch again within seconds.
_KEEP_DAYS = 7


@dataclass(frozen=True)
class Batch:
    """Numbers to add once.

    Attributes:
        writer: a random name of the process.
        number: of its batches, from 1 upwards.
        numbers: what to add.
    """

    writer: str
    number: int
    numbers: Mapping[Cell, int]


def write(database: Database, batch: Batch) -> None:
    """Add a batch to the rows of the database, unless it is there already.

    Raises:
        DatabaseFailed: nothing of the batch was added, or only the confirmation is missing: write
            the same batch again before any other.
    """
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    # In one order everywhere, so that two processes never wait for each other's rows.
    rows = [{**cell._asdict(), "count": batch.numbers[cell]} for cell in sorted(batch.numbers)]
    with database.begin() as connection:
        if not _is_new(connection, batch, insert):
            return
        for start in range(0, len(rows), _ROWS):
            statement = insert(counts).values(rows[start : start + _ROWS])
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=counts.primary_key.columns,
                    set_={"count": counts.c.count + statement.excluded.count},
                )
            )


def _is_new(connection: Connection, batch: Batch, insert) -> bool:  # noqa: ANN001 - of a dialect
    """Note that the batch is counted; False when it was before."""
    day = now_in_london().date()
    statement = insert(count_writers).values(writer=batch.writer, batch=batch.number, day=day)
    noted = connection.execute(
        statement.on_conflict_do_update(
            index_elements=[count_writers.c.writer],
            set_={"batch": statement.excluded.batch, "day": statement.excluded.day},
            where=count_writers.c.batch < statement.excluded.batch,
        )
    )
    if batch.number == 1:
        old = day - dt.timedelta(days=_KEEP_DAYS)
        connection.execute(delete(count_writers).where(count_writers.c.day < old))
    return noted.rowcount == 1


class Writer:
    """Writes what is in the buffer every few seconds, until it is stopped."""

    def __init__(self, database: Database, source: Buffer = buffer) -> None:
        self._database = database
        self._source = source
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counters", daemon=True)
        self._failing = False
        self._name = secrets.token_hex(16)
        self._batches = 0
        # What may be in the database already, and may not.
        self._unsure: Batch | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end. Waits no longer than a database that is down may take."""
        self._stopped.set()
        self._thread.join(stopping.COUNTERS)

    def flush(self) -> None:
        """Write what is in the buffer now; what cannot be written is kept."""
        try:
            while batch := self._next():
                write(self._database, batch)
                self._unsure = None
                if self._failing:
                    logger.warning("counters are written again")
                self._failing = False
        except Exception as error:
            if not self._failing:  # once, and not every few seconds of an outage
                logger.error("counters not written, kept in memory: %s", reason_of(error))
            self._failing = True

    def _next(self) -> Batch | None:
        """The batch to write now: first of all the one that failed, unchanged."""
        if self._unsure is None and (numbers := self._source.take()):
            self._batches += 1
            self._unsure = Batch(self._name, self._batches, numbers)
        return self._unsure

    def _run(self) -> None:
        while not self._stopped.wait(FLUSH_SECONDS):
            self.flush()
        self.flush()
