"""Counts what may be an attack, and writes the numbers as JSON lines that monitoring can read.

Every half minute each process adds one line for each kind of event that it saw: when, which, and
how often. No address, conversation, text or part of a request is in it, so that nobody who reads it
learns who asked for help. What each kind means and what to do: docs/incidents.md; rules for a SIEM:
deploy/siem/.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from bot.settings import get_settings

logger = logging.getLogger(__name__)

FILE = "security.jsonl"
# A file longer than this is put aside, so that two of them are all that there is.
MOST_BYTES = 20_000_000


class Event(StrEnum):
    """Every kind of event."""

    # Requests that were refused, by the status that they got.
    MALFORMED = "malformed"
    UNKNOWN_ADDRESS = "unknown_address"
    WRONG_METHOD = "wrong_method"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    TOO_MANY = "too_many"
    FAILED = "failed"
    # Messages that would have waited too long.
    OVERLOADED = "overloaded"
    # Signatures and digests that are not ours.
    FOREIGN_BUTTON = "foreign_button"
    UNSIGNED_RECEIPT = "unsigned_receipt"
    UNREADABLE_RECORD = "unreadable_record"
    MODEL_REFUSED = "model_refused"


_BY_STATUS = {
    400: Event.MALFORMED,
    404: Event.UNKNOWN_ADDRESS,
    405: Event.WRONG_METHOD,
    408: Event.TOO_SLOW,
    413: Event.TOO_LARGE,
    415: Event.WRONG_TYPE,
    417: Event.MALFORMED,
    429: Event.TOO_MANY,
    500: Event.FAILED,
}
_seen: Counter[Event] = Counter()
_lock = threading.Lock()


def seen(event: Event) -> None:
    """Counts one event. It costs nobody an answer: nothing is written now."""
    with _lock:
        _seen[event] += 1


def refused(status: int) -> None:
    """Counts a request that got an HTTP status, if that is one of a refusal."""
    if event := _BY_STATUS.get(status):
        seen(event)


def file() -> Path:
    """Returns where the lines are: one file for all processes of a machine."""
    return get_settings().state_folder / FILE


def write() -> None:
    """Writes what was counted since the last time. What a full disk does not take is kept."""
    with _lock:
        counted = dict(_seen)
        _seen.clear()
    if not counted:
        return
    try:
        _append(_lines(counted))
    except OSError as error:
        logger.error("security events not written to %s: %s", file(), error.strerror)
        with _lock:
            _seen.update(counted)


def _lines(counted: Mapping[Event, int]) -> bytes:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    common = {"time": now, "log": "chat-security"}
    entries = (
        {**common, "event": event.value, "count": count, "port": get_settings().port}
        for event, count in sorted(counted.items())
    )
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def _append(lines: bytes) -> None:
    """Adds lines in one piece, after those of other processes, and puts a long file aside."""
    file().parent.mkdir(parents=True, exist_ok=True)
    # Opened anew each time, so that it may be renamed by others, too.
    log = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(log, lines)
        is_long = os.fstat(log).st_size > MOST_BYTES
    finally:
        os.close(log)
    if is_long:
        # Another process may have been faster.
        with contextlib.suppress(FileNotFoundError):
            file().replace(file().with_suffix(".jsonl.old"))
