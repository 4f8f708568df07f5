"""Which answer would be chosen for a turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.nlu.chosen_answers import PART, ChosenAnswers, Turn

IDS = ["tech/tag", "court/day"]
ABOUT = {"tech/tag": "found a tag in my car", "court/day": "my court date is monday"}


def turn(text, who=""):
    return Turn(PART.get().encode(text, in_pieces=False).asked, who)


@pytest.fixture(scope="module")
def model():
    turns = [turn(f"{ABOUT[one]} {number}") for one in IDS for number in range(12)]
    chosen = np.repeat(np.eye(2, dtype=np.float32), 12, axis=0)
    return ChosenAnswers.fit(IDS, turns, chosen, np.ones(24, np.float32), IDS)


@pytest.mark.parametrize("answer", IDS)
def test_what_was_chosen_for_such_words_is_the_likeliest(model, answer):
    shares = model.log_shares(turn(f"hi {ABOUT[answer]}"))
    assert IDS[int(shares.argmax())] == answer
    assert np.exp(shares).sum() == pytest.approx(1, abs=1e-4)


def test_it_is_kept_and_read_back(model, tmp_path):
    model.write(tmp_path)
    said = turn("a tag", who="friend")
    read = ChosenAnswers.read(tmp_path).log_shares(said)
    assert read == pytest.approx(model.log_shares(said), abs=0.01)


def test_a_file_that_does_not_fit_is_refused(model, tmp_path):
    model.write(tmp_path)
    (tmp_path / "chosen.json").write_text('["tech/tag"]', encoding="utf-8")
    with pytest.raises(ValueError, match="do not belong together"):
        ChosenAnswers.read(tmp_path)


def test_who_speaks_counts_too():
    said = turn("what happens now")
    turns = [said._replace(who=one) for one in ("self", "accused") for _ in range(12)]
    chosen = np.repeat(np.eye(2, dtype=np.float32), 12, axis=0)
    model = ChosenAnswers.fit(IDS, turns, chosen, np.ones(24, np.float32), IDS)
    read = [model.log_shares(said._replace(who=one)) for one in ("self", "accused")]
    assert [int(one.argmax()) for one in read] == [0, 1]


def test_of_an_answer_that_the_encoder_was_not_taught_nothing_is_known(model):
    later = replace(model, is_known=np.array([True, False]))
    assert np.isnan(later.log_shares(turn("a tag"))).tolist() == [False, True]
