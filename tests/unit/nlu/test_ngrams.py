"""Reading one message by our own sums gives what scikit-learn gives."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.corpus import development_set
from bot.nlu.ngrams import NgramModel, character_ngrams, learning_pipeline, word_ngrams
from bot.safety.normalise import normalise

pytestmark = pytest.mark.slow

EDGES = ["", "?", "a", "i", "xyzzy", "🔪", "on a", "he  is\there", "don't", "a" * 500, "İstanbul ŉ"]


@pytest.fixture(scope="module")
def pipeline():
    pipeline = learning_pipeline(3_000, 5_000)
    messages = development_set()[::2]
    return pipeline.fit([normalise(m.text) for m in messages], [m.label for m in messages])


@pytest.fixture(scope="module")
def model(pipeline):
    return NgramModel.of(pipeline)


def texts():
    return [*EDGES, *(message.text for message in development_set())]


def test_the_probabilities_are_scikit_learns(pipeline, model):
    expected = pipeline.predict_proba([normalise(text) for text in texts()])
    for text, row in zip(texts(), expected, strict=True):
        read = model.probabilities(normalise(text))
        assert list(read) == list(pipeline.classes_)
        assert list(read.values()) == pytest.approx(row.tolist(), abs=1e-5), text


def test_the_ngrams_are_scikit_learns(pipeline):
    (_, words), (_, characters) = pipeline[0].transformer_list
    for ours, theirs in ((word_ngrams, words), (character_ngrams, characters)):
        analyze = theirs.build_analyzer()
        for text in texts():
            assert sorted(ours(text.lower())) == sorted(analyze(text)), text


def test_a_stored_model_says_the_same(model, tmp_path):
    model.write(tmp_path)
    stored = NgramModel.read(tmp_path)
    for text in texts()[::10]:
        assert stored.probabilities(normalise(text)) == model.probabilities(normalise(text))


def test_nothing_that_was_typed_stays_in_memory(model):
    before = dict(model.characters.of_words)
    assert "outside" in before
    model.probabilities("zorblaxia is outside")
    assert model.characters.of_words == before
    assert "outside" not in repr(model.characters).partition("idf=")[2]


def test_the_same_examples_give_the_same_weights(pipeline):
    again = learning_pipeline(3_000, 5_000)
    messages = development_set()[::2]
    again.fit([normalise(m.text) for m in messages], [m.label for m in messages])
    assert np.array_equal(again[-1].coef_, pipeline[-1].coef_)
    assert np.array_equal(again[-1].intercept_, pipeline[-1].intercept_)


def right(pipeline, messages) -> float:
    rows = pipeline.predict_proba([normalise(m.text) for m in messages])
    found = pipeline.classes_[rows.argmax(axis=1)]
    return float(np.mean(found == [m.label for m in messages]))


def test_it_knows_what_it_was_shown_and_something_of_what_it_was_not(pipeline):
    # Ten messages of each label: one label for all would be right in one of ten.
    assert right(pipeline, development_set()[::2]) > 0.95
    assert right(pipeline, development_set()[1::2]) > 0.3
