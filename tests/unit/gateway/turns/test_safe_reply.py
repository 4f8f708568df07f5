"""What the gateway says by itself when everything else is down."""

from __future__ import annotations

import itertools

import pytest

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.gateway.turns import safe_reply


def words(reply_id):
    """A reply's bubbles and then its buttons, as the register renders them."""
    register = get_register()
    context = render.Context(force=register.forces[render.DEFAULT_FORCE], moment=now_in_london())
    reply = register.reply(reply_id)
    return [
        *render.bubbles(register, reply, context),
        *render.buttons(register, reply, context),
    ]


def bubbles(*reply_ids):
    return [part for name in reply_ids for part in words(name) if isinstance(part, str)]


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


@pytest.mark.parametrize(
    ("text", "previous"),
    [("here", "hes"), ("my house now", "he is in"), ("/emergency", ""), ("a knife", "he has")],
)
def test_danger_in_two_halves_or_behind_a_button_begins_with_999(text, previous):
    assert safe_reply.for_failed_turn(text, previous) == bubbles("safe_reply_emergency")


def test_what_was_typed_before_lowers_nothing():
    text = "he is outside my house now"
    assert safe_reply.for_failed_turn(text, "in the film last year") == bubbles(
        "safe_reply_emergency"
    )


def test_a_failed_turn_in_a_crisis_says_who_listens():
    assert safe_reply.for_failed_turn("stop before i kill myself") == bubbles("crisis")
    assert safe_reply.for_failed_turn("/crisis") == bubbles("crisis")


def test_danger_and_crisis_are_both_answered_999_first():
    said = safe_reply.for_failed_turn("i want to kill myself and he is outside my house now")
    assert said == bubbles("safe_reply_emergency", "crisis")


def test_danger_with_slips_begins_with_999():
    assert safe_reply.for_failed_turn("hes oustide my hosue") == bubbles("safe_reply_emergency")


@pytest.mark.parametrize("say", [safe_reply.for_failed_turn, safe_reply.for_refused_turn])
def test_harm_that_was_done_begins_with_help(say):
    assert say("i took 40 paracetamol") == bubbles("crisis")


def test_danger_anywhere_in_a_long_text_is_seen():
    filler = "he keeps messaging me and i do not know what to do "
    assert not safe_reply.danger_in_long(filler * 300)
    assert not safe_reply.danger_in_long("")
    for before in range(0, 280, 20):
        text = filler * before + "he is outside my house now " + filler * (285 - before)
        assert safe_reply.danger_in_long(text), before


@pytest.mark.parametrize("length", [1, 2_000, 2_001, 14_600, 14_601, 20_000, 62_000])
def test_of_a_text_of_any_length_no_more_is_read_than_there_is_time_for(monkeypatch, length):
    read = []
    nothing = safe_reply.rules.RuleFindings(0, 0)
    monkeypatch.setattr(safe_reply.rules, "find", lambda part: read.append(part) or nothing)
    text = "".join(f"{number:05}" for number in range(length))[:length]
    assert not safe_reply.danger_in_long(text)
    assert len(read) <= safe_reply.MOST_WINDOWS
    assert text.startswith(read[0]) and text.endswith(read[-1])
    starts = [text.index(part) for part in read]
    steps = [after - before for before, after in itertools.pairwise(starts)]
    is_whole = all(step <= 1_800 for step in steps)
    assert is_whole or (length > 14_600 and max(steps) - min(steps) <= 1)


def test_of_a_long_text_that_is_refused_both_ends_are_read():
    filler = "he keeps messaging me and i do not know what to do "
    danger = "he is outside my house now "
    for text in (danger, danger + filler * 900, filler * 900 + danger, filler * 60 + danger):
        assert safe_reply.danger_in_long(text, at_its_ends=True)
    assert not safe_reply.danger_in_long(filler * 900, at_its_ends=True)


def test_of_a_long_text_that_is_refused_the_beginning_is_read_with_what_was_typed_before(
    monkeypatch,
):
    filler = "he keeps messaging me and i do not know what to do "
    previous, text = "well he is", ("in my house now " + filler * 50)[:2_000]
    said = bubbles("safe_reply_emergency")
    assert safe_reply.for_refused_turn(text, previous) == said
    read = []
    monkeypatch.setattr(safe_reply.danger, "may_be", lambda part: read.append(part) or False)
    safe_reply.for_refused_turn(text, previous)
    assert sum(map(len, read)) < len(text) + 300, "the whole takes as long as a turn"


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


@pytest.mark.parametrize(
    ("text", "previous", "said_too"),
    [
        ("how do i report stalking", "", "safe_reply"),
        ("he is outside my house now", "", "safe_reply_emergency"),
        ("here", "hes", "safe_reply_emergency"),
        # Danger as the whole of a message, whatever was typed before it.
        ("police please now", "how do i report stalking", "safe_reply_emergency"),
        ("i want to kill myself", "", "crisis"),
        ('/emergency{"reply": "emergency/cannot_speak"}', "", "safe_reply_emergency"),
        ("/crisis", "", "crisis"),
    ],
)
def test_a_refused_turn_names_999_and_says_what_the_word_rules_call_for(text, previous, said_too):
    said = safe_reply.for_refused_turn(text, previous)
    assert set(bubbles(said_too)) <= set(said)
    assert "999" in said[0]
