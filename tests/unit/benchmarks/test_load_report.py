"""What the report of the load test works out."""

from __future__ import annotations

import pytest

from benchmarks.load.report import by_minute, memory_growth
from benchmarks.load.runs import Run
from benchmarks.load.traffic import Seen


def run(answers, processor=(), memory=()):
    """A run whose stretch at 70 % has these answers: (second it came at, seconds it took)."""
    steady = Seen(
        times=[took for _, took in answers],
        answered_at=[moment for moment, _ in answers],
        seconds=120.0,
    )
    return Run(100.0, [], steady, Seen(), Seen(), list(memory), list(processor))


def test_each_minute_has_its_own_answers_and_its_own_processor_time():
    first = [(10.0, 0.010), (20.0, 0.020), (30.0, 0.030), (40.0, 0.020)]
    second = [(70.0, 0.100), (110.0, 0.100)]
    processor = [(0.0, 5.0), (59.0, 5.4), (60.0, 5.4), (119.0, 5.6)]
    # In any order: people who came earlier may be answered later.
    found = list(by_minute(run([*second, *first], processor)))
    assert [minute for minute, _, _ in found] == [1, 2]
    assert [p50 for _, p50, _ in found] == pytest.approx([20.0, 100.0])
    assert [used for _, _, used in found] == pytest.approx([100.0, 100.0])


def test_a_minute_without_answers_is_left_out():
    found = by_minute(run([(70.0, 0.1)], [(0.0, 1.0), (61.0, 1.0), (119.0, 1.2)]))
    assert [minute for minute, _, _ in found] == [2]


def test_memory_is_judged_once_the_process_has_settled():
    rising = [(float(second), 400 + second / 60) for second in range(0, 301, 10)]
    warming = [(second, 500.0 if second >= 120 else 300.0) for second, _ in rising]
    assert memory_growth(run([], memory=rising)) == pytest.approx(1.0)
    assert memory_growth(run([], memory=warming)) == pytest.approx(0.0)
    assert memory_growth(run([], memory=rising[:10])) is None
