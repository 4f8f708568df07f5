"""People who are told that they stalk somebody: what is said to victims is not for them."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import conversation, finding
from bot.slots import HEARD

OWN_BEHAVIOUR = "advice/own_behaviour"
TODAY = "own_behaviour/today"
ORDER = "own_behaviour/order"
SOMEONE = "own_behaviour/someone"
_THANK = "own_behaviour/thank"
# Less likely than this, who writes is no accused.
_MAY_BE = 0.2
_LEAST_LIKELY = 0.05
# What is said in the place of what thanks, leaves, or says yes ...
_INSTEAD = {"thank": _THANK, "goodbye": _THANK, "safe_now": _THANK, "affirm": TODAY}
# ... and, typed, in the place of what victims are told.
_ORDERS = ("advice/spo_", "advice/other_orders", "reporting/breach")
_OF_VICTIMS = (
    "advice/personal_safety", "advice/is_it_stalking", "advice/no_contact", "advice/after_report",
    "advice/police_complaint", "advice/law", "reporting/how", "reporting/withdraw",
)  # fmt: skip


def courtesy(tracker: Tracker, label: str) -> str | None:
    """The id of what is said to somebody accused who thanks, leaves, or says yes."""
    return _INSTEAD.get(label) if finding.is_accused(tracker) else None


def reply_id(tracker: Tracker, label: str) -> str | None:
    """The id of what is said where no answer was found, to somebody accused or taken for one.

    None where the label's own answer will do.
    """
    if not conversation.is_typed(tracker):
        return None
    if finding.is_accused(tracker):
        if label.startswith(_ORDERS):
            return ORDER
        return TODAY if label.startswith(_OF_VICTIMS) else None
    if label != OWN_BEHAVIOUR:
        return None
    if finding.said_to_be(tracker) == "friend":
        return SOMEONE
    roles = (conversation.told(tracker).get(HEARD) or {}).get("roles", {})
    if roles.get("accused", 1.0) >= _MAY_BE:
        return None
    likely = conversation.next_best(tracker, OWN_BEHAVIOUR, _LEAST_LIKELY)
    return likely or "advice/is_it_stalking"
