"""Learns how much each comparison with the answers' questions counts: the weights in finding.yml.

On the development questions (tests/evaluation/asks-development.jsonl): as they are, and those that
stand alone once more after an answer that does not matter to them, as in the middle of a chat.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from bot.content.answers import answers, titles
from bot.content.register import get_register
from bot.dialogue.state import came_before
from bot.evaluation.finding import Question, questions
from bot.evaluation.sets import DEVELOPMENT
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.encoder import Encoder
from bot.nlu.finding import FEATURES, FINDING_FILE, finding
from bot.nlu.readings import Readings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEED = 7
# How often what was typed before is known, too.
_TYPED_IS_KNOWN = 0.6
# The share of the questions that are taken to be near nothing.
_FAR = 0.05
# How much the size of the weights costs.
_RIDGE = 1e-4


def weigh() -> dict[str, float]:
    """Learns the weights, and how near a question has to be; writes them and returns them."""
    register, encoder = get_register(), Encoder()
    known = answers(register)
    index = AnswerIndex.build(known, titles(register), encoder)
    asked = [one for one in questions(DEVELOPMENT) if set(one.answers) & set(index.ids)]
    count = len(asked)
    read = [_query(one, encoder) for one in asked]
    draw = random.Random(_SEED)  # noqa: S311 - no secret
    for one, query in list(zip(asked, read, strict=True)):
        if one.after is None:
            other = draw.choice(known)
            is_known = draw.random() < _TYPED_IS_KNOWN
            typed = draw.choice(other.asks)[0] if is_known else ""
            told = came_before("", other.title, typed)
            moved = query._replace(
                in_context=encoder.in_context(query.text, told).asked, last=other.id
            )
            asked, read = [*asked, one], [*read, moved]
    features = np.array([index.features(query) for query in read], np.float32)
    weights = _fitted(features, [_right(one, index) for one in asked])
    found = {name: round(float(value), 2) for name, value in zip(FEATURES, weights, strict=True)}
    as_written = features[:count] @ np.array(list(found.values()))
    found["near"] = round(float(np.quantile(as_written.max(axis=1), _FAR)), 1)
    _write(found)
    return found


def _query(asked: Question, encoder: Encoder) -> Query:
    text = Readings.of(asked.text).about_a_man
    read = encoder.encode(text, in_pieces=False)
    title = titles(get_register()).get(asked.after or "", "")
    told = came_before("", title, "")
    in_context = encoder.in_context(text, told).asked if told else None
    return Query(text, read.asked, in_context, asked.after or "")


def _right(asked: Question, index: AnswerIndex) -> int:
    return next(index.ids.index(one) for one in asked.answers if one in index.ids)


def _fitted(features: NDArray[np.float32], right: Sequence[int]) -> NDArray[np.float64]:
    """The weights with which the right answers are the likeliest; none is below 0."""
    every, truth = np.arange(len(right)), np.array(right)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)
        shares = np.exp(scores)
        value = -scores[every, truth].mean() + _RIDGE * (weights @ weights)
        shares[every, truth] -= 1
        slope = np.einsum("na,naf->f", shares, features) / len(right)
        return value, slope + 2 * _RIDGE * weights

    start = np.ones(features.shape[2])
    found: NDArray[np.float64] = minimize(loss, start, jac=True, bounds=[(0, None)] * len(start)).x
    return found


def _write(found: dict[str, float]) -> None:
    """Puts what was learnt into finding.yml; what was chosen by hand stays, with its comments."""
    text = FINDING_FILE.read_text(encoding="utf-8")
    for name, value in found.items():
        text, count = re.subn(rf"(?m)^( *{name}:) .*$", rf"\1 {value}", text)
        if count != 1:
            raise ValueError(f"{FINDING_FILE} has no one line for {name}")
    FINDING_FILE.write_text(text, encoding="utf-8")
    finding.cache_clear()
