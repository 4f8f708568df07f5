"""Gathers what the model of chosen answers learns from: turns of chats, and listed questions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.content.answers import Answer
from bot.dialogue.state import came_before
from bot.nlu.chosen_answers import ChosenAnswers, Turn, taught
from bot.nlu.readings import Readings
from bot.nlu.turns import Chat, examples

if TYPE_CHECKING:
    from bot.nlu.encoder import Encoder

_SEED = 5
# How much the first, the second and the third of the answers chosen for a turn count.
_SHARES = (1.0, 0.5, 0.35)
# So many questions of each answer are learnt from too, and so much each counts beside a turn.
_QUESTIONS, _WEIGHT_OF_QUESTION = 5, 0.45
# How often it is known who speaks, where the chat told.
_IS_KNOWN = 0.7


def learnt(
    answers: Sequence[Answer],
    chats: Sequence[Chat],
    titles: Mapping[str, str],
    encoder: Encoder,
) -> ChosenAnswers:
    """Returns a model that has learnt from chats and from the questions of answers.

    Args:
        answers: those that can be chosen.
        chats: with the answers chosen for their turns.
        titles: what each reply (id) is about.
        encoder: of chosen answers; reads the messages.
    """
    draw = random.Random(_SEED)  # noqa: S311 - no secret
    place = {one.id: index for index, one in enumerate(answers)}
    read, rows, weights = [], [], []
    for one in _of_chats(chats, titles, encoder):
        if known := [each for each in one.answers if each in place]:
            # Often nobody has told yet who speaks.
            is_known = draw.random() < _IS_KNOWN
            read.append(one.turn if is_known else one.turn._replace(who=""))
            rows.append(_shares([place[each] for each in known], len(place)))
            weights.append(1.0)
    for answer in answers:
        asks = draw.sample(answer.asks, min(_QUESTIONS, len(answer.asks)))
        for text, after in asks:
            before = came_before("", titles.get(after or "", ""), "")
            read.append(_read(text, before, "", encoder))
            rows.append(_shares([place[answer.id]], len(place)))
            weights.append(_WEIGHT_OF_QUESTION)
    return ChosenAnswers.fit(
        list(place), read, np.array(rows, np.float32), np.array(weights, np.float32), taught()
    )


class _Chosen(NamedTuple):
    """A turn, and the answers (ids) chosen for it."""

    turn: Turn
    answers: Sequence[str]


def _of_chats(
    chats: Sequence[Chat], titles: Mapping[str, str], encoder: Encoder
) -> Iterator[_Chosen]:
    """Yields the turns for which answers were chosen, with who spoke as far as they had told."""
    for chat in chats:
        who = ""
        for one in examples(chat, titles):
            who = one.turn.facts.get("who", who)
            if one.turn.answers:
                turn = _read(one.turn.text, one.lately, who, encoder)
                yield _Chosen(turn, one.turn.answers)


def _read(text: str, before: str, who: str, encoder: Encoder) -> Turn:
    return Turn(encoder.after(Readings.of(text).about_a_man, before).asked, who)


def _shares(places: Sequence[int], count: int) -> list[float]:
    row = [0.0] * count
    for index, share in zip(places, _SHARES, strict=False):
        row[index] = share
    return [one / sum(row) for one in row]
