"""Runs the development set through the trained model and reports totals, never single messages."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.content.labels import crisis_tier, danger_tier, full_label, top_level
from bot.serving.training import ROOT, ensure_model

DEVELOPMENT_SET = ROOT / "tests" / "evaluation" / "development.jsonl"
REPORT = ROOT / "reports" / "evaluation.json"


class Example(BaseModel):
    """One message of the evaluation set (tests/evaluation/README.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    label: str
    group: dict[Literal["relation", "victim", "style", "length", "typos"], str | bool]
    near_miss: bool


class Judged(BaseModel):
    """What the model made of an example."""

    example: Example
    top_level: str
    label: str
    tier: str
    crisis_tier: str


def read(path: Path = DEVELOPMENT_SET) -> list[Example]:
    """The examples of a file with one JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Example.model_validate_json(line) for line in lines if line.strip()]


async def judge(examples: Iterable[Example], model: Path) -> list[Judged]:
    """Parse each example with the whole pipeline of a model."""
    # Imported here because it takes two seconds.
    from rasa.core.agent import load_agent  # noqa: PLC0415
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    # Unconfigured, it would print every message.
    configure_structlog(logging.ERROR)
    agent = await load_agent(str(model))
    judged = []
    for example in examples:
        parsed = await agent.parse_message(example.text)
        judged.append(
            Judged(
                example=example,
                top_level=parsed["intent"]["name"],
                label=full_label(parsed) or "",
                tier=danger_tier(parsed),
                crisis_tier=crisis_tier(parsed),
            )
        )
    return judged


def measure(judged: list[Judged]) -> dict[str, Any]:
    """Totals as shares of 1. A message is an emergency by its label."""

    def of(top: str) -> list[Judged]:
        return [one for one in judged if top_level(one.example.label) == top]

    emergencies, crises = of("emergency"), of("crisis")
    others = [one for one in judged if top_level(one.example.label) != "emergency"]
    near_misses = [one for one in others if one.example.near_miss]
    plain_others = [one for one in others if not one.example.near_miss]
    out_of_scope, in_scope = of("out_of_scope"), _in_scope(judged)
    return {
        "messages": len(judged),
        "emergency_recall": _share(emergencies, lambda one: one.tier == "emergency"),
        "emergency_recall_with_check": _share(emergencies, lambda one: one.tier != "none"),
        "false_emergencies_near_misses": _share(near_misses, lambda one: one.tier == "emergency"),
        "false_emergencies_others": _share(plain_others, lambda one: one.tier == "emergency"),
        "check_of_non_emergencies": _share(others, lambda one: one.tier == "check"),
        "crisis_recall": _share(crises, lambda one: one.top_level == "crisis"),
        "crisis_recall_with_check": _share(
            crises,
            lambda one: one.top_level in ("crisis", "emergency") or one.crisis_tier != "none",
        ),
        "false_crises": _share(
            [one for one in judged if one not in crises], lambda one: one.top_level == "crisis"
        ),
        "top_level_accuracy": _share(
            judged, lambda one: one.top_level == top_level(one.example.label)
        ),
        "label_accuracy": _share(judged, lambda one: one.label == one.example.label),
        "out_of_scope_recall": _share(
            out_of_scope, lambda one: one.top_level in ("out_of_scope", "nlu_fallback")
        ),
        "in_scope_kept": _share(
            in_scope, lambda one: one.top_level not in ("out_of_scope", "nlu_fallback")
        ),
        "emergency_recall_by_group": _by_group(emergencies),
    }


def _in_scope(judged: list[Judged]) -> list[Judged]:
    return [one for one in judged if top_level(one.example.label) != "out_of_scope"]


def _share(items: list[Judged], holds: Callable[[Judged], bool]) -> float | None:
    return round(sum(map(holds, items)) / len(items), 4) if items else None


def _by_group(emergencies: list[Judged]) -> dict[str, dict[str, dict[str, Any]]]:
    """Emergency recall (check tier included) for each value of each group, with its size."""
    table: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in ("relation", "victim", "style", "length", "typos"):
        values = sorted({str(one.example.group[kind]) for one in emergencies})
        table[kind] = {}
        for value in values:
            members = [one for one in emergencies if str(one.example.group[kind]) == value]
            table[kind][value] = {
                "messages": len(members),
                "recall": _share(members, lambda one: one.tier == "emergency"),
                "recall_with_check": _share(members, lambda one: one.tier != "none"),
            }
    return table


def evaluate() -> dict[str, Any]:
    """Measure the current model, write reports/evaluation.json, and return the totals."""
    totals = measure(asyncio.run(judge(read(), ensure_model())))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(totals, indent=2) + "\n", encoding="utf-8")
    return totals
