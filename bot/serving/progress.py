"""One line for a long step: what it is, and the seconds so far."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from bot.serving.telling import tell


class Progress:
    """Use as a context manager around the step."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)
        self._started = 0.0

    def __enter__(self) -> Progress:
        self._started = time.monotonic()
        if sys.stdout.isatty():
            self._thread.start()
        else:
            tell(f"{self._title} ... ", end="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        outcome = "failed" if error else f"done in {self._seconds():.0f} s"
        if self._thread.is_alive():
            self._thread.join()
            tell(f"\r{self._title} ... {outcome}")
        else:
            tell(outcome)

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _show(self) -> None:
        while not self._done.wait(0.5):
            tell(f"\r{self._title} ... {self._seconds():.0f} s", end="")
