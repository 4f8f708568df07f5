"""Prepares the readings of a message: as typed, and with typing slips mended."""

from __future__ import annotations

from dataclasses import dataclass

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.safety.normalise import normalise
from bot.safety.people import about_a_man, neutralise_identity
from bot.safety.spelling import mend

# In words. Two messages are read together only if both are this short, as pieces of one account. A
# longer message says enough by itself.
LONGEST_PIECE = 20
_READINGS = "readings"
# In words. A longer message is judged only with its slips mended: reading it twice takes too long.
_MOST_READ_TWICE = 100


@dataclass(frozen=True)
class Readings:
    """The readings of one message.

    Attributes:
        mended: the text on which the n-gram model chooses labels.
        about_a_man: the same for the encoder, with women as men, because it knows messages about
            men best (bot/safety/people.py). Usually danger is judged on the same text, which is
            then encoded only once.
        neutral: the texts on which danger is judged, with identities neutralised
            (bot/safety/people.py): as typed, then mended if that differs. Mending guesses, so it
            may only add danger. The exception is a long message, which is judged only as mended.
    """

    mended: str
    about_a_man: str
    neutral: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Readings:
        """Makes the readings of what somebody typed."""
        typed = normalise(text)
        mended = mend(typed)
        judged = (typed, mended) if len(mended.split()) <= _MOST_READ_TWICE else (mended,)
        danger = tuple(dict.fromkeys(map(neutralise_identity, dict.fromkeys(judged))))
        return cls(mended, about_a_man(mended), danger)


def readings(message: Message) -> Readings:
    """Returns the readings of a message, and makes them only once."""
    made = message.get(_READINGS)
    if made is None:
        made = Readings.of(message.get(TEXT) or "")
        message.set(_READINGS, made)
    return made
