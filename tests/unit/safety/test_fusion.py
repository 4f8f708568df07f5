"""The weights of the evidence: the file, every combination, and the sums."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from pydantic import ValidationError

from bot.safety import danger, fusion
from bot.safety.fusion import Fusion, Weights


@pytest.mark.parametrize(
    ("table", "names", "most"),
    [("danger", ("encoder", "ngrams", "rules"), 2), ("crisis", ("encoder", "ngrams", "words"), 3)],
)
def test_there_are_weights_for_whatever_is_at_hand(table, names, most):
    weights = getattr(fusion.fusion(), table)
    sizes = range(1, most + 1)
    wanted = {fusion.key(c) for size in sizes for c in combinations(names, size)}
    assert weights.keys() == wanted
    for key, entry in weights.items():
        assert fusion.key(entry.weights) == key
        assert all(weight >= 0 for weight in entry.weights.values()), "more never lowers a score"


def test_the_rules_have_a_weight_for_each_feature_and_no_other():
    assert fusion.fusion().rules.weights.keys() == danger.rule_features("he is outside").keys()


def test_a_probability_is_the_logistic_of_the_weighed_sum():
    table = {"a+b": Weights(intercept=-1.0, weights={"a": 2.0, "b": 0.5})}
    found = fusion.probability(table, {"b": 1.0, "a": 3.0, "c": None})
    assert found == pytest.approx(1 / (1 + math.exp(-5.5)))


def test_no_evidence_drowns_the_rest():
    table = {"a": Weights(intercept=0.0, weights={"a": 1.0})}
    most = fusion.sigmoid(fusion.MOST_LOG_ODDS)
    assert fusion.probability(table, {"a": 1e12}) == pytest.approx(most)
    assert fusion.probability(table, {"a": -1e12}) == pytest.approx(1 - most)


@pytest.mark.parametrize("share", [0.0, 1e-12, 0.2, 0.5, 0.999, 1.0])
def test_log_odds_and_sigmoid_undo_each_other(share):
    assert fusion.sigmoid(fusion.log_odds(share)) == pytest.approx(share, abs=1e-8)


def test_a_stray_entry_is_refused():
    real = fusion.fusion().model_dump()
    with pytest.raises(ValidationError, match="weather"):
        Fusion.model_validate({**real, "weather": 1})
