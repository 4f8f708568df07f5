"""What the models mistake again and again in short messages, put right by the word that decides."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from actions import conversation
from bot.safety.normalise import normalise
from bot.slots import ASKED

MEN, OLDER, YOUNG = "advice/men", "advice/older", "advice/young_person"
# Said to who tells something: "Thank you. Tell me a little more".
GO_ON = "affirm"
_AGE = re.compile(r"(?:i'?m|i am|im only|age|aged)?\s*(\d{1,2})(?: years? old|yo|yrs?)?[.!]?")
# Childline is for those under 19 (fact hl-childline).
_YOUNGEST_ADULT, _OLDER_FROM = 19, 60
_MAN = re.compile(
    r"\b(?:m[ae]n|man's|men's|males?|blokes?|guys?|lads?|boys?|fellas?|dad|father|son|brother|grandad"
    r"|masculine|manly|wife|girlfriend|gf|missus)\b"
)
_POLICE = re.compile(r"\b(?:police|polis|cops?|they)\b")
# A whole sentence is no answer where nothing was asked: "i havent told anyone".
_ANSWERS = ("affirm", "deny", "not_sure")
_LONGEST_ANSWER = 3
_SOMEBODY = re.compile(
    r"\b(?:i|i've|ive|we|he|he's|hes|him|she|she's|shes|her|they|them|it's|its)\b"
)
_LEAST_LIKELY = 0.05


def instead(tracker: Tracker, label: str) -> str | None:
    """The id of what is said instead of a label's answer; None where the label may stand."""
    if not conversation.is_typed(tracker):
        return None
    text = normalise(conversation.text(tracker)).lower()
    if label in (OLDER, YOUNG) and (age := _AGE.fullmatch(text)):
        return _of_age(int(age[1]))
    if label == MEN and not _MAN.search(text):
        return conversation.next_best(tracker, label, _LEAST_LIKELY)
    if label == "capabilities" and _POLICE.search(text):
        return "advice/after_report"
    return GO_ON if _is_told(tracker, label, text) else None


def _of_age(years: int) -> str:
    if years < _YOUNGEST_ADULT:
        return YOUNG
    return OLDER if years >= _OLDER_FROM else GO_ON


def _is_told(tracker: Tracker, label: str, text: str) -> bool:
    is_asked = tracker.get_slot(ASKED) or tracker.active_loop_name
    is_long = len(text.split()) > _LONGEST_ANSWER and bool(_SOMEBODY.search(text))
    return label in _ANSWERS and is_long and not is_asked
