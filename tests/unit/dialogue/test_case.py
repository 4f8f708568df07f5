"""What a message tells of the case."""

from __future__ import annotations

import pytest

from bot.dialogue import case

# What a message tells, and whose messages it is like, where it tells nothing.
NOTHING = {"": 0.95, "self": 0.03, "friend": 0.01, "accused": 0.01}
LIKE_MOST = {"self": 0.73, "friend": 0.12, "professional": 0.04, "under_18": 0.03, "accused": 0.08}


def told(roles=None, access=("", 0.9)):
    read = {"access": {"name": access[0], "confidence": access[1]}}
    heard = {"roles": roles, "accused_before": 0.9, "self_most": 0.5} if roles else None
    return case.told({"turn": read | ({"heard": heard} if heard else {})}, {})


def after(*messages, like=LIKE_MOST):
    """What was heard after messages that tell so much."""
    heard = None
    for message in messages:
        heard = case.heard(heard, message, like)
    return heard["roles"]


def test_what_is_surely_told_is_kept():
    found = told({"friend": 0.9, "self": 0.1}, ("deaf", 0.7))
    assert (found["who"], found["access"]) == ("friend", "deaf")


def test_what_is_not_told_or_not_sure_is_none():
    found = told({"self": 0.3, "accused": 0.7}, ("deaf", 0.4))
    assert "who" not in found and "access" not in found
    assert case.told({}, {}) == {}


def test_at_the_beginning_nearly_everybody_speaks_of_themselves():
    roles = after(NOTHING)
    assert sum(roles.values()) == pytest.approx(1, abs=0.01)
    assert roles["self"] > 0.7


def test_a_message_that_tells_nothing_changes_little():
    friend = {"friend": 0.9, "": 0.1}
    assert after(friend, friend, NOTHING)["friend"] == pytest.approx(
        after(friend, friend)["friend"], abs=0.1
    )


def test_one_message_does_not_make_a_victim_of_many_the_accused():
    victim = {"self": 0.75, "": 0.25}
    roles = after(victim, victim, victim, {"accused": 0.8, "": 0.15, "self": 0.05})
    assert max(roles, key=roles.get) == "self"


def test_many_messages_that_hint_a_little_make_nobody_the_accused():
    hint = {"": 0.5, "accused": 0.2, "self": 0.2, "friend": 0.1}
    assert "who" not in told(after(*[hint] * 8)) or after(*[hint] * 8)["accused"] < 0.8


@pytest.mark.parametrize(
    ("accused", "before", "most", "who"),
    [
        (0.85, 0.85, 0.5, "accused"),
        (0.85, 0.1, 0.5, "accused"),
        (0.75, 0.75, 0.5, None),
        (0.98, 0.1, 0.95, None),
        (0.9, 0.9, 0.95, None),
        (0.97, 0.9, 0.95, "accused"),
    ],
)
def test_who_is_accused_has_to_be_surer_than_others(accused, before, most, who):
    roles = {"accused": accused, "self": 1 - accused}
    heard = {"roles": roles, "accused_before": before, "self_most": most}
    assert case.told({"turn": {"heard": heard}}, {}).get("who") == who


def test_what_was_heard_before_is_kept():
    accused = {"accused": 0.9, "": 0.1}
    first = case.heard(None, accused, LIKE_MOST)
    second = case.heard(first, accused, LIKE_MOST)
    assert second["accused_before"] == first["roles"]["accused"]
    assert second["roles"]["accused"] > first["roles"]["accused"]
    assert second["self_most"] == max(first["roles"]["self"], second["roles"]["self"])


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
