"""What Rasa made of the latest message, for those who count; never its text."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.content import labels

logger = logging.getLogger(__name__)

# The slot with the yes-or-no question that is open, and its value for "Is this happening now?".
_ASKED, _HAPPENING_NOW = "asked", "happening_now"


@dataclass(frozen=True)
class Heard:
    """One message as Rasa read it.

    Attributes:
        label: its full label; None when Rasa did not read it.
        answers_check: it came after "Is this happening now?".
    """

    label: str | None = None
    answers_check: bool = False


async def latest(agent: Any, conversation_id: str) -> Heard:
    """What is stored of the latest message; nothing when it cannot be read."""
    try:
        tracker = await agent.tracker_store.retrieve(conversation_id)
    except Exception as error:
        logger.error("label not read: %s", type(error).__name__)
        return Heard()
    message = tracker.latest_message if tracker else None
    if not message:
        return Heard()
    return Heard(labels.full_label(message.parse_data), _question_before(tracker))


def _question_before(tracker: DialogueStateTracker) -> bool:
    """Whether "Is this happening now?" was open when the latest message came."""
    before = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and not before:
            before = True
        elif before and isinstance(event, SlotSet) and event.key == _ASKED:
            return event.value == _HAPPENING_NOW
    return False
