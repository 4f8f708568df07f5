"""Says something to whoever started the bot."""

from __future__ import annotations

import contextlib


def tell(line: str, end: str = "\n") -> None:
    """Say it where that is possible: a full disk or a closed terminal must end no process."""
    with contextlib.suppress(OSError):
        print(line, end=end, flush=True)
