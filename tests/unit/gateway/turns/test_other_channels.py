"""The turn of a message that comes through one of Rasa's own channels."""

from __future__ import annotations

import contextvars
from types import SimpleNamespace

import pytest

from bot.gateway.turns.other_channels import begin
from bot.rasa_adapters.messages import CHANNEL
from bot.safety import context


def begun(text: str, channel: str = "rest") -> context.InFlightTurn:
    """The turn that is current after a message has come."""

    def come() -> context.InFlightTurn:
        context.begin(context.InFlightTurn(previous="what the gateway knows"))
        begin(SimpleNamespace(text=text, input_channel=channel))
        return context.current()

    return contextvars.copy_context().run(come)


def test_what_is_typed_is_known_to_the_next_message():
    assert begun("my ex").typed[1] == "my ex"
    assert begun('/advice{"reply": "advice/spo_what"}').typed is None
    assert not begun("my ex").previous


def test_the_gateways_own_turns_stay_as_they_are():
    assert begun("my ex", CHANNEL).previous == "what the gateway knows"


@pytest.mark.parametrize(("reply", "is_danger"), [("emergency", True), ("greet", False)])
def test_danger_that_was_answered_is_read_with_no_later_message(reply, is_danger):
    turn = begun("he is here")
    turn.replies.append(reply)
    assert turn.is_danger_answered() is is_danger
