"""Where people say they are: law and routes differ in Scotland and Northern Ireland."""

from __future__ import annotations

import re
from typing import get_args

from rasa_sdk import Tracker

from actions import conversation
from bot.content import labels
from bot.content.models import Nation
from bot.dialogue import own_place
from bot.render_context import NATION_UNTOLD
from bot.slots import LAST_REPLY, NATION, WHO

# The reply that asks where somebody is, and the one to a place outside the UK.
QUESTION, ABROAD = "advice/other_nation", "abroad"
ASKS = (QUESTION, ABROAD)
_HOW = "reporting/how"
# Words of the name of a place.
_MOST_OF_A_PLACE = 2
# A sentence of a longer message that is no more than the place: "swansea. who do i complain to".
_ENDS = re.compile(r"\s*[.!?\n]\s*\S")
# What may stand around the place in a message that holds nothing else: "in glasgow, please".
_AROUND = frozenset({"in", "from", "the", "its", "uk", "please", "pls"})
_WORD = re.compile(r"[\w’']+")


def stated(tracker: Tracker) -> Nation | None:
    """The nation in which the latest message says the person is; None when it does not."""
    text = conversation.text(tracker)
    for start, end, nation in _places(tracker):
        is_whole = own_place.BEGINS.search(text[:start]) and _ENDS.match(text[end:])
        if is_whole or own_place.is_said(text, start):
            return nation
    nations = of_nobody_else(tracker)
    known = tracker.get_slot(NATION)
    here = (conversation.parse_data(tracker).get(labels.TURN) or {}).get(labels.HERE, 0.0)
    is_here = here >= (own_place.SURELY_HERE if known else own_place.LIKELY_HERE)
    return nations.pop() if is_here and len(nations) == 1 else None


def of_nobody_else(tracker: Tracker) -> set[Nation]:
    """The nations of the places that the latest message names as nobody else's: no "moved to"."""
    text, who = conversation.text(tracker), conversation.told(tracker).get(WHO)
    return {
        nation
        for start, _, nation in _places(tracker)
        if not own_place.is_of_others(text, start, who)
    }


def told(tracker: Tracker, label: str) -> Nation | None:
    """The nation that the latest message tells as an answer to where the person is."""
    is_asked = label == QUESTION or tracker.get_slot(LAST_REPLY) in ASKS
    if is_asked and (nation := bare(tracker)):
        return nation
    if label != QUESTION:
        return None
    return stated(tracker) or _known(tracker)


def is_doubtful(tracker: Tracker, label: str) -> bool:
    """Whether a place is named that may be in another nation than the one told before: "leeds".

    A place in England or Wales is `reporting/how`, like a question how to report, which is not
    put in two words without the word.
    """
    said = conversation.text(tracker)
    is_place = len(said.split()) <= _MOST_OF_A_PLACE and "report" not in said.lower()
    is_elsewhere = tracker.get_slot(NATION) not in (None, NATION_UNTOLD)
    is_asked = label != _HOW or conversation.asks(tracker) or is_named(tracker)
    return is_elsewhere and is_place and not is_asked and conversation.is_typed(tracker)


def _known(tracker: Tracker) -> Nation | None:
    """The nation told before, for a question that names no other: "whats the law over here so"."""
    known = tracker.get_slot(NATION)
    is_of_here = {nation for _, _, nation in _places(tracker)} <= {known}
    return known if conversation.asks(tracker) and is_of_here else None


def bare(tracker: Tracker) -> Nation | None:
    """The nation where the latest message is no more than the name of a place in it."""
    around = conversation.text(tracker)
    places = _places(tracker)
    for start, end, _ in places:
        around = around[:start] + " " * (end - start) + around[end:]
    nations = {nation for _, _, nation in places}
    is_bare = {word.lower() for word in _WORD.findall(around)} <= _AROUND
    return nations.pop() if is_bare and len(nations) == 1 else None


def is_named(tracker: Tracker) -> bool:
    """Whether the latest message names a place of a nation, whoever is there."""
    return bool(named(tracker))


def named(tracker: Tracker) -> set[Nation]:
    """The nations of which the latest message names places, whoever is there."""
    return {nation for _, _, nation in _places(tracker)}


def _places(tracker: Tracker) -> list[tuple[int, int, Nation]]:
    """Where each place of a nation begins and ends in the message, and the nation."""
    return [
        (found["start"], found["end"], found["value"])
        for found in conversation.parse_data(tracker).get("entities") or []
        if found.get("entity") == labels.NATION_ENTITY and found.get("value") in get_args(Nation)
    ]
