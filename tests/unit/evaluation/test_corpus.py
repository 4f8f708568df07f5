"""The report on the corpus, on a corpus small enough to count by hand."""

from __future__ import annotations

import json

import pytest

from bot.evaluation.corpus import describe, opening, skeleton, summary
from bot.evaluation.sets import BLIND, DEVELOPMENT
from bot.evaluation.similarity import Similarity
from bot.nlu.corpus import Message, corpus

FILE = """\
version: "3.1"
nlu:
- intent: emergency/weapon
  examples: |
    - he has a knife
    - "quoted" - and a dash
- intent: advice/other_nation
  examples: |
    - i live in [Scotland](nation), help
    - from [Belfast]{"entity": "nation"} me
- synonym: scotland
  examples: |
    - Glasgow
"""


def test_the_corpus_is_read_without_entity_marks_and_synonyms(tmp_path):
    (tmp_path / "near_misses_films.yml").write_text(FILE)
    (tmp_path / "lookups.yml").write_text("version: '3.1'\n")
    found = corpus(tmp_path)
    assert [(one.label, one.text) for one in found] == [
        ("emergency/weapon", "he has a knife"),
        ("emergency/weapon", '"quoted" - and a dash'),
        ("advice/other_nation", "i live in Scotland, help"),
        ("advice/other_nation", "from Belfast me"),
    ]
    assert all(one.near_miss for one in found)


def test_the_opening_is_the_first_two_words():
    assert opening("He's -- OUTSIDE my house") == "he's outside"
    assert opening("help") == "help"


@pytest.mark.parametrize(
    ("text", "bones"),
    [
        ("he is sat parked outside my house", "he is * my *"),
        ("He’s stood waiting under my flat!", "he's * under my *"),
        ("knife in his hand", "* in his *"),
        ("just three words", None),
    ],
)
def test_the_skeleton_keeps_function_words(text, bones):
    assert skeleton(text) == bones


CORPUS = [
    Message("he is outside my house right now", "emergency/outside_now", "emergency.yml"),
    Message("HE IS outside my house right now", "emergency/outside_now", "emergency.yml"),
    Message("he was outside my house last week", "advice/law", "near_misses_past.yml"),
    Message("thank you", "thank", "conversation.yml"),
]
SETS = {
    BLIND: ["what on earth is this kangaroo doing in my garden", "thank you"],
    DEVELOPMENT: ["he is outside my house right now", "bonjour"],
}


@pytest.fixture(scope="module")
def found():
    return describe(CORPUS, SETS)


def test_messages_are_counted(found):
    assert (found["messages"], found["emergencies"], found["near_misses"]) == (4, 2, 1)
    assert found["by_top_level"] == {"emergency": 2, "advice": 1, "thank": 1}
    assert found["by_label"]["emergency/outside_now"] == 2
    assert found["distinct_openings"] == 0.75
    assert found["distinct_skeletons"] == 0.6667
    assert found["words"]["mean"] == 5.8
    assert found["words"]["p50"] == 7


def test_near_duplicates_are_found(found):
    twins = found["near_duplicates"]
    assert (twins["pairs"], twins["share_of_messages"]) == (1, 0.5)
    assert twins["list"][0]["similarity"] > 0.95
    assert all("house right now" in one for one in twins["list"][0]["messages"])


def test_overlap_with_the_sets_is_counted(found):
    development, blind = found["overlap"][DEVELOPMENT], found["overlap"][BLIND]
    assert (development["largest"], development["above_0.9"]) == (1.0, 1)
    assert development["longer"]["above_0.9"] == 1
    assert development["list"] == ["he is outside my house right now"]
    assert (blind["largest"], blind["above_0.9"], blind["longer"]["above_0.9"]) == (1.0, 1, 0)
    assert blind["longer"]["messages"] == 1


def test_nothing_of_the_blind_set_is_told(found):
    assert "list" not in found["overlap"][BLIND]
    assert "kangaroo" not in json.dumps(found) + "\n".join(summary(found))


def test_the_summary_names_the_main_figures(found):
    text = "\n".join(summary(found))
    assert "Near duplicates        1 pairs" in text
    assert "Overlap, development" in text


def test_similarity_is_the_same_however_messages_lie_in_blocks(monkeypatch):
    texts = [f"message number {number} about a {number * 7} thing" for number in range(30)]
    alike = Similarity(texts)
    whole, nearest = list(alike.pairs(texts, 0.5)), alike.nearest(texts[:7], texts[7:])
    monkeypatch.setattr("bot.evaluation.similarity._BLOCK", 4)
    in_blocks = list(alike.pairs(texts, 0.5))
    assert len(whole) > 3
    assert [pair[1:] for pair in sorted(in_blocks)] == [pair[1:] for pair in sorted(whole)]
    assert alike.nearest(texts[:7], texts[7:]) == pytest.approx(nearest)


@pytest.mark.parametrize("least", [0.3, 0.5, 0.7, 0.9])
def test_no_pair_is_overlooked_for_what_is_left_out_at_first(least):
    texts = [f"message number {number} about a {number * 7} thing" for number in range(30)]
    alike = Similarity(texts)
    wanted = {
        (first, second)
        for second in range(30)
        for first in range(second)
        if alike.nearest([texts[first]], [texts[second]])[0] >= least
    }
    assert {pair[1:] for pair in alike.pairs(texts, least)} == wanted


def test_letter_case_does_not_count():
    alike = Similarity(["HELP ME", "help me", "other"])
    assert list(alike.pairs(["HELP ME", "help me", "other"], 0.99)) == [(pytest.approx(1), 0, 1)]
