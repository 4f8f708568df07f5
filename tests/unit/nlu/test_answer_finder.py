"""The answers found for a message, with the real encoders, on a handful of answers."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import chosen_answers
from bot.nlu.answer_finder import AnswerFinder
from bot.nlu.answer_index import AnswerIndex
from bot.nlu.chosen_answers import ChosenAnswers, Turn
from bot.nlu.encoder import EncoderComponent, encoder
from tests.unit.nlu.test_answer_index import ANSWERS, TITLES

IDS = [one.id for one in ANSWERS]
TYPED = "its on monday and im dreading it"


@pytest.fixture
def find(storage, resource):
    """The ids of the answers to a text, the likeliest first."""
    finder = AnswerFinder({}, storage, resource)
    finder._index = AnswerIndex.build(ANSWERS, TITLES, encoder())
    finder._chosen = chosen()

    def found(text):
        message = Message.build(text)
        EncoderComponent().process([message])
        finder.process([message])
        return [one["id"] for one in message.get("answers")["ranking"]]

    return found


def chosen():
    """Readers chose the screens in court for what was typed, and the tracker for all else."""
    read = chosen_answers.PART.get()
    texts = {TYPED: "court/screens", "found a tag": "tech/tracker", "a thing": "tech/tracker"}
    turns = [Turn(read.encode(text, in_pieces=False).asked, "") for text in texts for _ in range(5)]
    places = [IDS.index(answer) for answer in texts.values() for _ in range(5)]
    return ChosenAnswers.fit(IDS, turns, np.eye(3, dtype=np.float32)[places], np.ones(15), IDS)


def test_what_readers_chose_for_such_a_turn_is_found(find):
    assert find(TYPED)[0] == "court/screens"


def test_without_the_encoder_for_that_the_questions_find_it(find, monkeypatch):
    monkeypatch.setattr(chosen_answers.PART, "get", lambda: None)
    assert find("theres a gps tracker stuck under my car")[0] == "tech/tracker"
