"""Fuses the word rules and the model's score into one danger score, and decides on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.safety import rules

Tier = Literal["none", "check", "emergency"]
CrisisTier = Literal["none", "check", "crisis"]
# Score of a message that has plain words of suicide or self-harm.
_PLAIN_WORDS = 0.9
_THRESHOLDS_FILE = Path(__file__).with_name("thresholds.yml")


class RulesOnly(BaseModel):
    """Scores (probabilities) when no model is at hand."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    clear: float = Field(ge=0, le=1)
    mixed: float = Field(ge=0, le=1)
    none: float = Field(ge=0, le=1)


class Thresholds(BaseModel):
    """The contents of thresholds.yml. Scores are probabilities, weights are log-odds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    emergency: float = Field(gt=0, lt=1)
    check: float = Field(gt=0, lt=1)
    crisis: float = Field(gt=0, lt=1)
    crisis_check: float = Field(gt=0, lt=1)
    cue_weight: float = Field(ge=0)
    not_now_weight: float = Field(ge=0)
    max_cues: int = Field(ge=0)
    max_not_now: int = Field(ge=0)
    rules_only: RulesOnly

    @model_validator(mode="after")
    def _checks_lie_below(self) -> Thresholds:
        if self.check > self.emergency or self.crisis_check > self.crisis:
            raise ValueError("check must not lie above emergency, nor crisis_check above crisis")
        return self


@dataclass(frozen=True)
class Danger:
    """The net's judgement of one message.

    Attributes:
        score: probability-like danger score, 0 to 1.
        tier: `emergency` takes over the conversation; `check` leads with 999 and asks.
    """

    score: float
    tier: Tier


@dataclass(frozen=True)
class Crisis:
    """The net's judgement of suicide or self-harm.

    Attributes:
        score: probability-like score, 0 to 1.
        tier: `crisis` gets the crisis reply; `check` leads with whom to talk to.
    """

    score: float
    tier: CrisisTier


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The thresholds in force."""
    return Thresholds.model_validate(yaml.safe_load(_THRESHOLDS_FILE.read_text(encoding="utf-8")))


def assess(text: str, model_probability: float | None = None) -> Danger:
    """Judge one message.

    Args:
        text: what the person typed.
        model_probability: the model's probability that it is an emergency; None when there is
            no model, in which case the rules decide alone.
    """
    limits = thresholds()
    found = rules.find(text)
    if model_probability is None:
        score = _score_of_rules(found, limits.rules_only)
    else:
        score = _fuse(model_probability, found, limits)
    tier: Tier = (
        "emergency" if score >= limits.emergency else "check" if score >= limits.check else "none"
    )
    return Danger(score=score, tier=tier)


def assess_crisis(text: str, model_probability: float | None = None) -> Crisis:
    """Judge whether a life is at risk from suicide or self-harm.

    Args:
        text: what the person typed.
        model_probability: the model's probability of a crisis; None when there is no model.
    """
    limits = thresholds()
    score = model_probability or 0.0
    if rules.crisis_cue(text):
        score = max(score, _PLAIN_WORDS)
    tier: CrisisTier = (
        "crisis" if score >= limits.crisis else "check" if score >= limits.crisis_check else "none"
    )
    return Crisis(score=score, tier=tier)


def _score_of_rules(found: rules.RuleFindings, scores: RulesOnly) -> float:
    if not found.cues:
        return scores.none
    return scores.mixed if found.not_now else scores.clear


def _fuse(probability: float, found: rules.RuleFindings, limits: Thresholds) -> float:
    probability = min(max(probability, 1e-6), 1 - 1e-6)
    log_odds = math.log(probability / (1 - probability))
    cues = min(found.cues, limits.max_cues)
    gain = limits.cue_weight * cues
    # Signs against a cue take back what it gained and no more: words of danger never lower a score.
    log_odds += max(0.0, gain - limits.not_now_weight * min(found.not_now, limits.max_not_now))
    return 1 / (1 + math.exp(-log_odds))
