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
    for story in read("stories.yml")["stories"]:
        assert turns(story["steps"]) <= ruled, story["story"]
        assert len(turns(story["steps"])) > 1
