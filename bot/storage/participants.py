"""What else is written in the transaction that stores a conversation's turn."""

from __future__ import annotations

from collections.abc import Callable

from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection

Participant = Callable[[Connection, DialogueStateTracker, bytes], None]
"""Called with the open transaction, the tracker and the conversation's keyed hash.

It runs before the row is written, so it may change the tracker, for example clear a slot. It runs
again when the transaction is tried again, so it must have no effect outside of the database. What
it raises undoes the whole turn.
"""

participants: list[Participant] = []
"""All of them, in this process. Add one when the server starts."""
