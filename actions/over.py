"""Whether a danger that is open is over, or never was, as the turn classifier reads it."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import conversation, finding, yes
from bot.content import labels
from bot.dialogue.case import EMERGENCIES_OF_OTHERS
from bot.safety import danger
from bot.safety.thresholds import thresholds
from bot.slots import (
    ASKS_IF_SAFE,
    DANGER_SEEN,
    EMERGENCY_MODE,
    EMERGENCY_REPLY,
    HAPPENING_NOW,
    NOW_OR_OVER,
    OPEN_QUESTION,
    SAFE_NOW_OR_ELSE,
    TOPIC,
)

# A yes while one of these is open may end the danger.
_YES_MAY_END = (*ASKS_IF_SAFE, NOW_OR_OVER)
# The 999 reply to who cannot speak freely.
_IN_CODE = "emergency/cannot_speak"
# So sure a message has to say that it is over. Of chats left out of the learning it finds three in
# four ends then, and takes one in twenty of other messages typed in danger for one, most of them
# written to be mistaken (`python -m bot evaluate --ends`).
SURE = 0.55
# The same of somebody else in danger, for that the other has gone may mean that both have; and
# where the rules see danger or a crisis in the words, alone or with the models.
_SURE_OF_OTHERS, _WHATEVER_THE_RULES_SEE, _WHATEVER_ALL_SEE = 0.8, 0.72, 0.9
# Right after it was asked; and there of what looks like a yes, thanks or words of safety.
_SURE_IF_ASKED, _SURE_OF_ANSWER = 0.5, 0.3
_MAY_SAY_ENDED = ("safe_now", "affirm", "thank")
# Where it was believed just before, and is said once more.
_SURE_AGAIN = 0.35
# The same of words of safety: "yes its over" has more of them than "yes its happening".
_MAY_BE_SAFE = 0.1
# So sure one of its thoughts has to say so, where nothing of danger is seen in the whole; and to
# "Is this happening now?", where a no says so too.
_LIKELY, _LIKELY_IF_CALM, _LIKELY_NOT_NOW = 0.6, 0.45, 0.3
# Words: fewer say nothing else.
_MORE = 8
# Words from which on the first message of a chat tells more than that; and how sure it has to be,
# of one in the middle, that it does.
_AT_LENGTH, _SAYS_MORE = 12, 0.5


def is_told(tracker: Tracker) -> bool:
    """Whether the latest message says that the danger is over, or that there never was one."""
    if not tracker.get_slot(EMERGENCY_MODE):
        return conversation.label(tracker) == "safe_now" and not leaves_doubt(tracker)
    is_pressed = conversation.label(tracker) == "safe_now" and not conversation.is_typed(tracker)
    is_yes_to_it = tracker.get_slot(OPEN_QUESTION) in _YES_MAY_END and _is_plain_yes(tracker)
    return is_pressed or is_yes_to_it or _is_read(tracker) or _is_told_in_part(tracker)


def is_likely(tracker: Tracker) -> bool:
    """Whether the message, or a thought of it, says that what is open is over, or never was."""
    is_asked = tracker.get_slot(OPEN_QUESTION) == HAPPENING_NOW
    least = _LIKELY_IF_CALM if conversation.is_surely_calm(tracker) else _LIKELY
    least = _LIKELY_NOT_NOW if is_asked else least
    # "No just sat there" may tell that it goes on.
    is_short = len(conversation.text(tracker).split()) < _MORE
    is_said = conversation.is_typed(tracker) and _score(tracker, labels.OVER_IN_PART) >= least
    return is_said and not (is_short and is_asked)


def is_told_beside(tracker: Tracker) -> bool:
    """Whether a message that asks or tells something else says so, too: it gets its answer."""
    is_open = bool(tracker.get_slot(EMERGENCY_MODE))
    return is_open and is_told(tracker) and bool(asked_beside(tracker))


def asked_beside(tracker: Tracker) -> str | None:
    """The answer (id) that a longer message, which is like none in danger, surely asks for.

    To "Is the danger over?" a doubt is told at length, too: "his car's gone but he often parks
    round the corner".
    """
    if len(conversation.text(tracker).split()) < _MORE or not conversation.is_surely_calm(tracker):
        return None
    found = finding.found(tracker)
    if found is None or not found.is_sure or found.id.startswith(labels.OF_DANGER):
        return None
    return found.id


def is_said_again(tracker: Tracker) -> bool:
    """Whether a yes or no after the end bears it out: "yes its over", "no he's gone"."""
    says = conversation.does(tracker, "says_over", "never_was", "thanks", least=_SURE_AGAIN)
    guesses = {one["name"]: one["confidence"] for one in conversation.guesses(tracker)}
    return (says or guesses.get("safe_now", 0.0) >= _MAY_BE_SAFE) and not _is_seen(tracker)


def is_of_something_else(tracker: Tracker) -> bool:
    """Whether what looks like words of safety asks or tells something else.

    Only where no danger came up, and nothing waits for an answer.
    """
    came_up = tracker.get_slot(EMERGENCY_MODE) or tracker.get_slot(DANGER_SEEN)
    if came_up or tracker.get_slot(OPEN_QUESTION) or not conversation.is_typed(tracker):
        return False
    if not tracker.get_slot(TOPIC) and len(conversation.text(tracker).split()) < _AT_LENGTH:
        return False
    says_more = conversation.does(tracker, "asks", "tells", "corrects", least=_SAYS_MORE)
    return says_more or not conversation.is_sure(tracker, thresholds().safe_despite_signs)


def leaves_doubt(tracker: Tracker) -> bool:
    """True when danger is seen in words of safety, or they do not surely say that it is over."""
    if tracker.get_slot(EMERGENCY_MODE):
        return not is_told(tracker)
    if conversation.is_check_open(tracker) and conversation.is_typed(tracker):
        return _score(tracker, labels.OVER) < _SURE_OF_ANSWER or _is_danger(tracker)
    is_sure = conversation.is_sure(tracker, thresholds().safe_despite_signs)
    return conversation.sees_danger(tracker) and not is_sure


def is_denied(tracker: Tracker) -> bool:
    """Whether a no is the second one, to the 999 reply and to "is it happening, or over?"."""
    is_no = conversation.label(tracker) == "deny" and conversation.is_typed(tracker)
    is_second = tracker.get_slot(OPEN_QUESTION) == NOW_OR_OVER
    return bool(tracker.get_slot(EMERGENCY_MODE)) and is_no and is_second and not _is_seen(tracker)


def says_which(tracker: Tracker) -> str | None:
    """The id of what is said to a mere yes that may be to something else; None where it may not.

    "Is it happening now, or is it over?" - "yes": 999 again, for it may be the former.
    """
    if conversation.label(tracker) != "affirm" or not _is_bare(tracker):
        return None
    asked = tracker.get_slot(OPEN_QUESTION)
    if asked == NOW_OR_OVER:
        return tracker.get_slot(EMERGENCY_REPLY) or conversation.EMERGENCY
    is_plea = yes.is_plea(conversation.text(tracker))
    # Who asks for help in code, as for a pizza, may answer "and you want it now?".
    is_in_code = tracker.get_slot(EMERGENCY_REPLY) == _IN_CODE
    is_unclear = asked == SAFE_NOW_OR_ELSE or is_plea or is_in_code
    return "emergency_yes" if is_unclear else None


def _score(tracker: Tracker, which: str) -> float:
    read = conversation.parse_data(tracker).get(labels.TURN) or {}
    return float(read.get(which, 0.0))


def _is_read(tracker: Tracker) -> bool:
    """Whether the whole message surely says so, and the net takes it for no danger."""
    if finding.of_open_danger(tracker) == labels.POLICE_ARE_THERE:
        return not _is_danger(tracker)
    return _score(tracker, labels.OVER) >= _least(tracker) and not _is_danger(tracker)


def _least(tracker: Tracker) -> float:
    """How surely the latest message has to say that it is over; the most of what holds counts."""
    is_for_others = tracker.get_slot(EMERGENCY_REPLY) in EMERGENCIES_OF_OTHERS
    least = _SURE_OF_OTHERS if is_for_others else 0.0
    if danger.is_either_seen(conversation.text(tracker)):
        is_by_models_too = conversation.needs_check(tracker)
        return max(least, _WHATEVER_ALL_SEE if is_by_models_too else _WHATEVER_THE_RULES_SEE)
    if is_for_others or tracker.get_slot(OPEN_QUESTION) not in _YES_MAY_END:
        return max(least, SURE)
    is_answer = conversation.label(tracker) in _MAY_SAY_ENDED
    is_calm = is_answer and not conversation.needs_check(tracker)
    return _SURE_OF_ANSWER if is_calm else _SURE_IF_ASKED


def _is_told_in_part(tracker: Tracker) -> bool:
    """Whether a thought of a longer message, which asks for something else, says so."""
    is_said = is_likely(tracker) and bool(asked_beside(tracker))
    return is_said and not _is_danger(tracker)


def _is_danger(tracker: Tracker) -> bool:
    """Whether the net answers the message as danger or as a crisis."""
    read = conversation.parse_data(tracker)
    return labels.danger_tier(read) == "emergency" or labels.crisis_tier(read) == "crisis"


def _is_seen(tracker: Tracker) -> bool:
    """Whether the models or the rules see danger or a crisis."""
    is_hinted = labels.crisis_tier(conversation.parse_data(tracker)) != "none"
    text = conversation.text(tracker)
    return is_hinted or conversation.needs_check(tracker) or danger.is_either_seen(text)


def _is_plain_yes(tracker: Tracker) -> bool:
    """True for a sure yes in which the net sees nothing; not for "yes, I can hear him though".

    Nor for "ok", which tells that 999 will be called.
    """
    text = conversation.text(tracker)
    is_yes = conversation.is_yes(tracker) and yes.is_only_yes(text)
    is_sure = conversation.is_sure(tracker, thresholds().safe)
    return is_yes and is_sure and not conversation.needs_check(tracker)


def _is_bare(tracker: Tracker) -> bool:
    """True for a yes without words of safety: it may be to what the person asked themselves."""
    return _score(tracker, labels.OVER) < SURE or yes.is_only_yes(conversation.text(tracker))
