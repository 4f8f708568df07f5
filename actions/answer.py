"""`action_answer`: the register's answer to the label of the latest message."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import (
    accused,
    conversation,
    four_questions,
    handover,
    in_passing,
    misread,
    nation,
    numbers,
    yes,
)
from bot.content import labels
from bot.content.hours import likely_open
from bot.content.models import Reply
from bot.content.register import get_register
from bot.content.render import Context, is_from_elsewhere
from bot.safety import danger
from bot.settings import get_settings

# A second label this likely was probably asked about too.
ALSO_ASKED = 0.3
# Words; a shorter message asks one thing, and two labels are two guesses at it.
TWO_QUESTIONS = 8
# A guess at "I am safe now" ends no emergency.
SURE_OF_SAFETY = 0.7
# The same where the net sees a little danger: "police here now". Of the messages of both evaluation
# sets that are labelled so and this sure, none was in danger.
SURE_DESPITE_SIGNS = 0.8
ANSWERS = ("advice/", "reporting/", "nation/", "helplines/", "complaint/", "own_behaviour/")
# About danger themselves, so nothing about danger leads them.
ABOUT_DANGER = (
    "safe_now",
    "emergency_denied",
    "emergency_yes",
    "emergency_unsure",
    *conversation.AFTER_CHECK.values(),
)
# Said also where something leads.
SAID_AFTER_A_LEAD = (*ANSWERS, conversation.CRISIS_AFTER, "other_language", "same_answer")
_REPLIES_999 = (conversation.EMERGENCY, "emergency_any_language")
# These ask "Is it happening now, or is it over?".
ASKS_WHICH = ("emergency_denied", "emergency_yes")
SUPPORT_LINE = "nsh"
SAME_ANSWER = "same_answer"
# A yes while one of these is open may end the danger.
_YES_MAY_END = (*conversation.ASKS_IF_SAFE, conversation.NOW_OR_OVER)
# What answers these in danger, whatever was asked.
_IN_DANGER = {"deny": "emergency_denied", "not_sure": "emergency_unsure"}
# Labels of words that may say that the danger is over.
_MAY_SAY_ENDED = ("safe_now", "affirm", "thank")
# After these, somebody who got an answer is asked if it helped.
CLOSING = ("thank", "goodbye")


class ActionAnswer(Action):
    """Answers anything that is neither danger, a follow-up, nor misunderstood."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say the answer, with what must come first, and remember it."""
        if handover.is_accepted(tracker):
            return handover.begin()
        where = conversation.context(tracker)
        if numbers.are_asked_for(tracker) and not numbers.is_crisis_after_due(tracker, where):
            return numbers.say(dispatcher, tracker, where)
        reply_id, events = _reply_id(tracker)
        chosen = next((event["value"] for event in events if event["name"] == "nation"), None)
        if chosen is None and (chosen := nation.stated(tracker)):
            events.append(SlotSet("nation", chosen))
        where = conversation.context(tracker, chosen)
        events += answer(dispatcher, tracker, reply_id, where)
        return events + _of_another_nation(tracker, events)


def _of_another_nation(tracker: Tracker, events: list[EventType]) -> list[EventType]:
    """Forgets what was named before where the nation has changed, and nothing new was named."""
    slots = {event["name"]: event["value"] for event in events}
    if slots.get("nation") in (None, tracker.get_slot("nation")):
        return []
    return [SlotSet(name, None) for name in ("topic", "services") if name not in slots]


def answer(
    dispatcher: CollectingDispatcher, tracker: Tracker, reply_id: str, where: Context
) -> list[EventType]:
    """Say one reply with everything that belongs around it; return the slots to set."""
    reply_id = four_questions.in_form(tracker, reply_id)
    said = _with_services_of_topic(tracker, conversation.reply(reply_id, where))
    lead, events = _lead(tracker, said, where)
    if lead and not _is_said_after(lead, said):
        return events + _say_lead_alone(dispatcher, lead, where)
    if said.id == SAME_ANSWER:
        return events + _say_same(dispatcher, tracker, [*lead, said], where)
    items = _items(tracker, said, lead, where)
    # In a form its question follows, with the only buttons.
    offers = [] if lead or tracker.active_loop_name else _also_asked(tracker, said)
    if offers:
        items.append(conversation.reply("also_asked", where))
    if handover.is_offered_with(said.id, bool(lead)):
        offers = [handover.OFFER]
    if said.id.startswith(ANSWERS) and (said.services or not conversation.is_of_danger(lead)):
        events.append(SlotSet("support_named", True))
    if question := handover.question_in(said.id, bool(lead)) or _asks(tracker, items, lead):
        events = conversation.asking(question, events)
    conversation.say(dispatcher, items, where, offers=offers)
    others = [one for one in items if one is not said and one not in lead]
    return events + conversation.remember(said, where, lead, others)


def _say_lead_alone(
    dispatcher: CollectingDispatcher, lead: list[Reply], where: Context
) -> list[EventType]:
    """Hello, thanks or off-topic in possible danger."""
    conversation.say(dispatcher, lead, where)
    return [*conversation.remember_lead(lead, where), SlotSet("not_understood", 0)]


def _say_same(
    dispatcher: CollectingDispatcher, tracker: Tracker, items: list[Reply], where: Context
) -> list[EventType]:
    """The last answer fits this too: it stays the last one, and its buttons come again.

    Where something leads, that has the buttons.
    """
    last = conversation.reply(tracker.get_slot("last_reply"), where)
    conversation.say(dispatcher, items, where, offers=last.offers if len(items) == 1 else ())
    return [SlotSet("not_understood", 0)]


def _items(tracker: Tracker, said: Reply, lead: list[Reply], where: Context) -> list[Reply]:
    """The answer and what is said with it, in the order in which they are read."""
    # Of danger and a crisis, danger comes first.
    about_danger = _is_about_danger(said)
    items = [said, *lead] if about_danger else [*lead, conversation.in_short(lead, said)]
    if is_from_elsewhere(said, where):
        items.insert(-1, conversation.reply("nation_note", where))
    if _support_is_due(tracker, said) and not conversation.is_of_danger(lead):
        items.append(conversation.reply(_support_line(where), where))
    if _may_ask_if_it_helped(tracker, said):
        items.append(conversation.reply("helpful", where))
    return items


def _asks(tracker: Tracker, items: list[Reply], lead: list[Reply]) -> str | None:
    """What the last reply asks, where nothing else does: neither danger nor a form."""
    return None if lead or tracker.active_loop_name else in_passing.question_in(items[-1].id)


def _with_services_of_topic(tracker: Tracker, said: Reply) -> Reply:
    """Whom to talk to begins with who was named, now or last: those there for what was asked about.

    They are read as people who know about stalking, so a complaints office is not among them.
    """
    if said.id not in numbers.WHOM_TO_TALK_TO or said.id != conversation.label(tracker):
        return said
    first = [*numbers.named_in_question(tracker), *numbers.told_of(tracker)]
    known = get_register().services
    helplines = [one for one in first if known[one].helpline]
    return said.model_copy(update={"services": tuple(dict.fromkeys((*helplines, *said.services)))})


def _lead(tracker: Tracker, said: Reply, where: Context) -> tuple[list[Reply], list[EventType]]:
    if not _is_about_danger(said):
        return conversation.safety_lead(tracker, where, said.id)
    lead, events = conversation.crisis_lead(tracker, where)
    if said.id in ASKS_WHICH and not lead:
        return lead, [SlotSet("asked", conversation.NOW_OR_OVER)]
    # Who is not sure has not answered "Is this happening now?".
    still_open = [SlotSet("asked", conversation.HAPPENING_NOW)]
    return lead, still_open if said.id == "check_unsure" else events


def _is_said_after(lead: list[Reply], said: Reply) -> bool:
    """Whether an answer is said beside what leads it. To anything else the lead is the answer."""
    if said.id in conversation.ABOUT_THE_CHAT:
        return not conversation.is_of_danger(lead)
    return said.id.startswith(SAID_AFTER_A_LEAD) or _is_about_danger(said)


def _is_about_danger(said: Reply) -> bool:
    """Also the 999 reply, said again after a yes that did not tell which."""
    return said.id in ABOUT_DANGER or labels.top_level(said.id) in _REPLIES_999


def _reply_id(tracker: Tracker) -> tuple[str, list[EventType]]:
    """The reply to give, and slots that this message itself decides."""
    label = conversation.label(tracker)
    in_danger = tracker.get_slot("emergency_mode")
    asked = tracker.get_slot("asked")
    if label == "safe_now" and _leaves_doubt(tracker):
        return "emergency_reminder" if in_danger else "emergency_check", []
    if conversation.is_crisis_after_due(tracker):
        return conversation.crisis_after(tracker), []
    is_end = _says_ended(tracker) or (asked in _YES_MAY_END and _is_plain_yes(tracker))
    is_end = is_end or _says_never_was(tracker)
    if label == "safe_now" or is_end:
        if label == "affirm" and _is_bare(tracker) and (other := _says_which(tracker)):
            return other, []
        return "safe_now", [SlotSet("emergency_mode", False)]
    if in_danger and label in _IN_DANGER:
        return _IN_DANGER[label], []
    if _takes_back(tracker, label):
        return "check_unsure", []
    if asked == conversation.HAPPENING_NOW and label in conversation.AFTER_CHECK:
        return _after_check(tracker, label), []
    if answer_id := in_passing.answer_to(tracker):
        return answer_id, []
    if accused_id := accused.reply_id(tracker, label):
        return accused_id, []
    if here := nation.told(tracker, label):
        return f"nation/{here}", [SlotSet("nation", here)]
    if nation.is_doubtful(tracker, label):
        return nation.QUESTION, []
    if label == nation.QUESTION and _tells_more_of_it(tracker, label):
        return SAME_ANSWER if nation.is_named(tracker) else nation.ABROAD, []
    if label.startswith("handover/") or (label == "affirm" and asked == conversation.MORE_HANDOVER):
        return handover.OFFER if get_settings().handover else "talk_to_person", []
    if label.startswith("nation/"):
        return label, [SlotSet("nation", label.removeprefix("nation/"))]
    if other := misread.instead(tracker, label):
        return other, []
    return SAME_ANSWER if _tells_more_of_it(tracker, label) else label, []


def _after_check(tracker: Tracker, label: str) -> str:
    """What answers the answer to "Is this happening now?".

    "No, he's inside" and "I don't want to call" are none: what was asked is still open.
    """
    is_more = conversation.is_typed(tracker) and not yes.is_plain_no(conversation.text(tracker))
    is_none = conversation.needs_check(tracker) or is_more
    return conversation.AFTER_CHECK["not_sure" if is_none else label]


def _takes_back(tracker: Tracker, label: str) -> bool:
    """True for a yes or no right after "I am glad you told me": "no it's not", "yes he is".

    Nothing was asked there, so it is to what was asked before.
    """
    is_after = tracker.get_slot("last_reply") in ("safe_now", conversation.AFTER_CHECK["deny"])
    is_answer = label in ("affirm", "deny", "not_sure") and conversation.is_typed(tracker)
    is_open = tracker.get_slot("asked") or tracker.active_loop_name
    is_meant = is_answer and not yes.is_mere_ok(conversation.text(tracker))
    return is_after and is_meant and not is_open


def _tells_more_of_it(tracker: Tracker, label: str) -> bool:
    """True for more of the same: people tell their story in pieces, and one answer fits it all."""
    is_typed = conversation.is_typed(tracker)
    is_same = label.startswith(ANSWERS) and label == tracker.get_slot("last_reply")
    return is_typed and is_same and not conversation.asks(tracker)


def _leaves_doubt(tracker: Tracker) -> bool:
    """True when the net sees danger in words of safety: "they answered, police are coming".

    While an emergency is open also where the words deny it: "it's NOT over".
    """
    asked = tracker.get_slot("asked")
    may_be_seen = conversation.needs_check(tracker) and asked not in conversation.ASKS_IF_SAFE
    if may_be_seen and not conversation.is_sure(tracker, SURE_DESPITE_SIGNS):
        return True
    text = conversation.text(tracker)
    if yes.denies_safety(text):
        return True
    if not tracker.get_slot("emergency_mode") or _says_ended(tracker):
        return False
    is_sure = conversation.is_sure(tracker, SURE_OF_SAFETY) and not yes.is_mere_ok(text)
    is_told = not conversation.is_typed(tracker) or yes.says_ended(text) or yes.tells_an_end(text)
    return not (is_sure and is_told) or (yes.is_of_others(text) and not _is_for_others(tracker))


def _is_for_others(tracker: Tracker) -> bool:
    """Whether the emergency that is open is somebody else's, so that their safety ends it."""
    return tracker.get_slot("emergency_reply") in ("emergency/for_someone", "emergency/child_taken")


def _says_ended(tracker: Tracker) -> bool:
    """True for plain words of an end to "Is the danger over?", in which nothing is seen.

    They count where the models are not sure what they are: "yeah they arrested him".
    """
    may_be = tracker.get_slot("asked") == conversation.SAFE_NOW
    is_said = conversation.label(tracker) in _MAY_SAY_ENDED
    text = conversation.text(tracker)
    return may_be and is_said and yes.says_ended(text) and _sees_nothing(tracker, text)


def _says_never_was(tracker: Tracker) -> bool:
    """True for words that it was a mistake or, after the question, long ago; nothing may be seen.

    Whatever the models make of them: "wrong word lol", "i meant last week".
    """
    text = conversation.text(tracker)
    if not (tracker.get_slot("emergency_mode") and conversation.is_typed(tracker)):
        return False
    is_asked = tracker.get_slot("asked") in _YES_MAY_END
    is_said = yes.says_mistake(text) or (is_asked and yes.says_never_was(text))
    return is_said and _sees_nothing(tracker, text)


def _sees_nothing(tracker: Tracker, text: str) -> bool:
    """Whether neither the models nor the rules see danger or a crisis."""
    is_crisis = labels.crisis_tier(conversation.parse_data(tracker)) != "none"
    return not (is_crisis or conversation.needs_check(tracker) or danger.is_seen(text))


def _is_plain_yes(tracker: Tracker) -> bool:
    """True for a sure yes in which the net sees nothing; not for "yes, I can hear him though".

    Nor for "ok", which tells that 999 will be called; "he has gone" is `affirm` as well.
    """
    text = conversation.text(tracker)
    is_over = conversation.label(tracker) == "affirm" and not _is_bare(tracker)
    is_yes = conversation.is_yes(tracker) and (yes.is_only_yes(text) or is_over)
    if not (is_yes or is_over) or yes.says_otherwise(text):
        return False
    is_sure = conversation.is_sure(tracker, SURE_OF_SAFETY)
    return is_sure and not conversation.needs_check(tracker)


def _says_which(tracker: Tracker) -> str | None:
    """The id of what is said to a mere yes that may be to something else; None where it may not.

    "Is it happening now, or is it over?" - "yes": 999 again, for it may be the former.
    """
    asked = tracker.get_slot("asked")
    if asked == conversation.NOW_OR_OVER:
        return tracker.get_slot("emergency_reply") or conversation.EMERGENCY
    is_plea = yes.is_plea(conversation.text(tracker))
    is_unclear = asked == conversation.SAFE_NOW_OR_ELSE or is_plea
    return "emergency_yes" if is_unclear else None


def _is_bare(tracker: Tracker) -> bool:
    """True for a yes without words of safety: it may be to what the person asked themselves."""
    return not conversation.word_features(tracker)["over"]


def _support_is_due(tracker: Tracker, said: Reply) -> bool:
    """The first answer of a conversation names a helpline, unless it does so already."""
    return (
        said.id.startswith(("advice/", "reporting/"))
        and not said.services
        and not tracker.get_slot("support_named")
    )


def _may_ask_if_it_helped(tracker: Tracker, said: Reply) -> bool:
    """Only after an answer, and never in a conversation in which danger or a crisis came up."""
    last = tracker.get_slot("last_reply") or ""
    in_peace = not tracker.get_slot("danger_seen") and not tracker.get_slot("emergency_mode")
    is_answered = last.startswith(ANSWERS) or last in numbers.REPLIES
    return said.id in CLOSING and is_answered and in_peace


def _support_line(where: Context) -> str:
    hours = get_register().services[SUPPORT_LINE].hours
    return "first_support" if likely_open(hours, where.moment) else "first_support_closed"


def _also_asked(tracker: Tracker, said: Reply) -> list[str]:
    """The label that the message may have asked about besides the one answered."""
    parsed = conversation.parse_data(tracker)
    is_pressed = labels.entity(parsed, labels.REPLY_ENTITY)
    is_short = len(conversation.text(tracker).split()) < TWO_QUESTIONS
    if is_pressed or is_short or not said.id.startswith(ANSWERS):
        return []
    # What was asked may have been answered by another item: that of the person's nation.
    answered = (said.id, conversation.label(tracker))
    others = [
        guess["name"]
        for guess in parsed.get(labels.LABELS) or []
        if guess["confidence"] >= ALSO_ASKED and guess["name"].startswith(ANSWERS)
    ]
    return [other for other in others if other not in answered][:1]
