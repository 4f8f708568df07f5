"""Which services a reply tells of, and which one a person asks for by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.content import render
from bot.content.models import Reply, Service
from bot.content.register import Register

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile("['\u2019`]")
# "Shout" and the like are names, but not after these: "he will shout if I ring".
_BEFORE_A_VERB = re.compile(
    r"i|you|s?he|it|we|they|to|will|would|can|could|might|may|must|should|do|does|did|not"
    r"|dont|cant|wont"
)
_NUMBER = r"(?:(?:phone|telephone|tel|text|contact|helpline) )?(?:numbers?|num|tel|digits)"
# The words that a name leaves, with the name as "@".
_ASKS_FOR_ITS_NUMBER = re.compile(rf"@ {_NUMBER}\b|\b{_NUMBER} (?:for|of|to) (?:the )?@")


def told_of(register: Register, replies: Iterable[Reply], where: render.Context) -> list[str]:
    """The ids of the services that these replies list or name in their words, each once."""
    found = [
        service
        for reply in replies
        for service in (
            *(one.id for one in render.listed(register, reply, where)),
            *_in_words(register, reply, where),
        )
    ]
    return list(dict.fromkeys(found))


def _in_words(register: Register, reply: Reply, where: render.Context) -> list[str]:
    steps = reply.steps.get(where.language, ())
    text = "\n".join((*reply.bubbles[where.language], *steps))
    return [
        match[1] for match in render.PLACEHOLDER.finditer(text) if match[1] in register.services
    ]


def named_in(register: Register, text: str) -> list[str]:
    """The ids of the services whose whole name stands in a text, in the order of the register.

    Of two names of which one holds the other ("Victim Support Scotland"), the longer one counts.
    """
    return list(_places(register, text))


def asks_for_number(register: Register, text: str) -> bool:
    """True where a text asks for the number of a service by its name: "samaritans number"."""
    words = _words(text)
    return any(
        _ASKS_FOR_ITS_NUMBER.search(" ".join((*words[:start], "@", *words[end:])))
        for start, end in _places(register, text).values()
    )


def _places(register: Register, text: str) -> dict[str, tuple[int, int]]:
    """Service id -> where its name begins and ends, in words."""
    words = _words(text)
    found = {
        service.id: place
        for service in register.services.values()
        for name in _names(service)
        if (place := _place(name, words))
    }
    return {
        service: (start, end)
        for service, (start, end) in found.items()
        if not any(
            other_start <= start and end <= other_end and end - start < other_end - other_start
            for other_start, other_end in found.values()
        )
    }


def _place(name: tuple[str, ...], words: tuple[str, ...]) -> tuple[int, int] | None:
    for start in range(len(words) - len(name) + 1):
        end = start + len(name)
        is_verb = len(name) == 1 and start > 0 and bool(_BEFORE_A_VERB.fullmatch(words[start - 1]))
        # "paladin's number", however it is spelt.
        is_last = words[end - 1] in (name[-1], f"{name[-1]}s")
        if words[start : end - 1] == name[:-1] and is_last and not is_verb:
            return start, end
    return None


def _names(service: Service) -> list[tuple[str, ...]]:
    """The words of its names, the longest name last."""
    return sorted((_name(name) for name in (service.name, *service.also_called)), key=len)


@lru_cache(maxsize=256)
def _name(name: str) -> tuple[str, ...]:
    words = _words(name)
    return words[1:] if words[0] == "the" else words


def _words(text: str) -> tuple[str, ...]:
    """Words in small letters, without apostrophes: many leave them out."""
    # Of names these are remembered (`_name`); of what was typed they must not be.
    return tuple(_WORD.findall(_APOSTROPHES.sub("", text.lower())))
