"""The people of the load test: how often they come, and what they do."""

from __future__ import annotations

import random

import pytest

from benchmarks.load.conversations import Kind, Message, _message, conversation, messages, schedule
from bot.evaluation.sets import DEVELOPMENT, SETS, read
from bot.safety import danger

pytestmark = pytest.mark.slow

KNOWN = [Message("hello", urgent=False), Message("he is at my door", urgent=True)]


def planned(rate=20.0, seconds=200.0, seed=1):
    return schedule(random.Random(seed), KNOWN, rate, seconds)


def test_messages_come_at_the_rate_that_was_asked_for_from_the_first_second():
    moments = [moment for moment, _, step in planned() if step.kind is not Kind.END]
    assert len(moments) / 200 == pytest.approx(20, rel=0.1)
    first_tenth = sum(1 for moment in moments if moment < 20)
    assert first_tenth / 20 == pytest.approx(20, rel=0.25)


def test_the_plan_is_in_order_and_within_its_time():
    moments = [moment for moment, _, _ in planned()]
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] < 200


def test_the_same_seed_gives_the_same_people():
    assert planned(seed=3) == planned(seed=3)
    assert planned(seed=3) != planned(seed=4)


def test_people_press_write_in_bursts_and_leave():
    chance = random.Random(1)
    people = [list(conversation(chance, KNOWN)) for _ in range(500)]
    kinds = [step.kind for steps in people for step in steps]
    assert all(steps[0].kind is Kind.TYPE for steps in people)
    assert kinds.count(Kind.PRESS) > 100
    assert 150 < kinds.count(Kind.END) < 350
    pauses = [b.after - a.after for steps in people for a, b in zip(steps, steps[1:], strict=False)]
    assert sum(1 for pause in pauses if pause == pytest.approx(0.3)) > 50


def test_danger_that_the_rules_are_sure_of_is_urgent_but_nobody_who_says_they_are_safe():
    safe = {one.text for one in read(SETS[DEVELOPMENT]) if one.label == "safe_now"}
    known = messages()
    sure = [one for one in known if danger.assess(one.text).tier == "emergency"]
    assert {one for one in known if one.urgent} <= set(sure)
    assert {one.text for one in sure if not one.urgent} == {one.text for one in sure} & safe
    told = [_message("he is outside my house now", label) for label in ("safe_now", "affirm")]
    assert [one.urgent for one in told] == [False, True]
