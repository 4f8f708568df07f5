"""The outbox of hand-overs: written with the conversation, emptied by the worker.

`due_at` is both the time of the next attempt and a lease: taking a note moves it ahead, so a
worker that is killed loses the note to the next one when the lease runs out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.engine import Connection, Row

from bot.storage.rows import CLOCKS_DIFFER
from bot.storage.schema import handovers as table

LEASE = 60
"""Seconds that a worker may take for one attempt."""

HOLD = 24 * 3600
"""Seconds after the yes until the contact details are erased, delivered or not."""

KEEP = 7 * HOLD
"""Seconds after the yes until the row, without details and kept for operators, is deleted."""

# Further ahead than any wait can be: somebody set the clock back.
_FAR_AHEAD = 3600


class State(StrEnum):
    """Where a hand-over stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    EMAILED = "emailed"
    # Not passed on: refused, or tried too often. An operator can try again while details are held.
    DEAD = "dead"


_DELIVERED = (State.CONFIRMED, State.EMAILED)


@dataclass(frozen=True)
class Entry:
    """A row, without the link to its conversation.

    Attributes:
        id: 32 hexadecimal digits.
        force: id of the force.
        agreed_at: seconds since 1970, UTC: when the person said yes.
        state: where it stands.
        attempts: begun so far.
        due_at: seconds since 1970, UTC: the next attempt is not earlier.
        reason: how the last attempt failed, without personal data.
        key_id: which key encrypted the details.
        details: the encrypted contact details; None once erased.
    """

    id: str
    force: str
    agreed_at: int
    state: State
    attempts: int
    due_at: int
    reason: str | None
    key_id: str
    details: bytes | None


def add(
    connection: Connection,
    conversation: bytes,
    note_id: str,
    force: str,
    agreed_at: int,
    key_id: str,
    details: bytes,
) -> None:
    """Write a new hand-over; the same id a second time changes nothing."""
    if get(connection, note_id) is None:
        connection.execute(
            table.insert().values(
                id=note_id,
                conversation=conversation,
                force=force,
                agreed_at=agreed_at,
                state=State.WAITING.value,
                attempts=0,
                due_at=agreed_at,
                key_id=key_id,
                details=details,
            )
        )


def get(connection: Connection, note_id: str) -> Entry | None:
    """One hand-over."""
    row = connection.execute(select(table).where(table.c.id == note_id)).first()
    return _entry(row) if row else None


def everything(connection: Connection) -> Sequence[Entry]:
    """All rows, oldest first."""
    rows = connection.execute(select(table).order_by(table.c.agreed_at, table.c.id))
    return [_entry(row) for row in rows]


def take(connection: Connection, now: int) -> Entry | None:
    """Take the next note that is due, for the length of the lease; None when there is none.

    Two workers never get the same: PostgreSQL skips a row that another transaction holds, and on
    any database the change only counts when nobody else has moved `due_at` since it was read.
    """
    is_due = or_(table.c.due_at <= now, table.c.due_at > now + _FAR_AHEAD)
    row = connection.execute(
        select(table)
        .where(_can_be_sent(now), is_due)
        .order_by(table.c.due_at, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    taken = connection.execute(
        update(table)
        .where(table.c.id == row.id, table.c.due_at == row.due_at, _is(State.WAITING))
        .values(due_at=now + LEASE, attempts=row.attempts + 1)
    )
    if taken.rowcount != 1:
        return None
    return _entry(row, attempts=row.attempts + 1, due_at=now + LEASE)


def delivered(connection: Connection, note_id: str, state: State) -> None:
    """It got there, perhaps late and for a second time: erase the contact details."""
    connection.execute(
        update(table)
        .where(table.c.id == note_id)
        .values(state=state.value, details=None, reason=None)
    )


def postpone(connection: Connection, entry: Entry, due_at: int, reason: str) -> None:
    """The attempt failed: try again later, unless another worker has taken it meanwhile."""
    connection.execute(update(table).where(_still(entry)).values(due_at=due_at, reason=reason))


def bury(connection: Connection, entry: Entry, reason: str) -> bool:
    """Give it up as a dead letter; False when another worker or an operator was faster."""
    changed = connection.execute(
        update(table).where(_still(entry)).values(state=State.DEAD.value, reason=reason)
    )
    return changed.rowcount == 1


def retry(connection: Connection, note_id: str, now: int) -> bool:
    """Let it be tried again at once, with all attempts; False when its details are erased."""
    changed = connection.execute(
        update(table)
        .where(
            table.c.id == note_id,
            table.c.state.not_in([state.value for state in _DELIVERED]),
            table.c.details.is_not(None),
        )
        .values(state=State.WAITING.value, attempts=0, due_at=now)
    )
    return changed.rowcount == 1


def drop(connection: Connection, note_id: str) -> State | None:
    """Give it up and erase its details.

    Returns:
        The state that it had; None when it is delivered or unknown, and nothing was changed.
    """
    for state in (State.WAITING, State.DEAD):
        changed = connection.execute(
            update(table)
            .where(table.c.id == note_id, _is(state))
            .values(state=State.DEAD.value, reason="dropped", details=None)
        )
        if changed.rowcount:
            return state
    return None


def purge(connection: Connection, now: int) -> int:
    """Erase contact details after `HOLD`, and rows after `KEEP`.

    Returns:
        How many hand-overs were given up because they had waited too long.
    """
    # Agreed in the future: somebody set the clock back. Details must not be held for longer. But
    # by the clock of the machine that asks how it stands, it must not have been agreed to before.
    is_ahead = table.c.agreed_at > now + CLOCKS_DIFFER
    connection.execute(update(table).where(is_ahead).values(agreed_at=now))
    held = _is_too_old(now)
    given_up = connection.execute(
        update(table)
        .where(held, _is(State.WAITING))
        .values(state=State.DEAD.value, reason="too_old")
    )
    connection.execute(
        update(table)
        .where(held, or_(table.c.details.is_not(None), table.c.conversation.is_not(None)))
        .values(details=None, conversation=None)
    )
    connection.execute(delete(table).where(table.c.agreed_at <= now - KEEP))
    return given_up.rowcount


def depths(connection: Connection) -> dict[str, int]:
    """How many hand-overs there are in each state."""
    rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state)).all()
    return {state.value: 0 for state in State} | dict(map(tuple, rows))


def next_due(connection: Connection, now: int) -> int | None:
    """When the next attempt is due, in seconds since 1970, UTC; None when nothing waits."""
    return connection.execute(
        select(table.c.due_at).where(_can_be_sent(now)).order_by(table.c.due_at).limit(1)
    ).scalar()


def _is(state: State):  # noqa: ANN202 - SQLAlchemy's expressions have no plain type
    return table.c.state == state.value


def _is_too_old(now: int):  # noqa: ANN202
    return table.c.agreed_at <= now - HOLD


def _can_be_sent(now: int):  # noqa: ANN202
    """It waits, and its details are held and may be: what is too old only waits for `purge`."""
    return and_(_is(State.WAITING), table.c.details.is_not(None), ~_is_too_old(now))


def _still(entry: Entry):  # noqa: ANN202
    """The row, as long as the attempt that began with this entry is the latest."""
    return and_(table.c.id == entry.id, table.c.attempts == entry.attempts, _is(State.WAITING))


def _entry(row: Row, **changes: int) -> Entry:
    values = {
        "id": row.id,
        "force": row.force,
        "agreed_at": row.agreed_at,
        "state": State(row.state),
        "attempts": row.attempts,
        "due_at": row.due_at,
        "reason": row.reason,
        "key_id": row.key_id,
        "details": row.details,
    }
    return Entry(**{**values, **changes})
