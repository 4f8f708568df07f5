"""Adds what was counted to the database, in batches, in a thread of its own.

Several processes add to the same rows. A batch is one transaction: all of it is in the database,
or nothing, and then it is tried again with what came meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite

from bot.counters.counting import Buffer, Cell, buffer
from bot.storage.database import SECONDS, Database
from bot.storage.schema import counts

logger = logging.getLogger(__name__)

# What a killed process can lose.
FLUSH_SECONDS = 5.0
# Rows of one statement: six parameters each, and SQLite allows 32,766.
_ROWS = 1_000


def write(database: Database, batch: Mapping[Cell, int]) -> None:
    """Add a batch to the rows of the database.

    Raises:
        DatabaseFailed: nothing of the batch was added.
    """
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    # In one order everywhere, so that two processes never wait for each other's rows.
    rows = [{**cell._asdict(), "count": batch[cell]} for cell in sorted(batch)]
    with database.begin() as connection:
        for start in range(0, len(rows), _ROWS):
            statement = insert(counts).values(rows[start : start + _ROWS])
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=counts.primary_key.columns,
                    set_={"count": counts.c.count + statement.excluded.count},
                )
            )


class Writer:
    """Writes what is in the buffer every few seconds, until it is stopped."""

    def __init__(self, database: Database, source: Buffer = buffer) -> None:
        self._database = database
        self._source = source
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counters", daemon=True)
        self._failing = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end. Waits no longer than a database that is down may take."""
        self._stopped.set()
        self._thread.join(2 * SECONDS)

    def flush(self) -> None:
        """Write what is in the buffer now; what cannot be written stays in it."""
        batch = self._source.take()
        if not batch:
            return
        try:
            write(self._database, batch)
        except Exception as error:
            self._source.give_back(batch)
            if not self._failing:  # once, and not every few seconds of an outage
                logger.error("counters not written, kept in memory: %s", type(error).__name__)
            self._failing = True
        else:
            if self._failing:
                logger.warning("counters are written again")
            self._failing = False

    def _run(self) -> None:
        while not self._stopped.wait(FLUSH_SECONDS):
            self.flush()
        self.flush()
