"""From the second yes to the outbox, in the transaction that stores the conversation."""

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
    """The value of the slot after the second yes."""
    return {
        "id": secrets.token_hex(16),
        "agreed_at": int(time.time()),
        "way": way,
        "time": time_,
    }


class Enlist:
    """The store's participant: writes what this turn agreed to into the outbox, clears the slot."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __call__(self, connection: Connection, tracker: Any, conversation: bytes) -> None:
        """Write the hand-overs of the latest turn.

        They are read from the turn's events and not from the slot alone: when the transaction is
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
    """What the encryption of a note's details is bound to: they cannot be read in another row."""
    return b"handover " + note_id.encode()
