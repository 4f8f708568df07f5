"""The grammar parser is asked by the event loop and by the threads of actions alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.safety import clauses
from bot.safety.parser import Parser

THREADS, TIMES = 4, 60


@pytest.fixture(scope="module")
def parser():
    return Parser()


def read(parser, number):
    """A text with a word that no other has, read to its end while others are read."""
    with parser.read(f"he said qwx{number} is outside my house and i am scared") as document:
        return [(token.text, token.dep_, token.head.text, token.lower_) for token in document]


def test_texts_that_are_read_at_once_do_not_disturb_each_other(parser):
    alone = [read(parser, number) for number in range(TIMES)]
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in range(5):
            assert list(threads.map(lambda number: read(parser, number), range(TIMES))) == alone


def test_no_word_is_kept_after_threads_have_read(parser):
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda number: read(parser, number), range(TIMES)))
    kept = set(parser.pipeline.vocab.strings)
    assert not {word for word in kept if word.startswith("qwx")}


def test_threads_get_the_clauses_of_their_own_text():
    texts = [
        f"he is at {place} and i am hiding" for place in ("home", "work", "school", "the door")
    ]
    alone = [clauses.clauses_of(text) for text in texts]
    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(clauses.clauses_of, texts * 20)) == alone * 20
