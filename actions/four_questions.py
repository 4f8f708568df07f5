"""The four questions (FOUR: fixated, obsessive, unwanted, repeated): no score, no verdict."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation

SLOTS = ("four_fixated", "four_obsessive", "four_unwanted", "four_repeated")


class ValidateFourForm(FormValidationAction):
    """Keeps the emergency check inside the form: an answer may hold possible danger."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "validate_four_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Accept the answer; in possible danger, say what comes first before the next question."""
        events = await super().run(dispatcher, tracker, domain)
        if not events or not tracker.active_loop:
            # No answer to the form. An event here would make Rasa take the message for one.
            return events
        where = conversation.context(tracker)
        lead, asked = conversation.safety_lead(tracker, where)
        if tracker.get_slot("emergency_mode"):
            # The next yes is to the form's question and not to the reminder's: no emergency ends.
            asked = [SlotSet("asked", None)]
        if not lead and not tracker.get_slot("asked"):
            return events
        if tracker.get_slot("asked") == conversation.HAPPENING_NOW:
            # The answer was to "Is this happening now?", so the open question is asked again.
            after = conversation.AFTER_CHECK.get(conversation.label(tracker), "check_denied")
            if not conversation.needs_check(tracker):
                lead = [conversation.reply(after, where), *lead]
            events = [*events, SlotSet(tracker.get_slot("requested_slot"), None)]
        if lead:
            conversation.say(dispatcher, lead, where)
        return events + asked


class ActionStartFour(Action):
    """Says how the four questions go; the form then asks the first.

    Where something must come first, that is all: it asks a question of its own, and its answer is
    none to the form. The four questions can be asked for again.
    """

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_start_four"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it. No other yes-or-no question stays open: the next answer is to the form."""
        where = conversation.context(tracker)
        lead, events = conversation.safety_lead(tracker, where)
        conversation.say(dispatcher, lead or [conversation.reply("start_four", where)], where)
        if not lead:
            return events
        remembered = conversation.remember_lead(lead, where)
        return [*events, *remembered, FollowupAction("action_listen")]


class ActionFourResult(Action):
    """What the four answers suggest doing next."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_four_result"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it and forget the answers, so that the questions can be asked again."""
        where = conversation.context(tracker)
        answers = [tracker.get_slot(slot) for slot in SLOTS]
        if None in answers:
            # The form did not really run to its end (its own action failed): claim nothing.
            said = conversation.reply("advice/is_it_stalking", where)
        elif any(value in ("yes", "not_sure") for value in answers):
            said = conversation.reply("four/result_some", where)
        else:
            said = conversation.reply("four/result_none", where)
        conversation.say(dispatcher, [said], where)
        return [SlotSet(slot, None) for slot in SLOTS] + conversation.remember(said, where)
