"""`action_clarify`: one clarifying question; the second time, people and numbers."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, finding, handover, leads, local_force
from actions.answer import answer
from actions.choice import SAME_ANSWER, by_words
from actions.numbers import WHOM_TO_TALK_TO
from bot.content.register import get_register
from bot.safety.normalise import plain_words
from bot.safety.patterns import shared
from bot.slots import EMERGENCY_MODE, LAST_REPLY, NOT_UNDERSTOOD, OPEN_QUESTION

MAX_GUESSES = 2
# Of the labels of whom to talk to together.
LIKELY = 0.5
# After what is said to who tells what somebody does to them, they tell more of it, in pieces.
_OF_AN_ACCOUNT = tuple(
    f"advice/{one}"
    for one in (
        "is_it_stalking", "ex_partner", "work_or_school", "young_person", "older", "men", "lgbt",
        "friend_or_family", "fake_profiles", "image_abuse", "honour_based",
    )
)  # fmt: skip
_SHORTEST_PIECE = 4
# What is no more of it: "no he is not my ex", "i want to know what he can see".
_OTHERWISE = re.compile(
    rf"^(?:(?:and|but|so|sorry|ok|well) )*(?:{shared()['no']}|not|wrong|thats (?:not|wrong)"
    r"|that is not|you|tell|explain|(?:i |we )?(?:want|need|would like|wish)|id like)\b"
)


class ActionClarify(Action):
    """Says that the message was not understood and offers the likeliest meanings."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Ask, or on the second time in a row name people who can listen."""
        if handover.is_accepted(tracker):
            return handover.begin(tracker)
        where = conversation.context(tracker)
        if made := by_words(tracker):
            reply_id, events = made
            return events + answer(dispatcher, tracker, reply_id, where)
        if leads.is_crisis_after_due(tracker):
            return answer(dispatcher, tracker, leads.crisis_after(tracker), where)
        if _wants_people(tracker):
            return answer(dispatcher, tracker, "advice/helplines", where)
        failures = int(tracker.get_slot(NOT_UNDERSTOOD) or 0)
        if not failures and _goes_on(tracker):
            events = answer(dispatcher, tracker, SAME_ANSWER, where)
            # It was not understood all the same.
            others = [one for one in events if one["name"] != NOT_UNDERSTOOD]
            return [*others, SlotSet(NOT_UNDERSTOOD, 1)]
        lead, events = leads.safety_lead(tracker, where)
        # What leads asks a question of its own; two at once would be one too many.
        is_lead_alone = bool(lead) and failures == 0 and not leads.are_lines(lead)
        said = "clarify_again" if failures else "clarify"
        first = local_force.first_told(tracker, where)
        items = lead if is_lead_alone else [*lead, *first, conversation.reply(said, where)]
        offers = [] if lead else [*finding.likeliest(tracker)] or _guesses(tracker)
        conversation.say(dispatcher, items, where, offers=offers)
        remembered = conversation.remember_lead(lead, where) if is_lead_alone else []
        known = [*conversation.case_told(tracker), *events, *remembered]
        return [*known, SlotSet(NOT_UNDERSTOOD, failures + 1)]


def _wants_people(tracker: Tracker) -> bool:
    """Whether it is likely that somebody to talk to is wanted, of the police or another."""
    likely = conversation.guesses(tracker)
    return sum(one["confidence"] for one in likely if one["name"] in WHOM_TO_TALK_TO) >= LIKELY


def _goes_on(tracker: Tracker) -> bool:
    """For "he has done it for two years" in an account: more of what was answered just before."""
    if tracker.get_slot(LAST_REPLY) not in _OF_AN_ACCOUNT or tracker.active_loop_name:
        return False
    is_open = tracker.get_slot(OPEN_QUESTION) or tracker.get_slot(EMERGENCY_MODE)
    text = plain_words(conversation.text(tracker))
    is_other = len(text.split()) < _SHORTEST_PIECE or _OTHERWISE.search(text)
    if is_open or is_other or not conversation.is_typed(tracker) or conversation.asks(tracker):
        return False
    return bool(conversation.word_features(tracker)["third"])


def _guesses(tracker: Tracker) -> list[str]:
    """The likeliest labels that have an answer with a button."""
    register = get_register()
    names = [guess["name"] for guess in conversation.guesses(tracker)]
    return [
        name
        for name in names
        if name.startswith(("advice/", "reporting/"))
        and register.has_reply(name)
        and register.reply(name).button
    ][:MAX_GUESSES]
