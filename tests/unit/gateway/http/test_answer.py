"""From Rasa's messages to an answer's JSON."""

from __future__ import annotations

from bot.content.bubble import Bubble
from bot.content.messages import message
from bot.content.render import Button
from bot.gateway.http import buttons
from bot.gateway.http.answer import (
    as_messages,
    from_rasa,
    given_again,
    joined,
    kept,
    without_rating,
)
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
    assert messages[0] == {"text": "one", "buttons": [], "lang": "en", "custom": {"reply": ""}}
    (button,) = messages[1]["buttons"]
    assert button["title"] == "yes"
    assert buttons.payload_of(button["id"], ME, get_settings().secret_key) == "/affirm"


# What a page lays out

STEPS = Bubble("1. look\n2. tell", "tech/x", {"steps": ["look", "tell"]})
MORE = Button("More about this", '/advice{"reply": "more"}')
YES, NOT_ASKED = Button("Yes", "/yes"), Button("Not what I asked", "/not_asked")


def test_a_bubble_carries_its_reply_and_what_is_laid_out():
    first, steps = as_messages([Bubble("Do this:", "tech/x"), STEPS], ME)
    assert first["custom"] == steps["custom"] == {"reply": "tech/x"}
    assert "steps" not in first
    assert (steps["text"], steps["steps"]) == ("1. look\n2. tell", ["look", "tell"])


def test_what_is_shown_in_place_needs_no_button():
    opens = STEPS.with_layout(more=["The rest."])
    assert from_rasa([message([opens], [MORE, NOT_ASKED])]) == [opens, NOT_ASKED]
    assert from_rasa([message([STEPS], [MORE])]) == [STEPS, MORE], "nothing to open"


def test_what_is_asked_of_an_answer_stands_apart_from_its_buttons():
    said = from_rasa([message([STEPS], [MORE, NOT_ASKED], [YES, NOT_ASKED])])
    (shown,) = as_messages(said, ME)
    assert [one["title"] for one in shown["buttons"]] == [MORE.title]
    assert [one["title"] for one in shown["rating"]] == [YES.title, NOT_ASKED.title]
    (shown,) = as_messages(without_rating(said), ME)
    assert "rating" not in shown


def test_other_channels_find_all_in_text_and_buttons():
    sent = message([STEPS.with_layout(more=["The rest."])], [MORE, NOT_ASKED], [YES, NOT_ASKED])
    assert sent["text"] == STEPS
    assert [one["payload"] for one in sent["buttons"]] == [MORE.payload, NOT_ASKED.payload]
    assert "custom" not in sent


def test_an_answer_is_given_again_as_it_was():
    said = ["plain", STEPS, MORE, Button("Yes", "/yes", True)]
    again = given_again(kept(said))
    assert as_messages(again, ME) == as_messages(said, ME)
