"""Measures how often the answer that readers chose for a turn of a chat is found.

On every sixth chat of data/turns/, by a model that has learnt the choices for the other chats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bot.content.answers import answers, titles
from bot.content.register import get_register
from bot.evaluation.metrics import Share, share
from bot.nlu import choices
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.encoder import Encoder
from bot.nlu.turns import chats

if TYPE_CHECKING:
    from bot.nlu.chosen_answers import ChosenAnswers

_EVERY = 6
_MOST = 3


def measure() -> dict[str, Share]:
    """Returns how often one of the chosen answers is the likeliest, and among the three likeliest.

    By the questions that the answers list alone, and with the choices.
    """
    register, encoder = get_register(), Encoder()
    known, named, whole = answers(register), titles(register), list(chats())
    index = AnswerIndex.build(known, named, encoder)
    learnt_from = [one for number, one in enumerate(whole) if number % _EVERY]
    model = choices.learnt(known, learnt_from, named, encoder)
    asked = choices.of_chats(whole[::_EVERY], named, encoder)
    found = [(one.answers, *_both(one, index, model)) for one in asked]
    return {
        "by questions": share(found, lambda one: one[1][0] in one[0]),
        f"by questions, {_MOST}": share(found, lambda one: bool({*one[1]} & {*one[0]})),
        "with choices": share(found, lambda one: one[2][0] in one[0]),
        f"with choices, {_MOST}": share(found, lambda one: bool({*one[2]} & {*one[0]})),
    }


def _both(
    one: choices.Chosen, index: AnswerIndex, model: ChosenAnswers
) -> tuple[Sequence[str], Sequence[str]]:
    turn = one.turn
    is_first = np.array_equal(turn.alone, turn.in_context)
    query = Query(turn.text, turn.alone, None if is_first else turn.in_context, one.last)
    by_questions, _ = index.find(query)
    with_choices, _ = index.find(query, model.log_shares(turn))
    return [one for one, _ in by_questions[:_MOST]], [one for one, _ in with_choices[:_MOST]]
