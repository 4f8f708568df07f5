"""People who are told that they stalk somebody: what is said to victims is not for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rasa_sdk import Tracker

from actions import conversation
from bot.safety.normalise import normalise
from bot.safety.patterns import compiled
from bot.slots import TOPIC

OWN_BEHAVIOUR = "advice/own_behaviour"
TODAY = "own_behaviour/today"
ORDER = "own_behaviour/order"
SOMEONE = "own_behaviour/someone"
_THANK = "own_behaviour/thank"
# Whose answers these are about.
_TOPICS = (OWN_BEHAVIOUR, "own_behaviour/")
_LEAST_LIKELY = 0.05
# Labels that words about one's own order or accusation are taken for.
_TAKEN_FOR = ("advice/", "reporting/")
_WORDS = compiled(Path(__file__).with_suffix(".yml"))
# What is said in the place of what thanks, leaves, or says yes ...
_INSTEAD = {"thank": _THANK, "goodbye": _THANK, "safe_now": _THANK, "affirm": TODAY}
# ... and, typed, in the place of what victims are told.
_ORDERS = ("advice/spo_", "advice/other_orders", "reporting/breach")
_OF_VICTIMS = (
    "advice/personal_safety", "advice/is_it_stalking", "advice/no_contact", "advice/after_report",
    "advice/police_complaint", "advice/law", "reporting/how", "reporting/withdraw",
)  # fmt: skip
# Labels that words about an accused relative are taken for, and what such a relative is not told.
_OF_RELATIVES = (
    OWN_BEHAVIOUR, "advice/friend_or_family", "advice/law", "advice/after_report",
    "advice/young_person",
)  # fmt: skip
_SAID_TO_RELATIVES = ("advice/personal_safety", "advice/no_contact", "advice/friend_or_family")


def reply_id(tracker: Tracker, label: str) -> str | None:
    """The id of what is said to somebody who is accused; None where nobody seems to be."""
    topic = str(tracker.get_slot(TOPIC) or "")
    is_topic = topic.startswith(_TOPICS)
    if is_topic and topic != SOMEONE and label in _INSTEAD:
        return _INSTEAD[label]
    if not (label.startswith(_TAKEN_FOR) and conversation.is_typed(tracker)):
        return None
    says = partial(_says, normalise(conversation.text(tracker)))
    is_to_mine = says("done_to_me") or says("done_to_mine")
    if label in _OF_RELATIVES and says("accused_relative") and not is_to_mine:
        return SOMEONE
    is_put_right = says("not_me") and not says("accused")
    is_taken_wrongly = (
        label == OWN_BEHAVIOUR
        and not is_topic
        and (is_put_right or says("done_to_me") or _is_by_others(says))
    )
    if is_taken_wrongly or (is_topic and topic != SOMEONE and is_put_right):
        likely = conversation.next_best(tracker, OWN_BEHAVIOUR, _LEAST_LIKELY)
        return likely or "advice/is_it_stalking"
    if says("done_to_me") or says("to_be_stopped") or says("broken_by_others"):
        return None
    if topic == SOMEONE:
        return SOMEONE if label.startswith(_SAID_TO_RELATIVES) else None
    if is_topic and label.startswith((*_ORDERS, *_OF_VICTIMS)) and not says("done_by_others"):
        return ORDER if label.startswith(_ORDERS) else TODAY
    if not says("accused"):
        return None
    return ORDER if says("an_order") else OWN_BEHAVIOUR


def _says(text: str, what: str) -> bool:
    return bool(_WORDS[what].search(text))


def _is_by_others(says: Callable[[str], bool]) -> bool:
    return says("sent_by_others") and not says("of_their_own")
