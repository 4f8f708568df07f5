"""What words tell of a danger that was told before: over, not over, back again.

The models take "he is with me" and "police are with me" for the same. Here the words decide, and in
doubt it is asked once more (`actions.over`).
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.safety import control_phrases
from bot.safety.normalise import plain_words
from bot.safety.patterns import compiled

_PATTERNS = compiled(Path(__file__).with_suffix(".yml"))
# Words.
_A_LINE, _LONGEST = 9, 16


def denies_safety(text: str) -> bool:
    """Whether words say that somebody is not safe yet, or ask: "police haven't found him"."""
    return bool(_PATTERNS["denies"].search(plain_words(text))) or text.rstrip().endswith("?")


def denies_end(text: str) -> bool:
    """The same while danger is open, when more words leave it open: "hes been released"."""
    said = plain_words(text)
    is_behind_a_door = len(said.split()) <= _A_LINE and bool(
        _PATTERNS["behind_a_door"].search(said)
    )
    return denies_safety(text) or is_behind_a_door or bool(_PATTERNS["no_end"].search(said))


def tells_an_end(text: str, *, is_asked: bool = False) -> bool:
    """Whether words tell why it is over. "He is with me" and "I'm with my kids" may mean anything.

    However many they are: "I came home and he was here" is a place, too.

    Args:
        text: what was typed.
        is_asked: "Is the danger over?" was asked, so that "I'm at my mum's" is an answer.
    """
    said = plain_words(text)
    names = ("tells_end", *(("elsewhere", "opens_yes") if is_asked else ()))
    is_told = any(_PATTERNS[name].search(said) for name in names)
    return is_told and not _PATTERNS["earlier"].search(said)


def tells_others_end(text: str) -> bool:
    """The same of somebody else: "she is back", "police are with her", not "he has gone"."""
    return bool(_PATTERNS["others_end"].search(plain_words(text)))


def is_of_others(text: str) -> bool:
    """Whether words are only about somebody else: "my sister is safe"."""
    said = plain_words(text)
    return bool(_PATTERNS["of_others"].match(said)) and not _PATTERNS["more_than_them"].search(said)


def says_ended(text: str) -> bool:
    """Whether a whole text says that a danger is over: "yep sorted cheers", "they arrested him"."""
    return is_whole(_PATTERNS["says_ended"], text) and not control_phrases.asks(text)


def says_back(text: str) -> bool:
    """Whether a whole text says that who had gone is there again: "back again", "here now"."""
    return is_whole(_PATTERNS["back"], text)


def tells_of_release(text: str) -> bool:
    """Whether words tell that somebody is out of prison, or that an order ran out."""
    return bool(_PATTERNS["released"].search(plain_words(text)))


def is_whole(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the words of a text are what a pattern finds, and no more.

    A few words only: some of these patterns can be cut in two ways at each phrase, and a text made
    for it would take them twice as long with every one more.
    """
    said = plain_words(text)
    return len(said.split()) <= _LONGEST and bool(pattern.fullmatch(said))
