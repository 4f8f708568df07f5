"""The blind sets are the ones that were frozen, and large enough to say something."""

from __future__ import annotations

import hashlib

import pytest

from bot.evaluation.sets import ANSWERS, BLIND, CONVERSATIONS, QUESTIONS, SETS, read

README = SETS[BLIND].with_name("README.md")
LEAST = {"emergency": 200, "crisis": 60}
LEAST_NEAR_MISSES, LEAST_OF_ALL = 100, 600


@pytest.mark.parametrize(
    "path",
    [SETS[BLIND], CONVERSATIONS[BLIND], ANSWERS[BLIND], QUESTIONS[BLIND]],
    ids=lambda path: path.stem,
)
def test_the_blind_set_is_the_one_that_was_frozen(path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    # A label that is plainly wrong may be mended: then the new digest goes there, with the reason.
    assert digest in README.read_text(encoding="utf-8")


def test_the_blind_set_is_large_enough():
    examples = read(SETS[BLIND])
    counts = {top: sum(one.label.startswith(f"{top}/") for one in examples) for top in LEAST}
    # Numbers only: a failing test must show no message.
    assert all(counts[top] >= least for top, least in LEAST.items()), counts
    near_misses, number = sum(one.near_miss for one in examples), len(examples)
    assert near_misses >= LEAST_NEAR_MISSES
    assert number >= LEAST_OF_ALL
