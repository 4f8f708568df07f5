"""What a stock model makes of each message of an evaluation set, as JSON lines.

Runs in the environment with stock Rasa, so it imports nothing of this project:

    .venv-stock/bin/python benchmarks/stock/predict.py MODEL SET.jsonl OUTPUT.jsonl

Each line has the message's number `i`, its `intent` (the full label, where the response selector
gave one), the `confidence` of the top level, the confidence of `emergency` (`danger`; 0 where it is
not among the ten intents that Rasa ranks) and the milliseconds that understanding took (`nlu_ms`).
No text is written.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog


async def main(model: str, messages: str, output: str) -> None:
    """Parse every message of a set, one after the other."""
    # Unconfigured, it prints every message; those of the blind set are to be seen by nobody.
    configure_structlog(logging.ERROR)
    agent = Agent.load(model)
    lines = Path(messages).read_text(encoding="utf-8").splitlines()
    await agent.parse_message("hello")  # the first is slow
    with Path(output).open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines):
            started = time.perf_counter()
            parsed = await agent.parse_message(json.loads(line)["text"])
            milliseconds = 1_000 * (time.perf_counter() - started)
            row = {
                "i": number,
                "intent": _label(parsed),
                "confidence": round(parsed["intent"]["confidence"], 4),
                "danger": _danger(parsed),
                "nlu_ms": round(milliseconds, 1),
            }
            file.write(json.dumps(row) + "\n")


def _danger(parsed: dict[str, Any]) -> float:
    ranking = {entry["name"]: entry["confidence"] for entry in parsed.get("intent_ranking", [])}
    return round(ranking.get("emergency", 0.0), 6)


def _label(parsed: dict[str, Any]) -> str:
    name = parsed["intent"]["name"]
    selectors = parsed.get("response_selector", {})
    selected = selectors.get(name) or selectors.get("default") or {}
    key = selected.get("response", {}).get("intent_response_key") or ""
    # One selector for all topics: it may choose one of another top level than DIET.
    return key if key.startswith(f"{name}/") else name


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
