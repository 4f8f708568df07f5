"""The answers found for a message, with the real encoders, on a handful of answers."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import TURN
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

    def found(text, turn=None, tracker=None):
        message = Message.build(text)
        EncoderComponent().process([message], tracker)
        message.set(TURN, turn or {})
        finder.process([message], tracker)
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


class Tracker:
    """A conversation after an answer about trackers, with some more slots."""

    active_loop_name = None

    def __init__(self, **slots):
        self._slots = {"topic": LAST, **slots}

    def get_slot(self, name):
        return self._slots.get(name)

    def current_slot_values(self):
        return self._slots


LAST = "tech/tracker_alert"
CORRECTS = {"act": {"name": "corrects", "confidence": 0.9}}


@pytest.mark.parametrize(
    ("text", "turn", "slots", "is_in_context"),
    [
        ("i meant the screens in court next week", {}, {}, True),
        ("i meant the screens in court next week", CORRECTS, {}, True),
        ("no the other one", CORRECTS, {}, True),
        ("and on monday", {}, {"shown": [f"refused:{LAST}"]}, False),
        ("and on monday", {}, {"shown": [LAST]}, True),
    ],
)
def test_after_a_refused_answer_a_message_is_read_without_it(
    find, monkeypatch, text, turn, slots, is_in_context
):
    asked = []
    of_index = AnswerIndex.find
    monkeypatch.setattr(
        AnswerIndex,
        "find",
        lambda self, query, *others: asked.append(query) or of_index(self, query, *others),
    )
    find(text, turn, Tracker(**slots))
    assert (asked[0].last, asked[0].in_context is not None) == (
        (LAST, True) if is_in_context else ("", False)
    )
