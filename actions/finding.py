"""Which answers the answer finder found for the latest message, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import conversation, nation
from bot.content import labels
from bot.content.answers import answers
from bot.content.register import get_register
from bot.content.render import MORE
from bot.dialogue import case, corrections, state
from bot.nlu.finding import finding
from bot.slots import (
    EMERGENCY_MODE,
    HEARD,
    LAST_REPLY,
    NATION,
    NEAR,
    OPEN_QUESTION,
    SHOWN,
    TOPIC,
    WHO,
)

# The most answers named beside the likeliest, as questions to press.
_MOST_NAMED = 2
# The same for who says that an answer was not what they had asked.
_MOST_INSTEAD = 3
# From this confidence on a message is surely off topic, or surely an answer to the bot; and so sure
# an answer has to be to be given to it all the same.
_SURE_OF_ANOTHER, _VERY_SURE = 0.8, 0.9
# Answers for who stalks, or is said to; and how likely a message about that has to be.
_OF_ACCUSED, _OWN_BEHAVIOUR = labels.OF_ACCUSED, "advice/own_behaviour"
_MAY_BE_ACCUSED = 0.2
# So sure such an answer is meant, whatever else the message sounds like.
_SURELY_FOR_ACCUSED = 0.8
# Answers for who is in danger now.
_IN_DANGER = (labels.OF_DANGER, "advice/silent_call", "deaf/text_999", "safety/followed")
# What who is accused may be told as well.
_OF_ANYBODY = ("chat/",)
# A less likely answer is none.
_LEAST_LIKELY = 0.1
# So sure a message that sounds as if the police were there has to say that it is over.
_POLICE_ARE_THERE = 0.45
# Words: fewer are an answer to the bot, whatever they are like.
_LEAST_WORDS = 4
# How much likelier what is for people in danger is while they are.
_FOR_THEM = 3.0
# How much likelier what is for others is, where it is not known who speaks, and where it is.
_FOR_OTHERS, _FOR_OTHERS_IF_KNOWN = 0.3, 0.1
# How much likelier what is for helpers, children and so on is, for those who told they are that.
_FOR_THEM_IF_KNOWN = 6.0
# The same of what would bring up once more what there is in the person's nation.
_SAID_BEFORE = 0.03
# How much further away what comes nearest may be for who asks or tells, and is so sure to.
_FURTHER, _SAYS_MORE = 3.0, 0.5
# Said to who says that the last answer was none to what they asked.
_MISREAD = (conversation.NOT_ASKED, "chat/not_what_i_asked", "feelings/chat_not_listening")
# So sure somebody asks for that very topic.
_SURE_OF_TOPIC = 0.9
# How it is remembered that nothing is left behind "More" of an answer.
MORE_OF = "more:{}"
# The same of the opening of an answer; and what hears by itself.
OPENED_BY = "opened:{}"
_HEARS = ("feelings/", "chat/", "advice/emotional_support", "danger/")
# So many answers are remembered as shown.
_MOST_SHOWN = 30
# What a message that asks for an answer is taken for.
_ASKS = ("advice/", "reporting/", "follow_up/", "nlu_fallback", "capabilities")
# What it may be taken for by mistake, if that is not sure.
_MAY_ASK = (
    "out_of_scope", "affirm", "deny", "not_sure", "safe_now", "other_language",
    "insult",
)  # fmt: skip


# What it may be taken for where it tells more than that, from so many words on.
_MAY_ASK_AT_LENGTH, _AT_LENGTH = ("talk_to_person",), 8
# So sure a label has to be to count against an answer in the middle of a chat, and so likely the
# answer to be given there to who asks.
_SURE_OF_LABEL, _ENOUGH_IF_ASKED = 0.5, 0.3


class Found(NamedTuple):
    """What was found.

    Attributes:
        id: of the likeliest answer.
        others: of those that may be meant too, the likeliest first.
        is_sure: whether the first is clearly the nearest.
        confidence: how likely the first is meant, from 0 to 1.
    """

    id: str
    others: tuple[str, ...]
    is_sure: bool
    confidence: float


def found(tracker: Tracker) -> Found | None:
    """The answers that a typed message asks for; None where none of their questions is near."""
    near = _near(tracker)
    if not near or near[0]["confidence"] < _LEAST_LIKELY:
        return None
    first, *others = near
    likely = float(first["confidence"])
    return Found(first["id"], _named(others), likely >= finding().sure, likely)


def of_open_danger(tracker: Tracker) -> str | None:
    """The answer to what is said while an emergency is open, where one is clearly meant."""
    if not (tracker.get_slot(EMERGENCY_MODE) and conversation.is_typed(tracker)):
        return None
    read = conversation.parse_data(tracker)
    is_for_others = case.is_for_others(read, tracker.current_slot_values())
    found = labels.of_open_danger(read, is_for_others=is_for_others)
    over = (read.get(labels.TURN) or {}).get(labels.OVER, 1.0)
    # "Everything is fine, officer" may be said for who stands beside.
    is_doubtful = found == labels.POLICE_ARE_THERE and over < _POLICE_ARE_THERE
    return None if is_doubtful else found


def likeliest(tracker: Tracker) -> tuple[str, ...]:
    """The answers that are likeliest meant by a message that was not understood, to press."""
    if not conversation.is_typed(tracker):
        return ()
    return _named([one for one in _ranking(tracker) if not is_refused(tracker, one["id"])])


def instead(tracker: Tracker) -> tuple[str, ...]:
    """The answers to press for who says that the last one was not what they had asked."""
    near = [one for one in tracker.get_slot(NEAR) or () if not is_refused(tracker, one)]
    others = [one for one in (*likeliest(tracker), *near) if not is_misread(one)]
    return tuple(dict.fromkeys(others))[:_MOST_INSTEAD]


def is_misread(reply_id: str) -> bool:
    """Whether a reply is to who says that the last one was none to what they asked."""
    return reply_id in _MISREAD


def opening(tracker: Tracker, said_id: str) -> str | None:
    """The answer (id) whose opening shows, before another answer, that what was told was heard."""
    shown = tracker.get_slot(SHOWN) or []
    if said_id.startswith(_HEARS) or not conversation.is_typed(tracker) or is_accused(tracker):
        return None
    near = [one for one in _ranking(tracker) if one["confidence"] >= finding().named]
    heard = [one["id"] for one in near if one["id"] != said_id and one["id"] in _openings()]
    return next((one for one in heard if OPENED_BY.format(one) not in shown), None)


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    register = get_register()
    return frozenset(
        reply_id
        for (reply_id, nation), reply in register.replies.items()
        if reply.opening and (reply_id, nation) not in register.held_back
    )


def beside(tracker: Tracker, said_id: str) -> tuple[str, ...]:
    """The answers that may be meant besides the one that is given, to press."""
    return _named([one for one in _near(tracker) if one["id"] != said_id])


def several(tracker: Tracker, said_id: str) -> tuple[str, ...]:
    """The answers to the questions of a message that asks several, in their order.

    Args:
        tracker: the conversation.
        said_id: the likeliest answer to the whole message; where it is none of them, they are
            taken for parts of one question.
    """
    read = conversation.parse_data(tracker).get(labels.ANSWERS) or {}
    asked: Sequence[str] = read.get("several", ())
    if said_id not in asked or not conversation.is_typed(tracker):
        return ()
    shown, there = tracker.get_slot(SHOWN) or [], conversation.context(tracker).nation
    fitting = [
        one
        for one in asked
        if one not in shown
        and _is_for(tracker, one, confidence=1.0)
        # Nobody is in danger here; and what another nation's law says is no second answer.
        and not one.startswith(labels.OF_DANGER)
        and get_register().reply(one, there).id == one
    ]
    return tuple(one for one in asked if one == said_id or one in fitting)


def _named(near: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    likely = [one["id"] for one in near if one["confidence"] >= finding().named]
    return tuple([one for one in likely if has_button(one)][:_MOST_NAMED])


def _near(tracker: Tracker) -> Sequence[Mapping[str, Any]]:
    """The answers whose questions come near and that are for who speaks, the likeliest first."""
    read = conversation.parse_data(tracker).get(labels.ANSWERS)
    if not (read and conversation.is_typed(tracker)):
        return []
    if _tells_where(tracker) and not _is_very_sure(read):
        return []
    # A short question leans on the last answer, however far it lies from others by itself.
    is_short = conversation.label(tracker).startswith("follow_up/")
    leans = is_short and tracker.get_slot(TOPIC)
    if is_short and not leans:
        return []
    is_near = leans or read["nearness"] >= finding().near
    if not is_near and (read["nearness"] < finding().near - _FURTHER or not _goes_on(tracker)):
        return []
    fitting = _weighed(tracker, _ranking(tracker))
    if not (fitting and _may_ask(tracker, fitting[0]["confidence"])):
        return []
    return fitting if is_near or fitting[0]["confidence"] >= finding().sure else []


def _is_very_sure(read: Mapping[str, Any]) -> bool:
    return bool(read["ranking"]) and read["ranking"][0]["confidence"] >= _VERY_SURE


def _goes_on(tracker: Tracker) -> bool:
    """Whether somebody asks or tells something: then what comes nearest may lie further away.

    Where something is open, they may speak of that: "should i open it".
    """
    is_free = not (tracker.get_slot(OPEN_QUESTION) or tracker.get_slot(EMERGENCY_MODE))
    return is_free and conversation.does(tracker, "asks", "tells", "corrects", least=_SAYS_MORE)


def _ranking(tracker: Tracker) -> Sequence[Mapping[str, Any]]:
    """The answers in question for who speaks, the likeliest first."""
    read = conversation.parse_data(tracker).get(labels.ANSWERS) or {}
    ranking: Sequence[Mapping[str, Any]] = read.get("ranking", ())
    if not is_accused(tracker):
        return ranking
    of_anybody = [one for one in ranking if one["id"].startswith(_OF_ANYBODY)]
    left = 1.0 - sum(one["confidence"] for one in of_anybody)
    for_them = read.get("for_accused", ranking)
    both = [*of_anybody, *({**one, "confidence": one["confidence"] * left} for one in for_them)]
    return sorted(both, key=lambda one: -float(one["confidence"]))


def _weighed(tracker: Tracker, ranking: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that may be given now, with what is known of the case weighed in."""
    weighed, whole = [], 0.0
    for one in ranking:
        is_for_them = _is_for(tracker, one["id"], one["confidence"])
        if is_for_them and not _was_given(tracker, one["id"], one["confidence"]):
            one = {**one, "confidence": one["confidence"] * _weight(tracker, one["id"])}
            weighed.append(one)
        whole += one["confidence"]
    share = sum(one["confidence"] for one in ranking) / (whole or 1.0)
    may_be = [{**one, "confidence": one["confidence"] * share} for one in weighed]
    return sorted(may_be, key=lambda one: -one["confidence"])


def _weight(tracker: Tracker, answer_id: str) -> float:
    """How much likelier an answer is for this person: for who speaks, and where they are."""
    weight, who, nation_told = 1.0, said_to_be(tracker), tracker.get_slot(NATION)
    if for_whom := _for_whom().get(answer_id):
        is_known = tracker.get_slot(WHO) or WHO in conversation.told(tracker)
        # What is for nobody in particular is for who is stalked as well.
        for_them = 1.0 if who == "self" else _FOR_THEM_IF_KNOWN
        for_others = _FOR_OTHERS_IF_KNOWN if is_known else _FOR_OTHERS
        weight *= for_them if who in for_whom else for_others
    is_in_danger = bool(tracker.get_slot(EMERGENCY_MODE))
    if answer_id.startswith(_IN_DANGER) and is_in_danger:
        weight *= _FOR_THEM
    if answer_id.startswith(labels.OF_DANGER) and not is_in_danger:
        weight *= _FOR_OTHERS
    there = get_register().reply(answer_id, nation_told).id if nation_told else answer_id
    if there == answer_id:
        return weight
    # What stands in for it is said once.
    is_said = there in (tracker.get_slot(LAST_REPLY), *(tracker.get_slot(SHOWN) or ()))
    return weight * (_SAID_BEFORE if is_said else _FOR_OTHERS)


def said_to_be(tracker: Tracker) -> str:
    """Who speaks, by what they told now or before; "self" where they did not tell."""
    told = conversation.told(tracker)
    return str(told.get(WHO) or tracker.get_slot(WHO) or "self")


@lru_cache(maxsize=1)
def _for_whom() -> dict[str, tuple[str, ...]]:
    return {one: reply.for_whom for (one, _), reply in get_register().replies.items()}


def _was_given(tracker: Tracker, answer_id: str, confidence: float) -> bool:
    """Whether an answer was given before: who types on has not got what they meant.

    Who very surely asks for it once more gets what is left of it, or it again.
    """
    if is_refused(tracker, answer_id):
        return True
    if answer_id not in (tracker.get_slot(TOPIC), *(tracker.get_slot(SHOWN) or ())):
        return False
    is_asked = conversation.label(tracker) == answer_id
    is_asked = is_asked and conversation.is_sure(tracker, _SURE_OF_TOPIC)
    return is_corrected(tracker) or not (is_asked or confidence >= _VERY_SURE)


def has_more_left(tracker: Tracker, answer_id: str) -> bool:
    """Whether an answer that was given has a part behind "More" that was not shown yet."""
    where = conversation.context(tracker)
    shown = tracker.get_slot(SHOWN) or []
    is_left = answer_id in shown and MORE_OF.format(answer_id) not in shown
    return is_left and bool(get_register().reply(answer_id, where.nation).more)


def given_before(tracker: Tracker) -> str | None:
    """The answer that a typed message surely asks for, where it was given before."""
    if not conversation.is_typed(tracker):
        return None
    ranking = [one for one in _ranking(tracker) if not is_refused(tracker, one["id"])]
    first = next(iter(ranking), None)
    is_sure = first is not None and first["confidence"] >= finding().sure
    if not first or not is_sure or first["id"] not in (tracker.get_slot(SHOWN) or ()):
        return None
    return str(first["id"])


def to_press(tracker: Tracker) -> tuple[str, ...]:
    """The answers that a message may ask for, the likeliest first, where none is likely enough."""
    likely = [one["id"] for one in _near(tracker) if one["confidence"] >= finding().named]
    return tuple([one for one in likely if has_button(one)][:_MOST_INSTEAD])


def again(tracker: Tracker) -> tuple[str, ...]:
    """To press, for who asks once more: the rest of that answer, or it; and what else is meant."""
    given, last = given_before(tracker), tracker.get_slot(TOPIC)
    nation_told = conversation.context(tracker).nation
    rest = [MORE] if given and get_register().reply(given, nation_told).more else []
    first = rest if given == last else [given] if given and has_button(given) else []
    return tuple(dict.fromkeys([*first, *(one for one in instead(tracker) if one != last)]))


def is_refused(tracker: Tracker, answer_id: str) -> bool:
    """Whether the person says, now or before, that an answer was not what they had asked."""
    is_last = answer_id == tracker.get_slot(TOPIC)
    return (is_last and is_corrected(tracker)) or state.is_refused(
        tracker.current_slot_values(), answer_id
    )


def remembered_around(tracker: Tracker, said_id: str, also: Sequence[str] = ()) -> list[EventType]:
    """The slot that tells later, where no answer was found, what was refused and what was said.

    Args:
        tracker: the conversation.
        said_id: the reply given now.
        also: what else was said that is said once.
    """
    shown = [*(tracker.get_slot(SHOWN) or ())]
    new = [*_refused_now(tracker, said_id), *also]
    return [SlotSet(SHOWN, [*shown, *new][-_MOST_SHOWN:])] if new else []


def _refused_now(tracker: Tracker, said_id: str) -> list[str]:
    topic = tracker.get_slot(TOPIC)
    is_now = is_misread(said_id) or is_corrected(tracker)
    is_new = (
        topic and topic != said_id and not state.is_refused(tracker.current_slot_values(), topic)
    )
    return [state.REFUSED.format(topic)] if is_now and is_new else []


def is_corrected(tracker: Tracker) -> bool:
    """Whether the person says that the answer before was to something else."""
    was_answered = tracker.get_slot(LAST_REPLY) not in conversation.ASKED_WHICH
    is_after = was_answered and bool(tracker.get_slot(TOPIC))
    return is_after and conversation.does(tracker, "corrects", least=corrections.SURE)


def _tells_where(tracker: Tracker) -> bool:
    """Whether a message tells where the person is, to whom reporting is explained there."""
    is_of_places = conversation.label(tracker) in (nation.QUESTION, "reporting/how")
    return is_of_places and nation.stated(tracker) is not None


def _is_for(tracker: Tracker, answer_id: str, confidence: float) -> bool:
    """Whether an answer is for who speaks, and for where they are.

    Those for people who stalk are for nobody else, and such people get no others that comfort or
    protect. What there is in one nation alone is for who is there or names it.
    """
    if is_accused(tracker):
        return answer_id.startswith((*_OF_ACCUSED, *_OF_ANYBODY))
    if answer_id.startswith(_OF_ACCUSED):
        roles = (conversation.told(tracker).get(HEARD) or {}).get("roles", {})
        may_be = roles.get("accused", 1.0) >= _MAY_BE_ACCUSED
        return (confidence >= _SURELY_FOR_ACCUSED and may_be) or any(
            one["name"] == _OWN_BEHAVIOUR and one["confidence"] >= _MAY_BE_ACCUSED
            for one in conversation.guesses(tracker)
        )
    nations = nations_of(answer_id)
    is_everywhere = "uk" in nations or "england_wales" in nations
    is_there = tracker.get_slot(NATION) in nations or nation.stated(tracker) in nations
    return is_everywhere or is_there or bool(nation.named(tracker) & {*nations})


def is_accused(tracker: Tracker) -> bool:
    """Whether who speaks is said to stalk, by what they told now or before."""
    told = conversation.told(tracker).get(WHO) or tracker.get_slot(WHO)
    is_topic = str(tracker.get_slot(TOPIC) or "").startswith((*_OF_ACCUSED, _OWN_BEHAVIOUR))
    return told == "accused" or (is_topic and not told)


def nations_of(answer_id: str) -> tuple[str, ...]:
    """Where an answer is given; of other replies "uk"."""
    return _nations().get(answer_id, ("uk",))


@lru_cache(maxsize=1)
def _nations() -> dict[str, tuple[str, ...]]:
    return {one.id: one.nations for one in answers(get_register())}


def _may_ask(tracker: Tracker, confidence: float) -> bool:
    """Whether a message may ask for an answer, by its label and how sure that and the answer is."""
    label = conversation.label(tracker)
    if label.startswith(_ASKS):
        return True
    words = len(conversation.text(tracker).split())
    if label.startswith(_MAY_ASK_AT_LENGTH):
        return words >= _AT_LENGTH and confidence >= _VERY_SURE
    if not label.startswith(_MAY_ASK) or words < _LEAST_WORDS:
        return False
    # In the middle of a chat hardly anybody changes the subject.
    is_in_the_middle = bool(tracker.get_slot(TOPIC))
    if conversation.is_sure(tracker, _SURE_OF_ANOTHER) and not is_in_the_middle:
        return confidence >= _VERY_SURE
    is_asked = conversation.does(tracker, "asks", "corrects", least=_SAYS_MORE)
    is_unsure = not conversation.is_sure(tracker, _SURE_OF_LABEL)
    is_free = not (tracker.get_slot(OPEN_QUESTION) or tracker.get_slot(EMERGENCY_MODE))
    if is_in_the_middle and is_free and (is_asked or is_unsure):
        return confidence >= _ENOUGH_IF_ASKED
    return confidence >= finding().sure


def remembered(tracker: Tracker, said_id: str, also: Sequence[str] = ()) -> list[EventType]:
    """The slots that tell later which answers came near this one, and which were shown.

    Args:
        tracker: the conversation.
        said_id: the answer given now.
        also: what else was said that is said once.
    """
    read = conversation.parse_data(tracker).get(labels.ANSWERS)
    ranking = read["ranking"] if read and conversation.is_typed(tracker) else []
    near = [one["id"] for one in ranking if one["id"] != said_id and has_button(one["id"])]
    before = [one for one in tracker.get_slot(SHOWN) or [] if one != said_id]
    return [
        SlotSet(NEAR, near[:_MOST_NAMED] or None),
        SlotSet(SHOWN, [*before, *_refused_now(tracker, said_id), said_id, *also][-_MOST_SHOWN:]),
    ]


def has_button(reply_id: str) -> bool:
    """Whether an answer can be offered as a question to press."""
    register = get_register()
    return any(reply.button for (known, _), reply in register.replies.items() if known == reply_id)
