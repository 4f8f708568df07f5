"""What words tell that a danger told before never was: a mistake, long past, far away.

The models take "the postman saw him too" and "it was the postman" for the same. Here the words
decide.
"""

from __future__ import annotations

from pathlib import Path

from actions.ended import denies_end, is_whole
from bot.safety.normalise import plain_words
from bot.safety.patterns import compiled

_PATTERNS = compiled(Path(__file__).with_suffix(".yml"))
# Words.
_LONGEST = 16


def says_never_was(text: str) -> bool:
    """Whether a whole text says that a danger is past, far off or was none: "i meant last week"."""
    said = plain_words(text)
    is_past = _PATTERNS["never_was"].search(said) and is_whole(_PATTERNS["only_that"], text)
    return (bool(is_past) and not denies_end(text)) or says_mistake(text)


def means_the_past(text: str) -> bool:
    """The same of what was told before, where nothing was asked: "i meant last week".

    "Not now, last month" can be about nothing else either; "it was on Tuesday" may date a threat.
    """
    said = plain_words(text)
    is_about_it = _PATTERNS["meant"].search(said) or _PATTERNS["not_now_but_past"].search(said)
    return bool(is_about_it) and says_never_was(text)


def says_mistake(text: str) -> bool:
    """Whether words tell that there never was a danger: "wrong word lol", "its on the telly"."""
    said = plain_words(text)
    if (
        len(said.split()) > _LONGEST
        or not _PATTERNS["mistake"].search(said)
        or _PATTERNS["no_mistake"].search(said)
    ):
        return False
    rest = " ".join(_PATTERNS["mistake"].sub(" ", said).split())
    return bool(_PATTERNS["filling"].fullmatch(rest)) and not denies_end(text)


def plays_down(text: str) -> bool:
    """Whether a whole text says that it is no emergency: "not an emergency, just in general".

    Somebody may be told to say so, or think little of it: it ends nothing, and is asked about.
    """
    is_said = _PATTERNS["plays_down_word"].search(plain_words(text))
    return bool(is_said) and is_whole(_PATTERNS["plays_down"], text)


def says_not_here(text: str) -> bool:
    """Whether somebody is said not to be there: of who threatens an end, of a child none."""
    return bool(_PATTERNS["not_here"].search(plain_words(text)))


def is_bare_no(text: str) -> bool:
    """Whether a whole text denies whatever was asked, and no more: "not now", "nothing"."""
    return is_whole(_PATTERNS["no_more"], text)


def says_pressed_wrong(text: str) -> bool:
    """Whether words tell that what was said last was a slip of the thumb."""
    return bool(_PATTERNS["slip"].search(plain_words(text)))
