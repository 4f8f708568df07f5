"""Finds the places and police forces that a text names, and which force polices each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.content.models import Force
from bot.content.register import whole_register

# The words of a name: "kings lynn" as "King's Lynn", "devon and cornwall" as "Devon & Cornwall".
Key = tuple[str, ...]

_WORD = re.compile(r"&|[^\W_]+(?:['’][^\W_]+)*")
_AND = ("&", "n")
# What a force is called besides its area. It belongs to the name: "leeds police".
OF_POLICE = frozenset({"police", "constabulary", "force", "cops", "polis", "coppers"})
# "Hampshire & Isle of Wight Constabulary", "Metropolitan Police Service".
_IN_NAMES = OF_POLICE | {"service"}
# After the name of a place these name a street in whatever place.
_OF_STREETS = frozenset({"road", "rd", "street", "lane", "avenue", "ave", "terrace"})
# Before it, another place: "New York".
_OF_OTHERS = frozenset({"new"})


@dataclass(frozen=True)
class Known:
    """What the register knows of a name.

    Attributes:
        force: the id of the force that polices the place, or has the name.
        is_word: it is a common word or a first name as well: "Reading", "Beverley".
        is_force: it names the force itself: "GMP".
    """

    force: str
    is_word: bool = False
    is_force: bool = False


@dataclass(frozen=True)
class Names:
    """All names.

    Attributes:
        meanings: what each name means.
        longest: how many words the longest name has that begins with a word.
    """

    meanings: Mapping[Key, Known]
    longest: Mapping[str, int]


@dataclass(frozen=True)
class Place:
    """A name in a text.

    Attributes:
        start, end: where it stands, with "police" after it.
        force: the id of the force.
        is_word: it is a common word or a first name as well.
        is_force: the force itself is named: "sussex police".
    """

    start: int
    end: int
    force: str
    is_word: bool
    is_force: bool


@dataclass(frozen=True)
class Word:
    """A word of a text, as names are compared by it, and where it stands."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, lower case and without apostrophes."""
    return [Word(_plain(match[0]), *match.span()) for match in _WORD.finditer(text)]


def key(name: str) -> Key:
    """The words of a name."""
    return tuple(word.text for word in words(name))


def names(force: Force) -> Iterator[tuple[Key, Known]]:
    """Every name of a force and of what it polices."""
    yield area(force), Known(force.id)
    for name in force.places:
        yield key(name), Known(force.id)
    for name in force.places_after_in:
        yield key(name), Known(force.id, is_word=True)
    for name in force.also_called:
        yield key(name), Known(force.id, is_force=True)


def area(force: Force) -> Key:
    """A force's name without "Police": that of its area."""
    return tuple(word for word in key(force.name) if word not in _IN_NAMES)


def table(forces: Iterable[Force]) -> Names:
    """Everything that is known of the territorial forces, by name."""
    meanings = {
        name: known
        for force in forces
        if force.nation != "railways"
        for name, known in names(force)
    }
    longest: dict[str, int] = {}
    for name in meanings:
        longest[name[0]] = max(len(name), longest.get(name[0], 0))
    return Names(meanings, longest)


def named(text: str, known: Names | None = None) -> list[Place]:
    """The places and forces that a text names, in its order; of two names the longer one.

    Args:
        text: as typed.
        known: what the names mean; the whole register's if None.
    """
    known = known or _of_register()
    read, found, at = words(text), [], 0
    while at < len(read):
        length = _length_at(read, at, known)
        if length and not _is_other(read, at, length):
            found.append(_place(read, at, length, known))
        at += length or 1
    return found


def _length_at(read: list[Word], at: int, known: Names) -> int:
    """How many words the longest name has that begins at a word; 0 where none does."""
    longest = known.longest.get(read[at].text, 0)
    for length in range(min(longest, len(read) - at), 0, -1):
        if tuple(word.text for word in read[at : at + length]) in known.meanings:
            return length
    return 0


def _is_other(read: list[Word], at: int, length: int) -> bool:
    """Whether it is part of the name of a street, or of a place abroad."""
    before = read[at - 1].text if at else ""
    after = read[at + length].text if at + length < len(read) else ""
    return before in _OF_OTHERS or after in _OF_STREETS


def _place(read: list[Word], at: int, length: int, known: Names) -> Place:
    found = known.meanings[tuple(word.text for word in read[at : at + length])]
    after = read[at + length] if at + length < len(read) else None
    is_police = after is not None and after.text in OF_POLICE
    last = after if after and is_police else read[at + length - 1]
    return Place(
        read[at].start,
        last.end,
        found.force,
        # "Reading police" are no word.
        is_word=found.is_word and not is_police,
        is_force=found.is_force or is_police,
    )


def _plain(word: str) -> str:
    plain = word.lower().replace("'", "").replace("’", "")
    return "and" if plain in _AND else plain


@lru_cache(maxsize=1)
def _of_register() -> Names:
    return table(whole_register().forces.values())
