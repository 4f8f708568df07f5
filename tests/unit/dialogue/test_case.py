"""What a message tells of the case."""

from __future__ import annotations

import pytest

from bot.dialogue import case

NOTHING = {"": 0.95, "self": 0.03, "friend": 0.01, "accused": 0.01}


def told(heard=None, access=("", 0.9)):
    read = {"access": {"name": access[0], "confidence": access[1]}}
    return case.told({"turn": read | ({"heard": heard} if heard else {})}, {})


def test_what_is_surely_told_is_kept():
    roles = {"friend": 0.9, "self": 0.1}
    kept = {"heard": roles, "who": "friend", "access": "deaf"}
    assert told(roles, ("deaf", 0.7)) == kept


def test_what_is_not_told_or_not_sure_is_none():
    roles = {"self": 0.8, "accused": 0.2}
    assert told(roles, ("deaf", 0.4)) == {"heard": roles}
    assert case.told({}, {}) == {}


def test_a_message_that_tells_nothing_changes_little():
    before = {"self": 0.1, "friend": 0.8, "professional": 0.05, "under_18": 0.02, "accused": 0.03}
    after = case.heard(before, NOTHING)
    assert sum(after.values()) == pytest.approx(1)
    assert after["friend"] == pytest.approx(0.8, abs=0.1)


def test_one_message_does_not_make_a_victim_of_many_the_accused():
    roles = None
    for _ in range(3):
        roles = case.heard(roles, {"self": 0.75, "": 0.25})
    roles = case.heard(roles, {"accused": 0.8, "": 0.15, "self": 0.05})
    assert max(roles, key=roles.get) == "self"


def test_who_tells_it_twice_is_believed():
    roles = case.heard(case.heard(None, {"": 0.5, "accused": 0.5}), {"accused": 0.9, "": 0.1})
    assert told(roles)["who"] == "accused"


@pytest.mark.parametrize(
    ("access", "writes"),
    [("deaf", True), ("cannot_call", True), ("blind", False), (None, False)],
)
def test_who_cannot_ring_writes(access, writes):
    assert case.writes(access) is writes


@pytest.mark.parametrize(
    ("messages", "pronoun"),
    [
        (["he keeps ringing me"], "he"),
        (["my ex wife follows me", "shes outside"], "she"),
        (["someone leaves notes", "what can I do"], "they"),
        (["my sister saw her with him"], "they"),
        (["he rings", "he texts", "hes at work too", "she told me to ask"], "he"),
        (["he rings", "she rings"], "they"),
        (['/advice{"reply": "safety/block"}'], "they"),
    ],
)
def test_the_persons_own_word_is_taken_up(messages, pronoun):
    slots = {}
    for message in messages:
        slots |= case.told({"text": message}, slots)
    assert case.pronoun(slots) == pronoun


def test_who_writes_for_somebody_else_says_she_of_both():
    assert case.pronoun({"who": "friend", "pronouns": {"she": 3}}) == "they"
