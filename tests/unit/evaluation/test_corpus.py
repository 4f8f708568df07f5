"""The report on the corpus, on a corpus small enough to count by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

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
  metadata: {near_miss: true, set: past}
  examples: |
    - i live in [Scotland](nation), help
    - from [Belfast]{"entity": "nation"} me
- synonym: scotland
  examples: |
    - Glasgow
"""


def test_the_corpus_is_read_without_entity_marks_and_synonyms(tmp_path):
    (tmp_path / "nlu" / "emergency").mkdir(parents=True)
    (tmp_path / "nlu.yml").write_text("version: '3.1'\n")
    (tmp_path / "nlu" / "emergency" / "weapon.yml").write_text(FILE)
    found = corpus(tmp_path)
    assert [(one.label, one.text) for one in found] == [
        ("emergency/weapon", "he has a knife"),
        ("emergency/weapon", '"quoted" - and a dash'),
        ("advice/other_nation", "i live in Scotland, help"),
        ("advice/other_nation", "from Belfast me"),
    ]
    assert [one.near_miss for one in found] == [False, False, True, True]


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
    Message("he is outside my house right now", "emergency/outside_now"),
    Message("HE IS outside my house right now", "emergency/outside_now"),
    Message("he was outside my house last week", "advice/law", near_miss=True),
    Message("thank you", "thank"),
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
    # Nothing is like it, and the largest similarity is told all the same.
    assert 0 < blind["longer"]["largest"] < 0.8


def test_nothing_of_the_blind_set_is_told(found):
    assert "list" not in found["overlap"][BLIND]
    assert "kangaroo" not in json.dumps(found) + "\n".join(summary(found))


def test_the_summary_names_the_main_figures(found):
    text = "\n".join(summary(found))
    assert "Near duplicates        1 pairs" in text
    assert "Overlap, development" in text


TEXTS = [
    f"{who} waited {where} last {when}"
    for who in ("he", "she", "my ex boyfriend")
    for when in ("night", "nights", "week", "weekend")
    for where in ("at work", "outside my house", "outside her house", "by the school")
]


def cosines(texts):
    """Of each text with each, the long way."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    rows = vectors.fit_transform(texts).toarray()
    return rows @ rows.T


@pytest.mark.parametrize("block", [4, 500])
@pytest.mark.parametrize("least", [0.4, 0.6, 0.8, 0.9])
def test_no_pair_is_overlooked_for_what_is_left_out_at_first(monkeypatch, block, least):
    monkeypatch.setattr("bot.evaluation.similarity._BLOCK", block)
    wanted = {
        (first, second): pytest.approx(value, abs=1e-5)
        for (first, second), value in np.ndenumerate(cosines(TEXTS))
        if first < second and value >= least
    }
    found = list(Similarity(TEXTS).pairs(least))
    assert {(first, second): value for value, first, second in found} == wanted
    assert len(found) == len(wanted) > 10


@pytest.mark.parametrize("block", [4, 500])
@pytest.mark.parametrize("least", [0.4, 0.6, 0.8, 0.9])
def test_the_nearest_text_is_found_for_all_that_have_one_so_near(monkeypatch, block, least):
    monkeypatch.setattr("bot.evaluation.similarity._BLOCK", block)
    texts, one, other = TEXTS[::3], TEXTS[1::3], TEXTS[2::3]
    alike = Similarity(texts, one=one, other=other)
    nearest = cosines(TEXTS)[:, ::3].max(axis=1)
    for name, known in (("one", nearest[1::3]), ("other", nearest[2::3])):
        wanted = {
            at: pytest.approx(value, abs=1e-5) for at, value in enumerate(known) if value >= least
        }
        assert alike.nearest(name, least) == wanted
        assert len(wanted) > 3
        assert alike.largest(name, [1, 5]) == pytest.approx(max(known[1], known[5]), abs=1e-5)


def test_letter_case_does_not_count():
    alike = Similarity(["HELP ME", "help me", "other"])
    assert list(alike.pairs(0.99)) == [(pytest.approx(1), 0, 1)]
