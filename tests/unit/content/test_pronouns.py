"""Whoever stalks is he, she or they, as the person says."""

from __future__ import annotations

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
