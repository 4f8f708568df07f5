"""What people do in a chat: messages of the development set, pauses, bursts, buttons, leaving."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.nlu.corpus import development_set
from bot.safety import danger

_MESSAGES_USED = 500
# A made-up person: three messages in the middle, half of them say goodbye or just go.
MEAN_MESSAGES = 4.0
_LONGEST = 20
_BUTTON_SHARE, _BURST_SHARE, _END_SHARE = 0.25, 0.1, 0.5
# Real people need half a minute; here all is faster, so that more conversations fit in a run.
_MEAN_PAUSE = 4.0
_BURST_PAUSE = 0.3
_BEGUN_BEFORE = 60.0


class Kind(Enum):
    """What a person does."""

    TYPE = "type"
    PRESS = "press"  # a button of the last answer; where there is none, they type
    END = "end"


@dataclass(frozen=True)
class Step:
    """One thing a person does.

    Attributes:
        after: seconds since the conversation began.
        kind: what it is.
        text: the words typed, also where no button is there to be pressed.
        urgent: the net's rules are sure of danger in them, so it must come first in the answer.
    """

    after: float
    kind: Kind
    text: str
    urgent: bool


@dataclass(frozen=True)
class Message:
    """A message of the evaluation set; the mix of labels is the set's.

    It is urgent where the rules are sure; no model can overrule them then (bot/safety/danger.py).
    Where they are in doubt, the models may know better. Who says that they are safe now is believed
    where the bot has just asked, so these messages are never urgent.
    """

    text: str
    urgent: bool


def messages(count: int = _MESSAGES_USED) -> list[Message]:
    """Some messages of the development set, always the same; the net's rules take a while."""
    chosen = random.Random(1).sample(development_set(), count)  # noqa: S311 - no secret
    return [_message(one.text, one.label) for one in chosen]


def _message(text: str, label: str) -> Message:
    is_sure = danger.assess(text).tier == "emergency"
    return Message(text, urgent=is_sure and label != "safe_now")


def schedule(
    chance: random.Random, known: Sequence[Message], rate: float, seconds: float
) -> list[tuple[float, int, Step]]:
    """What many people do: conversations that arrive as a Poisson process.

    Some have begun before the start, so that the load is the same from the first second.

    Args:
        chance: where the choices come from.
        known: messages to choose from.
        rate: messages a second.
        seconds: how long.

    Returns:
        The second, the number of the person, and what they do, in order of time.
    """
    steps = []
    arrival, person = -_BEGUN_BEFORE, 0
    while (arrival := arrival + chance.expovariate(rate / MEAN_MESSAGES)) < seconds:
        person += 1
        planned = ((arrival + step.after, person, step) for step in conversation(chance, known))
        steps += [one for one in planned if 0 <= one[0] < seconds]
    return sorted(steps, key=lambda one: one[0])


def conversation(chance: random.Random, known: Sequence[Message]) -> Iterator[Step]:
    """One person's steps in order, planned without regard to how fast the answers come.

    Args:
        chance: where the choices come from.
        known: messages to choose from.
    """
    moment = 0.0
    for number in range(_LONGEST):
        if number and chance.random() < 1 / MEAN_MESSAGES:
            break
        message = chance.choice(known)
        kind = Kind.PRESS if number and chance.random() < _BUTTON_SHARE else Kind.TYPE
        yield Step(moment, kind, message.text, message.urgent)
        burst = chance.random() < _BURST_SHARE
        moment += _BURST_PAUSE if burst else chance.expovariate(1 / _MEAN_PAUSE)
    if chance.random() < _END_SHARE:
        yield Step(moment, Kind.END, "", urgent=False)
