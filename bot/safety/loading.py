"""Parts of the net that may be missing: it goes on without them, says so, and tries them again."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

logger = logging.getLogger(__name__)

# Seconds until a part that could not be loaded is tried again. What kept it away may pass: no
# memory, no file descriptor, a file that is being replaced.
AGAIN_SECONDS = 60.0

Loaded = TypeVar("Loaded")


class Part(Generic[Loaded]):
    """A part of the net, loaded when it is first needed. Only that first try is waited for.

    Args:
        name: for operators, in the log and in the metrics.
        load: gives it; may raise anything.
        without: what the net does meanwhile, for the log.
    """

    def __init__(self, name: str, load: Callable[[], Loaded], without: str) -> None:
        self._name, self._load, self._without = name, load, without
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._has_failed = False
        self._next_try = -math.inf
        PARTS[name] = self

    @property
    def works(self) -> bool:
        """Whether it is there."""
        return self._loaded is not None

    def get(self) -> Loaded | None:
        """The part, or None while it cannot be loaded."""
        if self._is_due():
            with self._lock:
                if self._is_due():
                    self._try_elsewhere() if self._has_failed else self._try()
        return self._loaded

    def _is_due(self) -> bool:
        return self._loaded is None and time.monotonic() >= self._next_try

    def _try_elsewhere(self) -> None:
        """Loading takes a second, and where people are answered nobody would be meanwhile."""
        self._next_try = math.inf  # no second try beside this one
        try:
            threading.Thread(target=self._try, name=f"loads {self._name}", daemon=True).start()
        except Exception as error:  # no memory for a thread: later, then
            self._put_off(error)

    def _try(self) -> None:
        try:
            self._loaded = self._load()
        except Exception as error:  # whatever is wrong with it, people are answered without
            self._put_off(error)

    def _put_off(self, error: Exception) -> None:
        logger.error("No %s; %s: %s", self._name, self._without, error)
        self._has_failed = True
        self._next_try = time.monotonic() + AGAIN_SECONDS


PARTS: dict[str, Part[Any]] = {}
"""Every part, by its name."""
