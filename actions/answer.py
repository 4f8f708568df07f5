"""`action_answer`: the register's answer to the label of the latest message."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import (
    conversation,
    finding,
    four_questions,
    handover,
    in_passing,
    leads,
    local_force,
    nation,
    numbers,
    rating,
)
from actions.choice import ANSWERS, MISREAD_EMERGENCY, SAME_ANSWER, choose
from actions.conversation import ASKED_AGAIN, ASKED_WHICH, NOT_ASKED, WHICH_NEXT
from bot.content import labels
from bot.content.hours import likely_open
from bot.content.models import Nation, Reply
from bot.content.register import get_register
from bot.content.render import MORE, Context, is_from_elsewhere
from bot.render_context import NATION_UNTOLD
from bot.slots import (
    ACCESS,
    CRISIS_SEEN,
    DANGER_SEEN,
    EMERGENCY_CHECK,
    EMERGENCY_MODE,
    LAST_REPLY,
    NATION,
    NOT_UNDERSTOOD,
    NOW_OR_OVER,
    OPEN_QUESTION,
    OPENS,
    SERVICES,
    SHOWN,
    SUPPORT_NAMED,
    TOPIC,
)

# Of the answers not those about this chat, about who helps, and for who is accused.
_FIRST_ANSWERS = tuple(
    one
    for one in ANSWERS
    if one
    not in ("chat/", "support/", "helplines/", "accused/", "own_behaviour/", "nation/", "danger/")
)
# Answers about whom to talk to.
_ABOUT_SERVICES = ("advice/helplines", "advice/deaf", "support/", "helplines/", "nation/")
# What names the support line beside the first answer.
_NAMES_SUPPORT = "first_support"
# How a service is remembered among what was shown.
_SERVICE = "service:{}"
# What tells whose law an answer is.
WHOSE_LAW = "whose_law"
# What tells who is deaf how to use a number, and where one stands in a text.
TYPED_CALLS = "typed_calls"
_NUMBER = re.compile(r"\{\w+\.phone\}|\b101\b")
# About danger themselves, so nothing about danger leads them.
ABOUT_DANGER = (
    "safe_now",
    MISREAD_EMERGENCY,
    "emergency_denied",
    "emergency_yes",
    "emergency_unsure",
    *conversation.AFTER_CHECK.values(),
)
# What an answer to a question begins with, and how sure it has to be that none was asked.
_YES_OR_NO = re.compile(r"^(?:yes|no)[.,] +", re.IGNORECASE)
_TELLS = 0.6
# Said also where something leads.
SAID_AFTER_A_LEAD = (*ANSWERS, "local_force/", conversation.CRISIS, "other_language", "same_answer")
_REPLIES_999 = (conversation.EMERGENCY, "emergency_any_language")
SUPPORT_LINE = "nsh"
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
            return handover.begin(tracker)
        where = conversation.context(tracker)
        if numbers.are_asked_for(tracker) and not numbers.is_crisis_after_due(tracker, where):
            return numbers.say(dispatcher, tracker, where)
        reply_id, events = choose(tracker)
        chosen = next((event["value"] for event in events if event["name"] == NATION), None)
        if there := local_force.nation_told(tracker):
            # It is kept with the force.
            chosen, events = there, [one for one in events if one["name"] != NATION]
        elif chosen is None and (chosen := nation.stated(tracker) or _nation_of(tracker, reply_id)):
            events.append(SlotSet(NATION, chosen))
        where = conversation.context(tracker, chosen)
        events += answer(dispatcher, tracker, reply_id, where)
        return events + _of_another_nation(tracker, events)


def _nation_of(tracker: Tracker, reply_id: str) -> Nation | None:
    """The nation of an answer that there is in no other, to a message that names a place in it.

    "Polis in Kirkcaldy lifted my ex" tells of no home, but by whose law it goes.
    """
    if tracker.get_slot(NATION):
        return None
    known = finding.nations_of(reply_id)
    return next((one for one in nation.of_nobody_else(tracker) if known == (one,)), None)


def _of_another_nation(tracker: Tracker, events: list[EventType]) -> list[EventType]:
    """Forgets what was named before where the nation has changed, and nothing new was named."""
    slots = {event["name"]: event["value"] for event in events}
    if slots.get(NATION) in (None, tracker.get_slot(NATION) or NATION_UNTOLD):
        return []
    return [SlotSet(name, None) for name in (TOPIC, SERVICES) if name not in slots]


def answer(
    dispatcher: CollectingDispatcher, tracker: Tracker, reply_id: str, where: Context
) -> list[EventType]:
    """Say one reply with everything that belongs around it; return the slots to set."""
    return conversation.case_told(tracker) + _answer(dispatcher, tracker, reply_id, where)


def _answer(
    dispatcher: CollectingDispatcher, tracker: Tracker, reply_id: str, where: Context
) -> list[EventType]:
    reply_id = four_questions.in_form(tracker, reply_id)
    said = _with_services_of_topic(tracker, _reply(tracker, reply_id, where))
    named, said = said, _what_is_left(tracker, _with_new_services(tracker, said))
    said = _as_told(tracker, said) if said.asks else said
    lead, events = _lead(tracker, said, where)
    if lead and not _is_said_after(lead, said):
        return events + _say_lead_alone(dispatcher, lead, where)
    if said.id == SAME_ANSWER:
        first = [*lead, *local_force.first_told(tracker, where)]
        return events + _say_same(dispatcher, tracker, [*first, said], where)
    note = None if reply_id == MORE else _note(reply_id, said, where)
    items = _items(tracker, said, lead, where, note)
    asked = () if lead or tracker.active_loop_name else finding.several(tracker, said.id)
    second = next((one for one in asked if one != said.id), None)
    if second:
        place = items.index(said) + (asked.index(second) > asked.index(said.id))
        items.insert(place, _asked_too(tracker, second, where))
    # In a form its question follows, with the only buttons.
    offers = [] if lead or tracker.active_loop_name else _also_meant(tracker, said)
    offers = [one for one in dict.fromkeys((*asked, *offers)) if one not in (said.id, second)]
    if finding.is_misread(said.id) or said.id == rating.NO:
        offers = [*finding.instead(tracker)]
    if said.id in ASKED_WHICH:
        offers = [*finding.to_press(tracker)]
    if said.id == ASKED_AGAIN:
        offers = [*finding.again(tracker)]
    if handover.is_offered_with(said.id, bool(lead), where):
        offers = [handover.OFFER]
    was_named = tracker.get_slot(SUPPORT_NAMED)
    is_named = was_named or said.services or _support_is_said(tracker, said, lead)
    if is_named and said.id.startswith(ANSWERS):
        events.append(SlotSet(SUPPORT_NAMED, True))
    if question := handover.question_in(said.id, bool(lead), where) or _asks(tracker, items, lead):
        events = conversation.asking(question, events)
    opened_by = _opened_by(tracker, said, lead)
    opened = [finding.OPENED_BY.format(opened_by)] if opened_by else []
    if said.asks:
        shown = [one.id for one in items if one.id in (WHOSE_LAW, TYPED_CALLS, second)]
        support = [SUPPORT_LINE for one in items if one.id.startswith(_NAMES_SUPPORT)]
        shown += map(_SERVICE.format, (*said.services, *support))
        shown += [] if said.more else [finding.MORE_OF.format(said.id)]
        events += finding.remembered(tracker, said.id, [*shown, *opened])
    else:
        events += finding.remembered_around(tracker, said.id, opened)
        events += local_force.may_be_said_again(tracker)
    hidden = [one for one in [*(tracker.get_slot(SHOWN) or []), second] if one not in offers]
    is_found = bool(said.asks) and conversation.is_typed(tracker) and not lead
    last = [NOT_ASKED] if is_found and not tracker.active_loop_name else []
    conversation.say(
        dispatcher,
        items,
        where,
        offers=offers,
        hidden=hidden,
        last=last,
        opens=() if lead or tracker.active_loop_name else _opened(items, said, second),
        is_rated=bool(last) and not question and rating.is_in_peace(tracker),
    )
    others = [one for one in items if one is not said and one not in lead]
    # Also what is not listed again is what "what's the number?" asks for.
    return events + conversation.remember(named, where, lead, others)


def _opened(items: list[Reply], said: Reply, second: str | None) -> list[Reply]:
    """The answers among what is said, the one that was chosen first."""
    if not (said.more or said.id.startswith(ANSWERS)):
        return []
    return [said, *(one for one in items if one.id == second)]


def _asked_too(tracker: Tracker, reply_id: str, where: Context) -> Reply:
    """The answer to another question of the same message, without the buttons that follow it."""
    reply = _with_new_services(tracker, conversation.reply(reply_id, where))
    return reply.model_copy(update={"offers": ()})


def _reply(tracker: Tracker, reply_id: str, where: Context) -> Reply:
    """The reply with an id; for "More", the rest of the last answer."""
    last = conversation.topic(tracker, where) if reply_id == MORE else None
    if last is None or not last.more:
        return conversation.reply(reply_id, where)
    return _rest(last)


def _what_is_left(tracker: Tracker, said: Reply) -> Reply:
    """Of an answer that was given before, what stands behind "More"; nothing is said twice."""
    shown = tracker.get_slot(SHOWN) or []
    is_again = conversation.is_typed(tracker) and said.id in shown and said.more
    return _rest(said) if is_again and finding.has_more_left(tracker, said.id) else said


def _rest(said: Reply) -> Reply:
    """What stands behind "More" of an answer."""
    return said.model_copy(
        update={
            "bubbles": said.more,
            "steps": {},
            "simple": {},
            "more": {},
            "services": (),
            "with_handover": {},
        }
    )


def _say_lead_alone(
    dispatcher: CollectingDispatcher, lead: list[Reply], where: Context
) -> list[EventType]:
    """Hello, thanks or off-topic in possible danger."""
    conversation.say(dispatcher, lead, where)
    return [*conversation.remember_lead(lead, where), SlotSet(NOT_UNDERSTOOD, 0)]


def _say_same(
    dispatcher: CollectingDispatcher, tracker: Tracker, items: list[Reply], where: Context
) -> list[EventType]:
    """The last answer fits this too: it stays the last one, and its buttons come again.

    Where something leads, that has the buttons.
    """
    last = conversation.reply(tracker.get_slot(LAST_REPLY), where)
    conversation.say(dispatcher, items, where, offers=last.offers if len(items) == 1 else ())
    return [SlotSet(NOT_UNDERSTOOD, 0)]


def _note(asked: str, said: Reply, where: Context) -> str | None:
    """What tells that an answer is not of where the person is, or that there is none to that."""
    if is_from_elsewhere(said, where):
        return "nation_note"
    stands_in = said.id.startswith("nation/") and not asked.startswith("nation/")
    return "nation_unknown" if stands_in else None


def _items(
    tracker: Tracker, said: Reply, lead: list[Reply], where: Context, note: str | None
) -> list[Reply]:
    """The answer and what is said with it, in the order in which they are read."""
    # Of danger and a crisis, danger comes first.
    about_danger = _is_about_danger(said)
    items = [said, *lead] if about_danger else [*lead, conversation.in_short(lead, said)]
    if opened_by := _opened_by(tracker, said, lead):
        items.insert(0, _opening(conversation.reply(opened_by, where)))
    if note:
        items.insert(-1, conversation.reply(note, where))
    if not about_danger:
        items[len(lead) : len(lead)] = local_force.first_told(tracker, where)
    is_put_right = conversation.does(tracker, "corrects") and finding.is_corrected(tracker)
    if said.id.startswith(ANSWERS) and is_put_right and not lead:
        items.insert(0, conversation.without_offers(leads.MISREAD_CRISIS, where))
    if _is_whose_law_said(tracker, said):
        items.append(conversation.reply(WHOSE_LAW, where))
    if _support_is_said(tracker, said, lead):
        items.append(conversation.reply(_support_line(where), where))
    if _are_typed_calls_told(tracker, items, where):
        items.append(conversation.reply(TYPED_CALLS, where))
    if _may_ask_if_it_helped(tracker, said):
        items.append(conversation.reply("helpful", where))
    return items


def _opened_by(tracker: Tracker, said: Reply, lead: list[Reply]) -> str | None:
    """The reply (id) whose opening comes before an answer that was found."""
    is_found = said.asks or said.id == WHICH_NEXT
    if not is_found or lead or tracker.active_loop_name:
        return None
    return finding.opening(tracker, said.id)


def _opening(reply: Reply) -> Reply:
    """One sentence, and nothing else of its reply."""
    texts = {language: (text,) for language, text in reply.opening.items()}
    nothing: dict[str, Any] = {
        "steps": {},
        "simple": {},
        "more": {},
        "asks": {},
        "offers": (),
        "services": (),
        "question": {},
    }
    return reply.model_copy(update={"bubbles": texts, **nothing})


def _as_told(tracker: Tracker, said: Reply) -> Reply:
    """An answer without the yes or no it begins with, to who told something and asked nothing."""
    if not conversation.does(tracker, "tells", least=_TELLS) or conversation.asks(tracker):
        return said
    texts = {
        language: (_without_yes(first), *others)
        for language, (first, *others) in said.bubbles.items()
    }
    return said.model_copy(update={"bubbles": texts})


def _without_yes(text: str) -> str:
    rest = _YES_OR_NO.sub("", text)
    return rest[:1].upper() + rest[1:]


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


def _with_new_services(tracker: Tracker, said: Reply) -> Reply:
    """An answer lists only services that were not told in this chat, unless it is about them."""
    is_about_them = said.points_at_services or said.id.startswith(_ABOUT_SERVICES)
    if is_about_them or not said.id.startswith(ANSWERS):
        return said
    shown = tracker.get_slot(SHOWN) or []
    new = [one for one in said.services if _SERVICE.format(one) not in shown]
    return said.model_copy(update={"services": tuple(new)})


def _lead(tracker: Tracker, said: Reply, where: Context) -> tuple[list[Reply], list[EventType]]:
    if not _is_about_danger(said) and said.id != EMERGENCY_CHECK:
        lead, events = leads.safety_lead(tracker, where, said.id)
        if lead or not (leads.is_check_left_open(tracker) and _asks_itself(said, where)):
            return lead, events
        # Or the next "yes" would be to another question.
        return leads.still_open(tracker, where)
    lead, events = leads.crisis_lead(tracker, where)
    # A crisis stays open by these slots alone, beside the question.
    is_crisis_kept = tracker.get_slot(EMERGENCY_MODE) and tracker.get_slot(CRISIS_SEEN)
    opened = OPENS.get(said.id)
    if opened == NOW_OR_OVER and (is_crisis_kept or not lead):
        return lead, [SlotSet(OPEN_QUESTION, opened)]
    if said.id == EMERGENCY_CHECK:
        lead = [said, *lead]
    # Who is not sure has not answered it either.
    if opened == conversation.HAPPENING_NOW:
        return lead, [SlotSet(OPEN_QUESTION, opened), SlotSet(DANGER_SEEN, True)]
    return lead, events


def _asks_itself(said: Reply, where: Context) -> bool:
    asked = handover.question_in(said.id, lead=False, where=where)
    return bool(in_passing.question_in(said.id) or asked)


def _is_said_after(lead: list[Reply], said: Reply) -> bool:
    """Whether an answer is said beside what leads it. To anything else the lead is the answer."""
    if leads.are_lines(lead):
        return True
    if said.id in (*leads.ABOUT_THE_CHAT, rating.NO):
        return not conversation.is_of_danger(lead)
    return said.id.startswith(SAID_AFTER_A_LEAD) or _is_about_danger(said)


def _is_about_danger(said: Reply) -> bool:
    """Also the 999 reply, said again after a yes that did not tell which."""
    return said.id in ABOUT_DANGER or labels.top_level(said.id) in _REPLIES_999


def _support_is_said(tracker: Tracker, said: Reply, lead: list[Reply]) -> bool:
    """The first answer of a conversation names a helpline, unless it does so or danger leads it."""
    return (
        said.id.startswith(_FIRST_ANSWERS)
        and not said.services
        and not tracker.get_slot(SUPPORT_NAMED)
        and not conversation.is_of_danger(lead)
    )


def _is_whose_law_said(tracker: Tracker, said: Reply) -> bool:
    """Once, where an answer is other in another nation and nobody has told theirs."""
    is_told = tracker.get_slot(NATION) or WHOSE_LAW in (tracker.get_slot(SHOWN) or [])
    known = get_register().replies
    others = any((said.id, nation) in known for nation in ("scotland", "northern_ireland"))
    is_fine = bool(said.asks) and not said.id.startswith(("advice/", "reporting/"))
    return is_fine and said.nation == NATION_UNTOLD and others and not is_told


def _are_typed_calls_told(tracker: Tracker, items: list[Reply], where: Context) -> bool:
    """Once to who is deaf, with the first number in words; cards show theirs by themselves."""
    slots = {**tracker.current_slot_values(), **conversation.told(tracker)}
    if slots.get(ACCESS) != "deaf" or TYPED_CALLS in (slots.get(SHOWN) or []):
        return False
    said = [
        text
        for one in items
        for text in (*one.bubbles[where.language], *one.steps.get(where.language, ()))
    ]
    is_told_there = any("18001" in text for text in said)
    return not is_told_there and any(_NUMBER.search(text) for text in said)


def _may_ask_if_it_helped(tracker: Tracker, said: Reply) -> bool:
    """Only after an answer, and never in a conversation in which danger or a crisis came up."""
    last = tracker.get_slot(LAST_REPLY) or ""
    is_answered = last.startswith(ANSWERS) or last in numbers.REPLIES
    return said.id in CLOSING and is_answered and rating.is_in_peace(tracker)


def _support_line(where: Context) -> str:
    hours = get_register().services[SUPPORT_LINE].hours
    return "first_support" if likely_open(hours, where.moment) else "first_support_closed"


def _also_meant(tracker: Tracker, said: Reply) -> list[str]:
    """The answers that the message may have asked for besides the one that was given."""
    return [*finding.beside(tracker, said.id)] if said.id.startswith(ANSWERS) else []
