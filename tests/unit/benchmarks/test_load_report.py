"""What the report of the load test works out."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.load.report import by_minute, memory_growth, memory_kept, verdicts
from benchmarks.load.runs import CURVE, Run
from benchmarks.load.traffic import Seen

pytestmark = pytest.mark.slow


def run(answers, processor=(), memory=(), after=()):
    """A run whose stretch at 70 % has these answers: (second it came at, seconds it took)."""
    steady = Seen(
        times=[took for _, took in answers],
        answered_at=[moment for moment, _ in answers],
        seconds=120.0,
        memory=list(memory),
        processor=list(processor),
    )
    return Run(100.0, [], steady, Seen(), Seen(memory=list(after)))


STRETCHES = ("curve", "70 %", "200 %", "70 % after it")


def run_with(seen, stretch):
    """A run in which all is well but for one stretch, or one step of the curve."""
    parts = {name: Seen(times=[0.1]) for name in STRETCHES} | {stretch: seen}
    curve = [Seen(times=[0.1]) for _ in CURVE[1:]] + [parts.pop("curve")]
    return Run(100.0, curve, *parts.values())


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize(
    ("seen", "title", "found"),
    [
        (Seen(errors=Counter({"status 500": 2, "silent": 1})), "errors and empty answers", 3),
        (Seen(urgent_late=1, not_led=1), "danger not led by 999 within 5 s", 2),
        (Seen(times=[0.1, 5.5]), "slowest answer (s)", 5.5),
    ],
)
def test_what_goes_wrong_at_any_load_is_missed(stretch, seen, title, found):
    assert all(one.met for one in verdicts(run_with(Seen(), stretch)))
    missed = {one.title: one.found for one in verdicts(run_with(seen, stretch)) if not one.met}
    assert missed == {f"{stretch}: {title}": found}


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


@pytest.mark.parametrize(("after", "met"), [(415.0, True), (425.0, False)])
def test_memory_after_the_overload_is_held_against_the_last_minute_before_it(after, met):
    # It rose at first, which the overload has no part in.
    steady = [(float(second), 400.0 if second >= 120 else 300.0) for second in range(0, 301, 10)]
    seen = run([], memory=steady, after=[(0.0, 500.0), (1.0, after), (2.0, after)])
    assert memory_kept(seen) == pytest.approx(after - 400)
    (verdict,) = [one for one in verdicts(seen) if "kept" in one.title]
    assert verdict.met is met


def test_memory_after_the_overload_is_not_judged_where_the_process_had_not_settled():
    warming = [(float(second), 300.0 + second) for second in range(0, 61, 10)]
    seen = run([], memory=warming, after=[(0.0, 500.0)])
    assert memory_kept(seen) is None
    assert not [one for one in verdicts(seen) if "memory" in one.title]
