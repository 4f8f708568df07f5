"""What a message tells of the case."""

from __future__ import annotations

import pytest

from bot.dialogue import case


def read(**facts):
    return {
        "turn": {name: {"name": value, "confidence": sure} for name, (value, sure) in facts.items()}
    }


def test_what_is_surely_told_is_kept():
    assert case.told(read(who=("friend", 0.9), access=("deaf", 0.7))) == {
        "who": "friend",
        "access": "deaf",
    }


def test_what_is_not_told_or_not_sure_is_none():
    assert case.told(read(who=("", 0.99), access=("deaf", 0.4))) == {}
    assert case.told({}) == {}


@pytest.mark.parametrize(
    ("access", "writes"),
    [("deaf", True), ("cannot_call", True), ("blind", False), (None, False)],
)
def test_who_cannot_ring_writes(access, writes):
    assert case.writes(access) is writes
