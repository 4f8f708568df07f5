"""Puts an agreed hand-over in the outbox, in the transaction that stores the conversation."""

from __future__ import annotations

import secrets
import time
from typing import Any

from sqlalchemy.engine import Connection

from bot.handover.note import Details
from bot.settings import get_settings
from bot.slots import HANDOVER_REQUEST
from bot.storage import outbox
from bot.storage.keys import Keys
from bot.storage.stored_tracker import clear_slot, values_of_turn

SLOT = HANDOVER_REQUEST


def new_request(way: str, time_: str) -> dict[str, Any]:
    """Returns the value of the slot after the second yes."""
    return {
        "id": secrets.token_hex(16),
        "agreed_at": int(time.time()),
        "way": way,
        "time": time_,
    }


class Enlist:
    """Writes the hand-overs agreed in this turn to the outbox, and clears the slot.

    The conversation store calls it inside its transaction.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __call__(self, connection: Connection, tracker: Any, conversation: bytes) -> None:
        """Writes the hand-overs of the latest turn.

        It reads them from the turn's events rather than from the slot. When the transaction is
        tried again, the first try has already cleared the slot.
        """
        for request in values_of_turn(tracker, SLOT):
            details = Details(request["way"], request["time"])
            outbox.add(
                connection,
                conversation,
                request["id"],
                get_settings().force,
                request["agreed_at"],
                self._keys.newest,
                self._keys.encrypt(details.to_bytes(), bound_to(request["id"])),
            )
        clear_slot(tracker, SLOT)


def bound_to(note_id: str) -> bytes:
    """Returns what a note's encryption is bound to, so that it cannot be read in another row."""
    return b"handover " + note_id.encode()
