"""What words tell that a danger told before never was."""

from __future__ import annotations

import pytest

from actions import never_was


@pytest.mark.parametrize(
    "text",
    [
        "i meant last week", "wrong word lol", "sorry that was a mistake", "he's in prison",
        "no its not happening now", "it was years ago", "hes not here", "im only testing this",
    ],
)  # fmt: skip
def test_it_never_was(text):
    assert never_was.says_never_was(text)


@pytest.mark.parametrize("text", ["", "he is outside", "not yet", "no mistake?", "he's back"])
def test_it_may_be(text):
    assert not never_was.says_never_was(text)


@pytest.mark.parametrize(
    "text",
    [
        "no it was on the tv", "sorry wrong chat", "lol jk", "no just a question", "nothing",
        "it was last week i mean", "it was delivery", "its only the postman", "not what i meant",
        "no its not happening", "a few weeks ago", "hes abroad",
        "thought it was him its only the postman", "its nothing just a delivery",
    ],
)  # fmt: skip
def test_it_was_none(text):
    assert never_was.says_never_was(text)


@pytest.mark.parametrize(
    "text",
    [
        "broke my window yesterday", "it happened last week too", "he was here on friday",
        "police do nothing", "he should be in prison", "he just got out of jail", "sorry",
        "he came yesterday too", "got bail on monday", "i didnt order nothing", "years of this",
        "dressed as a postman", "this is not a joke", "its no joke", "he's not kidding",
        "it was a mistake to let him in", "nobody ordered a delivery", "maybe delivery",
        "nothing to do with delivery", "says hes delivery", "ignore me if i go quiet",
        "thought it was the postman but its him", "i mean it", "no i mean now",
    ],
)  # fmt: skip
def test_words_of_the_past_end_nothing(text):
    assert not never_was.says_never_was(text)


def test_a_slip_of_the_thumb():
    assert never_was.says_pressed_wrong("pressed the wrong one")
    assert not never_was.says_pressed_wrong("he pressed me against the wall")


def test_only_with_i_mean_the_past_needs_no_question():
    assert never_was.means_the_past("no i mean last month")
    assert not never_was.means_the_past("last month")


def test_no_text_takes_long():
    """A hundred phrases that can each be read in two ways: without a limit this never ends."""
    assert not never_was.says_never_was(100 * "no days ago " + "x")


@pytest.mark.parametrize(
    "text",
    [
        "oh its just an uber", "no its next doors cat", "it was the window cleaner",
        "sorry by mistake", "my mistake", "it wasnt even him", "it was only a joke",
        "im just testing",
    ],
)  # fmt: skip
def test_it_was_somebody_else(text):
    assert never_was.says_mistake(text)


@pytest.mark.parametrize(
    "text",
    [
        "police are a joke", "is this some kind of joke to you", "dont make an example of me",
        "he came up on tv doorbell", "the postman saw him too", "marrying him was a mistake",
        "i made a mistake i told him where i live", "sam.t@example.org",
        "oh god what a mistake ever texting him back", "hes testing the door handle",
        "the delivery man knocked and he hid me", "just the dog and me", "you must be joking",
        "it was an uber he got out of", "it wasnt him it was his brother",
        "it was an accident he ran me over", "its the window cleaner again",
        "its only the tv on so he cant hear me", "wrong word i meant knife",
        "left the door open by mistake", "oops he heard me", "just a question should i hide",
        "this is a joke nobody is picking up", "ignore me im crying",
    ],
)  # fmt: skip
def test_the_word_for_it_means_something_else(text):
    assert not never_was.says_mistake(text)


@pytest.mark.parametrize("text", ["not today, last month", "no i mean last week"])
def test_what_can_be_about_nothing_else_needs_no_question(text):
    assert never_was.means_the_past(text)


@pytest.mark.parametrize(
    "text", ["not now", "tuesday", "it was him", "he was here on tuesday", "that was last night"]
)
def test_what_may_be_about_something_else_needs_one(text):
    assert not never_was.means_the_past(text)


@pytest.mark.parametrize(
    "text",
    ["its not an emergency", "not really an emergency", "no hes not there now its just in general"],
)
def test_to_play_it_down_is_no_word_of_its_end(text):
    assert never_was.plays_down(text)
    assert not never_was.says_never_was(text) and not never_was.means_the_past(text)


@pytest.mark.parametrize(
    "text", ["it is an emergency", "hes not there now", "not an emergency but he is in the house"]
)
def test_to_tell_of_danger_is_not_to_play_it_down(text):
    assert not never_was.plays_down(text)
