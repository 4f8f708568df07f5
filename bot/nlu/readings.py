"""How a message is read: as typed, and with its slips of typing mended."""

from __future__ import annotations

from dataclasses import dataclass

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.safety.normalise import normalise
from bot.safety.people import about_a_man, neutralise_identity
from bot.safety.spelling import mend

# Words. Two messages are read together only where they are this short: pieces of one account. A
# longer one says enough by itself.
LONGEST_PIECE = 20
_READINGS = "readings"
# Words. A longer message is judged with its slips mended only: it takes long enough to read once.
_MOST_READ_TWICE = 100


@dataclass(frozen=True)
class Readings:
    """The readings of one message.

    Attributes:
        mended: what labels are chosen on, by the n-gram model.
        about_a_man: the same for the encoder, about the man whom it knows best
            (bot/safety/people.py). Mostly it is what danger is judged on, and read once for both.
        neutral: what danger is judged on, as the message of anybody (bot/safety/people.py): as
            typed, then mended if that is another text. Mending guesses, so it may only add danger,
            but in a long message, which is judged as mended only.
    """

    mended: str
    about_a_man: str
    neutral: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Readings:
        """The readings of what somebody typed."""
        typed = normalise(text)
        mended = mend(typed)
        judged = (typed, mended) if len(mended.split()) <= _MOST_READ_TWICE else (mended,)
        danger = tuple(dict.fromkeys(map(neutralise_identity, dict.fromkeys(judged))))
        return cls(mended, about_a_man(mended), danger)


def readings(message: Message) -> Readings:
    """The readings of a message; they are made once."""
    made = message.get(_READINGS)
    if made is None:
        made = Readings.of(message.get(TEXT) or "")
        message.set(_READINGS, made)
    return made
