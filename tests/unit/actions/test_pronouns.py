"""An answer speaks of whoever stalks as the person does."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from bot.content.pronouns import say
from bot.content.register import get_register
from bot.slots import PRONOUNS
from tests.unit.actions.conftest import SUPPORTED, run, tracker


@pytest.fixture(autouse=True)
def nobody_says_he_or_she():
    """Here they do."""


def asked(text, pronouns=None):
    slots = {**SUPPORTED, PRONOUNS: pronouns}
    label = "advice/no_contact"
    found = {"safety/block": 0.95}
    where = tracker(label, slots=slots, text=text, guesses={label: 0.9}, found=found)
    return run(ActionAnswer(), where)


def test_an_answer_says_she_where_the_person_does():
    answer = asked("should i block her")
    written = get_register().reply("safety/block").bubbles["en"]
    assert answer.text == "\n\n".join(say(text, "she") for text in written)
    assert " her " in answer.text
    assert answer.slots[PRONOUNS] == {"she": 1}


def test_what_was_said_before_holds():
    answer = asked("is blocking a good idea", {"he": 3})
    assert " him " in answer.text


def test_the_buttons_say_it_too():
    assert "Should I tell him to stop?" in asked("should i block him").titles
