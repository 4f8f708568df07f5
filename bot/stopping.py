"""How long each step of a graceful stop of a serving process may take, one after the other.

The process keeps to the steps, and who waits for its end adds them up.
"""

from __future__ import annotations

from bot.settings import Settings
from bot.storage.database import SECONDS

HANDOVERS = 2.0
"""The present attempt to deliver a hand-over. One that takes longer is made again later."""

COUNTERS = 2.0 * SECONDS
"""The last numbers: to connect to the database and to write, when it is down."""

_ANSWERS = 1.0
_REST = 3.0


def draining(settings: Settings) -> float:
    """Seconds for the messages in flight: the reply deadline, and a moment to send the answers."""
    return settings.reply_deadline + _ANSWERS


def in_all(settings: Settings) -> float:
    """Seconds until the process has ended; the rest is for Rasa, Sanic and Python."""
    return draining(settings) + HANDOVERS + COUNTERS + _REST
