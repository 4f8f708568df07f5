"""Rasa's tracker of a conversation, extended to know how much of it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.slots import (
    ASKS_IF_SAFE,
    CHECK_UNSURE,
    DANGER_OPEN,
    EMERGENCY_CHECK,
    EMERGENCY_MODE,
    HAPPENING_NOW,
    LAST_LEADS,
    LAST_REPLY,
    NOW_OR_OVER,
    OPEN_QUESTION,
)
from bot.storage.record import Record


class StoredTracker(DialogueStateTracker):
    """Knows which stored record it was read from.

    Attributes:
        version: the version of the row; 0 when there was none, None when it could not be read.
        read_events: how many events came from the store; the rest belong to this turn.
        record: what was read.
    """

    version: int | None = 0
    read_events: int = 0
    record: Record = Record()

    def fill(self, stored: Record) -> None:
        """Replays what was stored."""
        self.record = stored
        stored.fill(self)
        self.read_events = len(self.events)

    def reopen(self, question: str) -> None:
        """Opens the question about danger that, as far as we know, the person is answering."""
        asked = None if question == DANGER_OPEN else question
        slots = {OPEN_QUESTION: asked, EMERGENCY_MODE: question != HAPPENING_NOW}
        for slot, value in slots.items():
            self.update(SlotSet(slot, value))
        self.update(ActionExecuted(ACTION_LISTEN_NAME))
        # We only believe this, so we do not store it.
        self.read_events = len(self.events)

    def new_events(self) -> list[Event]:
        """Returns the events of this turn."""
        return list(self.events)[self.read_events :]


def asked_last(tracker: DialogueStateTracker) -> str:
    """Returns the open question about danger if it was also said last; "" otherwise."""
    asked = tracker.get_slot(OPEN_QUESTION)
    if asked == HAPPENING_NOW:
        # This question stays open even when something else was said last.
        is_last = EMERGENCY_CHECK in (tracker.get_slot(LAST_LEADS) or ())
        is_again = tracker.get_slot(LAST_REPLY) == CHECK_UNSURE
        return asked if is_last or is_again else ""
    return asked if asked in (NOW_OR_OVER, *ASKS_IF_SAFE) else ""


def answers_check(tracker: DialogueStateTracker) -> bool:
    """Returns whether "Is this happening now?" was open when the latest message came."""
    is_before = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and not is_before:
            is_before = True
        elif is_before and isinstance(event, SlotSet) and event.key == OPEN_QUESTION:
            return event.value == HAPPENING_NOW
    return False


def values_of_turn(tracker: DialogueStateTracker, slot: str) -> Iterator[Any]:
    """Yields the values that the latest turn gave a slot, newest first. Leaves out None."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return
        if isinstance(event, SlotSet) and event.key == slot and event.value is not None:
            yield event.value


def clear_slot(tracker: DialogueStateTracker, slot: str) -> None:
    """Empties a slot if it holds something."""
    if tracker.get_slot(slot) is not None:
        tracker.update(SlotSet(slot, None))
