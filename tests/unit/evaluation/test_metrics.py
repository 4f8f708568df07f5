"""Figures from plain numbers, against values worked out by hand or from tables."""

from __future__ import annotations

import pytest

from bot.evaluation.metrics import (
    Bin,
    Share,
    confusion,
    equal_mass_bins,
    expected_calibration_error,
    most_confused,
    per_label,
    share,
    threshold_curve,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_gives_the_published_values(hits, of, low, high):
    assert wilson(hits, of) == (pytest.approx(low, abs=2e-4), pytest.approx(high, abs=2e-4))


def test_a_share_of_nothing_has_no_value():
    assert Share(0, 0).as_dict() == {"value": None, "hits": 0, "of": 0, "low": None, "high": None}


def test_a_share_counts_what_holds():
    found = share([1, 2, 3, 4, 5, 6], lambda number: number > 2)
    assert (found.hits, found.of, found.value) == (4, 6, 0.6667)


def test_bins_hold_equally_many():
    bins = equal_mass_bins([number / 100 for number in range(100)], [True] * 100)
    assert [one.messages for one in bins] == [10] * 10
    assert bins[0].predicted == pytest.approx(0.045)


def test_equal_predictions_stay_together_in_any_order():
    predicted, actual = [0.5] * 30 + [0.9] * 2, [True] * 15 + [False] * 15 + [True] * 2
    bins = equal_mass_bins(predicted, actual)
    assert bins == [Bin(30, 0.5, 0.5), Bin(2, 0.9, 1.0)]
    assert bins == equal_mass_bins(predicted[::-1], actual[::-1])


def test_every_message_is_in_one_bin():
    bins = equal_mass_bins([0.1, 0.2, 0.3], [True, False, True])
    assert sum(one.messages for one in bins) == 3


def test_calibration_error_weighs_bins_by_size():
    bins = [Bin(30, 0.2, 0.3), Bin(10, 0.9, 0.5)]
    assert expected_calibration_error(bins) == pytest.approx(0.175)
    assert expected_calibration_error([]) is None


def test_the_curve_counts_scores_at_or_above():
    first, second = threshold_curve([0.9, 0.5], [0.5, 0.1, 0.1, 0.1], [], [0.5, 0.6])
    assert (first.emergencies, first.near_misses, first.others) == (1.0, 0.25, 0.0)
    assert (second.threshold, second.emergencies, second.near_misses) == (0.6, 0.5, 0.0)


PAIRS = [("a", "a"), ("a", "b"), ("a", "b"), ("b", "b"), ("c", "d")]


def test_confusion_counts_by_truth_then_answer():
    assert confusion(PAIRS) == {"a": {"a": 1, "b": 2}, "b": {"b": 1}, "c": {"d": 1}}


def test_precision_and_recall_of_each_label():
    a, b, c = per_label(PAIRS)
    assert (a.label, a.messages, a.precision.value, a.recall.value) == ("a", 3, 1.0, 0.3333)
    assert (b.precision.value, b.recall.value) == (0.3333, 1.0)
    assert (c.precision.value, c.recall.value) == (None, 0.0), "never answered"


def test_most_confused_leaves_out_what_is_right():
    assert most_confused(PAIRS) == [(("a", "b"), 2), (("c", "d"), 1)]
    assert most_confused(PAIRS, most=1) == [(("a", "b"), 2)]
