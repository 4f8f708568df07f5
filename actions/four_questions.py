"""The four questions (FOUR: fixated, obsessive, unwanted, repeated): no score, no verdict."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, leads, nation
from bot.content import labels, render
from bot.content.models import Reply
from bot.safety import context as safety_context
from bot.safety import control_phrases
from bot.safety.control_phrases import Wish
from bot.safety.normalise import normalise
from bot.slots import (
    CHECK_UNSURE,
    DANGER_SEEN,
    EMERGENCY_CHECK,
    EMERGENCY_MODE,
    NOT_UNDERSTOOD,
    OPEN_QUESTION,
    REQUESTED_SLOT,
)

SLOTS = ("four_fixated", "four_obsessive", "four_unwanted", "four_repeated")
FORM = "four_form"
STOPPED, CHOOSE, UNCLEAR = "four/stopped", "four/choose", "four/unclear"
# Said in the form in the place of an answer that leads to the four questions, and of one that asks
# to choose: the buttons are those of the form's question.
_IN_FORM = {
    "advice/is_it_stalking": "four/is_it_stalking",
    "follow_up_unclear": UNCLEAR,
    "same_answer": CHOOSE,
}
_NOT_UNDERSTOOD = "nlu_fallback"
# What most of what people tell in the place of an answer sounds like. Another topic gets its own
# answer where it is sure: what to do with a tracker cannot wait.
_TOLD = (
    "advice/is_it_stalking",
    "out_of_scope",
    "out_of_scope/off_topic",
    "out_of_scope/gibberish",
)
_TOPICS = ("advice", "reporting")
_FEELINGS = "advice/emotional_support"
# What wants something done, though it asks nothing: "I want to report it".
_WANTS = re.compile(
    r"\b(?:want|need|like to|tell me|show me|help|advice|advise|explain|report|reporting)\b"
)


def in_form(tracker: Tracker, reply_id: str) -> str:
    """The id of what is said instead of a reply in the middle of the four questions."""
    return _IN_FORM.get(reply_id, reply_id) if tracker.active_loop_name == FORM else reply_id


class ValidateFourForm(FormValidationAction):
    """Decides what each message in the form is: an answer, a wish to stop, a story, none of it.

    It keeps the emergency check inside the form, too: an answer may hold possible danger.
    """

    def name(self) -> str:
        """Name in domain.yml."""
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """The slots that the message decides; none leaves the message to the rules."""
        answers = await super().run(dispatcher, tracker, domain)
        slot = tracker.get_slot(REQUESTED_SLOT)
        if not tracker.active_loop or slot not in SLOTS:
            return answers  # the form only begins
        wish = _wish(tracker)
        if wish is Wish.STOP:
            return [SlotSet(slot, None), SlotSet(REQUESTED_SLOT, None)]
        if wish and not tracker.get_slot(EMERGENCY_MODE):
            return _ask_again(dispatcher, tracker, slot)
        is_story = not answers and _is_story(tracker)
        said = _said(tracker, is_open=is_story or bool(answers))
        if said:
            answers = [SlotSet(slot, said)]
        if answers and (_asks_instead(tracker) or (not said and _may_mean_yes(tracker))):
            return _choose(dispatcher, tracker, slot)
        if answers:
            return _answered(dispatcher, tracker, slot, answers)
        if is_story:
            return _choose(dispatcher, tracker, slot)
        # An event here would make Rasa take the message for an answer.
        return []


def _wish(tracker: Tracker) -> Wish | None:
    """What the message or button asks of the form itself."""
    label = conversation.label(tracker)
    if label in _WISHES:
        return _WISHES[label]
    text, previous = conversation.text(tracker), safety_context.previous_text.get()
    if wish := control_phrases.wish(text, previous):
        return wish
    if control_phrases.stops(text, previous):
        return Wish.STOP
    if label == _DELETE:
        return None  # to a model that also sounds like stopping, but the chat has to be deleted
    # While danger is asked about, "stop" may be meant for somebody in the room.
    is_asked = tracker.get_slot(OPEN_QUESTION)
    act, sure = labels.answered(conversation.parse_data(tracker))
    is_read_so = act == "stops" and sure >= _SURE_OF_STOP
    may_stop = is_read_so or conversation.does(tracker, "stops", least=_SURE_OF_STOP_ANYWHERE)
    return Wish.STOP if may_stop and not (is_asked or _has_lead(tracker)) else None


# What answers one of the four in words of one's own, what ends them, and how sure each has to be.
_ANSWERS: dict[str, str] = {"affirms": "yes", "denies": "no", "not_sure": "not_sure"}
# On answers by writers who were left out of the learning.
_SURE_OF: dict[str, float] = {"affirms": 0.8, "denies": 0.85, "not_sure": 0.8}
_SURE_BESIDE = 0.9
# A wish to stop, by what was typed at the four questions and by what was typed anywhere.
_SURE_OF_STOP, _SURE_OF_STOP_ANYWHERE = 0.4, 0.6
# Words: a no of no more is one. And how likely a longer one has to be.
_PLAIN_NO, _LIKELY_NO = 2, 0.5
_DELETE = "delete_chat"
_WISHES = {STOPPED: Wish.STOP, "repeat": Wish.AGAIN, "simplify": Wish.EXPLAIN}


def _ask_again(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str) -> list[EventType]:
    """The open question once more; the response generator finds the easier words for it.

    Where "Is this happening now?" is open, that is the question.
    """
    where = conversation.context(tracker)
    lead, asked = leads.safety_lead(tracker, where)
    if not lead and conversation.is_check_open(tracker):
        lead, asked = leads.still_open(tracker, where)
    if lead:
        simple = _wish(tracker) is Wish.EXPLAIN
        conversation.say(dispatcher, lead, where, simple=simple)
    return [SlotSet(slot, None), *asked, SlotSet(NOT_UNDERSTOOD, 0)]


def _answered(
    dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, answers: list[EventType]
) -> list[EventType]:
    """Accept the answer; in possible danger, say what comes first before the next question."""
    where = conversation.context(tracker)
    lead, asked = leads.safety_lead(tracker, where)
    if not lead and control_phrases.says_now(conversation.text(tracker)):
        # "Yes, as we speak", to "do they watch you?".
        lead = [conversation.reply(EMERGENCY_CHECK, where)]
        asked = [SlotSet(OPEN_QUESTION, conversation.HAPPENING_NOW), SlotSet(DANGER_SEEN, True)]
    if tracker.get_slot(EMERGENCY_MODE):
        # The next yes is to the form's question and not to the reminder's: no emergency ends.
        asked = [SlotSet(OPEN_QUESTION, None)]
    if not lead and not tracker.get_slot(OPEN_QUESTION):
        return answers
    if conversation.is_check_open(tracker):
        # The answer was to "Is this happening now?", so the open question is asked again.
        after = conversation.after_check(tracker)
        if not conversation.needs_check(tracker):
            lead = [conversation.reply(after, where), *lead]
            if after == CHECK_UNSURE:
                asked = [SlotSet(OPEN_QUESTION, conversation.HAPPENING_NOW)]  # that is no answer
        answers = [*answers, SlotSet(slot, None)]
    if lead:
        conversation.say(dispatcher, lead, where)
    return answers + asked


def _said(tracker: Tracker, *, is_open: bool) -> str | None:
    """The answer that a typed message gives in words of one's own; None where it surely gives none.

    What was asked in between ("Is this happening now?") is what such words are about.

    Args:
        tracker: the conversation.
        is_open: whether nothing else is seen in the message. A topic of its own, a question or
            possible danger has to sound like an answer all the more.
    """
    if not conversation.is_typed(tracker) or tracker.get_slot(OPEN_QUESTION):
        return None
    act, sure = labels.answered(conversation.parse_data(tracker))
    if act not in _ANSWERS or (not is_open and control_phrases.asks(conversation.text(tracker))):
        return None
    return _ANSWERS[act] if sure >= (_SURE_OF[act] if is_open else _SURE_BESIDE) else None


def _may_mean_yes(tracker: Tracker) -> bool:
    """True for a no with more in it that may be a yes: "no, I never asked for any of it"."""
    is_no = conversation.is_typed(tracker) and conversation.label(tracker) == "deny"
    is_long = len(conversation.text(tracker).split()) > _PLAIN_NO
    act, sure = labels.answered(conversation.parse_data(tracker))
    return is_no and is_long and not (act == "denies" and sure >= _LIKELY_NO)


def _asks_instead(tracker: Tracker) -> bool:
    """True for a question that only sounds like a yes: "what counts? he did that once"."""
    is_sure = conversation.is_sure(tracker, conversation.SURE_OF_TOPIC)
    return not is_sure and "?" in conversation.text(tracker)


def _is_story(tracker: Tracker) -> bool:
    """True for what asks nothing and tells of no danger: "every day he drives past"."""
    text, label = conversation.text(tracker), conversation.label(tracker)
    if text.startswith("/") or _has_lead(tracker):
        return False
    if label == _NOT_UNDERSTOOD:
        # The second time people and numbers are named, as everywhere.
        return not tracker.get_slot(NOT_UNDERSTOOD) or not control_phrases.asks(text)
    is_unsure = not conversation.is_sure(tracker, conversation.SURE_OF_TOPIC)
    may_be_told = label != _FEELINGS and labels.top_level(label) in _TOPICS
    if label not in _TOLD and not (is_unsure and may_be_told):
        return False
    return not (
        control_phrases.asks(text) or _WANTS.search(normalise(text)) or nation.stated(tracker)
    )


def _has_lead(tracker: Tracker) -> bool:
    lead, _ = leads.safety_lead(tracker, conversation.context(tracker))
    return bool(lead)


def _choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str) -> list[EventType]:
    """Ask for one of the answers; what was told is not taken for any of them."""
    where = conversation.context(tracker)
    said = UNCLEAR if control_phrases.asks(conversation.text(tracker)) else CHOOSE
    conversation.say(dispatcher, [conversation.reply(said, where)], where)
    failed = int(conversation.label(tracker) == _NOT_UNDERSTOOD)
    return [SlotSet(slot, None), SlotSet(OPEN_QUESTION, None), SlotSet(NOT_UNDERSTOOD, failed)]


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
        lead, events = leads.safety_lead(tracker, where)
        if not lead and conversation.is_check_open(tracker):
            lead, events = leads.still_open(tracker, where)
        conversation.say(dispatcher, lead or [conversation.reply("start_four", where)], where)
        if not lead:
            return events
        remembered = conversation.remember_lead(lead, where)
        return [*events, *remembered, FollowupAction("action_listen")]


class ActionFourResult(Action):
    """What the four answers suggest doing next, or what else there is after a stop."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_four_result"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it and forget the answers, so that the questions can be asked again."""
        where = conversation.context(tracker)
        said = conversation.reply(_result(tracker), where)
        lead, asked = _lead_of_end(tracker, where, said)
        # A check that the last answer called for is still the open question.
        offers = () if asked else leads.check_offers(tracker, where)
        conversation.say(dispatcher, [*lead, said], where, offers=offers)
        return [
            *(SlotSet(slot, None) for slot in SLOTS),
            *asked,
            *conversation.remember(said, where, lead),
        ]


def _result(tracker: Tracker) -> str:
    answers = [tracker.get_slot(slot) for slot in SLOTS]
    if _wish(tracker) is Wish.STOP:
        return STOPPED
    if None in answers:
        # The form did not really run to its end (its own action failed): claim nothing.
        return "advice/is_it_stalking"
    if set(answers) == {"yes"}:
        return "four/result_all"
    return "four/result_some" if "yes" in answers else "four/result_none"


def _lead_of_end(
    tracker: Tracker, where: render.Context, said: Reply
) -> tuple[list[Reply], list[EventType]]:
    """What comes before the words after a stop: what was open before it.

    What only the models see in plain words of stopping is nothing; the reply names 999 itself.
    """
    if said.id != STOPPED:
        return [], []  # the form has said it, with the last answer
    if tracker.get_slot(EMERGENCY_MODE):
        return leads.safety_lead(tracker, where)
    lead, asked = leads.still_open(tracker, where)
    return lead, asked or [SlotSet(OPEN_QUESTION, None)]
