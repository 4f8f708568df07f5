"""Turns whatever evidence is at hand into one calibrated probability.

Each kind of evidence is a log-odds. Logistic regression weighs them; its weights stand in
`fusion.yml`, one set for each combination that can be at hand, because a model may be missing.
`make calibrate` writes the file from the development set, and the weights of the rules' features
from the corpus (bot/evaluation/calibrate.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

FUSION_FILE = Path(__file__).with_name("fusion.yml")
# Beyond this a log-odds says nothing more, and a model that is sure of itself must not drown
# the others.
MOST_LOG_ODDS = 8.0


class Weights(BaseModel):
    """A logistic regression: a log-odds is `intercept` plus each weight times its evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    intercept: float
    weights: dict[str, float]

    def log_odds(self, evidence: Mapping[str, float]) -> float:
        """The log-odds for evidence under the same names."""
        return self.intercept + sum(
            weight * evidence[name] for name, weight in self.weights.items()
        )


class LabelWeights(BaseModel):
    """How much each model's log-probability of a label counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    encoder: float = Field(ge=0)
    ngrams: float = Field(ge=0)


class Fusion(BaseModel):
    """The contents of fusion.yml. Tables are keyed by the names of the evidence, joined by "+".

    Attributes:
        base_rates: of all messages, the shares of `danger` and of a `crisis` that scores assume.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    base_rates: dict[str, float]
    rules: Weights
    danger: dict[str, Weights]
    crisis: dict[str, Weights]
    labels: LabelWeights


@lru_cache(maxsize=1)
def fusion() -> Fusion:
    """The weights in force."""
    return Fusion.model_validate(yaml.safe_load(FUSION_FILE.read_text(encoding="utf-8")))


def key(names: Iterable[str]) -> str:
    """The name of a combination of evidence in the tables."""
    return "+".join(sorted(names))


def probability(table: Mapping[str, Weights], evidence: Mapping[str, float | None]) -> float:
    """The calibrated probability from the evidence that is not None.

    Args:
        table: `fusion().danger` or `fusion().crisis`.
        evidence: log-odds by name; None where a model is missing.
    """
    at_hand = {
        name: max(-MOST_LOG_ODDS, min(MOST_LOG_ODDS, value))
        for name, value in evidence.items()
        if value is not None
    }
    return sigmoid(table[key(at_hand)].log_odds(at_hand))


def sigmoid(log_odds: float) -> float:
    """Probability of a log-odds."""
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))


def log_odds(share: float) -> float:
    """Log-odds of a probability; 0 and 1 give large finite values."""
    share = min(max(share, 1e-9), 1 - 1e-9)
    return math.log(share / (1 - share))
