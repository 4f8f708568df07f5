"""Our own sums for the parser's first step say the same as spaCy's."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from bot.nlu.corpus import development_set
from bot.safety import parser
from bot.safety.lexicon import plain_english
from bot.safety.word_vectors import WordVectors

EDGES = ["?", "he", "he's outside", "🔪 🔪", "  two   spaces ", "\n", "он снаружи", "a" * 300]
LONG = " ".join(message.text for message in development_set()[:40])


@pytest.fixture(scope="module")
def loaded():
    return parser.Parser()


@pytest.fixture(scope="module")
def spacys(loaded):
    return loaded.pipeline.get_pipe("tok2vec")


def texts():
    return [*EDGES, LONG, *(plain_english(message.text) for message in development_set()[::20])]


def test_the_vectors_are_spacys(loaded, spacys):
    vectors = WordVectors(spacys.model)
    for text in texts():
        document = loaded.pipeline.make_doc(text)
        (expected,) = spacys.predict([document])
        assert np.allclose(vectors(document), expected, atol=1e-4), text


def test_so_are_tags_and_dependencies(loaded):
    for text in texts():
        # As much of it as is read.
        with loaded.read(text) as read:
            plain = loaded.pipeline(loaded.pipeline.make_doc(read.text))
            assert [(t.tag_, t.dep_, t.head.i) for t in read] == [
                (t.tag_, t.dep_, t.head.i) for t in plain
            ], text


def test_nothing_has_no_grammar(loaded):
    with loaded.read("") as document:
        assert len(document) == 0


def test_no_word_of_a_message_is_kept(loaded):
    kept = loaded.pipeline.vocab.strings
    before = len(kept)
    with loaded.read("Zaphrodine Quillbert waits at 14 Umberwick Close, umberwick14@example.org"):
        assert "Umberwick" in kept, "the parser has read it"
    assert not [word for word in kept if "umberwick" in word.lower() or "Quillbert" in word]
    assert len(kept) == before


def test_sums_stay_on_one_core():
    pools = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    assert pools and all(pool["num_threads"] == 1 for pool in pools)
