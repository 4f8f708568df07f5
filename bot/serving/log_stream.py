"""Where a serving process writes its log: a thread does it, so that nobody's answer waits for it.

A disk that stalls, or a journal that takes nothing, holds up whoever writes to it. The event loop
must not be that, for then nobody gets an answer until it goes on.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import queue
import sys
import threading
from typing import TextIO

# Pieces of text that may wait; what comes while so many do is lost, not the answers.
_MOST_WAITING = 10_000
# Seconds that the end of the process waits for the last lines.
_LAST_SECONDS = 2.0


def install() -> None:
    """From now on, what this process prints or logs is written by a thread."""
    stream = LogStream(sys.stderr)
    # Both lead to the same file, and the order of the lines is kept.
    sys.stdout = sys.stderr = stream
    atexit.register(stream.finish, _LAST_SECONDS)


class LogStream(io.TextIOBase):
    """A text stream that never blocks.

    Args:
        target: where a thread writes what is written here.
    """

    def __init__(self, target: TextIO) -> None:
        self._target = target
        self._waiting: queue.Queue[str] = queue.Queue(_MOST_WAITING)
        self._lost = 0
        self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._thread.start()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str) -> int:
        """Take the text; lose it when too much waits already, and tell that later."""
        try:
            self._waiting.put_nowait(text)
        except queue.Full:
            self._lost += 1
        return len(text)

    def fileno(self) -> int:
        """The target's."""
        return self._target.fileno()

    def finish(self, seconds: float) -> None:
        """Wait until all is written, but not longer than so many seconds."""
        waiting = threading.Thread(target=self._waiting.join, daemon=True)
        waiting.start()
        waiting.join(seconds)

    def _write_all(self) -> None:
        while True:
            text = self._waiting.get()
            if self._lost:
                text = f"{self._lost} pieces of the log were lost here\n{text}"
                self._lost = 0
            # A full disk, or a reader that has gone: the next lines may be taken again.
            with contextlib.suppress(OSError, ValueError):
                self._target.write(text)
                if self._waiting.empty():
                    self._target.flush()
            self._waiting.task_done()
