"""Hand-over: how and when someone can be reached, asked after a yes and sent after a second one.

Nothing here writes to the outbox: the last action sets a slot, and the conversation store takes it
from there in the transaction that stores the turn.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, leads, yes
from bot.content import labels, render
from bot.content.models import Reply
from bot.content.register import get_register
from bot.handover import answers
from bot.handover.answers import Kind
from bot.handover.note import CONFIRM, FORM, MAX_CHARACTERS, SLOTS, TIME, WAY, one_line
from bot.handover.request import SLOT, new_request
from bot.safety import context, danger, steering
from bot.safety.steering import Wish
from bot.settings import get_settings
from bot.slots import ASKED, CRISIS_CHECK, EMERGENCY_MODE, REQUESTED_SLOT

OFFER, CHANGE, STOPPED = "handover/offer", "handover/change", "handover/stopped"
SENDING = "handover/sending"
# The 999 line, without a question, for an answer that only the models find risky.
IN_DANGER = "handover/in_danger"

Decision = tuple[str | None, list[EventType]]
"""The id of a reply to say before the next question, and the slots to set."""

# Buttons for common times; each reply's words are the answer.
_TIMES = ("handover/any_time", "handover/daytime", "handover/evenings")
# These end the form; what was given is dropped, and nothing is sent.
_LEAVING = frozenset({"deny", "goodbye", "safe_now", "start_four", STOPPED})
# These are answered by the rules, and then the form asks its question again.
_ANSWERED_BY_RULES = (
    "advice", "reporting", "follow_up", "repeat", "simplify", "bot_challenge", "capabilities",
    "greet", "thank", "insult", "other_language", "delete_chat", "emergency", "crisis",
)  # fmt: skip
# A phone number with its area code, or an e-mail address. Without one nobody can be reached. Both
# this and a time are wider here than in `bot.handover.answers`. There a doubtful one is no answer,
# so that the net decides about "999 999 999". What comes here was not taken for danger, and is read
# back before it is sent: a number without its first 0 must not be lost.
_CONTACT = re.compile(r"(?:\d[\s().+-]*){9,}|[^\s@]@[^\s@]+\.[^\s@]")
_TIME = re.compile(
    r"\d|\b(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|satur|sun)(?:days?)?\b|\b(?:any|some|all)\s?times?\b"
    r"|\b(?:today|tonight|tomorrow|weekdays?|weekends?|mornings?|noon|midday|afternoons?|evenings?"
    r"|nights?|lunch(?:time)?|days?|daytime|hours|when|after(?! all)|before|until|between|whenever"
    r"|always)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?|^(?:what|how|who|why|where|which)\b|^(?:can|could|will|would|do|does|is|are|am|should)"
    r" (?:i|you|they|he|she|it|we|the|this|that|there|someone|anyone|police)\b",
    re.IGNORECASE,
)


def is_offered_with(said_id: str, lead: bool) -> bool:
    """True when a reply that is said now should also offer hand-over.

    Args:
        said_id: the reply's id.
        lead: something more urgent comes first, with a question of its own.
    """
    return get_settings().handover and not lead and said_id in ("talk_to_person", "safe_now")


def question_in(said_id: str, lead: bool) -> str | None:
    """The question about hand-over that a reply asks, for the slot `asked`.

    Args:
        said_id: the reply's id.
        lead: something more urgent comes first, with a question of its own.
    """
    if not get_settings().handover or lead:
        return None
    return {"talk_to_person": conversation.MORE_HANDOVER, OFFER: conversation.HANDOVER}.get(said_id)


def is_accepted(tracker: Tracker) -> bool:
    """True for the first yes: to the offer, with no sign of danger in the same message."""
    parsed = conversation.parse_data(tracker)
    return (
        get_settings().handover
        and tracker.get_slot(ASKED) == conversation.HANDOVER
        and conversation.label(tracker) == "affirm"
        and not tracker.get_slot(EMERGENCY_MODE)
        and labels.danger_tier(parsed) == labels.crisis_tier(parsed) == "none"
    )


def begin() -> list[EventType]:
    """Start the form, with nothing left in it from an earlier time."""
    return [*wiped(), SlotSet(ASKED, None), FollowupAction(FORM)]


def wiped() -> list[EventType]:
    """The slots of the form, emptied."""
    return [SlotSet(slot, None) for slot in SLOTS]


class ValidateHandoverForm(Action):
    """Decides what each message in the form is: an answer, a correction, a stop, or none of it.

    The slots have custom mappings, so nothing that was typed enters a slot except through here.
    """

    def name(self) -> str:
        """Name in domain.yml."""
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """The slots that the message decides; none leaves the message to the rules."""
        slot = tracker.get_slot(REQUESTED_SLOT)
        if slot not in SLOTS:
            return []  # the form only begins
        where = conversation.context(tracker)
        text = one_line(conversation.text(tracker))
        meant = _decide(slot, _label(tracker, text), text)
        is_answer = meant is not None and (_is_taken(meant) or _is_plain(text))
        lead, asked = _leading(tracker, where, text, is_answer=is_answer)
        decided = _weighed(tracker, slot, meant, is_led=bool(lead))
        if decided is None:
            return []
        problem, events = decided
        said = [*lead, *([conversation.reply(problem, where)] if problem else [])]
        if said:
            conversation.say(dispatcher, said, where)
        return [*events, *asked]


def _label(tracker: Tracker, text: str) -> str:
    """The message's label; "" for typed danger, which the emergency policy has left to the form."""
    label = conversation.label(tracker)
    is_danger = labels.top_level(label) in ("emergency", "crisis") and not text.startswith("/")
    return "" if is_danger else label


def _leading(
    tracker: Tracker, where: render.Context, text: str, *, is_answer: bool
) -> tuple[list[Reply], list[EventType]]:
    """What is said before the form goes on, and the slots that go with it."""
    lead, asked = leads.safety_lead(tracker, where)
    if conversation.is_check_open(tracker):
        is_answer = _denies_check(tracker) or _says_ok_to_check(tracker)
        if is_answer and not conversation.needs_check(tracker):
            lead = [conversation.reply(conversation.after_check(tracker), where), *lead]
        return lead, asked
    if lead and is_answer and not danger.is_either_seen(text, context.previous_text.get()):
        lead = [conversation.reply(said, where) for said in _said_before(tracker, text)]
        # The form's question is the only one.
        asked = [event for event in asked if event["name"] != ASKED]
    return (lead, asked) if lead else ([], [])


def _weighed(
    tracker: Tracker, slot: str, meant: Decision | None, *, is_led: bool
) -> Decision | None:
    """What the message decides, where a check may be open and danger may be in it."""
    if _denies_check(tracker) or _says_ok_to_check(tracker):
        return _again(slot)  # it was to "Is this happening now?"
    if is_led and conversation.label(tracker) == "affirm" and slot == CONFIRM:
        return _again(slot)  # no last yes is taken from a message that may hold danger
    return meant


def _denies_check(tracker: Tracker) -> bool:
    is_no = conversation.label(tracker) in ("deny", "check_denied")
    return is_no and conversation.is_check_open(tracker)


def _says_ok_to_check(tracker: Tracker) -> bool:
    """True for "ok" to "Is this happening now?", which the emergency policy takes for no yes."""
    return conversation.label(tracker) == "affirm" and conversation.is_check_open(tracker)


def _said_before(tracker: Tracker, text: str) -> list[str]:
    """The ids of what is said before the next question, where only the models see danger.

    They have hardly met such answers: numbers and days alone look a little like danger to them.
    """
    parsed = conversation.parse_data(tracker)
    found = _kind(text, is_time_asked=tracker.get_slot(REQUESTED_SLOT) != WAY)
    tier, crisis = labels.danger_tier(parsed), labels.crisis_tier(parsed)
    if found is Kind.MIXED:
        tier, crisis = danger.in_answer(*labels.scores(parsed))
    is_strange = found in (Kind.OTHER, Kind.MIXED)
    if crisis == "crisis" or (crisis == "check" and is_strange):
        return [CRISIS_CHECK]
    if (tier == "emergency" and found is not Kind.PLAIN) or (tier == "check" and is_strange):
        return [IN_DANGER]
    return []


def _is_taken(meant: Decision) -> bool:
    return any(event["value"] for event in meant[1])


def _is_plain(text: str) -> bool:
    """Whether a text is a way or a time and nothing else, be it what was asked for or not."""
    return _kind(text, is_time_asked=True) is Kind.PLAIN


def _kind(text: str, *, is_time_asked: bool = False) -> Kind:
    """What kind of answer it is, read with what was typed just before."""
    return answers.kind(text, context.previous_text.get(), is_time_asked=is_time_asked)


def _decide(slot: str, label: str, text: str) -> Decision | None:
    """What a message means to the form; None when it is no answer to it."""
    if text.startswith("/"):
        return _pressed(slot, label)
    way, time_ = bool(_CONTACT.search(text)), bool(_TIME.search(text))
    if slot == TIME and label not in _LEAVING:
        time_ = time_ or _is_time(text)
    top = labels.top_level(label)
    is_given = way or (time_ and slot != WAY)
    previous = context.previous_text.get()
    if label != "delete_chat" and not is_given and steering.refuses(text, previous):
        return _stop()
    if label == "delete_chat" or (_QUESTION.search(text) and not way):
        return None if top in _ANSWERED_BY_RULES else _unclear(slot)
    if way:
        return _given(WAY, slot, text)
    if slot != WAY and time_ and not (slot == CONFIRM and label == "affirm" and _is_bare(text)):
        return _given(TIME, slot, text)
    if label in _LEAVING or steering.wish(text, previous) is Wish.STOP:
        return _stop()
    if slot == CONFIRM and label == "affirm" and yes.is_unconditional(text):
        return _yes()
    if top in _ANSWERED_BY_RULES:
        return None
    return _unclear(slot)


def _pressed(slot: str, label: str) -> Decision | None:
    """A button. The last yes counts only when it stands below the question it answers."""
    if label in _LEAVING:
        return _stop()
    if slot == CONFIRM and label in (SENDING, "affirm"):
        return _yes()
    if slot == TIME and label in _TIMES:
        return None, [SlotSet(TIME, get_register().reply(label).bubbles["en"][0])]
    if label == CHANGE:
        return CHANGE, wiped()
    if labels.top_level(label) in ("handover", "affirm", "not_sure"):
        return _again(slot)
    return None


def _given(given: str, slot: str, text: str) -> Decision:
    """An answer, or the correction of an earlier one, after which the open question comes again."""
    if len(text) > MAX_CHARACTERS:
        return "handover/too_long", _again(slot)[1]
    return None, [SlotSet(given, text), *([] if given == slot else _again(slot)[1])]


def _unclear(slot: str) -> Decision:
    return f"{slot.replace('_', '/', 1)}_unclear", _again(slot)[1]


def _again(slot: str) -> Decision:
    return None, [SlotSet(slot, None)]


def _yes() -> Decision:
    return None, [SlotSet(CONFIRM, "yes")]


def _stop() -> Decision:
    return None, [SlotSet(CONFIRM, "no"), SlotSet(REQUESTED_SLOT, None)]


def _is_time(text: str) -> bool:
    """ "Half past ten", "now": too common in other messages to name a time anywhere else."""
    return answers.names_time(text) and _kind(text) is not Kind.OTHER


def _is_bare(text: str) -> bool:
    """A yes in so few words that it changes nothing."""
    return len(text.split()) <= 2 and not re.search(r"\d", text)


class ActionAskHandoverWay(Action):
    """Asks one question of the form."""

    slot = WAY

    def name(self) -> str:
        """Name in domain.yml."""
        return f"action_ask_{self.slot}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it; the buttons of "Is this happening now?" stay in view while that is open."""
        given = {"way": tracker.get_slot(WAY), "time": tracker.get_slot(TIME)}
        where = replace(conversation.context(tracker), details=given)
        offers = leads.check_offers(tracker, where)
        question = conversation.reply(self.slot.replace("_", "/", 1), where)
        conversation.say(dispatcher, [question], where, offers=offers)
        return []


class ActionAskHandoverTime(ActionAskHandoverWay):
    """Asks when it is safe."""

    slot = TIME


class ActionAskHandoverConfirm(ActionAskHandoverWay):
    """Reads back what would be sent, in the person's own words, and asks for the last yes."""

    slot = CONFIRM


class ActionHandoverEnd(Action):
    """After the form: agreed to, or dropped. Both empty its slots."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_handover_end"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Put what was agreed to where the store takes it; else say that nothing was sent."""
        where = conversation.context(tracker)
        way, time_, confirmed = (tracker.get_slot(slot) for slot in SLOTS)
        if confirmed == "yes" and way and time_ and get_settings().handover:
            # What became of it the gateway adds: here nobody can know.
            conversation.say(dispatcher, [conversation.reply(SENDING, where)], where)
            return [*wiped(), SlotSet(SLOT, new_request(way, time_))]
        label = conversation.label(tracker)
        items = [conversation.reply(STOPPED, where)]
        if label in ("goodbye", "safe_now"):
            is_crisis = label == "goodbye" and conversation.is_crisis_open(tracker)
            said = leads.CRISIS_GOODBYE if is_crisis else label
            items.append(conversation.reply(said, where))
        # The four questions are one press away; a form cannot begin where another has just ended.
        offers = [label] if label == "start_four" else []
        conversation.say(dispatcher, items, where, offers=offers)
        return wiped()
