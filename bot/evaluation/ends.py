"""Measures how well the end of a danger is read, on chats left out of the learning.

Every sixth chat of data/turns/, by a turn classifier that has learnt from the others. Of the turns
typed while danger is open: how many of those that say that it is over or never was are read so, and
how many of those in danger are taken for one.
"""

from __future__ import annotations

from actions.over import SURE
from bot.content.labels import OVER
from bot.evaluation.metrics import Share, share
from bot.nlu.encoder import Encoder
from bot.nlu.turn_classifier import (
    ENDED,
    NOW,
    answer_to,
    learnt,
    over_of,
    over_share,
    reading,
)
from bot.nlu.turns import TypedTurn, chats

_EVERY = 6


def measure(least: float = SURE) -> dict[str, Share]:
    """Returns the shares.

    Args:
        least: so sure a turn has to say so.
    """
    encoder, whole = Encoder(), list(chats())
    model = learnt([one for number, one in enumerate(whole) if number % _EVERY], encoder)
    turns = [turn for chat in whole[::_EVERY] for turn in chat.turns if turn.open in (NOW, ENDED)]
    read = [(one, over_share(model, reading(one, encoder)) >= least) for one in turns]
    found = {}
    for waiting in (ENDED, NOW):
        here = [one for one in read if one[0].open == waiting]
        ends = [one for one in here if _is_end(one[0])]
        dangers = [one for one in here if not _is_end(one[0]) and one[0].danger != "no"]
        found[f"{waiting}: ends read"] = share(ends, lambda one: one[1])
        found[f"{waiting}: danger taken for an end"] = share(dangers, lambda one: one[1])
    return found


def _is_end(turn: TypedTurn) -> bool:
    return over_of(turn) == OVER or answer_to(NOW, turn) == "denies"
