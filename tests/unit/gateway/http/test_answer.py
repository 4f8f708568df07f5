"""From Rasa's messages to an answer's JSON."""

from __future__ import annotations

from bot.content.render import Button
from bot.gateway.http import buttons
from bot.gateway.http.answer import as_messages, from_rasa, joined
from bot.settings import get_settings

ME = "0" * 32


def test_bubbles_are_split_at_blank_lines_and_said_once():
    collected = [{"text": "one\n\ntwo\nlines\n\n\n"}, {"text": "one"}, {"text": None}, {}]
    assert from_rasa(collected) == ["one", "two\nlines"]


def test_silence_stays_silence():
    assert from_rasa([]) == []
    assert from_rasa([{"text": " \n\n "}, {"buttons": [{"title": "a", "payload": "/a"}]}]) == []


def test_the_last_buttons_count():
    first = {"text": "one", "buttons": [{"title": "a", "payload": "/a"}]}
    last = {"text": "two", "buttons": [{"title": "b", "payload": "/b"}]}
    assert from_rasa([first, last]) == ["one", "two", Button("b", "/b")]


def test_joining_puts_all_buttons_last_and_drops_repeats():
    yes, no = Button("yes", "/affirm"), Button("no", "/deny")
    assert joined(["one", yes], ["two", "one", no, yes]) == ["one", "two", yes, no]


def test_the_json_has_signed_buttons_with_the_last_bubble():
    messages = as_messages(["one", "two", Button("yes", "/affirm")], ME)
    assert [message["text"] for message in messages] == ["one", "two"]
    assert messages[0] == {"text": "one", "buttons": [], "lang": "en"}
    (button,) = messages[1]["buttons"]
    assert button["title"] == "yes"
    assert buttons.payload_of(button["id"], ME, get_settings().secret_key) == "/affirm"
