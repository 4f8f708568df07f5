"""The rows of the conversations: reading, writing, erasing, purging. Times are seconds since 1970.

A version goes up with each change and never comes back while the row is there: whoever writes says
which version it read. An erased row keeps its place, without the record, until it expires, so that
a turn that began before cannot write the conversation back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, delete, insert, or_, select, true, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.settings import get_settings
from bot.storage.schema import conversations

_columns = conversations.c
# Seconds by which the clock of one machine may be behind another's.
CLOCKS_DIFFER = 60
# Seconds that the end of a conversation without a record is kept: longer than any turn that began
# before can run. Anybody can end ids that they made up, and fill the table with them.
UNKNOWN_SECONDS = 120
# Rows that a purge deletes in one transaction: far fewer than take two seconds on a slow disk, and
# than an older SQLite takes as the values of one statement (999).
PORTION = 500


@dataclass(frozen=True)
class Row:
    """A row that has not expired.

    Attributes:
        conversation: the keyed hash it was found under.
        version: how often it was changed.
        expires_at: when it expires.
        ended: nothing may be written to it any more.
        key_id: the key that encrypted the record; None when it was erased.
        record: the encrypted record; None when it was erased.
    """

    conversation: bytes
    version: int
    expires_at: int
    ended: bool
    key_id: str | None
    record: bytes | None

    @property
    def changed_at(self) -> float:
        """The beginning of the second in which it was written or erased."""
        return float(self.expires_at - lifetime())

    @property
    def erased_at(self) -> float:
        """The end of the second in which its record was erased; 0 while it has one."""
        return 0.0 if self.record is not None else self.changed_at + 1


def lifetime() -> int:
    """Seconds that a conversation is kept after its last message."""
    return get_settings().conversation_minutes * 60


def read(
    connection: Connection, hashes: Sequence[bytes], now: float, *, to_change: bool
) -> Row | None:
    """The row of a conversation, under the newest key it is found with.

    Args:
        connection: an open connection.
        hashes: the conversation's hash under each key, the newest first.
        now: the time.
        to_change: it is ours until the transaction ends.
    """
    query = select(
        _columns.conversation,
        _columns.version,
        _columns.expires_at,
        _columns.ended,
        _columns.key_id,
        _columns.record,
    ).where(_columns.conversation.in_(hashes), ~_has_expired(now))
    if to_change:
        query = query.with_for_update()
    found = {bytes(row.conversation): row for row in connection.execute(query)}
    for conversation in hashes:
        if conversation in found:
            return Row(**found[conversation]._mapping)
    return None


@dataclass(frozen=True)
class Change:
    """What a row becomes with its next record; the record holds it too, so it fits no other.

    Attributes:
        version: the row's version after the change.
        expires_at: when it then expires.
    """

    version: int
    expires_at: int

    @classmethod
    def after(cls, row: Row | None, now: float) -> Change:
        """The change of a row that was read, or of a new one."""
        return cls(row.version + 1 if row else 1, int(now) + lifetime())


def write(
    connection: Connection,
    row: Row | None,
    change: Change,
    conversation: bytes,
    encrypted: tuple[str, bytes],
    now: float,
) -> None:
    """Write a record over the row that was read, or as a new one.

    Args:
        connection: the transaction in which `row` was read.
        row: what `read` found.
        change: what it becomes.
        conversation: the hash under the newest key.
        encrypted: the key's id and the encrypted record.
        now: the time.

    Raises:
        sqlalchemy.exc.IntegrityError: another process has just written a first row. Try again.
    """
    values = {
        "conversation": conversation,
        "version": change.version,
        "expires_at": change.expires_at,
        "ended": False,
        "key_id": encrypted[0],
        "record": encrypted[1],
    }
    if row:
        where = _columns.conversation == row.conversation
        connection.execute(update(conversations).where(where).values(values))
        return
    _remove_expired(connection, conversation, now)
    connection.execute(insert(conversations).values(values))


def erase(connection: Connection, hashes: Sequence[bytes], now: float, *, for_good: bool) -> None:
    """Remove what is stored of a conversation, and keep turns that began before from writing.

    Args:
        connection: an open transaction.
        hashes: the conversation's hash under each key, the newest first.
        now: the time.
        for_good: later turns may not write either.

    Raises:
        sqlalchemy.exc.IntegrityError: as `write`.
    """
    whole = int(now) + lifetime()
    short = int(now) + min(UNKNOWN_SECONDS, lifetime())
    is_empty = and_(_columns.ended, _columns.record.is_(None))
    erased = {
        "version": _columns.version + 1,
        # Ending it again keeps the place of an ended conversation for no longer.
        "expires_at": case(
            (and_(is_empty, _columns.expires_at > short), _columns.expires_at),
            (is_empty, short),
            else_=whole,
        ),
        "ended": case((_columns.ended, true()), else_=for_good),
        "key_id": None,
        "record": None,
    }
    found = _columns.conversation.in_(hashes)
    if not connection.execute(update(conversations).where(found).values(erased)).rowcount:
        first = {"conversation": hashes[0], "version": 1, "ended": for_good}
        values = first | {"expires_at": short if for_good else whole}
        connection.execute(insert(conversations).values(values))


def purge(connection: Connection, now: float) -> tuple[int, bool]:
    """Delete rows that have expired, as many as one transaction can in time.

    Returns:
        How many were deleted, and whether there may be more, for another transaction.
    """
    expired = _portion(connection, _has_expired(now))
    connection.execute(delete(conversations).where(_columns.conversation.in_(expired)))
    # Somebody set the clock back. What is left must not be kept for longer than promised.
    latest = int(now) + lifetime()
    ahead = _portion(connection, _columns.expires_at > latest + CLOCKS_DIFFER)
    found = _columns.conversation.in_(ahead)
    connection.execute(update(conversations).where(found).values(expires_at=latest))
    return len(expired), PORTION in (len(expired), len(ahead))


def _portion(connection: Connection, which: ColumnElement[bool]) -> list[bytes]:
    """Some of these rows, ours until the transaction ends; what another has is left to it."""
    query = select(_columns.conversation).where(which).limit(PORTION)
    return connection.execute(query.with_for_update(skip_locked=True)).scalars().all()


def _has_expired(now: float) -> ColumnElement[bool]:
    """Too old; or from a future that no clock here has seen, so that none is kept for ever."""
    limit = int(now) + 2 * lifetime()
    return or_(_columns.expires_at <= int(now), _columns.expires_at > limit)


def _remove_expired(connection: Connection, conversation: bytes, now: float) -> None:
    mine = and_(_columns.conversation == conversation, _has_expired(now))
    connection.execute(delete(conversations).where(mine))
