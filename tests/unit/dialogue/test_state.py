"""What waits for an answer, and what came before a message."""

from __future__ import annotations

import pytest

from bot.dialogue import state


@pytest.mark.parametrize(
    ("slots", "form", "waiting"),
    [
        ({}, None, ""),
        ({"asked": "happening_now"}, None, "happening_now"),
        ({"asked": "safe_now", "emergency_mode": True}, None, "danger_over"),
        ({"emergency_mode": True}, None, "danger_over"),
        ({"asked": "crisis_after"}, None, "crisis"),
        ({"requested_slot": "four_fixated"}, "four_form", "four_fixated"),
        ({"requested_slot": None}, "four_form", "four"),
        ({"requested_slot": "handover_way"}, "handover_form", "handover_way"),
        ({"requested_slot": "handover_time"}, "handover_form", "handover_time"),
        ({"asked": "erasing"}, None, "delete"),
    ],
)
def test_what_waits_for_an_answer(slots, form, waiting):
    assert state.waits_for(slots, form) == waiting


def test_what_came_before_is_the_open_question_the_last_answer_and_the_last_words():
    typed = " ".join(f"word{place}" for place in range(40))
    told = state.came_before("happening_now", "Will I be told?", typed)
    assert told.startswith("is this happening now will i be told? word16")
    assert told.endswith("word39")
    assert state.came_before("", "", "") == ""


def test_in_danger_the_last_answer_does_not_matter():
    assert "told" not in state.came_before("danger_over", "Will I be told?", "")
