"""What is kept no longer: expired conversations, and the contact details of old hand-overs."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.engine import Connection

from bot.storage import outbox, rows


class Purged(NamedTuple):
    """What a purge found.

    Attributes:
        rows: expired conversations, which are deleted.
        given_up: hand-overs that had waited too long, and count as failed.
    """

    rows: int
    given_up: int


def purge(connection: Connection, now: float) -> Purged:
    """Delete what has expired, also where hand-over has been switched off since.

    Args:
        connection: an open transaction.
        now: seconds since 1970, UTC.
    """
    return Purged(rows.purge(connection, now), outbox.purge(connection, int(now)))
