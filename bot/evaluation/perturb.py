"""Ways in which the same message may be typed, to measure how well the net holds.

Each is a function of a message and a seed and always gives the same for the same two. A message
stays one message, but for `split_in_two`; so every function returns a tuple of messages.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import yaml

Perturbation = Callable[[str, int], tuple[str, ...]]

# One slip in this many characters.
_TYPO_EVERY = 12
# Every second letter that has a double is changed.
_SHARE_CHANGED = 0.5
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# The key to the right, or to the left at the end of a row.
_NEIGHBOURS = {
    letter: (row[index + 1 :] or row[-2])[0] for row in _ROWS for index, letter in enumerate(row)
}
_LOOK_ALIKES = dict(zip("aeopcxyis", "аеорсхуіѕ", strict=True))
# Styles in which people write whole messages for the look of it. They are written apart from
# bot/safety/normalise/lookalikes.yml, which does not know all of their letters.
_STYLES = tuple(
    dict(zip("abcdefghijklmnopqrstuvwxyz", style, strict=True))
    for style in (
        "αв¢∂єƒgнιנкℓмησρqяѕтυνωχуz",
        "αβcδεfghιjκlmηoρqrsτυνωxyz",
        "авсdеfgніјкlмпорqгѕтцvшхуz",
        "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀsᴛᴜᴠᴡxʏᴢ",
    )
)
# What each letter may be typed as; one message keeps to one sign for a letter.
_FIGURES = {"a": "4@", "e": "3", "i": "1!|", "l": "1!|", "o": "0", "s": "5$", "t": "7"}
# Hangul fillers and an empty mark among them, which Unicode does not count as invisible, and a
# space that is thinner than any letter, which cannot be told from any other space.
_ZERO_WIDTH = (
    *("\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\u3164", "\uffa0", "\u034f"),
    "\u200a",
)
# The share of draws of missing spaces in which none is left.
_SHARE_OF_NO_SPACES = 1 / 3
# A word of another language after one in so many words.
_FOREIGN_EVERY = 5
_WORD = re.compile(r"[A-Za-z]+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_APOSTROPHES = re.compile(r"['’‘`´]")
_EMOJI_WORDS = {
    "knife": "🔪",
    "gun": "🔫",
    "axe": "🪓",
    "hammer": "🔨",
    "door": "🚪",
    "house": "🏠",
    "home": "🏠",
    "window": "🪟",
    "key": "🔑",
    "keys": "🔑",
    "car": "🚗",
    "van": "🚐",
    "bus": "🚌",
    "train": "🚆",
    "bike": "🚲",
    "help": "🆘",
    "police": "👮",
    "fire": "🔥",
    "child": "👶",
    "kids": "👶",
    "baby": "👶",
    "man": "👨",
    "woman": "👩",
    "phone": "📱",
    "crying": "😭",
    "scared": "😱",
    "blood": "🩸",
    "school": "🏫",
    "bed": "🛏",
    "toilet": "🚽",
}


def _random(text: str, seed: int) -> random.Random:
    # A string seed does not depend on the process, unlike a hash.
    return random.Random(f"{seed}:{text}")  # noqa: S311 - nothing secret hangs on it


def typos(text: str, seed: int = 0) -> tuple[str, ...]:
    """A slip in one of 12 characters, at least one: left out, doubled, swapped or next key."""
    source = _random(text, seed)
    places = [match.start() for match in re.finditer("[A-Za-z]", text)]
    slips = min(len(places), max(1, round(len(text) / _TYPO_EVERY)))
    characters = list(text)
    for place in source.sample(places, slips):
        _slip(characters, place, source)
    return ("".join(characters),)


def _slip(characters: list[str], place: int, source: random.Random) -> None:
    letter = characters[place]
    kind = source.choice(("omit", "double", "swap", "neighbour"))
    if kind == "omit":
        characters[place] = ""
    elif kind == "double":
        characters[place] = letter * 2
    elif kind == "swap" and place + 1 < len(characters):
        characters[place], characters[place + 1] = characters[place + 1], letter
    else:
        characters[place] = _NEIGHBOURS.get(letter.lower(), letter)


def _letters_replaced(text: str, seed: int, table: dict[str, str]) -> str:
    source = _random(text, seed)
    return "".join(
        table[letter.lower()]
        if letter.lower() in table and source.random() < _SHARE_CHANGED
        else letter
        for letter in text
    )


def homoglyphs(text: str, seed: int = 0) -> tuple[str, ...]:
    """Half of the letters that have a Cyrillic double become it, or all are of one style."""
    style = _random(text, seed).choice((None, *_STYLES))
    if style is None:
        return (_letters_replaced(text, seed, _LOOK_ALIKES),)
    return ("".join(style.get(letter, letter) for letter in text.lower()),)


def leetspeak(text: str, seed: int = 0) -> tuple[str, ...]:
    """Half of the letters that look like a figure or a sign become it; figures stay."""
    source = _random(text, seed)
    table = {letter: source.choice(signs) for letter, signs in _FIGURES.items()}
    return (_letters_replaced(text, seed, table),)


def zero_width(text: str, seed: int = 0) -> tuple[str, ...]:
    """An invisible character, or a hair's breadth, inside each word of more than one letter."""
    source = _random(text, seed)

    def broken(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) == 1:
            return word
        place = source.randrange(1, len(word))
        return word[:place] + source.choice(_ZERO_WIDTH) + word[place:]

    return (_WORD.sub(broken, text),)


def missing_spaces(text: str, seed: int = 0) -> tuple[str, ...]:
    """About half of the spaces left out, at least one, or all of them."""
    source = _random(text, seed)
    words = text.split()
    if len(words) < 2:  # noqa: PLR2004
        return (text,)
    if source.random() < _SHARE_OF_NO_SPACES:
        return ("".join(words),)
    sure = source.randrange(1, len(words))
    joined = words[0]
    for index, word in enumerate(words[1:], start=1):
        gone = index == sure or source.random() < _SHARE_CHANGED
        joined += word if gone else f" {word}"
    return (joined,)


def capitals(text: str, seed: int = 0) -> tuple[str, ...]:
    """All in capitals."""
    return (text.upper(),)


def emoji_words(text: str, seed: int = 0) -> tuple[str, ...]:
    """Words that have an emoji become it."""
    return (_WORD.sub(lambda m: _EMOJI_WORDS.get(m.group().lower(), m.group()), text),)


def no_punctuation(text: str, seed: int = 0) -> tuple[str, ...]:
    """Without marks and apostrophes, in lower case."""
    plain = _PUNCTUATION.sub(" ", _APOSTROPHES.sub("", text))
    return (" ".join(plain.lower().split()),)


def split_in_two(text: str, seed: int = 0) -> tuple[str, ...]:
    """Sent in two messages, cut near the middle; one word stays one message."""
    words = text.split()
    if len(words) < 2:  # noqa: PLR2004
        return (text,)
    middle = len(words) // 2
    shift = _random(text, seed).choice((-1, 0, 1)) if len(words) > 3 else 0  # noqa: PLR2004
    cut = min(len(words) - 1, max(1, middle + shift))
    return (" ".join(words[:cut]), " ".join(words[cut:]))


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[list[str]]]:
    path = Path(__file__).with_name("phrases.yml")
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {place: list(languages.values()) for place, languages in document.items()}


def mixed_language(text: str, seed: int = 0) -> tuple[str, ...]:
    """Framed by everyday phrases of another language, or with its words between the others."""
    source = _random(text, seed)
    words = text.split()
    if len(words) > 1 and source.random() < _SHARE_CHANGED:
        return (_with_words_between(words, source),)
    before, after = source.choice(_phrases()["around"])
    return (f"{before}, {text} {after}",)


def _with_words_between(words: list[str], source: random.Random) -> str:
    foreign = source.choice(_phrases()["between"])
    places = source.sample(range(len(words) - 1), max(1, len(words) // _FOREIGN_EVERY))
    return " ".join(
        f"{word} {source.choice(foreign)}" if place in places else word
        for place, word in enumerate(words)
    )


@lru_cache(maxsize=1)
def _accounts() -> dict[str, list[str]]:
    path = Path(__file__).with_name("accounts.yml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def among_other_things(text: str, seed: int = 0) -> tuple[str, ...]:
    """After an account of what went before, before a question, or between both."""
    source = _random(text, seed)
    before, after = (source.choice(_accounts()[place]) for place in ("before", "after"))
    parts = source.choice([(before, text), (text, after), (before, text, after)])
    return (source.choice((" ", ". ", ", ")).join(parts),)


# Words before and after a message in the middle of a long one.
_LONG_BEFORE, _LONG_AFTER = 130, 45


def in_a_long_message(text: str, seed: int = 0) -> tuple[str, ...]:
    """In the middle of a long message: 130 words of accounts before, 45 or more after."""
    source = _random(text, seed)
    before, after = (_account(source, least) for least in (_LONG_BEFORE, _LONG_AFTER))
    return (f"{before} {text}. {after}",)


def _account(source: random.Random, least: int) -> str:
    told: list[str] = []
    while sum(len(one.split()) for one in told) < least:
        told.append(source.choice(_accounts()["before"]))
    return " ".join(told)


PERTURBATIONS: dict[str, Perturbation] = {
    "typos": typos,
    "homoglyphs": homoglyphs,
    "zero_width": zero_width,
    "leetspeak": leetspeak,
    "missing_spaces": missing_spaces,
    "capitals": capitals,
    "emoji_words": emoji_words,
    "no_punctuation": no_punctuation,
    "split_in_two": split_in_two,
    "mixed_language": mixed_language,
    "among_other_things": among_other_things,
    "in_a_long_message": in_a_long_message,
}
