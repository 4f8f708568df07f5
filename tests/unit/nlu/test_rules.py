"""Every turn of the stories is a rule, so no policy has to learn from them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import yaml

from tests.unit.rasa_parts import ROOT


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / "data" / name).read_text(encoding="utf-8"))


def turns(steps: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Each intent with the action that follows."""
    return {
        (before["intent"], after["action"])
        for before, after in pairwise(steps)
        if "intent" in before and "action" in after
    }


def test_every_turn_of_the_stories_is_a_rule():
    rules = [rule for rule in read("rules.yml")["rules"] if "condition" not in rule]
    ruled = set().union(*(turns(rule["steps"]) for rule in rules))
    # A form that is active takes what is said next, whatever it is.
    forms = set(read("../domain.yml")["forms"])
    for story in read("stories.yml")["stories"]:
        said = {turn for turn in turns(story["steps"]) if turn[1] not in forms}
        assert said <= ruled, story["story"]
        assert sum("intent" in step for step in story["steps"]) > 1
