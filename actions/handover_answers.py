"""What a message means to the hand-over's form: a way, a time, the last yes, a stop or none of it.

Told from the message and the open question alone; what danger may be in it is weighed in
`actions.handover`.
"""

from __future__ import annotations

import re

from rasa_sdk.events import EventType, SlotSet

from actions import yes
from bot.content import labels
from bot.content.register import get_register
from bot.handover import answers
from bot.handover.answers import Kind
from bot.handover.note import CONFIRM, MAX_CHARACTERS, SLOTS, TIME, WAY
from bot.safety import context, control_phrases
from bot.safety.control_phrases import Wish
from bot.slots import REQUESTED_SLOT

CHANGE, STOPPED, SENDING = "handover/change", "handover/stopped", "handover/sending"

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


def decide(slot: str, label: str, text: str, *, is_refused: bool = False) -> Decision | None:
    """What a message means to the form; None when it is no answer to it.

    Args:
        slot: the open question's slot.
        label: the message's label; "" for danger that was left to the form.
        text: what was typed, or the payload of a button.
        is_refused: the turn surely takes back what was agreed to, or stops.
    """
    if text.startswith("/"):
        return _pressed(slot, label)
    way, time_ = bool(_CONTACT.search(text)), bool(_TIME.search(text))
    if slot == TIME and label not in _LEAVING:
        time_ = time_ or _is_time(text)
    top = labels.top_level(label)
    is_given = way or (time_ and slot != WAY)
    previous = context.previous_text.get()
    is_refused = is_refused or control_phrases.refuses(text, previous)
    if label != "delete_chat" and not is_given and is_refused:
        return _stop()
    if label == "delete_chat" or (_QUESTION.search(text) and not way):
        return None if top in _ANSWERED_BY_RULES else _unclear(slot)
    if way:
        return _given(WAY, slot, text)
    if slot != WAY and time_ and not (slot == CONFIRM and label == "affirm" and _is_bare(text)):
        return _given(TIME, slot, text)
    if label in _LEAVING or control_phrases.wish(text, previous) is Wish.STOP:
        return _stop()
    if slot == CONFIRM and label == "affirm" and yes.is_unconditional(text):
        return _yes()
    if top in _ANSWERED_BY_RULES:
        return None
    return _unclear(slot)


def is_answer(meant: Decision | None, text: str) -> bool:
    """Whether a message answers the form, be it what was asked for or not.

    Args:
        meant: what `decide` took it for.
        text: what was typed.
    """
    return meant is not None and (_is_taken(meant) or _is_plain(text))


def kind(text: str, *, is_time_asked: bool) -> Kind:
    """What kind of answer it is, read with what was typed just before.

    Args:
        text: what was typed.
        is_time_asked: whether a time among other words is an answer too.
    """
    return answers.kind(text, context.previous_text.get(), is_time_asked=is_time_asked)


def again(slot: str) -> Decision:
    """The open question stays open."""
    return None, [SlotSet(slot, None)]


def is_way(text: str) -> bool:
    """Whether a phone number or an address stands in a message."""
    return bool(_CONTACT.search(text))


def wiped() -> list[EventType]:
    """The slots of the form, emptied."""
    return [SlotSet(slot, None) for slot in SLOTS]


def _is_taken(meant: Decision) -> bool:
    return any(event["value"] for event in meant[1])


def _is_plain(text: str) -> bool:
    """Whether a text is a way or a time and nothing else."""
    return kind(text, is_time_asked=True) is Kind.PLAIN


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
        return again(slot)
    return None


def _given(given: str, slot: str, text: str) -> Decision:
    """An answer, or the correction of an earlier one, after which the open question comes again."""
    if len(text) > MAX_CHARACTERS:
        return "handover/too_long", again(slot)[1]
    return None, [SlotSet(given, text), *([] if given == slot else again(slot)[1])]


def _unclear(slot: str) -> Decision:
    return f"{slot.replace('_', '/', 1)}_unclear", again(slot)[1]


def _yes() -> Decision:
    return None, [SlotSet(CONFIRM, "yes")]


def _stop() -> Decision:
    return None, [SlotSet(CONFIRM, "no"), SlotSet(REQUESTED_SLOT, None)]


def _is_time(text: str) -> bool:
    """ "Half past ten", "now": too common in other messages to name a time anywhere else."""
    return answers.names_time(text) and kind(text, is_time_asked=False) is not Kind.OTHER


def _is_bare(text: str) -> bool:
    """A yes in so few words that it changes nothing."""
    return len(text.split()) <= 2 and not re.search(r"\d", text)
