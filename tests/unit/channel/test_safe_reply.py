"""What the gateway says by itself when everything else is down."""

from __future__ import annotations

import pytest

from bot.channel import safe_reply
from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register


def words(reply_id):
    """A reply's bubbles and then its buttons, as the register renders them."""
    register = get_register()
    context = render.Context(force=register.forces[render.DEFAULT_FORCE], moment=now_in_london())
    reply = register.reply(reply_id)
    return [
        *render.bubbles(register, reply, context),
        *render.buttons(register, reply, context),
    ]


@pytest.mark.parametrize(
    "reply_id", ["safe_reply", "safe_reply_emergency", "notice", "clarify", "empty_message"]
)
def test_a_register_reply_is_said_whole(reply_id):
    said = safe_reply.from_register(reply_id)
    assert said == words(reply_id)
    assert isinstance(said[0], str)


def test_bubbles_are_without_buttons():
    assert safe_reply.bubbles("clarify") == [
        part for part in words("clarify") if isinstance(part, str)
    ]
    assert any(isinstance(part, render.Button) for part in words("clarify"))


@pytest.mark.parametrize("text", ["", "hello", "how do i report stalking", "\x00", "x" * 100_000])
def test_a_failed_turn_says_so_and_names_999(text):
    said = safe_reply.for_failed_turn(text)
    assert said == words("safe_reply")
    assert "999" in said[0]


@pytest.mark.parametrize(
    "text",
    [
        "he is outside my house now",
        "HE’S OUTSIDE!!!",
        "he has a 🔪",
        "i am being followed",
        "in the film he has a knife",  # in doubt, 999 first
        "he is outside my house " + "x" * 100_000,
    ],
)
def test_a_failed_turn_with_signs_of_danger_begins_with_999(text):
    said = safe_reply.for_failed_turn(text)
    assert said == words("safe_reply_emergency")
    assert said[0].startswith("Call 999 now")


def test_an_unknown_reply_is_an_error():
    with pytest.raises(KeyError):
        safe_reply.from_register("no_such_reply")


def test_the_force_is_the_one_of_the_settings(monkeypatch):
    name = next(n for n in get_register().forces if n != render.DEFAULT_FORCE)
    monkeypatch.setenv("CHAT_FORCE", name)
    safe_reply.get_settings.cache_clear()
    text = "\n".join(safe_reply.bubbles("talk_to_person"))
    assert get_register().forces[name].name in text
    assert get_register().forces[render.DEFAULT_FORCE].name not in text
