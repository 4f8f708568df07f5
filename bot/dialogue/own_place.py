"""Tells from the words around a place that the person is there themselves."""

from __future__ import annotations

import re

from bot.content import places

# What stands before the name of the place: "I live in", "im staying up in the", "we moved to",
# "up here in". Not "he moved to", "I am not in" or "im glad hes in".
_I_AM = r"i live|we live|i stay|we stay|i am|i[’']?m|am|ah[’']?m|we are|we[’']?re"
_DOING = (
    r"(?:currently|now|just|still|actually|also|only|back|away|up|over|down|out|here|at|a|uni|college"
    r"|work|home|living|staying|based|studying|working|student|my|our|flat|house"
    r"|(?:mum|mam|dad|parent|sister|brother|nan|gran|friend|mate)[’']?s[’']?)\s"
)
_I_AM_IN = re.compile(
    rf"(?:\b(?:{_I_AM})\s(?:{_DOING}){{0,4}}(?:in|near|outside)"
    r"|\b(?:i|we)(?:[’']?ve|\shave)?\s(?:just\s)?moved\s(?:(?:up|over|back|down)\s)?"
    r"(?:from\s\w+\s(?:\w+\s)?)?to"
    r"|(?:^|\b(?:i|we)\s(?:am|are|come)\s|\b(?:i[’']?m|we[’']?re)\s)from"
    r"|\bhere in|\b(?:asking|typing|writing) from)\s(?:the\s)?$",
    re.IGNORECASE,
)
# So likely a message tells where the person is, by the chats the turn classifier learnt from; and
# where that was told before.
LIKELY_HERE, SURELY_HERE = 0.4, 0.9
# What stands before a place that begins a sentence.
BEGINS = re.compile(r"[.!?\n]\s*$|^\s*$")
# Characters before a place in which it is looked for.
_BEFORE = 120
# Who is spoken of before a place: the person, or somebody else.
_SPOKEN_OF = re.compile(
    r"\b(?P<own>i|im|i[’']m|ive|i[’']ve|we|we[’']re|me|us)\b"
    r"|\b(?:he|hes|he[’']s|she|shes|she[’']s|they|theyre|they[’']re|ex|who)\b",
    re.IGNORECASE,
)
_HELPERS = ("friend", "professional")
_SENTENCE = re.compile(r"[.!?\n]")
# What joins it to the rest of the message, and how many words that must have.
_JOINS = re.compile(r"^[\s,.;]*(?:(?:and|but|so|btw)\b[\s,]*)?", re.IGNORECASE)
_LEAST = 3


def is_said(text: str, start: int) -> bool:
    """Whether what stands before a place says that the person is in it: "I live in".

    Args:
        text: the message.
        start: where the place begins.
    """
    return bool(_I_AM_IN.search(before(text, start)))


def is_of_others(text: str, start: int, who: str | None = None) -> bool:
    """Whether the last who is spoken of before a place is somebody else: "he's moved to".

    Args:
        text: the message.
        start: where the place begins.
        who: speaks, as far as it is known. "She's in Leeds" tells a helper's place well enough:
            it is that of whom they ask for.
    """
    if who in _HELPERS:
        return False
    sentence = _SENTENCE.split(before(text, start))[-1]
    spoken_of = list(_SPOKEN_OF.finditer(sentence))
    return bool(spoken_of) and not spoken_of[-1]["own"]


def before(text: str, start: int) -> str:
    """What stands before a place, as far as it can tell whose it is."""
    return text[max(0, start - _BEFORE) : start]


def without(text: str) -> str:
    """A message without where the person says that they are; as it is where little would be left.

    The answers to "I am in Leeds, my ex follows me" and "my ex follows me" are the same.
    """
    left = text
    for place in reversed(places.named(text)):
        if said := _I_AM_IN.search(before(left, place.start)):
            begins = max(0, place.start - _BEFORE) + said.start()
            left = f"{left[:begins]}{_JOINS.sub('', left[place.end :])}"
    return left if len(left.split()) >= _LEAST else text
