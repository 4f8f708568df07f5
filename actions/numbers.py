"""The number or the hours of a service: named in the question, or told of before."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, leads, local_force
from actions.conversation import CRISIS
from bot.content import labels, services
from bot.content.models import Reply
from bot.content.register import get_register
from bot.content.render import Context
from bot.slots import EMERGENCY_MODE, LAST_LEADS, LAST_REPLY, NOT_UNDERSTOOD, SERVICES, TOPIC

NUMBER, OPENING_HOURS = "follow_up/number", "follow_up/opening_hours"
NUMBER_NAMED = "number_named"
# What is said of the services told of before, and what to list where there were none.
_GENERAL = {NUMBER: "numbers_again", OPENING_HOURS: "opening_hours"}
# Replies whose list of services is that of the question.
REPLIES = frozenset({NUMBER_NAMED, *_GENERAL.values()})
WHOM_TO_TALK_TO = ("advice/helplines", "talk_to_person")
_NUMBER_WORD = re.compile(r"\b(?:numbers?|num|digits|dial)\b", re.IGNORECASE)


def are_asked_for(tracker: Tracker) -> bool:
    """True for a question for a number or for hours, also one that the labels take for another."""
    text = _typed(tracker)
    if conversation.label(tracker) in _GENERAL or services.asks_for_number(get_register(), text):
        return True
    # In danger there is no list of helplines to a question for a number.
    in_danger = bool(tracker.get_slot(EMERGENCY_MODE))
    is_like_it = conversation.label(tracker) in WHOM_TO_TALK_TO and _NUMBER_WORD.search(text)
    return in_danger and bool(is_like_it)


def is_crisis_after_due(tracker: Tracker, where: Context) -> bool:
    """Whether whom to talk to in a crisis answers it: all but another service asked for by name."""
    if tracker.get_slot(EMERGENCY_MODE) or not leads.is_crisis_after_due(tracker):
        return False
    return set(named_in_question(tracker)) <= set(conversation.reply(CRISIS, where).services)


def say(dispatcher: CollectingDispatcher, tracker: Tracker, where: Context) -> list[EventType]:
    """Say them, after what must come first; in danger 999 is the number."""
    if tracker.get_slot(EMERGENCY_MODE) and conversation.label(tracker) != OPENING_HOURS:
        return _say_999(dispatcher, tracker, where)
    named = named_in_question(tracker)
    kind = conversation.label(tracker) if conversation.label(tracker) in _GENERAL else NUMBER
    is_number_of = named and kind == NUMBER
    said = conversation.reply(NUMBER_NAMED if is_number_of else _GENERAL[kind], where)
    listed = named or [*_for_a_crisis(tracker, where), *told_of(tracker), *_if_none(tracker, said)]
    said = _listing(said, listed)
    lead, events = leads.safety_lead(tracker, where)
    first = local_force.first_told(tracker, where)
    conversation.say(dispatcher, [*lead, *first, conversation.in_short(lead, said)], where)
    return [*events, *local_force.kept(tracker), *_remember(said, where, lead)]


def _say_999(dispatcher: CollectingDispatcher, tracker: Tracker, where: Context) -> list[EventType]:
    """The 999 reply, and who is there for a crisis; any other helpline only where it is named."""
    said = conversation.emergency_reply(tracker, where)
    of_crisis = conversation.reply(CRISIS, where).services
    told = [one for one in told_of(tracker) if one in of_crisis]
    listed = named_in_question(tracker) or [*_for_a_crisis(tracker, where), *told]
    has_crisis = not set(listed).isdisjoint(of_crisis)
    lead, events = leads.crisis_lead(tracker, where, CRISIS if has_crisis else "")
    conversation.say(dispatcher, [_listing(said, listed), *lead], where)
    remembered = [SlotSet(SERVICES, list(dict.fromkeys(listed)))] if listed else []
    return [
        *events,
        *remembered,
        # Said again, it names those for the crisis too.
        SlotSet(LAST_REPLY, CRISIS if has_crisis else said.id),
        SlotSet(LAST_LEADS, [one.id for one in lead] or None),
        SlotSet(NOT_UNDERSTOOD, 0),
    ]


def named_in_question(tracker: Tracker) -> list[str]:
    """The services that the latest message names, as far as any is where the person is."""
    register, nation = get_register(), conversation.context(tracker).nation
    named = services.named_in(register, _typed(tracker))
    return [one for one in named if register.services[one].nation in ("uk", nation)] or named


def told_of(tracker: Tracker) -> list[str]:
    """The services named last, as far as the register knows them still."""
    return [one for one in tracker.get_slot(SERVICES) or () if one in get_register().services]


def as_said(said: Reply, tracker: Tracker) -> Reply:
    """A reply as it was said: to a question for numbers, with the services that it listed."""
    told = told_of(tracker)
    return _listing(said, told) if said.id in REPLIES and told else said


def _for_a_crisis(tracker: Tracker, where: Context) -> tuple[str, ...]:
    """Where a life may be at risk, those who are there for that come first."""
    is_seen = labels.crisis_tier(conversation.parse_data(tracker)) != "none"
    if is_seen or leads.is_still_crisis(tracker):
        return conversation.reply(CRISIS, where).services
    return ()


def _if_none(tracker: Tracker, general: Reply) -> tuple[str, ...]:
    return () if told_of(tracker) else general.services


def _listing(said: Reply, listed: list[str]) -> Reply:
    return said.model_copy(update={"services": tuple(dict.fromkeys(listed))})


def _remember(said: Reply, where: Context, lead: list[Reply]) -> list[EventType]:
    """As of any answer, but the subject stays what it was."""
    remembered = conversation.remember(said, where, lead)
    named = SlotSet(SERVICES, list(said.services))
    return [*(one for one in remembered if one["name"] not in (TOPIC, SERVICES)), named]


def _typed(tracker: Tracker) -> str:
    """What was typed; a pressed button asks for nothing by name."""
    text = conversation.text(tracker)
    return "" if text.startswith("/") else text
