"""`action_delete_chat`."""

from __future__ import annotations

import pytest
from rasa_sdk.events import AllSlotsReset, Restarted

from actions.delete_chat import ActionDeleteChat
from tests.unit.actions.conftest import offers, run, tracker, words


@pytest.mark.parametrize(
    "slots",
    [{}, {"last_reply": "advice/tracker", "topic": "advice/tracker"}, {"emergency_mode": True}],
)
def test_it_says_so_and_resets_everything(slots):
    result = run(ActionDeleteChat(), tracker("delete_chat", slots=slots))
    assert result.text == words("delete_chat")
    assert result.payloads == offers("delete_chat")
    assert result.events == [AllSlotsReset(), Restarted()]
