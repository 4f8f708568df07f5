"""From the second yes to the outbox, in the transaction that stores the conversation."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection

from bot.handover.note import Details
from bot.settings import get_settings
from bot.slots import HANDOVER_REQUEST
from bot.storage import outbox
from bot.storage.keys import Keys

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

    def __call__(
        self, connection: Connection, tracker: DialogueStateTracker, conversation: bytes
    ) -> None:
        """Write the hand-overs of the latest turn.

        They are read from the turn's events and not from the slot alone: when the transaction is
        tried again, the first try has already cleared the slot.
        """
        for request in _of_this_turn(tracker):
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
        if tracker.get_slot(SLOT) is not None:
            tracker.update(SlotSet(SLOT, None))


def bound_to(note_id: str) -> bytes:
    """What the encryption of a note's details is bound to: they cannot be read in another row."""
    return b"handover " + note_id.encode()


def _of_this_turn(tracker: DialogueStateTracker) -> Iterator[dict[str, Any]]:
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return
        if isinstance(event, SlotSet) and event.key == SLOT and event.value is not None:
            yield event.value
