"""What comes before an answer where there may be danger or a crisis, and how long it stays open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import conversation, over
from bot.content import labels, render
from bot.content.models import Reply
from bot.safety import control_phrases, danger, rules
from bot.safety.patterns import is_whole, shared
from bot.slots import (
    ASKS_IF_SAFE,
    CALM_TURNS,
    CRISIS,
    CRISIS_AFTER,
    CRISIS_CHECK,
    CRISIS_DENIED,
    CRISIS_LINE,
    CRISIS_SEEN,
    DANGER_SEEN,
    EMERGENCY_CHECK,
    EMERGENCY_LINE,
    EMERGENCY_MODE,
    HAPPENING_NOW,
    LAST_REPLY,
    OPEN_QUESTION,
    OPENS,
    SAFE_NOW_OR_ELSE,
)

# The reply after a crisis, to somebody who leaves.
CRISIS_GOODBYE = "crisis_after/goodbye"
# What is said to who denies a crisis.
MISREAD_CRISIS = "misread_crisis"
# Before the answer to what is said while an emergency is open; and all that are lines.
_REMINDER_LINE = "emergency_reminder/line"
_NOT_NOW_LINE = "not_now_line"
_LINES = (EMERGENCY_LINE, CRISIS_LINE, MISREAD_CRISIS, _REMINDER_LINE, _NOT_NOW_LINE)
# What is said to who has done harm already.
HARM_DONE = "crisis_after/harm_done"
_OF_STALKER = "crisis/stalker_threatens"
# After the crisis answer these are answers to it, in words ("yes") or by a button ...
_ANSWERS_TO_CRISIS = ("affirm", "deny", "not_sure", "safe_now")
# ... these ask for it again, ask about it, or are no change of subject either ...
_CRISIS_GOES_ON = ("repeat", "simplify", "follow_up/", "greet", "thank", "goodbye", "insult")
# ... these are about the chat itself, so they are answered, after whom to talk to ...
ABOUT_THE_CHAT = ("bot_challenge", "capabilities", "talk_to_person")
# ... and typed, these may well be: "about 20", "no one can help". So may what is not understood.
_MAYBE_ABOUT_CRISIS = (
    "advice/is_it_stalking",
    "advice/emotional_support",
    "out_of_scope/gibberish",
)
_MAYBE_AFTER_A_HINT = ("advice/emotional_support", "out_of_scope/gibberish", "nlu_fallback")
# Whole messages after a mere hint: "no", "no im fine in that way". "No point" is none.
_NOTHING_LIKE_THAT = re.compile(
    r"(?!.*\bnot (?:really |all |too |so )?(?:ok|okay|fine|good)\b)"
    r"(?:(?:ok|okay|oh|sorry|what|lol) )*"
    rf"(?:{shared()['no']}|(?:no )?(?:nothing|not) like that|(?:im|i am) (?:fine|ok|okay|good)"
    r"|(?:im |i am )?(?:really )?not suicidal)"
    r"(?: (?:no|nothing|not|like|that|in|way|im|i am|am|its|fine|ok|okay|good|thanks|thank you|ta"
    r"|sorry|just|really|at all|or anything|suicidal|honestly|dont worry|about me|none of that))*"
)
# So may so few words that ask nothing, whatever they look like: "too late", "he wants me to".
_FEW_WORDS, _A_LINE = 5, 8
# What closes "Is this happening now?". A question of their own does not: "should I open it?".
_CLOSES_CHECK = ("deny", "check_denied", "safe_now", "delete_chat")
# In few words, right after which a crisis that came up is not over: "nobody cares", "too late".
_MAY_BE_DESPAIR = (
    "deny",
    "not_sure",
    "insult",
    "reporting/withdraw",
    "reporting/past",
    "nlu_fallback",
)
# After a crisis it takes more to believe that somebody speaks of something else.
_SURE_OF_ANOTHER_TOPIC = 0.8
# Whole messages in which models see a hint of anything: "i see", "one more question".
_COURTESY = re.compile(
    r"(?:(?:ok|okay|oh|ah|right|i see|sorry|thanks|thank you|hi|hello|just|got it"
    r"|(?:i have )?(?:one|a) more (?:thing|question)|another question"
    r"|(?:a )?quick question|why not|no worries)(?: |$))+"
)
# Labels of messages that want something said, or that were not understood.
_WANTS_WORDS = (
    "advice/", "reporting/", "nation/", "follow_up/", "repeat", "simplify", "out_of_scope",
    "nlu_fallback", "talk_to_person", "start_four", "delete_chat", "bot_challenge", "capabilities",
)  # fmt: skip
# Labels of messages that go on with something calm, where the net sees nothing in them ...
_GOES_ON = ("advice/", "reporting/", "nation/", "follow_up/", "out_of_scope/off_topic")
# ... and, while no crisis is open, of those that may be as short as they like.
_COURTESIES = ("thank", "goodbye", "greet")
# Questions and courtesies of people in danger: answered like any other, but they show no calm.
_SHOWS_NO_CALM = (
    "advice/silent_call", "advice/when_999", "advice/personal_safety", "advice/home_safety",
    "affirm", *_COURTESIES,
)  # fmt: skip
# This sure of such a label; a question needs less.
_SURE_OF_CALM = 0.6
# From this score on a hint of a crisis is answered by whom to talk to, and stays open.
_A_HINT = 0.12
# The same of a few words that ask nothing: "front door" may be a piece of danger, "Coventry" not.
_SURE_OF_PIECE, _MOST_DANGER_IN_PIECE = 0.8, 0.002
# The calm message in a row with which whatever is open closes.
_CLOSES = 3


def safety_lead(
    tracker: Tracker, where: render.Context, said: str = ""
) -> tuple[list[Reply], list[EventType]]:
    """What must come before any answer: danger first, then a crisis.

    In emergency mode that is one line before the answer to a calm message, and "Is the danger
    over?" before anything else; the third calm message in a row closes what is open.

    Args:
        tracker: the conversation.
        where: the context the replies are looked up for.
        said: the id of the answer; one about a crisis names whom to talk to itself.

    Returns:
        The replies to say first (perhaps none) and the slots that go with them.
    """
    lead, events = crisis_lead(tracker, where, said)
    if said and over.is_told_beside(tracker):
        ended = [SlotSet(EMERGENCY_MODE, False), SlotSet(CALM_TURNS, None)]
        return [conversation.reply(_NOT_NOW_LINE, where), *lead], [*events, *ended]
    turns = _calm_turns(tracker)
    is_led_by_line = is_open(tracker) and is_calm(tracker)
    is_counted = turns != int(tracker.get_slot(CALM_TURNS) or 0)
    counted = [SlotSet(CALM_TURNS, turns)] if is_counted else []
    if tracker.get_slot(EMERGENCY_MODE) and turns >= _CLOSES:
        return lead, [*events, *counted, SlotSet(EMERGENCY_MODE, False)]
    is_seen = labels.danger_tier(conversation.parse_data(tracker)) == "emergency"
    if said == labels.POLICE_ARE_THERE and not is_seen:
        return lead, [*events, *counted, SlotSet(EMERGENCY_MODE, False)]
    if tracker.get_slot(EMERGENCY_MODE) and said.startswith(labels.OF_DANGER):
        return [conversation.reply(_REMINDER_LINE, where), *lead], [*events, *counted]
    if tracker.get_slot(EMERGENCY_MODE) and is_led_by_line:
        return [conversation.reply(EMERGENCY_LINE, where), *lead], [*events, *counted]
    if tracker.get_slot(EMERGENCY_MODE):
        reply_id = "emergency_reminder"
        is_wanting = conversation.label(tracker).startswith(_WANTS_WORDS)
        was_asked = tracker.get_slot(OPEN_QUESTION) in ASKS_IF_SAFE
        # Nor is the next yes clear after one to which nothing had been asked.
        is_stray = conversation.is_yes(tracker) and not was_asked
        is_unclear = is_wanting or conversation.asks(tracker) or is_stray
        asked = SAFE_NOW_OR_ELSE if is_unclear else OPENS[reply_id]
    elif _is_faint(tracker) and not is_check_left_open(tracker):
        return [conversation.without_offers(EMERGENCY_LINE, where), *lead], [*events, *counted]
    elif _needs_check(tracker) or _is_check_asked_again(tracker, bool(lead)):
        reply_id, asked = EMERGENCY_CHECK, OPENS[EMERGENCY_CHECK]
    elif said and is_check_left_open(tracker) and _is_short_question(tracker):
        # "Should I open it?" may be about what is happening.
        return [conversation.without_offers(EMERGENCY_LINE, where), *lead], [*events, *counted]
    else:
        return lead, [*events, *counted]
    first = conversation.reply(reply_id, where)
    return [first, *lead], [SlotSet(OPEN_QUESTION, asked), SlotSet(DANGER_SEEN, True), *counted]


def _needs_check(tracker: Tracker) -> bool:
    """Whether it is asked if danger is happening now; not of who has just said that it is not."""
    is_denied = over.is_likely(tracker) and sees_nothing(tracker)
    return conversation.needs_check(tracker) and not is_denied


def sees_nothing(tracker: Tracker) -> bool:
    """Whether at most a trace of danger is seen in a message, or it is like none in danger."""
    return not conversation.sees_danger(tracker) or conversation.is_surely_calm(tracker)


def _is_short_question(tracker: Tracker) -> bool:
    is_short = len(conversation.text(tracker).split()) < _FEW_WORDS
    return is_short and conversation.asks(tracker) and conversation.is_typed(tracker)


def _is_faint(tracker: Tracker) -> bool:
    """Whether there is a mere trace of danger: it gets one line, and no question."""
    is_trace = not conversation.sees_danger(tracker) or conversation.is_surely_calm(tracker)
    is_emergency = labels.danger_tier(conversation.parse_data(tracker)) == "emergency"
    return conversation.needs_check(tracker) and is_trace and not is_emergency


def _is_check_asked_again(tracker: Tracker, is_led: bool) -> bool:
    """Whether "Is this happening now?" stands first again: a courtesy is no answer to it."""
    is_courtesy = conversation.label(tracker) in _COURTESIES
    return is_check_left_open(tracker) and (is_led or is_courtesy)


def crisis_lead(
    tracker: Tracker, where: render.Context, said: str = ""
) -> tuple[list[Reply], list[EventType]]:
    """What must be said where a life may be at risk; arguments and result as of `safety_lead`."""
    if is_crisis_denied(tracker):
        sorry = [] if said == MISREAD_CRISIS else [conversation.reply(MISREAD_CRISIS, where)]
        events = [SlotSet(CRISIS_SEEN, False), SlotSet(CRISIS_DENIED, True)]
        return sorry, [*events, SlotSet(OPEN_QUESTION, _left_open(tracker))]
    is_seen = _tier(tracker) != "none" and not is_courtesy(tracker)
    if is_seen and _is_faint_crisis(tracker):
        left = SlotSet(OPEN_QUESTION, _left_open(tracker))
        return [conversation.reply(CRISIS_LINE, where)], [left]
    is_over = _calm_turns(tracker) >= _CLOSES
    if not (is_seen or (is_still_crisis(tracker) and not is_over) or _may_be_despair(tracker)):
        return [], [SlotSet(OPEN_QUESTION, _left_open(tracker))]
    is_answered = CRISIS_AFTER in (labels.top_level(said), tracker.get_slot(OPEN_QUESTION))
    events = [SlotSet(OPEN_QUESTION, CRISIS_AFTER if is_answered else CRISIS)]
    if labels.top_level(said) in (CRISIS, CRISIS_AFTER):
        return [], events
    return [conversation.reply(CRISIS_CHECK, where)], [*events, SlotSet(DANGER_SEEN, True)]


def _is_faint_crisis(tracker: Tracker) -> bool:
    """Whether there is a mere hint of a crisis, and none came up before."""
    _, score = labels.scores(conversation.parse_data(tracker))
    came_up = tracker.get_slot(CRISIS_SEEN) or conversation.is_crisis_open(tracker)
    is_seen = danger.is_crisis_seen(conversation.text(tracker))
    is_mere = score < _A_HINT or conversation.is_like_no_crisis(tracker)
    return _tier(tracker) == "check" and is_mere and not (came_up or is_seen)


def still_open(tracker: Tracker, where: render.Context) -> tuple[list[Reply], list[EventType]]:
    """What was open before the latest message, said or asked again, and the slot that keeps it so.

    For where nothing else leads. Nothing where neither a crisis nor a check is open.
    """
    if conversation.is_crisis_open(tracker):
        again = CRISIS_CHECK
    elif conversation.is_check_open(tracker):
        again = EMERGENCY_CHECK
    else:
        return [], []
    return [conversation.reply(again, where)], [
        SlotSet(OPEN_QUESTION, tracker.get_slot(OPEN_QUESTION))
    ]


def check_offers(tracker: Tracker, where: render.Context) -> Sequence[str]:
    """The buttons of "Is this happening now?" while that is open: they stay in view."""
    is_open = conversation.is_check_open(tracker)
    return conversation.reply(EMERGENCY_CHECK, where).offers if is_open else ()


def are_lines(lead: Sequence[Reply]) -> bool:
    """Whether what leads is a line and no answer in itself, so that an answer must follow it."""
    return bool(lead) and all(one.id in _LINES for one in lead)


def is_open(tracker: Tracker) -> bool:
    """Whether an emergency or a crisis is open."""
    return bool(tracker.get_slot(EMERGENCY_MODE)) or conversation.is_crisis_open(tracker)


def is_calm(tracker: Tracker) -> bool:
    """Whether a message goes on with something calm: no piece of danger, and no hint of a crisis.

    A few words that ask nothing may be such a piece: "front door", "too late".
    """
    if conversation.sees_danger(tracker) or _tier(tracker) != "none":
        return False
    is_long = len(conversation.text(tracker).split()) > _A_LINE
    is_asked = tracker.get_slot(OPEN_QUESTION) in ASKS_IF_SAFE
    is_free = is_long and not (is_asked or conversation.is_crisis_open(tracker))
    if is_free and conversation.is_surely_calm(tracker):
        return True
    label, asks = conversation.label(tracker), conversation.asks(tracker)
    is_ok = label == "affirm" and tracker.get_slot(CALM_TURNS) and not conversation.is_yes(tracker)
    is_short = label in ABOUT_THE_CHAT or is_ok or (label in _COURTESIES and not asks)
    if is_short and conversation.is_crisis_open(tracker):
        return False
    is_asked = asks and label == "nlu_fallback"
    if not (is_short or is_asked or label.startswith(_GOES_ON)):
        return False
    if asks or is_short or not conversation.is_typed(tracker):
        return True
    score, _ = labels.scores(conversation.parse_data(tracker))
    if _is_said_in_few_words(tracker):
        if conversation.is_crisis_open(tracker):
            return False
        is_sure = conversation.is_sure(tracker, _SURE_OF_PIECE)
        return is_sure and score <= _MOST_DANGER_IN_PIECE
    return conversation.is_sure(tracker, _SURE_OF_CALM)


def _calm_turns(tracker: Tracker) -> int:
    """How many calm messages in a row this is while something is open; 0 where it is not calm."""
    if not (is_open(tracker) and is_calm(tracker)):
        return 0
    before, label = int(tracker.get_slot(CALM_TURNS) or 0), conversation.label(tracker)
    # "What does it cost?" is of the line that was just named.
    is_of_crisis = conversation.is_crisis_open(tracker) and label.startswith("follow_up/")
    return before + (label not in _SHOWS_NO_CALM and not is_of_crisis)


def _tier(tracker: Tracker) -> str:
    """What the net said of a crisis; after it was denied, a hint is none."""
    tier = labels.crisis_tier(conversation.parse_data(tracker))
    if tier != "check":
        return tier
    _, score = labels.scores(conversation.parse_data(tracker))
    text = conversation.text(tracker)
    left = rules.without_denied_crisis(text)
    is_denied = left != text and (not left or score < _A_HINT)
    return "none" if is_denied or tracker.get_slot(CRISIS_DENIED) else tier


def is_crisis_denied(tracker: Tracker) -> bool:
    """Whether a message denies a crisis that came up, and tells of none in its other words."""
    came_up = tracker.get_slot(CRISIS_SEEN) or tracker.get_slot(OPEN_QUESTION) in (
        CRISIS,
        CRISIS_AFTER,
    )
    text = conversation.text(tracker)
    tier = labels.crisis_tier(conversation.parse_data(tracker))
    if tier == CRISIS or not came_up:
        return False
    is_said = rules.without_denied_crisis(text) != text
    return is_said or (tier == "none" and conversation.does(tracker, "corrects", "never_was"))


def is_courtesy(tracker: Tracker) -> bool:
    """Whether the message is a courtesy and no more, in a chat without any danger or crisis."""
    is_calm = not (tracker.get_slot(DANGER_SEEN) or tracker.get_slot(CRISIS_SEEN))
    text = conversation.text(tracker)
    # "Sorry?" asks for it again.
    is_told = is_calm and not conversation.needs_check(tracker) and not text.endswith("?")
    return is_told and is_whole(_COURTESY, text)


def _left_open(tracker: Tracker) -> str | None:
    """What stays open where nothing leads: a check until it is answered, then a crisis."""
    if is_check_left_open(tracker):
        return HAPPENING_NOW
    is_closed = conversation.is_check_open(tracker)
    return CRISIS_AFTER if is_closed and tracker.get_slot(CRISIS_SEEN) else None


def is_check_left_open(tracker: Tracker) -> bool:
    """Whether "Is this happening now?" is open, and the latest message does not close it."""
    is_said = over.is_likely(tracker) and sees_nothing(tracker)
    is_closed = (
        is_said
        or conversation.label(tracker) in _CLOSES_CHECK
        or (
            conversation.label(tracker) == "affirm"
            and control_phrases.says_not_now(conversation.text(tracker))
        )
    )
    return conversation.is_check_open(tracker) and not is_closed


def is_still_crisis(tracker: Tracker) -> bool:
    """Whether the message after a crisis answer may be about the crisis, and not a new topic."""
    if not conversation.is_crisis_open(tracker):
        return False
    if conversation.label(tracker) == "safe_now" and tracker.get_slot(EMERGENCY_MODE):
        # Of both, where it is sure.
        return not conversation.is_sure(tracker, _SURE_OF_ANOTHER_TOPIC)
    if is_crisis_denied(tracker):
        return False
    if not tracker.get_slot(CRISIS_SEEN) and conversation.asks(tracker):
        return False  # only a hint came before, and this is a question of its own
    if _denies_a_hint(tracker):
        return False
    if conversation.label(tracker) in _ANSWERS_TO_CRISIS:
        # In a form it is the form's question that they answer.
        return not tracker.active_loop_name
    if conversation.label(tracker).startswith((*_CRISIS_GOES_ON, *ABOUT_THE_CHAT)):
        return True
    if not conversation.is_typed(tracker):
        return False
    if not _is_more_than_a_hint(tracker):
        # "19" and "my cousin shows her picture round" are answered as what they are.
        return conversation.label(tracker) in _MAYBE_AFTER_A_HINT
    return (
        conversation.label(tracker) in _MAYBE_ABOUT_CRISIS
        or not conversation.is_sure(tracker, _SURE_OF_ANOTHER_TOPIC)
        or _is_said_in_few_words(tracker)
    )


def _denies_a_hint(tracker: Tracker) -> bool:
    """Whether a whole message says that there is nothing, after a mere hint."""
    is_said = is_whole(_NOTHING_LIKE_THAT, conversation.text(tracker))
    return is_said and not _is_more_than_a_hint(tracker)


def _is_more_than_a_hint(tracker: Tracker) -> bool:
    """Whether the crisis answer was given, or this message hints at one too."""
    return bool(tracker.get_slot(CRISIS_SEEN)) or _tier(tracker) != "none"


def is_harm_told(tracker: Tracker) -> bool:
    """Whether a few words tell more of harm that was done, after whom to talk to was said.

    "30" after "I took paracetamol": 999 comes first again.
    """
    is_open = conversation.is_crisis_open(tracker) and _is_more_than_a_hint(tracker)
    is_more = conversation.is_typed(tracker) and _is_said_in_few_words(tracker, _A_LINE)
    return bool(is_open and is_more and rules.tells_more_of_harm(conversation.text(tracker)))


def after_harm(tracker: Tracker) -> str:
    """The id of what is said then: 999 at once where somebody told what they have done.

    A number alone may be an age, and who stalks may only say it: then what was said stands.
    """
    last = str(tracker.get_slot(LAST_REPLY) or "")
    if last == _OF_STALKER:
        return last
    is_done = last == HARM_DONE or rules.tells_harm_done(conversation.text(tracker))
    return HARM_DONE if is_done else CRISIS


def _is_said_in_few_words(tracker: Tracker, most: int = _FEW_WORDS) -> bool:
    """Whether the message is short and asks nothing."""
    is_short = len(conversation.text(tracker).split()) <= most
    return is_short and not conversation.asks(tracker)


def _may_be_despair(tracker: Tracker) -> bool:
    """Whether a crisis came up, and a few words may be about it still, whatever came between."""
    is_free = not (tracker.active_loop_name or conversation.is_check_open(tracker))
    is_like_it = conversation.label(tracker) in _MAY_BE_DESPAIR and conversation.is_typed(tracker)
    return (
        bool(tracker.get_slot(CRISIS_SEEN))
        and is_free
        and is_like_it
        and _is_said_in_few_words(tracker)
    )


def is_crisis_after_due(tracker: Tracker) -> bool:
    """Whether whom to talk to is said in the place of an answer: once, and to who leaves."""
    if conversation.label(tracker) == "goodbye":
        return bool(tracker.get_slot(CRISIS_SEEN)) or is_still_crisis(tracker)
    is_about_the_chat = conversation.label(tracker) in ABOUT_THE_CHAT
    is_first = tracker.get_slot(OPEN_QUESTION) == CRISIS and not is_about_the_chat
    return is_first and is_still_crisis(tracker) and not is_calm(tracker)


def crisis_after(tracker: Tracker) -> str:
    """The id of what is said then."""
    return CRISIS_GOODBYE if conversation.label(tracker) == "goodbye" else CRISIS_AFTER
