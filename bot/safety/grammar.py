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
from collections.abc import Callable
from functools import cached_property

from bot.safety.clauses import Clause, clauses_of
from bot.safety.lexicon import MOST, count, has, plain_english
from bot.safety.normalise import clean
from bot.safety.rules import MAX_CHARACTERS


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

_Features = dict[str, Callable[[_Reading], float]]

_OF_CLAUSES: _Features = {
    # clauses of now, as facts, with another (or no) subject and a near place
    "near_now": lambda reading: _of(reading, _near_now),
    # clauses of now, as facts, with a weapon or violence, the writer not its subject
    "violent_now": lambda reading: _of(reading, _violent_now),
    # clauses with another (or no) subject and something going on: 'is shouting', 'walking'
    "going_on": lambda reading: _of(
        reading,
        lambda c: _real(c) and c.progressive and c.subject in ("third", "none"),
    ),
    # clauses of now, as facts, where another person does what frightens
    "danger_verb_now": lambda reading: _of(
        reading,
        lambda c: (
            _real(c) and not c.denied and c.subject in ("third", "none") and has("danger", c.text)
        ),
    ),
    # seen, heard or watched at this moment
    "perceived_now": lambda reading: _of(reading, lambda c: _real(c) and has("perceive", c.text)),
    # 1 when the last clause with a place, violence, weapon or coming is a fact of now
    "last_dangerous_now": _last_dangerous,
    # past clauses with a place, violence or weapon
    "past_danger": lambda reading: _of(
        reading,
        lambda c: (c.tense == "past" or has("past_time", c.text)) and _dangerous(c),
    ),
    # imagined, feared or conditional clauses with a place, violence or weapon
    "unreal_danger": lambda reading: _of(reading, lambda c: c.unreal and _dangerous(c)),
    # denied clauses with a place, violence, weapon or coming
    "denied_danger": lambda reading: _of(
        reading, lambda c: c.denied and _dangerous(c) and not has("trapped", c.text)
    ),
    # clauses put as questions
    "asks": lambda reading: _of(reading, lambda c: c.asks),
    # the writer is the one who hurts, follows or waits
    "first_agent": lambda reading: _of(
        reading, lambda c: c.subject == "first" and has("violence", c.text)
    ),
    # 1 for a few words without a verb but with a place, weapon or violence
    "terse": _terse,
    # clauses 'he is/has ...' of now, as facts, with a place phrase or weapon
    "state_now": lambda reading: _of(
        reading,
        lambda c: (
            _real(c)
            and not c.denied
            and c.aspect == "state"
            and c.subject in ("third", "none")
            and bool(c.scene or has("weapon", c.text) or has("near", c.text))
        ),
    ),
    # simple present of another person: 'he waits', mostly a habit
    "simple_present": lambda reading: _of(
        reading, lambda c: c.aspect == "simple" and c.subject == "third" and not c.unreal
    ),
    # phrases of place in clauses of now, as facts
    "scene": lambda reading: float(min(5, sum(c.scene for c in reading.clauses if _real(c)))),
    # plain present clauses about the writer: 'I want', 'I need', 'I think'
    "first_present": lambda reading: _of(
        reading, lambda c: c.aspect == "simple" and c.subject == "first"
    ),
    # clauses of now, as facts, about another person
    "third_now": lambda reading: _of(
        reading,
        lambda c: _real(c) and not c.denied and c.subject == "third" and c.aspect != "simple",
    ),
    # 1 when every clause with a verb asks or imagines
    "only_asks": lambda reading: float(
        all(c.asks or c.unreal for c in reading.clauses if c.tense != "none")
        and any(c.tense != "none" for c in reading.clauses)
    ),
}

_OF_WORDS: _Features = {
    "near": _words_feature("near"),
    "violence": _words_feature("violence"),
    "trapped": _words_feature("trapped"),  # held, blocked, hiding or silenced
    "weapon": _words_feature("weapon"),
    "threat": _words_feature("threat"),  # threats with a person as object
    # 1 for a threat together with a time very soon: 'tonight', 'by six', 'after school'
    "threat_soon": lambda reading: float(has("threat", reading.text) and has("soon", reading.text)),
    "coming": _words_feature("coming"),  # on the way to the person
    "now": _words_feature("now"),  # expressions of this moment
    "past_time": _words_feature("past_time"),  # expressions of a past time
    "habit": _words_feature("habit"),  # habits and repetition
    "unreal_words": _words_feature("unreal"),  # if, might, scared that
    "ask_words": _words_feature("ask"),  # question openings and asking for advice
    "institution": _words_feature("institution"),  # reporting, courts, orders, support
    "online": _words_feature("online"),  # messages, accounts, devices
    "fiction": _words_feature("fiction"),  # films, games, dreams, jokes
    "figure": _words_feature("figure"),  # figures of speech
    "over": _words_feature("over"),  # gone, arrested, safe
    "plea": _words_feature("plea"),  # pleas and orders to help, come or call
    "third": _words_feature("third"),  # another person is spoken of
    "thing": _words_feature("stranger_car"),  # a car, a light, a shadow, steps
    "fear": _words_feature("fear"),  # bodily fear
    # dialect forms, from the text as typed
    "dialect": lambda reading: float(count("dialect", reading.typed)),
    "question_mark": lambda reading: float("?" in reading.typed),
    # 1 when it begins as a question
    "opens_asking": lambda reading: float(_OPENS_ASKING.match(reading.text) is not None),
    "crisis": _words_feature("crisis"),  # suicide and self-harm
    "coded": _words_feature("coded"),  # a plea in code: pizza, a taxi, Angela
    "injury": _words_feature("injury"),  # hurt: blood, breath, bones
    "child_taken": _words_feature("child_taken"),  # a child taken, collected or missing
    # logarithm (base 2) of the number of words plus one
    "length": lambda reading: math.log2(1 + reading.tokens),
}

_FEATURES = _OF_CLAUSES | _OF_WORDS

NAMES: tuple[str, ...] = tuple(_FEATURES)


def features(text: str) -> dict[str, float]:
    """The numbers of one message (any string; its first MAX_CHARACTERS are read).

    Returns:
        A value for every name in NAMES, in that order: 0 or 1, counts up to 3 (`scene` up to 5),
        and `length`.
    """
    return _seen(_FEATURES, text)


def word_features(text: str) -> dict[str, float]:
    """The numbers that need no parsing: those of `features` that only words speak for."""
    return _seen(_OF_WORDS, text)


def _seen(features: _Features, text: str) -> dict[str, float]:
    reading = _Reading(text)
    return {name: see(reading) for name, see in features.items()}
