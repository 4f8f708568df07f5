"""Questions of the register as pairs: two ways of asking for the same answer."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.content.answers import Answer, is_taught
from bot.dialogue.state import came_before
from bot.safety.normalise import normalise
from bot.safety.spelling import mend
from training.augment import with_slips

# How often a question of its own is told after something else, which does not matter to it, and
# how often what was typed is known beside the topic: it is forgotten after two minutes.
_AFTER_ANYTHING, _TYPED_IS_KNOWN = 0.4, 0.6
# How often all answers that are told apart are of neighbouring topics, which is harder.
_NEAR = 0.5
_MENDED = 0.5


@dataclass(frozen=True)
class Asked:
    """A question, and what came before it: "" for nothing."""

    text: str
    before: str = ""


class Asks:
    """The questions of all answers that are taught.

    Args:
        answers: those of the register.
        titles: what each reply (id) is about.
    """

    def __init__(self, answers: Sequence[Answer], titles: Mapping[str, str]) -> None:
        self._titles = titles
        self._all = {one.id: one for one in answers}
        self._taught = [one for one in answers if is_taught(one.id) and len(one.asks) > 1]
        of_topic = defaultdict(list)
        for one in self._taught:
            of_topic[one.topic].append(one)
        self._topics = list(of_topic.values())

    def __len__(self) -> int:
        return sum(len(one.asks) for one in self._taught)

    def pairs(self, count: int, draw: random.Random) -> list[tuple[Asked, Asked]]:
        """As many answers, each with two different ways of asking for it."""
        return [self._pair(answer, draw) for answer in self._some(count, draw)]

    def _some(self, count: int, draw: random.Random) -> list[Answer]:
        if draw.random() > _NEAR:
            return draw.sample(self._taught, min(count, len(self._taught)))
        near: list[Answer] = []
        for topic in draw.sample(self._topics, len(self._topics)):
            near += draw.sample(topic, min(len(topic), count - len(near)))
            if len(near) >= count:
                break
        return near

    def _pair(self, answer: Answer, draw: random.Random) -> tuple[Asked, Asked]:
        one, other = draw.sample(answer.asks, 2)
        return self._asked(*one, draw), self._asked(*other, draw, is_listed=True)

    def _asked(
        self, text: str, after: str | None, draw: random.Random, is_listed: bool = False
    ) -> Asked:
        """A question as somebody types it, or as the answer lists it."""
        if not is_listed:
            text = normalise(with_slips(normalise(text), draw))
            text = mend(text) if draw.random() < _MENDED else text
        if after is None and (is_listed or draw.random() >= _AFTER_ANYTHING):
            return Asked(normalise(text))
        last = after or draw.choice(self._taught).id
        known = self._all.get(last)
        is_known = known is not None and draw.random() < _TYPED_IS_KNOWN
        typed = draw.choice(known.asks)[0] if known and is_known else ""
        return Asked(normalise(text), came_before("", self._titles.get(last, ""), typed))
