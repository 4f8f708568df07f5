"""Whether the danger is over: what a message tells of an end, and what leaves it open."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import conversation, ended, finding, never_was, yes
from bot.content import labels
from bot.safety import danger
from bot.safety.thresholds import thresholds
from bot.slots import (
    ASKS_IF_SAFE,
    EMERGENCY_MODE,
    EMERGENCY_REPLY,
    HAPPENING_NOW,
    NOW_OR_OVER,
    OPEN_QUESTION,
    SAFE_NOW,
    SAFE_NOW_OR_ELSE,
)

# A yes while one of these is open may end the danger.
_YES_MAY_END = (*ASKS_IF_SAFE, NOW_OR_OVER)
# The 999 reply to who cannot speak freely.
_IN_CODE = "emergency/cannot_speak"
# Words of a no that gives a reason.
_A_REASON = 3
# So sure a turn has to be one that says that it is over; and where the rules see danger in it.
_SURE_OF_THE_END, _WHATEVER_THE_RULES_SEE = 0.8, 0.95
# So sure one of its thoughts has to say so, where nothing of danger is seen in the whole.
_LIKELY, _LIKELY_IF_CALM = 0.5, 0.35
# Words: fewer say nothing else.
_MORE = 8
# Labels of words that may say that the danger is over.
_MAY_SAY_ENDED = ("safe_now", "affirm", "thank")


def is_told(tracker: Tracker) -> bool:
    """Whether the latest message says that the danger is over, or that there never was one.

    `leaves_doubt` comes first: it tells which words of safety are not enough.
    """
    is_yes_to_it = tracker.get_slot(OPEN_QUESTION) in _YES_MAY_END and _is_plain_yes(tracker)
    is_ended = _says_ended(tracker) or is_yes_to_it or _says_never_was(tracker)
    return conversation.label(tracker) == "safe_now" or is_ended or _is_done_with(tracker)


def is_likely(tracker: Tracker) -> bool:
    """Whether the message, or a thought of it, says that what is open is over, or never was."""
    read = conversation.parse_data(tracker).get(labels.TURN) or {}
    is_calm = conversation.is_surely_calm(tracker)
    # "No just sat there" may tell that it goes on.
    is_short = len(conversation.text(tracker).split()) < _MORE
    least = _LIKELY_IF_CALM if is_calm else _LIKELY
    is_told = conversation.is_typed(tracker) and read.get(labels.OVER, 0.0) >= least
    return is_told and not (is_short and tracker.get_slot(OPEN_QUESTION) == HAPPENING_NOW)


def is_told_beside(tracker: Tracker) -> bool:
    """Whether a message that asks or tells something else says so, too: it gets its answer."""
    is_over = is_told(tracker) and not leaves_doubt(tracker)
    return bool(tracker.get_slot(EMERGENCY_MODE)) and is_over and bool(asked_beside(tracker))


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
    text = conversation.text(tracker)
    is_away = never_was.says_not_here(text) and not _is_for_others(tracker)
    is_told = is_away or ended.says_ended(text) or ended.tells_an_end(text)
    is_answer = conversation.label(tracker) in ("affirm", "deny")
    return is_answer and is_told and not ended.denies_end(text) and _sees_nothing(tracker, text)


def leaves_doubt(tracker: Tracker) -> bool:
    """True when the net sees danger in words of safety: "they answered, police are coming".

    While an emergency is open also where the words deny it: "it's NOT over".
    """
    if _is_done_with(tracker):
        return False
    asked = tracker.get_slot(OPEN_QUESTION)
    may_be_seen = conversation.sees_danger(tracker) and asked not in ASKS_IF_SAFE
    if may_be_seen and not conversation.is_sure(tracker, thresholds().safe_despite_signs):
        return True
    text = conversation.text(tracker)
    if not tracker.get_slot(EMERGENCY_MODE):
        return ended.denies_safety(text)
    if ended.denies_end(text):
        return True
    if _leaves_others(tracker, text):
        return True
    if _says_ended(tracker) or _says_never_was(tracker):
        return False
    is_sure = _is_sure(tracker) or (asked in _YES_MAY_END and _is_answer(tracker))
    is_of_others = ended.is_of_others(text) and not _is_for_others(tracker)
    return not is_sure or yes.is_mere_ok(text) or is_of_others


def is_denied(tracker: Tracker) -> bool:
    """Whether a no to the 999 reply has a reason, "no, he's at work", or is the second one.

    To "Is the danger over?" a no means that it is not.
    """
    is_no = conversation.label(tracker) == "deny" and conversation.is_typed(tracker)
    is_asked_if_safe = tracker.get_slot(OPEN_QUESTION) in ASKS_IF_SAFE
    if not (tracker.get_slot(EMERGENCY_MODE) and is_no) or is_asked_if_safe:
        return False
    text = conversation.text(tracker)
    is_second = tracker.get_slot(OPEN_QUESTION) == NOW_OR_OVER
    has_reason = not never_was.is_bare_no(text) and len(text.split()) >= _A_REASON
    return (is_second or has_reason) and not (
        ended.denies_end(text) or conversation.sees_danger(tracker) or _hints_at_crisis(tracker)
    )


def _is_sure(tracker: Tracker) -> bool:
    """Whether a message is surely what it seems: a mere guess at "I am safe now" ends nothing."""
    return conversation.is_sure(tracker, thresholds().safe)


def _is_answer(tracker: Tracker) -> bool:
    """Whether a message that holds no danger is surely a yes in one way or another: "aye, away"."""
    likely = conversation.guesses(tracker)
    share = sum(one["confidence"] for one in likely if one["name"] in _MAY_SAY_ENDED)
    return share >= thresholds().safe and not conversation.needs_check(tracker)


def _is_for_others(tracker: Tracker) -> bool:
    """Whether the emergency that is open is somebody else's, so that their safety ends it."""
    return tracker.get_slot(EMERGENCY_REPLY) in ("emergency/for_someone", "emergency/child_taken")


def _leaves_others(tracker: Tracker, text: str) -> bool:
    """Whether somebody else may be in danger still: whoever threatened them has gone, with them."""
    is_theirs = _is_for_others(tracker) and conversation.is_typed(tracker)
    is_yes = conversation.label(tracker) == "affirm" and yes.is_only_yes(text)
    return is_theirs and not (is_yes or ended.tells_others_end(text))


def _says_ended(tracker: Tracker) -> bool:
    """True for plain words of an end to "Is the danger over?", in which nothing is seen.

    They count where the models are not sure what they are: "yeah they arrested him".
    """
    may_be = tracker.get_slot(OPEN_QUESTION) == SAFE_NOW
    is_said = conversation.label(tracker) in _MAY_SAY_ENDED
    text = conversation.text(tracker)
    is_left = _leaves_others(tracker, text)
    is_said = is_said and ended.says_ended(text) and not is_left
    return may_be and is_said and _sees_nothing(tracker, text)


def _says_never_was(tracker: Tracker) -> bool:
    """True for words that it was a mistake or, after the question, long ago; nothing may be seen.

    Whatever the models make of them: "wrong word lol", "i meant last week".
    """
    text = conversation.text(tracker)
    if not (tracker.get_slot(EMERGENCY_MODE) and conversation.is_typed(tracker)):
        return False
    asked = tracker.get_slot(OPEN_QUESTION)
    # To "Is the danger over?" these are a no.
    is_no = never_was.is_bare_no(text) and asked != NOW_OR_OVER
    is_asked = asked in _YES_MAY_END and not is_no
    is_past = never_was.says_never_was(text) if is_asked else never_was.means_the_past(text)
    if _is_for_others(tracker) and never_was.says_not_here(text):
        return False
    is_said = never_was.says_mistake(text) or is_past
    return is_said and _sees_nothing(tracker, text)


def _is_done_with(tracker: Tracker) -> bool:
    """True where the turn surely says that it is over or never was, and nothing else is seen.

    The models may take for a check what they read by itself: "police here now".
    """
    is_there = finding.of_open_danger(tracker) == labels.POLICE_ARE_THERE
    is_said = conversation.does(tracker, "says_over", "never_was", least=_SURE_OF_THE_END)
    is_likely_said = is_likely(tracker) and bool(asked_beside(tracker))
    is_said = is_said or is_there or is_likely_said
    is_crisis = labels.crisis_tier(conversation.parse_data(tracker)) == "crisis"
    is_hint = _hints_at_crisis(tracker) and not is_likely_said
    if not (tracker.get_slot(EMERGENCY_MODE) and is_said) or is_crisis or is_hint:
        return False
    text = conversation.text(tracker)
    is_seen = labels.danger_tier(conversation.parse_data(tracker)) == "emergency"
    is_surest = conversation.does(tracker, "says_over", "never_was", least=_WHATEVER_THE_RULES_SEE)
    is_open = ended.denies_end(text) or _leaves_others(tracker, text)
    is_surest = is_surest or is_there
    return not (is_open or is_seen) and (is_surest or not danger.is_either_seen(text))


def _sees_nothing(tracker: Tracker, text: str) -> bool:
    """Whether neither the models nor the rules see danger or a crisis."""
    return not (
        _hints_at_crisis(tracker)
        or conversation.needs_check(tracker)
        or danger.is_either_seen(text)
    )


def _hints_at_crisis(tracker: Tracker) -> bool:
    return labels.crisis_tier(conversation.parse_data(tracker)) != "none"


def _is_plain_yes(tracker: Tracker) -> bool:
    """True for a sure yes in which the net sees nothing; not for "yes, I can hear him though".

    Nor for "ok", which tells that 999 will be called; "he has gone" is `affirm` as well.
    """
    text = conversation.text(tracker)
    is_over = conversation.label(tracker) == "affirm" and not _is_bare(tracker)
    is_yes = conversation.is_yes(tracker) and (yes.is_only_yes(text) or is_over)
    if not (is_yes or is_over) or yes.says_otherwise(text) or _leaves_others(tracker, text):
        return False
    is_sure = _is_sure(tracker)
    return is_sure and not conversation.needs_check(tracker)


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


def _is_bare(tracker: Tracker) -> bool:
    """True for a yes without words of safety: it may be to what the person asked themselves."""
    return not conversation.word_features(tracker)["over"]
