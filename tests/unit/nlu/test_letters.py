"""Comparing texts by their words and letters."""

from __future__ import annotations

import pytest

from bot.nlu.letters import Letters

TEXTS = ("can i get the cctv from the shop", "who keeps the cctv", "when is the trial", "the trial")


@pytest.fixture
def letters():
    return Letters.fit(TEXTS)


def test_a_text_is_most_like_itself(letters):
    for place, text in enumerate(TEXTS):
        alike = letters.compare(text)
        assert alike[place] == pytest.approx(1, abs=1e-5)
        assert alike.argmax() == place


def test_rare_words_count_more_than_common_ones(letters):
    alike = letters.compare("the cctv")
    assert alike[1] > alike[2]


def test_nothing_known_is_like_nothing(letters):
    assert not letters.compare("zzz qqq").any()
    assert not letters.compare("").any()


def test_what_was_written_is_read_back(letters, tmp_path):
    letters.write(tmp_path)
    again = Letters.read(tmp_path)
    assert again.compare("cctv at the trial").tolist() == pytest.approx(
        letters.compare("cctv at the trial").tolist()
    )
