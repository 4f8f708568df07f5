"""What the product must reach against stock Rasa, against the floor and against itself."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Rounds = Mapping[str, Sequence[Mapping[str, float]]]

PRODUCT, STOCK, FLOOR = "product", "stock", "floor"


@dataclass(frozen=True)
class Target:
    """One comparison: the product's figure divided by another.

    Attributes:
        title: what is compared.
        figure: the product's figure.
        against: `stock`, `floor`, or `product` for the product itself.
        other: the other's figure, where it has another name.
        limit: what the ratio must not exceed, or must reach.
        at_least: it must reach it.
    """

    title: str
    figure: str
    against: str
    limit: float
    other: str = ""
    at_least: bool = False


@dataclass(frozen=True)
class Verdict:
    """A target with its figures: medians of all rounds, and the median of the rounds' ratios."""

    target: Target
    store: str
    value: float
    other: float
    ratio: float

    @property
    def met(self) -> bool:
        """True when the ratio is on the right side of the limit."""
        limit = self.target.limit
        return self.ratio >= limit if self.target.at_least else self.ratio <= limit

    @property
    def aim(self) -> str:
        """The limit as people read it."""
        return f"{'≥' if self.target.at_least else '≤'} {self.target.limit:g}"


TARGETS = (
    Target("reply of a custom action, p50 (ms)", "action_p50_ms", STOCK, 0.25),
    Target("reply of a custom action, p95 (ms)", "action_p95_ms", STOCK, 0.25),
    Target("messages a second, 8 senders", "messages_a_second", STOCK, 4, at_least=True),
    Target("start to first answer (s)", "first_answer_s", STOCK, 0.25),
    Target("memory (MB)", "memory_mb", STOCK, 0.6),
    Target("domain response, p50 (ms)", "domain_p50_ms", FLOOR, 1.5),
    Target("custom action, p50 (ms)", "action_p50_ms", FLOOR, 1.5, other="domain_p50_ms"),
    Target("turn 300 against turn 5 (ms)", "turn_300_ms", PRODUCT, 1.2, other="turn_5_ms"),
    # "No more" within what two measurements of the same thing differ by.
    Target("10,000 open conversations against 10 (ms)", "open_10000_ms", PRODUCT, 1.1,
           other="open_10_ms"),
)  # fmt: skip


def verdicts(rounds: Rounds) -> Iterator[Verdict]:
    """Every target for every store of the product, as far as both sides were measured.

    Args:
        rounds: the figures of each round for each contender, named `product, sqlite` and so on.
    """
    for target in TARGETS:
        for contender in rounds:
            kind, _, store = contender.partition(", ")
            opponent = target.against if target.against == FLOOR else f"{target.against}, {store}"
            if kind == PRODUCT and opponent in rounds:
                verdict = _judge(target, store, rounds[contender], rounds[opponent])
                if verdict:
                    yield verdict


def _judge(
    target: Target,
    store: str,
    ours: Sequence[Mapping[str, float]],
    theirs: Sequence[Mapping[str, float]],
) -> Verdict | None:
    other = target.other or target.figure
    pairs = [
        (mine[target.figure], other_one[other])
        for mine, other_one in zip(ours, theirs, strict=False)
        if target.figure in mine and other in other_one
    ]
    if not pairs:
        return None
    # Of each round by itself: the machine's speed drifts, and a round takes two minutes.
    ratio = statistics.median(mine / other_one for mine, other_one in pairs)
    value, compared = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Verdict(target, store, value, compared, ratio)
