"""Which force polices where the person is: said once, and how to reach it."""

from __future__ import annotations

from typing import cast

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import conversation, nation
from bot.content import render
from bot.content.models import Nation, Reply
from bot.dialogue import local_force
from bot.dialogue.local_force import ELSEWHERE
from bot.slots import LAST_REPLY, LOCAL_FORCE, NATION, SHOWN

# Labels that a message has which tells where the person is and asks nothing.
_OF_PLACES = (nation.QUESTION, "reporting/how")
# Of a longer one the rest tells more than where the person is.
_MOST_WORDS = 12


def told(tracker: Tracker) -> str | None:
    """The id of the force that the latest message tells; None where it tells none."""
    return conversation.told(tracker).get(LOCAL_FORCE)


def nation_told(tracker: Tracker) -> Nation | None:
    """The nation that the latest message tells together with the force."""
    found = conversation.told(tracker)
    return cast(Nation, found[NATION]) if LOCAL_FORCE in found else None


def first_told(tracker: Tracker, where: render.Context) -> list[Reply]:
    """The line that names another force than the website's, when it is told or corrected."""
    is_said = is_new(tracker) and where.site is not None
    return [conversation.reply(ELSEWHERE, where)] if is_said else []


def kept(tracker: Tracker) -> list[EventType]:
    """The slots for it, where nothing else of the case is kept."""
    found = conversation.told(tracker)
    slots = (LOCAL_FORCE, NATION) if LOCAL_FORCE in found else ()
    return [SlotSet(slot, found[slot]) for slot in slots]


def may_be_said_again(tracker: Tracker) -> list[EventType]:
    """Forgets that replies were shown which named another force than the one told now."""
    of_others = local_force.replies_with_a_force() if is_new(tracker) else ()
    shown = tracker.get_slot(SHOWN) or []
    left = [one for one in shown if one not in of_others]
    return [SlotSet(SHOWN, left)] if left != shown else []


def is_all_told(tracker: Tracker, label: str) -> bool:
    """Whether the latest message tells the person's force, and asks or tells nothing else."""
    if told(tracker) is None:
        return False
    text = conversation.text(tracker)
    if local_force.is_all(text):
        return True
    is_short = len(text.split()) <= _MOST_WORDS and not conversation.asks(tracker)
    is_again = label == tracker.get_slot(LAST_REPLY)
    is_of_places = label in _OF_PLACES and (is_short or is_again)
    return is_of_places and "report" not in text.lower()


def is_new(tracker: Tracker) -> bool:
    """Whether the latest message tells a force, and another than was told before."""
    return told(tracker) not in (None, tracker.get_slot(LOCAL_FORCE))
