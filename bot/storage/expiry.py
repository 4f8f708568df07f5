"""What is kept no longer: expired conversations, and the contact details of old hand-overs."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.engine import Connection

from bot.storage import outbox, rows


class Purged(NamedTuple):
    """What a purge has found so far.

    Attributes:
        rows: expired conversations, which are deleted.
        given_up: hand-overs that had waited too long, and count as failed.
        has_more: there may be more; another transaction goes on.
    """

    rows: int = 0
    given_up: int = 0
    has_more: bool = True


def purge(connection: Connection, now: float, before: Purged) -> Purged:
    """Delete a portion of what has expired, also where hand-over has been switched off since.

    Args:
        connection: an open transaction.
        now: seconds since 1970, UTC.
        before: what the transactions before found; `Purged()` for the first one.
    """
    deleted, has_more = rows.purge(connection, now)
    # In the last transaction: what it gives up is counted, and no later one can fail.
    given_up = 0 if has_more else outbox.purge(connection, int(now))
    return Purged(before.rows + deleted, given_up, has_more)
