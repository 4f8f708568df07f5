"""The thresholds that turn the net's calibrated scores into a decision, from `thresholds.yml`.

How they were chosen: docs/decisions/0003-emergency-thresholds.md.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

_FILE = Path(__file__).with_name("thresholds.yml")


class Thresholds(BaseModel):
    """The contents of thresholds.yml: calibrated probabilities."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    emergency: float = Field(gt=0, lt=1)
    check: float = Field(gt=0, lt=1)
    crisis: float = Field(gt=0, lt=1)
    crisis_check: float = Field(gt=0, lt=1)
    # Where both are seen: the score from which danger is answered before the crisis.
    first_of_both: float = Field(gt=0, lt=1)
    # Confidence: a message this surely off topic gets no check.
    off_topic: float = Field(gt=0, lt=1)
    # An emergency below the first is none where the message is less than the second like those in
    # danger, by the chats the turn classifier learnt from, and the rules see nothing.
    emergency_if_unlike: float = Field(gt=0, lt=1)
    like_danger: float = Field(gt=0, lt=1)
    like_crisis: float = Field(gt=0, lt=1)
    # Of two short messages read as one: at and above, it counts.
    pieces: float = Field(gt=0, lt=1)
    # Confidence: a yes, no or "I am safe" this sure is no piece of text.
    plain_answer: float = Field(gt=0, lt=1)
    # Confidence of "I am safe now" that ends an emergency, and where a little danger is seen in it.
    safe: float = Field(gt=0, lt=1)
    safe_despite_signs: float = Field(gt=0, lt=1)
    # What the odds of both are multiplied by in an answer to the hand-over's questions.
    answer_odds: float = Field(gt=0, le=1)
    # For the rules' own score. Sure rules are an emergency when no model is at hand, and beside
    # models that see nothing they still get the check.
    rules_emergency: float = Field(gt=0, lt=1)
    # When no model is at hand: at and above, the check.
    rules_check: float = Field(gt=0, lt=1)
    # Log-odds of the rules without the grammar: below it, the grammar could not make them sure.
    rules_words: float
    # The same, at and above: danger leads the reply to a message that is refused.
    rules_refused: float
    # Of the best label: below it the message counts as not understood.
    least_probability: float = Field(ge=0, lt=1)
    # Of the next best top level, where a danger was likeliest but not confirmed.
    least_next_best: float = Field(ge=0, lt=1)

    @model_validator(mode="after")
    def _checks_lie_below(self) -> Thresholds:
        pairs = (
            (self.check, self.emergency),
            (self.crisis_check, self.crisis),
            (self.rules_check, self.rules_emergency),
            (self.safe, self.safe_despite_signs),
        )
        if any(less > more for less, more in pairs):
            raise ValueError(
                "check, crisis_check, rules_check or safe lies above the threshold that asks more"
            )
        return self


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The thresholds in force."""
    return Thresholds.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
