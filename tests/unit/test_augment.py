"""How messages are varied while the encoder is trained."""

from __future__ import annotations

import random

import pytest

from bot.nlu.corpus import Message
from bot.safety.people import neutralise_identity
from training import augment
from training.augment import Others, vary

DRAWS = 400


def variants(text, label):
    draw = random.Random(5)  # noqa: S311 - no secret
    return [vary(text, label, draw) for _ in range(DRAWS)]


def test_the_same_seed_gives_the_same_messages():
    text = "my neighbour is outside and she has a knife"
    assert variants(text, "emergency/weapon") == variants(text, "emergency/weapon")


def test_some_stay_as_they_are():
    text = "my neighbour is outside and she has a knife"
    found = variants(text, "emergency/weapon")
    assert 0.2 < sum(one == text for one in found) / DRAWS < 0.5
    assert len(set(found)) > DRAWS / 3


def test_some_are_spelt_by_ear_or_cut_short():
    found = variants("he phoned and would not stop", "advice/is_it_stalking")
    assert any("foned" in one for one in found)
    assert any("wud" in one for one in found)


def test_a_space_can_come_a_letter_too_late():
    found = variants("he is outside", "emergency/outside_now")
    assert any("i soutside" in one or "hei s" in one or "iso utside" in one for one in found)


@pytest.mark.parametrize("label", ["advice/men", "advice/lgbt", "greet", "out_of_scope/off_topic"])
def test_where_it_matters_who_it_is_nobody_is_swapped(label, monkeypatch):
    monkeypatch.setattr(augment, "with_slips", lambda text, draw: text)
    assert set(variants("my boyfriend follows me. he is a man", label)) == {
        "my boyfriend follows me. he is a man"
    }


def test_other_people_do_the_same(monkeypatch):
    monkeypatch.setattr(augment, "with_slips", lambda text, draw: text)
    text = "my colleague is outside, she has a knife"
    found = set(variants(text, "emergency/weapon"))
    assert len(found) > 20
    assert {neutralise_identity(one) for one in found} == {"my ex is outside, he has a knife"}


def test_who_threatens_suicide_stays(monkeypatch):
    monkeypatch.setattr(augment, "with_slips", lambda text, draw: text)
    found = variants("my cousin says he will die", "crisis/someone_else")
    assert all("my cousin says" in one for one in found)


MESSAGES = [
    Message("he has a knife", "emergency/weapon"),
    Message("i want to die", "crisis/suicidal"),
    Message("what does an order do", "advice/spo_what"),
    Message("he was outside last night", "reporting/past"),
    Message("I am safe now", "safe_now"),
]


def beside(text, label):
    draw, others = random.Random(1), Others(MESSAGES)  # noqa: S311 - no secret
    return [others.beside(text, label, draw) for _ in range(DRAWS)]


def test_danger_told_among_calm_messages_stays_danger():
    found = beside("he is outside", "emergency/outside_now")
    among_calm = [(text, labels) for text, labels in found if "die" not in text]
    assert all(labels == ("emergency/outside_now",) and "he is outside" in text
               for text, labels in among_calm)  # fmt: skip
    longer = {text for text, _ in among_calm if text != "he is outside"}
    assert any(text.startswith("he is outside") for text in longer)
    assert any(text.endswith("he is outside") for text in longer)


def test_danger_and_a_crisis_together_are_both():
    found = beside("he is outside", "emergency/outside_now")
    both = [labels for text, labels in found if "i want to die" in text]
    assert set(both) == {("emergency/outside_now", "crisis/suicidal")}
    assert 0.02 < len(both) / len(found) < 0.12
    found = beside("i took them all", "crisis/suicidal")
    assert ("crisis/suicidal", "emergency/weapon") in {labels for _, labels in found}


@pytest.mark.parametrize("label", ["emergency/outside_now", "crisis/suicidal", "advice/evidence"])
def test_danger_and_calm_are_told_among_others_equally_often(label):
    """Or whether something is long would tell what it is."""
    found = beside("he is outside", label)
    assert 0.15 < sum(text != "he is outside" for text, _ in found) / len(found) < 0.35


def test_two_calm_messages_together_have_both_labels():
    found = beside("is it free", "advice/helplines")
    assert {frozenset(labels) for _, labels in found} == {
        frozenset({"advice/helplines"}),
        frozenset({"advice/helplines", "advice/spo_what"}),
        frozenset({"advice/helplines", "reporting/past"}),
        frozenset({"advice/helplines", "advice/spo_what", "reporting/past"}),
    }


@pytest.mark.parametrize("label", ["safe_now", "out_of_scope/off_topic", "deny", "follow_up/cost"])
def test_what_could_take_something_back_stands_alone(label):
    assert set(beside("never mind", label)) == {("never mind", (label,))}
    assert not any("safe now" in text for text, _ in beside("he is outside", "emergency/other_now"))


def test_nothing_grows_longer_than_the_encoder_reads():
    long = " ".join(["word"] * 78)
    assert {text for text, _ in beside(long, "emergency/other_now")} == {long}
