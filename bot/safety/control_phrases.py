"""Recognises control phrases: what people say to the chat itself, such as stop, again or explain.

They are plain lists of whole messages (`control_phrases.yml`), so that no model has to guess. A
message with one word more, or in which the net's rules see danger, is treated like any other.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from pathlib import Path

from bot.safety import danger, grammar
from bot.safety.normalise import normalise, plain_words
from bot.safety.patterns import read

_BREAKS = re.compile(r"[.,;:!?\n]+")
# No phrase in the lists is longer, so a longer message need not be compared.
_MOST_CHARACTERS = 120
# For a pattern that repeats its phrases: it could split a longer message in too many ways.
_MOST_WORDS = 16
# Word features of a message that asks something.
_ASKING = ("question_mark", "opens_asking")


class Wish(Enum):
    """The control phrases that a whole message can be."""

    STOP = "stop"
    AGAIN = "again"
    EXPLAIN = "explain"


def wish(text: str, previous: str = "") -> Wish | None:
    """Returns what a message asks of the chat; None if nothing, or if the rules see danger.

    Args:
        text: what was typed.
        previous: what was typed just before, which may hold the other half of a cry for help.
    """
    said = _said(text)
    found = next((one for one, pattern in _patterns().items() if pattern.fullmatch(said)), None)
    if found is None or danger.is_either_seen(text, previous):
        return None
    return found


def stops(text: str, previous: str = "") -> bool:
    """Returns whether a message is a wish to stop with polite or tired words, in any order.

    Use this only where the models count as well: "no! stop! please!" may be meant for somebody
    else.

    Args:
        text: what was typed.
        previous: what was typed just before, which may hold the other half of a cry for help.
    """
    said = [_said(part) for part in _BREAKS.split(text)] if _said(text) else []
    parts = [part for part in said if part]
    stop = _patterns()[Wish.STOP]
    others = [part for part in parts if not stop.fullmatch(part)]
    is_one = len(others) < len(parts) and all(map(_aside().fullmatch, others))
    return is_one and not danger.is_either_seen(text, previous)


def refuses(text: str, previous: str = "") -> bool:
    """Returns whether a message takes back a yes to being called; False if the rules see danger.

    Use this only for the hand-over's questions, and for messages that hold no answer to them.

    Args:
        text: what was typed.
        previous: what was typed just before, which may hold the other half of a cry for help.
    """
    said = _said(text)
    return bool(said and _refusal().search(said)) and not danger.is_either_seen(text, previous)


def says_now(text: str) -> bool:
    """Returns whether a whole message says that it is happening now: "as I type this"."""
    return bool(_now().fullmatch(_said(text)))


def says_not_now(text: str) -> bool:
    """Returns whether a whole message is a no to "Is this happening now?", and no more."""
    said = _said(text)
    return len(said.split()) <= _MOST_WORDS and bool(_not_now().fullmatch(said))


def says_ok(text: str) -> bool:
    """Returns whether a whole message is "ok" or "thanks": no yes to "Is this happening now?"."""
    return bool(_ok().fullmatch(_said(text)))


def says_no_help(text: str) -> bool:
    """Returns whether a whole message says that an answer was of no help; False in danger."""
    said = _said(text)
    is_said = len(said.split()) <= _MOST_WORDS and bool(_no_help().fullmatch(said))
    return is_said and not danger.is_either_seen(text, "")


def asks(text: str) -> bool:
    """Returns whether a message has the form of a question."""
    seen = grammar.word_features(normalise(text))
    return any(seen[name] for name in _ASKING)


def wants_answer(text: str) -> bool:
    """Returns whether a message asks, even without that form: "thats a breach right"."""
    return asks(text) or bool(_wants_answer().search(_said(text)))


def _said(text: str) -> str:
    """Returns the bare words in lower case; "" for a button or a message that is too long."""
    if len(text) > _MOST_CHARACTERS or text.startswith("/"):
        return ""
    return plain_words(text)


@lru_cache(maxsize=1)
def _expressions() -> dict[str, str]:
    return read(Path(__file__).with_name("control_phrases.yml"))


@lru_cache(maxsize=1)
def _refusal() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_expressions()['refuse']})\b")


@lru_cache(maxsize=1)
def _aside() -> re.Pattern[str]:
    return _whole("aside", _expressions()["end"])


@lru_cache(maxsize=1)
def _now() -> re.Pattern[str]:
    return _whole("now")


@lru_cache(maxsize=1)
def _not_now() -> re.Pattern[str]:
    return re.compile(_expressions()["not_now"])


@lru_cache(maxsize=1)
def _wants_answer() -> re.Pattern[str]:
    return re.compile(_expressions()["wants_answer"])


@lru_cache(maxsize=1)
def _ok() -> re.Pattern[str]:
    return _whole("ok")


@lru_cache(maxsize=1)
def _no_help() -> re.Pattern[str]:
    return _whole("no_help", _expressions()["end"])


@lru_cache(maxsize=1)
def _patterns() -> dict[Wish, re.Pattern[str]]:
    return {one: _whole(one.value, _expressions()["end"]) for one in Wish}


def _whole(name: str, end: str = "") -> re.Pattern[str]:
    """Returns a pattern for a whole message from one of the file's lists."""
    found = _expressions()
    return re.compile(f"{found['softly']}(?:{found[name]}){end}")
