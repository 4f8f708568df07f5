"""The chats that the turn classifier learns from."""

from __future__ import annotations

from collections import Counter

from bot.content.answers import titles
from bot.content.register import get_register
from bot.dialogue.acts import ACTS
from bot.nlu.turns import Chat, chats, examples

CHAT = {
    "about": "woman, ex",
    "turns": [
        {
            "open": "",
            "topic": "",
            "text": "Hes been outside again",
            "act": "tells",
            "means": "advice/is_it_stalking",
            "danger": "maybe",
            "crisis": "no",
            "facts": {"pronoun": "he"},
        },
        {
            "open": "happening_now",
            "topic": "advice/evidence",
            "text": "no hes gone",
            "act": "denies",
            "means": "",
            "danger": "no",
            "crisis": "no",
            "facts": {},
        },
    ],
}


def test_a_turn_is_read_after_the_open_question_the_last_answer_and_what_was_typed():
    first, second = examples(
        Chat.model_validate(CHAT), {"advice/evidence": "How do I keep evidence?"}
    )
    assert (first.text, first.before) == ("hes been outside again", "")
    assert second.before.startswith("is this happening now how do i keep evidence")
    assert second.before.endswith("hes been outside again")


def test_there_are_enough_turns_of_every_act():
    known = titles(get_register())
    read = [one for chat in chats() for one in examples(chat, known)]
    assert len(read) >= 15_000
    counts = Counter(one.turn.act for one in read)
    assert set(counts) == set(ACTS)
    assert min(counts.values()) >= 30
