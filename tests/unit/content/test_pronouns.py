"""Whoever stalks is he, she or they, as the person says."""

from __future__ import annotations

import re

import pytest

from bot.content.pronouns import PRONOUNS, say
from bot.content.register import get_register


@pytest.mark.parametrize(
    ("marked", "he", "they"),
    [
        ("If {they ring}, save it.", "If he rings, save it.", "If they ring, save it."),
        ("{They never say} why.", "He never says why.", "They never say why."),
        ("{Do they} know?", "Does he know?", "Do they know?"),
        ("{they} can, {they've} gone", "he can, he's gone", "they can, they've gone"),
        ("{they follow} or {watch} you", "he follows or watches you", "they follow or watch you"),
        ("{they try} it", "he tries it", "they try it"),
        ("{They=Your ex} has it", "He has it", "Your ex has it"),
        ("if {they won't} go", "if he won't go", "if they won't go"),
        ("what {they did}", "what he did", "what they did"),
        ("{their} {nsh.phone}", "his {nsh.phone}", "their {nsh.phone}"),
    ],
)
def test_marks_say_who_stalks(marked, he, they):
    assert say(marked, "he") == he
    assert say(marked, "they") == they


def test_her_is_hers_or_her():
    assert say("{them}, {their} keys, {theirs}, {themselves}", "she") == (
        "her, her keys, hers, herself"
    )


@pytest.mark.parametrize("pronoun", PRONOUNS)
def test_every_button_can_be_read(pronoun):
    for reply in get_register().replies.values():
        assert "{" not in say(reply.button.get("en", ""), pronoun)


# Verbs that are never said of him or her so, unless another stands before: "will he have".
_UNMARKED = re.compile(
    r"\b(?:until|if|when|where|what|who|that|because|,) he (?:still |also |only |never )?"
    r"(?:have|are|were|do|don't|haven't|aren't|live|keep|know|want|come|go|say|get|see|find)\b"
)


def test_every_verb_of_him_or_her_is_marked():
    said = [
        say(text, "he")
        for reply in get_register().replies.values()
        for texts in (reply.bubbles, reply.more, reply.steps, reply.button)
        for text in texts.get("en", ())
    ]
    assert [text for text in said if _UNMARKED.search(text.lower())] == []
