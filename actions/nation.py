"""Where people say they are: law and routes differ in Scotland and Northern Ireland."""

from __future__ import annotations

import re
from typing import get_args

from rasa_sdk import Tracker

from actions import conversation
from bot.content import labels
from bot.content.models import Nation

# What stands before the name of the place: "I live in", "im staying up in the". Not "he moved to",
# and not "I am not in".
_I_AM_IN = re.compile(
    r"\b(?:i live|we live|i stay|we stay|i am|i[’']?m|we are|we[’']?re)\s"
    r"(?:(?!not\b|never\b)[\w’']+\s){0,2}(?:in|near|outside)\s(?:the\s)?$",
    re.IGNORECASE,
)


def stated(tracker: Tracker) -> Nation | None:
    """The nation in which the latest message says the person is; None when it does not."""
    parsed = conversation.parse_data(tracker)
    text = parsed.get("text") or ""
    for entity in parsed.get("entities") or []:
        named = entity.get("entity") == labels.NATION_ENTITY and entity.get("value")
        if named in get_args(Nation) and _I_AM_IN.search(text[: entity.get("start", 0)]):
            return named
    return None
