"""Counts in memory. `bot.counters.writing` adds it to the database every few seconds.

A message never waits for it, and it cannot fail because a database does.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import NamedTuple

from bot.content.hours import now_in_london
from bot.counters.names import COUNTERS, language_name
from bot.settings import get_settings


class Cell(NamedTuple):
    """What one number is about; the key of its row. The day is that of Europe/London."""

    day: dt.date
    force: str
    language: str
    counter: str
    value: str


class Buffer:
    """Numbers that are not in the database yet. Any thread may use it.

    It cannot grow without end: there are no more cells in a day than names in `COUNTERS`.

    Attributes:
        totals: (counter, value) -> number since the start, written or not.
    """

    def __init__(self) -> None:
        self.totals: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._counts: Counter[Cell] = Counter()

    def count(self, cell: Cell) -> None:
        """Count one more."""
        with self._lock:
            self._counts[cell] += 1
            self.totals[cell.counter, cell.value] += 1

    def take(self) -> dict[Cell, int]:
        """Everything in it; afterwards it is empty."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return dict(taken)


# The numbers of this process.
buffer = Buffer()


def count(counter: str, value: str, language: str | None = None) -> None:
    """Count one more, for today and the force of this process.

    Args:
        counter: a name in `COUNTERS`.
        value: one of its values.
        language: the language tag of the page, where one is known.

    Raises:
        ValueError: there is no such counter or value.
    """
    if value not in COUNTERS.get(counter, ()):
        raise ValueError(f"no counter {counter}/{value} in bot/counters/names.py")
    force, named = get_settings().force, language_name(language)
    buffer.count(Cell(now_in_london().date(), force, named, counter, value))
