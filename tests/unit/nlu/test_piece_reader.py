"""The reader of pieces, with the real encoder, on messages as the classifier leaves them."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import LABELS, full_label
from bot.nlu import piece_reader
from bot.nlu.piece_reader import SURE_ALONE, PieceReader
from bot.nlu.readings import LONGEST_PIECE
from bot.safety import context as turn

BEFORE = "i think there is spyware on my phone, he quotes my whatsapp messages back to me"
PIECE = "samsung"
SPYWARE = "advice/spyware"
EMERGENCY = {"response": {"intent_response_key": "emergency/in_home"}}


@pytest.fixture
def read(storage, resource, context):
    """The parsed message after the reader, given its intent and what was typed before."""
    reader = PieceReader.create({}, storage, resource, context)

    def reading(text, intent="nlu_fallback", confidence=0.7, previous=BEFORE):
        message = Message.build(text)
        message.set("intent", {"name": intent, "confidence": confidence}, add_to_output=True)
        selected = {"all_retrieval_intents": [], "emergency": EMERGENCY}
        message.set("response_selector", selected, add_to_output=True)
        token = turn.recent_text.set(previous)
        try:
            (processed,) = reader.process([message])
        finally:
            turn.recent_text.reset(token)
        return processed.as_dict(only_output_properties=True)

    return reading


@pytest.mark.parametrize("intent", ["nlu_fallback", "advice", "out_of_scope", "emergency"])
def test_an_open_piece_belongs_to_what_came_before(read, intent):
    parsed = read(PIECE, intent, SURE_ALONE - 0.01)
    assert full_label(parsed) == SPYWARE
    assert parsed["intent"]["confidence"] >= piece_reader.SURE_TOGETHER
    assert parsed[LABELS][0]["name"] == SPYWARE
    assert parsed["response_selector"]["emergency"] == EMERGENCY


@pytest.mark.parametrize("intent", ["affirm", "deny", "not_sure", "safe_now", "thank", "goodbye"])
def test_an_answer_to_the_bot_is_no_piece(read, intent):
    assert read(PIECE, intent, 0.4)["intent"] == {"name": intent, "confidence": 0.4}


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "previous"),
    [
        (PIECE, "nlu_fallback", 0.7, ""),
        (PIECE, "advice", SURE_ALONE, BEFORE),
        ("word " * (LONGEST_PIECE + 1), "nlu_fallback", 0.7, BEFORE),
        (PIECE, "nlu_fallback", 0.7, "asdkjh"),
        (PIECE, "nlu_fallback", 0.7, "he is in my house with a knife"),
    ],
    ids=["nothing before", "sure alone", "long", "no topic before", "danger is not its business"],
)
def test_else_it_stays_as_it_was(read, text, intent, confidence, previous):
    parsed = read(text, intent, confidence, previous)
    assert parsed["intent"] == {"name": intent, "confidence": confidence}
    assert LABELS not in parsed


def test_without_the_encoder_it_stays_as_it_was(read, monkeypatch):
    monkeypatch.setattr(piece_reader, "encoder", lambda: None)
    assert read(PIECE)["intent"]["name"] == "nlu_fallback"
