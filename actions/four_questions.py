"""The four questions (FOUR: fixated, obsessive, unwanted, repeated): no score, no verdict."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation

SLOTS = ("four_fixated", "four_obsessive", "four_unwanted", "four_repeated")


class ValidateFourForm(FormValidationAction):
    """Keeps the emergency check inside the form: an answer may hold possible danger."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "validate_four_form"

    async def validate(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Accept the answer; where danger is possible, say the check before the next question."""
        events = await super().validate(dispatcher, tracker, domain)
        if tracker.active_loop and conversation.needs_check(tracker):
            where = conversation.context(tracker)
            lead, asked = conversation.safety_lead(tracker, where)
            conversation.say(dispatcher, lead, where)
            return events + asked
        return events


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
        return [SlotSet(slot, None) for slot in SLOTS] + conversation.remember(said)
