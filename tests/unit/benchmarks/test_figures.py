"""Percentiles, slopes, ratios, and what is judged of them."""

from __future__ import annotations

import pytest

from benchmarks.bench.targets import TARGETS, verdicts
from benchmarks.figures import percentile, slope

pytestmark = pytest.mark.slow


def test_a_percentile_is_one_of_the_values():
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.95) == 95
    assert percentile(values, 1.0) == 100
    assert percentile([7.0], 0.5) == 7


def test_a_slope_is_the_rise_for_each_step():
    assert slope([(0, 1), (1, 3), (2, 5)]) == 2
    assert slope([(0, 4), (60, 4)]) == 0
    assert slope([(5, 4)]) == 0


def product(**figures):
    return {"action_p50_ms": 10.0, "messages_a_second": 100.0, **figures}


def judged(rounds):
    return {(one.target.title, one.store): one for one in verdicts(rounds)}


def test_a_ratio_is_the_median_of_the_rounds_own_ratios():
    # The machine became ten times slower between the rounds; the ratio stays.
    rounds = {
        "product, sqlite": [product(), product(action_p50_ms=100.0), product(action_p50_ms=10.0)],
        "stock, sqlite": [{"action_p50_ms": value} for value in (50.0, 500.0, 20.0)],
    }
    found = judged(rounds)["reply of a custom action, p50 (ms)", "sqlite"]
    assert found.ratio == pytest.approx(0.2)
    assert found.met


@pytest.mark.parametrize(("stock", "met"), [(25.0, True), (26.0, False)])
def test_more_messages_a_second_must_reach_four_times(stock, met):
    rounds = {"product, sqlite": [product()], "stock, sqlite": [{"messages_a_second": stock}]}
    assert judged(rounds)["messages a second, 8 senders", "sqlite"].met is met


def test_the_product_is_compared_on_the_same_store_and_with_the_one_floor():
    rounds = {
        "product, sqlite": [product(domain_p50_ms=4.0)],
        "product, postgresql": [product(domain_p50_ms=8.0)],
        "stock, postgresql": [{"action_p50_ms": 40.0}],
        "floor": [{"domain_p50_ms": 4.0}],
    }
    found = judged(rounds)
    assert ("reply of a custom action, p50 (ms)", "sqlite") not in found
    assert found["reply of a custom action, p50 (ms)", "postgresql"].met
    assert found["domain response, p50 (ms)", "sqlite"].met
    assert not found["domain response, p50 (ms)", "postgresql"].met
    assert found["custom action, p50 (ms)", "sqlite"].ratio == pytest.approx(2.5)


def test_a_long_conversation_is_compared_with_its_own_beginning():
    rounds = {"product, sqlite": [product(turn_5_ms=10.0, turn_300_ms=13.0)]}
    assert not judged(rounds)["turn 300 against turn 5 (ms)", "sqlite"].met


def test_what_was_not_measured_is_not_judged():
    assert not judged({"product, sqlite": [{}], "floor": [{}]})
    assert len(TARGETS) == len({target.title for target in TARGETS})
