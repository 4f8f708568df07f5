"""The training data is large, varied, and apart from the evaluation sets."""

from __future__ import annotations

import json

import pytest

from bot.content.labels import top_level
from bot.evaluation.corpus import LONG_ENOUGH
from bot.evaluation.sets import SETS, read
from bot.nlu import corpus as nlu_corpus


@pytest.fixture(scope="module")
def corpus(corpus_report: str) -> dict:
    return json.loads(corpus_report)


@pytest.mark.parametrize(
    ("what", "least"), [("messages", 50_000), ("emergencies", 7_500), ("near_misses", 10_000)]
)
def test_there_are_enough_messages(corpus, what, least):
    assert corpus[what] >= least


def test_every_label_has_enough_messages(corpus):
    labels = {one.label for path in SETS.values() for one in read(path)}
    assert labels <= set(corpus["by_label"])
    assert {label: count for label, count in corpus["by_label"].items() if count < 40} == {}


def test_near_misses_are_no_emergencies():
    wrong = [
        one for one in nlu_corpus.corpus() if one.near_miss and top_level(one.label) == "emergency"
    ]
    assert wrong == []


def test_no_two_messages_are_alike(corpus):
    assert corpus["near_duplicates"]["list"] == []


@pytest.mark.parametrize("name", SETS)
def test_no_message_of_a_set_is_nearly_in_the_corpus(corpus, name):
    # Of shorter ones some are what everyone types ("thank you", "who are you").
    assert corpus["overlap"][name]["longer"]["above_0.9"] == 0, f"over {LONG_ENOUGH} characters"
