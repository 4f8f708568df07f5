"""How much each comparison of a message with the answers' questions counts, from finding.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

FINDING_FILE = Path(__file__).with_name("finding.yml")
# What is compared, in this order. With the question of an answer that is nearest: the vector of the
# message alone with questions that stand alone; its vector in context with all questions; the same
# with those that follow the last answer; words and letters. And with all questions of an answer
# together: the vector alone, the vector in context, words and letters.
FEATURES = (
    "alone",
    "in_context",
    "follows",
    "letters",
    "all_alone",
    "all_in_context",
    "all_letters",
)


class Finding(BaseModel):
    """The contents of finding.yml.

    Attributes:
        weights: how much each of FEATURES counts, as log-odds for each unit.
        often: how much each step of `often` counts (bot/content/models.py).
        chosen: how much the log-probability that an answer would be chosen counts
            (bot/nlu/chosen_answers.py).
        both: how much the questions and that count together: less than 1, for they are often sure
            of the same, right or wrong.
        before: how much the log-probability of each answer by what was typed just before counts.
        near: from this nearness on a question is near at all.
        sure: from this probability on an answer is clearly meant.
        named: from this probability on another answer is named beside it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    weights: dict[str, float]
    often: float
    chosen: float
    both: float
    before: float
    near: float
    sure: float = Field(gt=0, lt=1)
    named: float = Field(gt=0, lt=1)

    def in_order(self) -> NDArray[np.float32]:
        """Returns the weights in the order of FEATURES."""
        return np.array([self.weights[one] for one in FEATURES], np.float32)


@lru_cache(maxsize=1)
def finding() -> Finding:
    """Returns what finding.yml holds, read once."""
    return Finding.model_validate(yaml.safe_load(FINDING_FILE.read_text(encoding="utf-8")))
