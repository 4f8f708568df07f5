"""When a second serving process brings too little."""

from __future__ import annotations

import pytest

from benchmarks.load.scaling import Measured, verdict

pytestmark = pytest.mark.slow


def runs(*rates: float, cost: float = 10.0, busy: float = 0.6) -> list[Measured]:
    return [Measured(rate, 0, cost, busy) for rate in rates]


@pytest.mark.parametrize(("rate", "words", "met"), [(171, "reached", True), (169, "MISSED", False)])
def test_two_processes_must_answer_so_many_times_as_many(rate, words, met):
    told, judged = verdict({1: runs(100), 2: runs(rate)})
    assert judged is met
    assert words in told and f"{rate / 100:.2f} times" in told


def test_the_rounds_own_ratios_count_for_the_machine_may_become_slower():
    assert verdict({1: runs(100, 10, 50), 2: runs(180, 18, 200)})[1]
    assert not verdict({1: runs(100, 10, 50), 2: runs(120, 12, 100)})[1]


@pytest.mark.parametrize("two", [runs(150, cost=12.0), runs(150, busy=0.97)])
def test_without_a_core_for_each_nothing_is_judged(two):
    told, judged = verdict({1: runs(100), 2: two})
    assert judged is None and "not judged" in told


def test_an_answer_that_is_none_is_missed():
    told, judged = verdict({1: [Measured(100, 1, 10.0, 0.6)], 2: runs(190)})
    assert judged is False and "1 errors" in told
