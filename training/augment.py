"""Varies messages while training: slips of the thumb, who it is about, and what is told beside it.

The robustness tests use their own perturbations and swaps (bot/evaluation/), written apart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from bot.nlu.corpus import Message
from bot.safety.normalise import normalise
from training import other_people

_NEAR_KEYS = {
    "a": "qwsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc",
    "g": "ftyhbv", "h": "gyujnb", "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop",
    "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa", "r": "edft", "s": "awedxz",
    "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu", "z": "asx",
}  # fmt: skip
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
# Up to which draw (0 to 1) each variation is taken; above the last, punctuation is dropped.
_UNCHANGED, _TYPOS, _SPELLINGS, _FEWER_SPACES, _NO_SPACES, _LEETSPEAK = (
    0.40, 0.70, 0.78, 0.87, 0.90, 0.93,
)  # fmt: skip
# One slip in 100 to one in 8 characters, and at least one.
_FEWEST_SLIPS, _MOST_SLIPS = 0.01, 0.125
# Of the slips that fall on a space: the share where it comes one letter too late.
_SPACE_LATE = 0.5
# How words sound, and how phones shorten them. Each is a pattern and what takes its place.
_SPELLINGS_HEARD = [
    (re.compile(pattern), other)
    for pattern, other in (
        ("'", ""), ("ing\\b", "in"), ("ph", "f"), ("ck\\b", "k"), ("(?<=[bcdfgklmprst])er\\b", "a"),
        ("\\bth", "d"), ("th\\b", "f"), ("wh", "w"), ("ould", "ud"), ("igh", "i"), ("ough\\b", "o"),
        ("tion", "shun"), ("ie", "ei"), ("ei", "ie"), ("ea", "ee"), ("ou", "u"), ("you", "u"),
        ("\\bto\\b", "2"), ("\\bfor\\b", "4"), ("\\band\\b", "n"), ("\\bkn", "n"), ("ll", "l"),
        ("ss", "s"), ("tt", "t"), ("(?<=[bcdfgkmprstv])e\\b", ""), ("ed\\b", "d"),
        ("[aeiou](?=[nrlt])", ""),
    )
]  # fmt: skip

# How often the people of a message become others, and each of the changes is then made.
_OTHER_PEOPLE, _OTHER_SEX, _OTHER_RELATION, _SAYS_WHO = 0.3, 0.5, 0.5, 0.4
# Labels that stay whoever writes and whoever is written about.
_FOR_ANYBODY = re.compile(
    r"(?:emergency|crisis|reporting)/|safe_now$|advice/(?:is_it_stalking|emotional_support|"
    r"when_999|no_contact|home_safety|personal_safety)$"
)
# "my ex says he will die" and "my cousin says he will die" have different labels.
_RELATION_MATTERS = ("crisis/", "reporting/for_someone")
# How often a message is told among others. Calm ones too, or long would look like danger.
_AMONG = 0.33
_EMERGENCY, _CRISIS = "emergency/", "crisis/"
_DANGER = (_EMERGENCY, _CRISIS)
# How often danger and a crisis are told together: neither hides the other.
_BOTH = 0.06
# What is told beside a message: calm, and nothing that takes it back, as "I am safe now" would.
_CALM = ("advice/", "reporting/")
_ONE_OTHER = 0.6
_BETWEEN = (" ", ". ", ", ", " and ", " anyway ", ". also ", "? ")
# All of it together; the encoder reads about a hundred words.
_MOST_WORDS = 80


class Others:
    """People tell everything at once: the danger, what went before, and what they want to know.

    Args:
        messages: the corpus, of which the calm ones are told beside others, and danger and crises
            beside each other.
    """

    def __init__(self, messages: Sequence[Message]) -> None:
        told = [(normalise(message.text), message.label) for message in messages]
        self._calm = [one for one in told if one[1].startswith(_CALM)]
        self._graver = {
            _EMERGENCY: [one for one in told if one[1].startswith(_CRISIS)],
            _CRISIS: [one for one in told if one[1].startswith(_EMERGENCY)],
        }

    def beside(self, text: str, label: str, draw: random.Random) -> tuple[str, tuple[str, ...]]:
        """The message, perhaps among calm ones, and the labels of all that is told.

        Beside danger nothing calm counts (docs/labels.md), so there its label is the only one.
        """
        is_danger = label.startswith(_DANGER)
        graver = self._graver.get(label.partition("/")[0] + "/")
        if graver and draw.random() < _BOTH:
            other, its_label = draw.choice(graver)
            if _fits(text, other):
                return _joined(text, other, draw), (label, its_label)
        if not is_danger and not label.startswith(_CALM):
            return text, (label,)
        if draw.random() >= _AMONG:
            return text, (label,)
        labels = [label]
        for _ in range(1 if draw.random() < _ONE_OTHER else 2):
            other, its_label = draw.choice(self._calm)
            if not _fits(text, other):
                break
            text = _joined(text, other, draw)
            labels.append(its_label)
        return text, (label,) if is_danger else tuple(labels)


def _fits(text: str, other: str) -> bool:
    return len(f"{text} {other}".split()) <= _MOST_WORDS


def _joined(text: str, other: str, draw: random.Random) -> str:
    first, second = (text, other) if draw.random() < 0.5 else (other, text)  # noqa: PLR2004
    return f"{first}{draw.choice(_BETWEEN)}{second}"


def vary(text: str, label: str, draw: random.Random) -> str:
    """The message as it is, or of other people, or with slips, or both."""
    if _FOR_ANYBODY.match(label) and draw.random() < _OTHER_PEOPLE:
        text = _with_other_people(text, label, draw)
    return with_slips(text, draw)


def _with_other_people(text: str, label: str, draw: random.Random) -> str:
    if draw.random() < _OTHER_SEX:
        text = other_people.of_other_sex(text)
    if draw.random() < _OTHER_RELATION and not label.startswith(_RELATION_MATTERS):
        text = other_people.of_other_relation(text, draw)
    if draw.random() < _SAYS_WHO:
        text = f"{other_people.who(draw)} {text}"
    return text


def with_slips(text: str, draw: random.Random) -> str:
    """The message as it is, or with slips of the thumb, spellings by ear or missing spaces."""
    chance = draw.random()
    if chance < _UNCHANGED:
        return text
    if chance < _TYPOS:
        return _with_typos(text, draw)
    if chance < _SPELLINGS:
        return _as_heard(text, draw)
    if chance < _FEWER_SPACES:
        return "".join("" if c == " " and draw.random() < 0.4 else c for c in text)
    if chance < _NO_SPACES:
        return text.replace(" ", "")[:60]
    if chance < _LEETSPEAK:
        return "".join(
            draw.choice(_LEET[c]) if c in _LEET and draw.random() < 0.35 else c for c in text
        )
    return re.sub(r"[^\w\s]", "", text)


def _as_heard(text: str, draw: random.Random) -> str:
    """Some words spelt by ear or cut short."""
    for pattern, other in draw.sample(_SPELLINGS_HEARD, 8):

        def heard(match: re.Match[str], other: str = other) -> str:
            return other if draw.random() < 0.6 else match.group()

        text = pattern.sub(heard, text)
    return text


def _with_typos(text: str, draw: random.Random) -> str:
    characters = list(text)
    for _ in range(max(1, int(len(characters) * draw.uniform(_FEWEST_SLIPS, _MOST_SLIPS)))):
        _slip(characters, draw.randrange(len(characters)), draw)
    return "".join(characters) or text


def _slip(characters: list[str], place: int, draw: random.Random) -> None:
    """One letter left out, swapped with the next, hit wrongly, hit twice or with a neighbour."""
    letter, kind = characters[place], draw.random()
    if letter == " " and place + 1 < len(characters) and kind < _SPACE_LATE:
        characters[place], characters[place + 1] = characters[place + 1], letter
    if not letter.isalpha():
        return
    near = draw.choice(_NEAR_KEYS.get(letter, letter))
    if kind < 0.28:
        characters[place] = ""
    elif kind < 0.52 and place + 1 < len(characters):
        characters[place], characters[place + 1] = characters[place + 1], letter
    elif kind < 0.76:
        characters[place] = near
    elif kind < 0.92:
        characters[place] = letter * 2
    else:
        characters[place] = letter + near
