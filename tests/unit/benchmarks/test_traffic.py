"""What the load test takes for an answer to danger."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.client import Gateway, Reply
from benchmarks.load.conversations import Message
from benchmarks.load.traffic import Seen, Traffic
from bot.gateway.turns import safe_reply

pytestmark = pytest.mark.slow

DANGER = "he is outside my house now"
# The grammar sees it; no single word gives it away.
ONLY_GRAMMAR = "my ex is at the end of the aisle and there is an order"


class Says(Gateway):
    """Gives every message the same answer."""

    def __init__(self, bubbles: list[str], outcome: str) -> None:
        self._reply = Reply(0.1, bubbles, (), outcome)

    async def say(self, conversation: str, text: str) -> Reply:
        await asyncio.sleep(0.001)
        return self._reply

    async def end(self, conversation: str) -> None:
        return


def seen(text: str, reply: str, outcome: str) -> Seen:
    """What is noted when a message gets a reply of the register, some ten times."""
    traffic = Traffic(Says(safe_reply.bubbles(reply), outcome), [Message(text, urgent=True)])
    for _ in range(50):  # a busy machine may leave no time for one
        if (found := asyncio.run(traffic.closed(1, 0.02))).urgent:
            break
    assert found.urgent
    return found


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("emergency", "emergency"),
        ("emergency/followed_now", "emergency"),
        ("emergency_reminder", "emergency"),
        ("emergency_denied", "emergency"),
        ("emergency_yes", "emergency"),
        ("emergency_unsure", "emergency"),
        ("emergency_check", "checked"),
        ("crisis", "crisis"),
        ("crisis/self_harm", "crisis"),
        ("safe_reply_emergency", "safe_reply_overloaded"),
    ],
)
def test_danger_or_a_crisis_first_will_do(reply, outcome):
    found = seen(DANGER, reply, outcome)
    assert not found.not_led and not found.unseen


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("safe_reply", "safe_reply_overloaded"),
        ("safe_reply", "safe_reply_timeout"),
        ("advice/spo_what", "answered"),
        ("safe_now", "answered"),
    ],
)
def test_anything_else_will_not_even_where_it_names_999(reply, outcome):
    found = seen(DANGER, reply, outcome)
    assert found.not_led == found.urgent


def test_what_only_the_grammar_sees_is_counted_apart_where_it_was_refused():
    refused = seen(ONLY_GRAMMAR, "safe_reply", "safe_reply_overloaded")
    assert refused.unseen == refused.urgent and not refused.not_led
    failed = seen(ONLY_GRAMMAR, "safe_reply", "safe_reply_timeout")
    assert failed.not_led == failed.urgent
