"""Which of the register's replies answers the latest message."""

from __future__ import annotations

from collections.abc import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import (
    accused,
    conversation,
    finding,
    handover,
    in_passing,
    leads,
    local_force,
    nation,
    over,
    rating,
    yes,
)
from bot.content import labels
from bot.content.register import get_register
from bot.dialogue import corrections
from bot.dialogue.local_force import REACH
from bot.render_context import NATION_UNTOLD
from bot.safety import control_phrases, rules
from bot.slots import (
    CHECK_UNSURE,
    DANGER_SEEN,
    EMERGENCY_CHECK,
    EMERGENCY_MODE,
    EMERGENCY_REPLY,
    LAST_REPLY,
    NATION,
    OPEN_QUESTION,
    SHOWN,
    TOPIC,
)

SAME_ANSWER = "same_answer"
# So likely an answer has to be there to be given. Of chats left out of the learning those below
# are right in three turns of ten, and one of the three likeliest is in five (0029).
_LIKELY_IF_ASKED, _LIKELY_IF_TELLS = 0.4, 0.5
# What is said rather than asked about: a question back would make light of it.
_NEVER_ASKED_ABOUT = (labels.OF_DANGER, "risk/", "accused/")
# Labels of what people tell without asking.
_ACCOUNTS = ("advice/is_it_stalking", "advice/emotional_support", "advice/ex_partner")
# So likely an answer has to be to be given to a correction that also tells what was meant.
_LIKELY_IF_TOLD = 0.4
# Said to who tells something: "Thank you. Tell me a little more".
GO_ON = "affirm"
# What may ask for an answer that was given before.
_MAY_BE_GIVEN = ("advice/", "reporting/", "nlu_fallback", "out_of_scope")
# What is said to who denies an emergency.
MISREAD_EMERGENCY = "misread_emergency"
ANSWERS = (
    "advice/", "reporting/", "nation/", "orders/", "helplines/", "complaint/", "own_behaviour/",
    "after_report/", "law/", "risk/", "evidence/", "safety/", "deaf/", "police/", "case/", "court/",
    "family/", "tech/", "home/", "work/", "money/", "support/", "feelings/", "chat/", "accused/",
    "scotland/", "ni/", "danger/",
)  # fmt: skip
# What answers these in danger, whatever was asked.
_IN_DANGER = {"deny": "emergency_denied", "not_sure": "emergency_unsure"}
# Replies that say that there is no danger, or not any more.
_AFTER_SAFETY = ("safe_now", conversation.AFTER_CHECK["deny"])
# So sure a message has to say that who had gone is there again; that there never was a danger.
_SURE_OF_RETURN, _LIKELIEST = 0.6, 0.5
# So sure a topic is rather right than an unlikely answer. Fewer to press leave nothing to choose.
_SURE_OF_LABEL, _FEWEST_TO_PRESS = 0.9, 2

# The reply to give, and slots that this message itself decides.
Choice = tuple[str, list[EventType]]


def choose(tracker: Tracker) -> Choice:
    """The reply to give, and slots that this message itself decides: the first decision counts."""
    label = conversation.label(tracker)
    made = (decide(tracker, label) for decide in _DECISIONS)
    return next((choice for choice in made if choice), (label, []))


def by_words(tracker: Tracker) -> Choice | None:
    """What whole messages say that the models take for "say that again", or do not understand."""
    made = (decide(tracker, conversation.label(tracker)) for decide in _BY_WORDS)
    return next((choice for choice in made if choice), None)


def _doubts_safety(tracker: Tracker, label: str) -> Choice | None:
    if label != "safe_now":
        return None
    if over.leaves_doubt(tracker):
        in_danger = tracker.get_slot(EMERGENCY_MODE)
        return "emergency_reminder" if in_danger else EMERGENCY_CHECK, []
    return None


def _comes_back(tracker: Tracker, label: str) -> Choice | None:
    """For "back again" in danger or right after "I am glad you told me", whatever it looks like."""
    is_after = tracker.get_slot(LAST_REPLY) in _AFTER_SAFETY
    is_open = tracker.get_slot(EMERGENCY_MODE) or is_after
    if not (is_open and conversation.is_typed(tracker)):
        return None
    if conversation.does(tracker, "back_again", least=_SURE_OF_RETURN):
        reply_id = tracker.get_slot(EMERGENCY_REPLY) or conversation.EMERGENCY
        return reply_id, [SlotSet(EMERGENCY_MODE, True), SlotSet(DANGER_SEEN, True)]
    is_taken_back = is_after and conversation.does(tracker, "takes_back", "corrects")
    return (CHECK_UNSURE, []) if is_taken_back else None


def _denies_crisis(tracker: Tracker, label: str) -> Choice | None:
    """For "I'm not suicidal" and no more, to the crisis answer."""
    is_denied = leads.is_crisis_denied(tracker)
    is_all = is_denied and not rules.without_denied_crisis(conversation.text(tracker))
    return (leads.MISREAD_CRISIS, []) if is_all else None


def _whom_to_talk_to(tracker: Tracker, label: str) -> Choice | None:
    is_end = tracker.get_slot(EMERGENCY_MODE) and over.is_told(tracker)
    if leads.is_harm_told(tracker) and not is_end:
        return leads.after_harm(tracker), []
    is_due = leads.is_crisis_after_due(tracker)
    return (leads.crisis_after(tracker), []) if is_due else None


def _thanks_of_accused(tracker: Tracker, label: str) -> Choice | None:
    """For thanks or "fine" from somebody accused: no word of what was done to them."""
    is_open = tracker.get_slot(EMERGENCY_MODE) or tracker.get_slot(OPEN_QUESTION)
    reply_id = None if is_open else accused.courtesy(tracker, label)
    return (reply_id, []) if reply_id else None


def _never_in_danger(tracker: Tracker, label: str) -> Choice | None:
    """For what looks like "I'm safe now" where nothing of danger was ever said or asked."""
    if not (label == "safe_now" and over.is_of_something_else(tracker)):
        return None
    found = finding.found(tracker)
    return (found.id if found else GO_ON), []


def _ends_danger(tracker: Tracker, label: str) -> Choice | None:
    if not over.is_told(tracker):
        return None
    if other := over.says_which(tracker):
        return other, []
    if over.is_told_beside(tracker) and (asked := over.asked_beside(tracker)):
        return asked, []
    if finding.of_open_danger(tracker) == labels.POLICE_ARE_THERE:
        return labels.POLICE_ARE_THERE, []
    never_was = label == "deny" or conversation.does(tracker, "never_was", least=_LIKELIEST)
    return MISREAD_EMERGENCY if never_was else "safe_now", [SlotSet(EMERGENCY_MODE, False)]


def _denies_danger(tracker: Tracker, label: str) -> Choice | None:
    """For the second no to the 999 reply."""
    is_over = over.is_denied(tracker)
    return (MISREAD_EMERGENCY, [SlotSet(EMERGENCY_MODE, False)]) if is_over else None


def _of_open_danger(tracker: Tracker, label: str) -> Choice | None:
    """For "they said stay on the line" after the 999 reply."""
    found = finding.of_open_danger(tracker)
    return (found, []) if found else None


def _in_danger(tracker: Tracker, label: str) -> Choice | None:
    is_answer = tracker.get_slot(EMERGENCY_MODE) and label in _IN_DANGER
    return (_IN_DANGER[label], []) if is_answer else None


def _takes_back(tracker: Tracker, label: str) -> Choice | None:
    """For a yes or no right after "I am glad you told me": "no it's not", "yes he is".

    Nothing was asked there, so it is to what was asked before, unless it says once more that it is
    over: "yes its over".
    """
    is_after = tracker.get_slot(LAST_REPLY) in _AFTER_SAFETY
    is_answer = label in ("affirm", "deny", "not_sure") and conversation.is_typed(tracker)
    is_open = tracker.get_slot(OPEN_QUESTION) or tracker.active_loop_name
    is_meant = is_answer and not yes.is_mere_ok(conversation.text(tracker))
    if not (is_after and is_meant and not is_open):
        return None
    return ("safe_now" if over.is_said_again(tracker) else CHECK_UNSURE), []


def _after_check(tracker: Tracker, label: str) -> Choice | None:
    """For the answer to "Is this happening now?".

    "No, he's inside", "I don't want to call" and "ok" are none: what was asked is still open.
    """
    # A yes is the policy's, but for "ok".
    is_answer = label in (*conversation.AFTER_CHECK, "affirm")
    if not (is_answer and conversation.is_check_open(tracker)):
        return None
    text = conversation.text(tracker)
    if over.is_likely(tracker) and leads.sees_nothing(tracker):
        return over.asked_beside(tracker) or conversation.AFTER_CHECK["deny"], []
    is_more = conversation.is_typed(tracker) and not control_phrases.says_not_now(text)
    if conversation.needs_check(tracker) or is_more:
        return conversation.AFTER_CHECK["not_sure"], []
    return conversation.after_check(tracker), []


def _in_passing(tracker: Tracker, label: str) -> Choice | None:
    answer_id = in_passing.answer_to(tracker)
    return (answer_id, []) if answer_id else None


def _accused(tracker: Tracker, label: str) -> Choice | None:
    reply_id = accused.reply_id(tracker, label)
    return (reply_id, []) if reply_id else None


def _local_force(tracker: Tracker, label: str) -> Choice | None:
    """For who says where they are, or whose police is theirs, and nothing else."""
    if finding.is_accused(tracker) or not local_force.is_all_told(tracker, label):
        return None
    # Whoever was asked where they are gets what they had asked about.
    is_asked = tracker.get_slot(LAST_REPLY) in nation.ASKS and nation.bare(tracker)
    return None if is_asked else (REACH, [])


def _nation(tracker: Tracker, label: str) -> Choice | None:
    is_known = tracker.get_slot(NATION) not in (None, NATION_UNTOLD)
    if is_known and not nation.is_named(tracker) and finding.found(tracker):
        return None
    if here := nation.told(tracker, label):
        found = finding.found(tracker) if conversation.does(tracker, "asks") else None
        said = found.id if found and found.is_sure else _topic_there(tracker, here)
        return said, [SlotSet(NATION, here)]
    if nation.is_doubtful(tracker, label):
        return nation.QUESTION, []
    if label == nation.QUESTION and _tells_more_of_it(tracker, label):
        return SAME_ANSWER if nation.is_named(tracker) else nation.ABROAD, []
    if label.startswith("nation/"):
        there = label.removeprefix("nation/")
        return _topic_there(tracker, there), [SlotSet(NATION, there)]
    return None


def _topic_there(tracker: Tracker, here: str) -> str:
    """The last answer as it is in a nation; where it has none there, what to do in it."""
    topic, known = str(tracker.get_slot(TOPIC) or ""), get_register().replies
    return topic if (topic, here) in known and not conversation.asks(tracker) else f"nation/{here}"


def _handover(tracker: Tracker, label: str) -> Choice | None:
    asks_more = tracker.get_slot(OPEN_QUESTION) == conversation.MORE_HANDOVER
    if label.startswith("handover/") or (label == "affirm" and asks_more):
        return handover.OFFER if conversation.context(tracker).handover else "talk_to_person", []
    return None


def _corrects(tracker: Tracker, label: str) -> Choice | None:
    """For "that's not what I asked" and no more: what came near, to press."""
    is_free = not (tracker.get_slot(OPEN_QUESTION) or tracker.get_slot(EMERGENCY_MODE))
    if not (
        is_free
        and tracker.get_slot(LAST_REPLY)
        and conversation.does(tracker, "corrects", least=corrections.SURE)
    ):
        return None
    found = finding.found(tracker)
    # Who says what they meant instead gets that, but no unlikely second guess.
    is_told = len(conversation.text(tracker).split()) >= corrections.SAYS_WHAT
    least = _LIKELY_IF_TOLD if is_told else finding.finding().sure
    return None if found and found.confidence >= least else (conversation.NOT_ASKED, [])


def _was_no_help(tracker: Tracker, label: str) -> Choice | None:
    """For "that was not helpful" in a chat without danger: what came near, and a person."""
    is_free = not tracker.active_loop_name and rating.is_in_peace(tracker)
    if not (is_free and tracker.get_slot(LAST_REPLY) and conversation.is_typed(tracker)):
        return None
    return (rating.NO, []) if control_phrases.says_no_help(conversation.text(tracker)) else None


def _tells_more(tracker: Tracker, label: str) -> Choice | None:
    """For who goes on telling, after an answer, where none comes near what they tell."""
    is_free = not (tracker.get_slot(OPEN_QUESTION) or tracker.active_loop_name)
    if not (is_free and tracker.get_slot(TOPIC) and conversation.does(tracker, "tells")):
        return None
    is_told = label.startswith(_ACCOUNTS) and not finding.found(tracker)
    return (SAME_ANSWER, []) if is_told else None


def _asks_back(tracker: Tracker, label: str) -> Choice | None:
    """For what may mean one of several things, in the middle of a chat: they are to press.

    Not twice in a row: then the likeliest is given.
    """
    is_free = not (tracker.get_slot(OPEN_QUESTION) or tracker.get_slot(EMERGENCY_MODE))
    is_asked_back = tracker.get_slot(LAST_REPLY) in conversation.ASKED_WHICH
    if tracker.active_loop_name or not (is_free and tracker.get_slot(TOPIC)) or is_asked_back:
        return None
    found = finding.found(tracker)
    is_told = conversation.does(tracker, "tells", least=_LIKELIEST)
    least = _LIKELY_IF_TELLS if is_told else _LIKELY_IF_ASKED
    if not found or found.confidence >= least or found.id.startswith(_NEVER_ASKED_ABOUT):
        return None
    if _is_sure_topic(tracker, label) or len(finding.to_press(tracker)) < _FEWEST_TO_PRESS:
        return None
    return conversation.WHICH_NEXT if is_told else conversation.WHICH_ASKED, []


def _found(tracker: Tracker, label: str) -> Choice | None:
    """The answer whose questions are nearest, in the place of the broad one of a topic."""
    found = finding.found(tracker)
    is_unlikely = found is not None and found.confidence < _LIKELY_IF_ASKED
    is_grave = found is not None and found.id.startswith(_NEVER_ASKED_ABOUT)
    if is_unlikely and not is_grave and tracker.get_slot(TOPIC) and _is_sure_topic(tracker, label):
        return None
    return (found.id, []) if found else None


def _is_sure_topic(tracker: Tracker, label: str) -> bool:
    """Whether a message is surely about a topic whose own answer was not given yet."""
    is_new = label not in (tracker.get_slot(SHOWN) or ())
    return is_new and label.startswith(ANSWERS) and conversation.is_sure(tracker, _SURE_OF_LABEL)


def _given_before(tracker: Tracker, label: str) -> Choice | None:
    """For what was answered before, where nothing else comes near: nothing is said twice."""
    is_open = tracker.get_slot(OPEN_QUESTION) or tracker.get_slot(EMERGENCY_MODE)
    if is_open or tracker.active_loop_name or not label.startswith(_MAY_BE_GIVEN):
        return None
    if _is_sure_topic(tracker, label):
        return None
    is_label = conversation.is_typed(tracker) and label in (tracker.get_slot(SHOWN) or ())
    if not (is_label or finding.given_before(tracker)):
        return None
    is_told = conversation.does(tracker, "tells") and not conversation.asks(tracker)
    return SAME_ANSWER if is_told else conversation.ASKED_AGAIN, []


def _courtesy(tracker: Tracker, label: str) -> Choice | None:
    """For "i see" and "one more question", in a chat without danger."""
    return (GO_ON, []) if leads.is_courtesy(tracker) else None


def _same_again(tracker: Tracker, label: str) -> Choice | None:
    return (SAME_ANSWER, []) if _tells_more_of_it(tracker, label) else None


# In this order: danger and a crisis first, then what an open question makes of the message.
_DECISIONS: tuple[Callable[[Tracker, str], Choice | None], ...] = (
    _comes_back,
    _doubts_safety,
    _denies_crisis,
    _whom_to_talk_to,
    _thanks_of_accused,
    _never_in_danger,
    _ends_danger,
    _denies_danger,
    _of_open_danger,
    _in_danger,
    _takes_back,
    _after_check,
    _in_passing,
    _local_force,
    _nation,
    _handover,
    _was_no_help,
    _corrects,
    _tells_more,
    _asks_back,
    _found,
    _given_before,
    _accused,
    _same_again,
)


_BY_WORDS = (
    _comes_back,
    _denies_crisis,
    _ends_danger,
    _of_open_danger,
    _was_no_help,
    _local_force,
    _corrects,
    _asks_back,
    _found,
    _given_before,
    _courtesy,
)


def _tells_more_of_it(tracker: Tracker, label: str) -> bool:
    """True for more of the same: people tell their story in pieces, and one answer fits it all."""
    # For another force the same answer has another page.
    is_typed = conversation.is_typed(tracker) and not local_force.is_new(tracker)
    is_same = label.startswith(ANSWERS) and label == tracker.get_slot(LAST_REPLY)
    return is_typed and is_same and not control_phrases.wants_answer(conversation.text(tracker))
