"""The dialogue state as the slots hold it: what waits for an answer, and what came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.dialogue.acts import FOUR, Open, is_of_four
from bot.safety.normalise import normalise
from bot.slots import (
    ASKS_IF_SAFE,
    CRISIS,
    CRISIS_AFTER,
    EMERGENCY_MODE,
    HANDOVER_TIME,
    HANDOVER_WAY,
    HAPPENING_NOW,
    NOW_OR_OVER,
    OPEN_QUESTION,
    REQUESTED_SLOT,
    SHOWN,
    TOPIC,
)

# How it is remembered, among what was shown, that an answer was not what the person had asked.
REFUSED = "refused:{}"

# The most words of what was typed before; and of that for who chooses an answer.
MOST_TYPED, MOST_TYPED_LATELY = 24, 70
# What the slot of the open question holds -> what waits. An emergency that is open waits for its
# end, whatever was asked last.
_ASKED: Mapping[str, Open] = {
    HAPPENING_NOW: "happening_now",
    **dict.fromkeys((*ASKS_IF_SAFE, NOW_OR_OVER), "danger_over"),
    CRISIS: "crisis",
    CRISIS_AFTER: "crisis",
    "handover": "handover_offer",
    "more_about_handover": "handover_offer",
    "erasing": "delete",
    "helpful": "helpful",
}
_OF_FORMS: Mapping[str, Open] = {
    HANDOVER_WAY: "handover_way",
    HANDOVER_TIME: "handover_time",
    "four_fixated": "four_fixated",
    "four_obsessive": "four_obsessive",
    "four_unwanted": "four_unwanted",
    "four_repeated": "four_repeated",
}
# What waits, in words for the encoder, which reads them before the message.
_IN_WORDS: Mapping[Open, str] = {
    "": "",
    "happening_now": "is this happening now",
    "danger_over": "call 999 now is the danger over",
    "crisis": "are you thinking of ending your life",
    FOUR: "one of the four questions yes or no",
    "handover_offer": "would you like an officer to contact you",
    "handover_way": "how can you be reached safely",
    "handover_time": "when can you be reached",
    "delete": "shall i delete this chat",
    "helpful": "did this help",
}


def waits_for(slots: Mapping[str, Any], form: str | None = None) -> Open:
    """What waits for an answer.

    Args:
        slots: those of the conversation.
        form: the form that is active, if any.
    """
    if form:
        return _OF_FORMS.get(str(slots.get(REQUESTED_SLOT)), FOUR if FOUR in form else "")
    asked = _ASKED.get(str(slots.get(OPEN_QUESTION)), "")
    return "danger_over" if slots.get(EMERGENCY_MODE) and not asked else asked


class Slots(Protocol):
    """What is needed of a tracker."""

    @property
    def active_loop_name(self) -> str | None:
        """The form that is active, if any."""

    def current_slot_values(self) -> dict[str, Any]:
        """The slots by their names."""


def waiting(tracker: Slots) -> Open:
    """What waits for an answer in a conversation."""
    return waits_for(tracker.current_slot_values(), tracker.active_loop_name)


def came_before(waiting: Open, title: str, typed: str, most: int = MOST_TYPED) -> str:
    """What came before a message, as the encoder reads it; "" for nothing.

    Args:
        waiting: what waits for an answer.
        title: of the last answer; "" for none. In danger it does not matter any more.
        typed: what the person typed just before, as far as it is known.
        most: so many of its words are read, the last.
    """
    words = normalise(typed).split()[-most:]
    told = title if waiting != "danger_over" else ""
    asked = _IN_WORDS[FOUR if is_of_four(waiting) else waiting]
    return " ".join([*asked.split(), *normalise(told).split(), *words])


def topic(slots: Mapping[str, Any]) -> str:
    """The id of the last answer with a subject; "" for none."""
    return str(slots.get(TOPIC) or "")


def is_refused(slots: Mapping[str, Any], answer_id: str) -> bool:
    """Whether the person said of an answer that it was not what they had asked."""
    return REFUSED.format(answer_id) in (slots.get(SHOWN) or ())
