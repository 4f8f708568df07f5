"""The compact record of a conversation: what the next turn needs, and no more.

Policies look at a few turns and at slots; nothing looks at older turns, at words that were typed
or at words that were said. So a record holds the events of the last turns without any words, and
before them the state in which they began. It does not grow with the length of the conversation.
Of words it holds the last answer, so that who did not get it and asks again gets it again; what was
typed in the last two minutes, for the emergency net; and the details of a hand-over under way.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot.safety.recent import Typed
from bot.slots import PRIVATE

KEPT_TURNS = 4
"""The last turns, of which all events are kept. No rule spans more; a test holds them to that."""

# Parts of an event that nothing reads later.
_BULK = ("timestamp", "metadata", "policy", "confidence", "action_text", "data")


class BrokenRecord(Exception):
    """What was decrypted is not a record that this version can read."""


@dataclass(frozen=True)
class Record:
    """One conversation as it is stored.

    Attributes:
        events: Rasa's events as dictionaries, oldest first.
        typed: what was typed in the last two minutes, for the emergency net and for topics.
        answered_at: when danger was answered; the net does not look at what was typed before.
        answered: the last message (`context.InFlightTurn.message`), and its whole answer.
        erased_at: when the chat was erased the last time. A process that did not do it still
            remembers what was typed before, and that may not come back.
        version, expires_at: those of the row that it was written to, so that nobody can put an
            older record back or keep one for longer. 0 in records of releases before this one.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    typed: list[Typed] = field(default_factory=list)
    answered_at: float = 0.0
    answered: tuple[str, list[Any]] | None = None
    erased_at: float = 0.0
    version: int = 0
    expires_at: int = 0

    def packed(self) -> bytes:
        """The record as bytes."""
        content = [
            self.events, self.typed, self.answered_at, self.answered, self.erased_at,
            self.version, self.expires_at,
        ]  # fmt: skip
        return zlib.compress(json.dumps(content, separators=(",", ":")).encode())

    def fill(self, tracker: DialogueStateTracker) -> None:
        """Play the events to a new tracker; slots that the model no longer has are left out."""
        for parameters in self.events:
            if parameters["event"] == SlotSet.type_name and parameters["name"] not in tracker.slots:
                continue
            # Not Event.from_parameters: it looks for the class among all classes of the process.
            tracker.update(_event_types()[parameters["event"]]._from_parameters(parameters))


@lru_cache(maxsize=1)
def _event_types() -> dict[str, type[Event]]:
    return {event_type.type_name: event_type for event_type in all_subclasses(Event)}


def unpacked(data: bytes) -> Record:
    """The record that `packed` made.

    Raises:
        BrokenRecord: it is something else.
    """
    try:
        events, typed, answered_at, *later = json.loads(zlib.decompress(data))
        if not all(event["event"] in _event_types() for event in events):
            raise BrokenRecord
        said = [(float(moment), str(text)) for moment, text in typed]
        # Earlier releases kept no place in a row, before that no moment of erasure, and at first
        # no answer.
        answered, erased_at, version, expires_at = (later + [None, 0, 0, 0][len(later) :])[:4]
        message, answer = answered or (None, [])
        last = (str(message), list(answer)) if message else None
        times = float(answered_at), last, float(erased_at or 0)
        return Record(list(events), said, *times, int(version), int(expires_at))
    except (ValueError, TypeError, KeyError, zlib.error):
        raise BrokenRecord from None


def compact(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The events of a record. What came before a restart is not in them."""
    events = tracker.events_after_latest_restart()
    before, *turns = _turns(events)
    kept = [event for turn in turns[-KEPT_TURNS:] for event in turn]
    if len(turns) <= KEPT_TURNS:
        kept = [*before, *kept]
    else:
        earlier = events[: len(events) - len(kept)]
        kept = [*_state(tracker, earlier), *kept]
    return [
        _slim(event)
        for event in kept
        if not isinstance(event, BotUttered) and not _is_private_and_past(event, tracker)
    ]


def without_session_start(events: Iterable[Event]) -> list[Event]:
    """The events without those that begin a conversation, and with it empty all slots."""
    return [
        event
        for event in events
        if not isinstance(event, SessionStarted)
        and getattr(event, "action_name", None) != ACTION_SESSION_START_NAME
    ]


def _turns(events: Sequence[Event]) -> list[list[Event]]:
    """The events by turns, each from the listening before the message; first, what came before."""
    starts = [0]
    listening = 0
    for number, event in enumerate(events):
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            listening = number
        elif isinstance(event, UserUttered):
            starts.append(max(listening, starts[-1]))
    ends = [*starts[1:], len(events)]
    return [list(events[start:end]) for start, end in zip(starts, ends, strict=True)]


def _state(tracker: DialogueStateTracker, earlier: Sequence[Event]) -> list[Event]:
    """Events that lead to where all the earlier ones led: slots, form, pause."""
    then = tracker.init_copy()
    for event in earlier:
        then.update(event)
    state: list[Event] = []
    loop = then.active_loop
    if loop and loop.name:
        # As a form begins; Rasa looks for its first run. No story sees this one.
        state += [ActionExecuted(loop.name, hide_rule_turn=True), ActiveLoop(loop.name)]
        if loop.is_interrupted:
            state.append(LoopInterrupted(True))
        if loop.rejected:
            state.append(ActionExecutionRejected(loop.name))
    state += [SlotSet(slot.name, slot.value) for slot in then.slots.values() if slot.has_been_set]
    if then.is_paused():
        state.append(ConversationPaused())
    return state


def _is_private_and_past(event: Event, tracker: DialogueStateTracker) -> bool:
    """Whether it put a person's words into a slot that holds them no more."""
    return (
        isinstance(event, SlotSet)
        and event.key in PRIVATE
        and event.value not in (None, tracker.get_slot(event.key))
    )


def _slim(event: Event) -> dict[str, Any]:
    """The event without words, times and bulk."""
    if isinstance(event, UserUttered):
        entities = [{"entity": entity.get("entity")} for entity in event.entities]
        parse_data = {"intent": {"name": event.intent_name}, "entities": entities}
        return {"event": UserUttered.type_name, "text": "", "parse_data": parse_data}
    return {
        name: value
        for name, value in event.as_dict().items()
        if name not in _BULK and value is not None
    }
