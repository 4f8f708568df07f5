"""`action_delete_chat`."""

from __future__ import annotations

import pytest
from rasa_sdk.events import AllSlotsReset, Restarted

from actions.answer import ActionAnswer
from actions.delete_chat import SURE_OF_ERASING, ActionDeleteChat
from tests.unit.actions.conftest import offers, run, told, tracker, words


@pytest.mark.parametrize("slots", [{}, {"last_reply": "advice/tracker", "topic": "advice/tracker"}])
def test_it_says_so_and_resets_everything(slots):
    result = run(ActionDeleteChat(), tracker("delete_chat", slots=slots))
    assert result.text == words("delete_chat")
    assert result.payloads == offers("delete_chat")
    assert result.events == [AllSlotsReset(), Restarted()]


@pytest.mark.parametrize(("confidence", "asks"), [(0.5, True), (SURE_OF_ERASING, False)])
def test_it_asks_first_when_the_words_may_mean_something_else(confidence, asks):
    result = run(ActionDeleteChat(), tracker("delete_chat", guesses={"delete_chat": confidence}))
    assert result.text == words("delete_chat_ask" if asks else "delete_chat")
    assert ("/delete_chat" in "".join(result.payloads)) is asks
    assert (Restarted() in result.events) is not asks


def test_it_asks_first_when_another_label_was_likelier():
    guesses = {"emergency/cannot_speak": 0.9, "delete_chat": 0.08}
    result = run(ActionDeleteChat(), tracker("delete_chat", guesses=guesses))
    assert result.text == words("delete_chat_ask")
    assert Restarted() not in result.events


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("affirm", "delete_chat_yes"),
        ("not_sure", "delete_chat_yes"),
        ("deny", "delete_chat_no"),
    ],
)
def test_a_typed_answer_erases_nothing_and_is_told_so(label, said):
    """It asks two things; so a yes may be to either, and what is erased is gone."""
    slots = run(ActionDeleteChat(), tracker("delete_chat", guesses={"delete_chat": 0.5})).slots
    assert slots["asked"] == "erasing"
    for _ in range(2):
        result = run(ActionAnswer(), tracker(label, slots=slots, text="yes"))
        assert result.text == words(said)
        assert Restarted() not in result.events
        if label == "deny":
            break
        assert result.payloads[0] == "/delete_chat"
        slots |= result.slots


SURE = {"delete_chat": 0.95}


@pytest.mark.parametrize("confidence", [0.5, 0.95])
@pytest.mark.parametrize(
    ("slots", "crisis", "leads", "asked"),
    [
        ({}, "none", ["emergency_check"], "happening_now"),
        ({}, "check", ["emergency_check", "crisis_check"], "happening_now"),
        ({"emergency_mode": True}, "none", ["emergency_reminder"], "safe_now_or_else"),
    ],
)
def test_in_possible_danger_it_asks_first(slots, crisis, leads, asked, confidence):
    """ "Delete the chat hes back"."""
    guesses = {"delete_chat": confidence}
    where = tracker("delete_chat", slots=slots, tier="check", crisis=crisis, guesses=guesses)
    result = run(ActionDeleteChat(), where)
    assert result.text == words(*leads, "delete_chat_ask")
    assert "/delete_chat" in result.payloads
    assert result.slots["asked"] == asked
    assert result.slots["last_reply"] == "delete_chat_ask"


OPEN = pytest.mark.parametrize(
    ("where", "lead"),
    [
        ({"slots": {"emergency_mode": True}}, "emergency_reminder"),
        ({"crisis": "check"}, "crisis_check"),
        ({"slots": {"asked": "crisis"}}, "crisis_check"),
        ({"slots": {"asked": "crisis_after"}}, "crisis_check"),
    ],
)


@OPEN
def test_typed_where_danger_or_a_crisis_is_open_it_asks_first(where, lead):
    result = run(ActionDeleteChat(), tracker("delete_chat", guesses=SURE, **where))
    assert result.text == words(lead, "delete_chat_ask")
    assert "/delete_chat" in result.payloads
    assert Restarted() not in result.events


def test_typed_where_a_check_is_open_it_asks_first():
    slots = {"asked": "happening_now"}
    result = run(ActionDeleteChat(), tracker("delete_chat", guesses=SURE, slots=slots))
    assert result.text == words("delete_chat_ask")
    assert Restarted() not in result.events


@OPEN
def test_the_button_erases_after_what_must_come_first_and_asks_nothing(where, lead):
    """The answer would be the first message of a new chat: "no" to "Is the danger over?"."""
    result = run(ActionDeleteChat(), tracker("delete_chat", **where))
    assert result.text == f"{told(lead)}\n\n{words('delete_chat')}"
    assert "?" not in result.text
    assert result.payloads == offers("delete_chat")
    assert result.events == [AllSlotsReset(), Restarted()]
