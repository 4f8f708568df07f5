"""How messages are varied while the encoder is trained."""

from __future__ import annotations

import random

import pytest

from bot.safety.people import of_anybody
from training import augment
from training.augment import vary

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
    monkeypatch.setattr(augment, "_with_slips", lambda text, draw: text)
    assert set(variants("my boyfriend follows me. he is a man", label)) == {
        "my boyfriend follows me. he is a man"
    }


def test_other_people_do_the_same(monkeypatch):
    monkeypatch.setattr(augment, "_with_slips", lambda text, draw: text)
    text = "my colleague is outside, she has a knife"
    found = set(variants(text, "emergency/weapon"))
    assert len(found) > 20
    assert {of_anybody(one) for one in found} == {"my ex is outside, he has a knife"}


def test_who_threatens_suicide_stays(monkeypatch):
    monkeypatch.setattr(augment, "_with_slips", lambda text, draw: text)
    found = variants("my cousin says he will die", "crisis/someone_else")
    assert all("my cousin says" in one for one in found)
