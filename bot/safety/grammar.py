"""What the grammar of one message says about danger now: a fixed row of named numbers.

A small parser (spaCy) cuts the message into clauses and tells for each its tense, its subject,
whether it is denied and whether it is only imagined. Word lists (`grammar.yml`) tell what the
clause is about. So "he was outside last night and now he's at the door" is a past clause and a
present one, and the present one counts. When the parser is missing or fails, clauses are cut at
punctuation and joining words and their tense is guessed from the words alone: the same numbers,
less exact. Nothing here raises on any text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from bot.safety.clauses import Clause, clauses_of
from bot.safety.lexicon import MOST, count, has, plain_english
from bot.safety.normalise import clean

MAX_CHARACTERS = 2_000


class _Reading:
    """A message as the features see it: lower-case text, and clauses in order when asked for."""

    def __init__(self, text: str) -> None:
        typed = clean(text[:MAX_CHARACTERS])
        self.typed = typed.lower()
        self.text = plain_english(typed)
        self.tokens = len(self.text.split())

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses; parsing them takes most of the time."""
        return clauses_of(self.text)


def _real(clause: Clause) -> bool:
    """Told as a fact of now, not as past, imagined, denied, a habit or a question."""
    return (
        clause.tense in ("present", "none")
        and not clause.unreal
        and not clause.asks
        and not has("past_time", clause.text)
        and not has("habit", clause.text)
    )


def _near_now(clause: Clause) -> bool:
    return (
        _real(clause)
        and not clause.denied
        and clause.subject in ("third", "none")
        and has("near", clause.text)
    )


def _violent_now(clause: Clause) -> bool:
    return (
        _real(clause)
        and not clause.denied
        and clause.subject in ("third", "none")
        and (has("violence", clause.text) or has("weapon", clause.text))
    )


def _dangerous(clause: Clause) -> bool:
    text = clause.text
    return any(has(group, text) for group in ("near", "violence", "weapon", "coming"))


def _of(reading: _Reading, holds: Callable[[Clause], bool]) -> float:
    return float(min(MOST, sum(1 for clause in reading.clauses if holds(clause))))


def _words_feature(group: str) -> Callable[[_Reading], float]:
    return lambda reading: float(count(group, reading.text))


def _last_dangerous(reading: _Reading) -> float:
    for clause in reversed(reading.clauses):
        if _dangerous(clause):
            return float(_real(clause) and not clause.denied)
    return 0.0


def _terse(reading: _Reading) -> float:
    if reading.tokens > 7 or any(clause.tense != "none" for clause in reading.clauses):
        return 0.0
    return float(any(has(group, reading.text) for group in ("near", "weapon", "violence")))


_OPENS_ASKING = re.compile(
    r"^(?:so |and |but |hi |hello |please |sorry |ok |just )*"
    r"(?:how|what|what's|where|when|who|which|why|can|could|should|do|does|did|is|are|am|will|would|any)\b"
)

_Features = dict[str, tuple[str, Callable[[_Reading], float]]]

_OF_CLAUSES: _Features = {
    "near_now": (
        "clauses of now, as facts, with another (or no) subject and a near place",
        lambda reading: _of(reading, _near_now),
    ),
    "violent_now": (
        "clauses of now, as facts, with a weapon or violence, the writer not its subject",
        lambda reading: _of(reading, _violent_now),
    ),
    "going_on": (
        "clauses with another (or no) subject and something going on: 'is shouting', 'walking'",
        lambda reading: _of(
            reading,
            lambda c: _real(c) and c.progressive and c.subject in ("third", "none"),
        ),
    ),
    "danger_verb_now": (
        "clauses of now, as facts, where another person does what frightens",
        lambda reading: _of(
            reading,
            lambda c: (
                _real(c)
                and not c.denied
                and c.subject in ("third", "none")
                and has("danger", c.text)
            ),
        ),
    ),
    "perceived_now": (
        "seen, heard or watched at this moment",
        lambda reading: _of(reading, lambda c: _real(c) and has("perceive", c.text)),
    ),
    "last_dangerous_now": (
        "1 when the last clause with a place, violence, weapon or coming is a fact of now",
        _last_dangerous,
    ),
    "past_danger": (
        "past clauses with a place, violence or weapon",
        lambda reading: _of(
            reading,
            lambda c: (c.tense == "past" or has("past_time", c.text)) and _dangerous(c),
        ),
    ),
    "unreal_danger": (
        "imagined, feared or conditional clauses with a place, violence or weapon",
        lambda reading: _of(reading, lambda c: c.unreal and _dangerous(c)),
    ),
    "denied_danger": (
        "denied clauses with a place, violence, weapon or coming",
        lambda reading: _of(
            reading, lambda c: c.denied and _dangerous(c) and not has("trapped", c.text)
        ),
    ),
    "asks": (
        "clauses put as questions",
        lambda reading: _of(reading, lambda c: c.asks),
    ),
    "first_agent": (
        "the writer is the one who hurts, follows or waits",
        lambda reading: _of(reading, lambda c: c.subject == "first" and has("violence", c.text)),
    ),
    "terse": ("1 for a few words without a verb but with a place, weapon or violence", _terse),
    "state_now": (
        "clauses 'he is/has ...' of now, as facts, with a place phrase or weapon",
        lambda reading: _of(
            reading,
            lambda c: (
                _real(c)
                and not c.denied
                and c.aspect == "state"
                and c.subject in ("third", "none")
                and bool(c.scene or has("weapon", c.text) or has("near", c.text))
            ),
        ),
    ),
    "simple_present": (
        "simple present of another person: 'he waits', mostly a habit",
        lambda reading: _of(
            reading, lambda c: c.aspect == "simple" and c.subject == "third" and not c.unreal
        ),
    ),
    "scene": (
        "phrases of place in clauses of now, as facts",
        lambda reading: float(min(5, sum(c.scene for c in reading.clauses if _real(c)))),
    ),
    "first_present": (
        "plain present clauses about the writer: 'I want', 'I need', 'I think'",
        lambda reading: _of(reading, lambda c: c.aspect == "simple" and c.subject == "first"),
    ),
    "third_now": (
        "clauses of now, as facts, about another person",
        lambda reading: _of(
            reading,
            lambda c: _real(c) and not c.denied and c.subject == "third" and c.aspect != "simple",
        ),
    ),
    "only_asks": (
        "1 when every clause with a verb asks or imagines",
        lambda reading: float(
            all(c.asks or c.unreal for c in reading.clauses if c.tense != "none")
            and any(c.tense != "none" for c in reading.clauses)
        ),
    ),
}

_OF_WORDS: _Features = {
    "near": ("near places", _words_feature("near")),
    "violence": ("words of violence", _words_feature("violence")),
    "trapped": ("held, blocked, hiding or silenced", _words_feature("trapped")),
    "weapon": ("weapons", _words_feature("weapon")),
    "threat": ("threats with a person as object", _words_feature("threat")),
    "threat_soon": (
        "1 for a threat together with a time very soon: 'tonight', 'by six', 'after school'",
        lambda reading: float(has("threat", reading.text) and has("soon", reading.text)),
    ),
    "coming": ("on the way to the person", _words_feature("coming")),
    "now": ("expressions of this moment", _words_feature("now")),
    "past_time": ("expressions of a past time", _words_feature("past_time")),
    "habit": ("habits and repetition", _words_feature("habit")),
    "unreal_words": ("if, might, scared that", _words_feature("unreal")),
    "ask_words": ("question openings and asking for advice", _words_feature("ask")),
    "institution": ("reporting, courts, orders, support", _words_feature("institution")),
    "online": ("messages, accounts, devices", _words_feature("online")),
    "fiction": ("films, games, dreams, jokes", _words_feature("fiction")),
    "figure": ("figures of speech", _words_feature("figure")),
    "over": ("gone, arrested, safe", _words_feature("over")),
    "plea": ("pleas and orders to help, come or call", _words_feature("plea")),
    "third": ("another person is spoken of", _words_feature("third")),
    "thing": ("a car, a light, a shadow, steps", _words_feature("stranger_car")),
    "fear": ("bodily fear", _words_feature("fear")),
    "dialect": (
        "dialect forms, from the text as typed",
        lambda reading: float(count("dialect", reading.typed)),
    ),
    "question_mark": (
        "1 for a question mark",
        lambda reading: float("?" in reading.typed),
    ),
    "opens_asking": (
        "1 when it begins as a question",
        lambda reading: float(_OPENS_ASKING.match(reading.text) is not None),
    ),
    "crisis": ("suicide and self-harm", _words_feature("crisis")),
    "coded": ("a plea in code: pizza, a taxi, Angela", _words_feature("coded")),
    "injury": ("hurt: blood, breath, bones", _words_feature("injury")),
    "child_taken": ("a child taken, collected or missing", _words_feature("child_taken")),
    "length": (
        "logarithm (base 2) of the number of words plus one",
        lambda reading: math.log2(1 + reading.tokens),
    ),
}

_FEATURES = _OF_CLAUSES | _OF_WORDS

NAMES: tuple[str, ...] = tuple(_FEATURES)


def features(text: str) -> dict[str, float]:
    """The numbers of one message (any string; its first MAX_CHARACTERS are read).

    Returns:
        A value for every name in NAMES, in that order: 0 or 1, counts up to 3, and `length`.
    """
    return _seen(_FEATURES, text)


def word_features(text: str) -> dict[str, float]:
    """The numbers that need no parsing: those of `features` that only words speak for."""
    return _seen(_OF_WORDS, text)


def _seen(features: _Features, text: str) -> dict[str, float]:
    reading = _Reading(text)
    return {name: see(reading) for name, (_, see) in features.items()}


def describe() -> dict[str, str]:
    """What each feature sees, by name."""
    return {name: meaning for name, (meaning, _) in _FEATURES.items()}


def matrix(texts: Iterable[str]) -> list[list[float]]:
    """Rows of feature values in the order of NAMES."""
    return [list(features(text).values()) for text in texts]
