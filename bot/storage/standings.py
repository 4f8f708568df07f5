"""Where hand-overs stand, for the people who agreed to them, and what they were told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.engine import Connection

from bot.storage.outbox import State
from bot.storage.schema import handovers as table


@dataclass(frozen=True)
class Standing:
    """Where a hand-over stands, for the person who agreed to it.

    Attributes:
        id: 32 hexadecimal digits.
        state: where it stands.
    """

    id: str
    state: State


def untold(connection: Connection, conversation: Sequence[bytes]) -> Standing | None:
    """What a person has not been told yet of their latest hand-over; None when nothing.

    Args:
        connection: an open connection.
        conversation: the conversation's hash under each key.
    """
    row = connection.execute(
        select(table.c.id, table.c.state)
        .where(table.c.conversation.in_(conversation), _is_untold())
        .order_by(table.c.agreed_at.desc(), table.c.id)
        .limit(1)
    ).first()
    return Standing(row.id, State(row.state)) if row else None


def latest(connection: Connection, conversation: Sequence[bytes], since: int) -> Standing | None:
    """How the hand-over that a conversation agreed to since a moment stands; None without one.

    Args:
        connection: an open connection.
        conversation: the conversation's hash under each key.
        since: seconds since 1970, UTC.
    """
    row = connection.execute(
        select(table.c.id, table.c.state)
        .where(table.c.conversation.in_(conversation), table.c.agreed_at >= since)
        .order_by(table.c.agreed_at.desc(), table.c.id)
        .limit(1)
    ).first()
    return Standing(row.id, State(row.state)) if row else None


def note_told(connection: Connection, standing: Standing) -> bool:
    """Note that the person is told this; False for all but the first, and when it has changed."""
    noted = connection.execute(
        update(table)
        .where(table.c.id == standing.id, table.c.state == standing.state.value, _is_untold())
        .values(told=standing.state.value)
    )
    return noted.rowcount == 1


def _is_untold():  # noqa: ANN202 - SQLAlchemy's expressions have no plain type
    """Its state is not what the person was told last."""
    return or_(table.c.told.is_(None), table.c.told != table.c.state)
