"""The product's custom actions for the stock project: `... benchmarks.stock.action_server PORT`.

A new Rasa project has one response selector for all topics, and its choice stands under `default`,
where the product's actions do not look. That is the only difference.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from rasa_sdk.endpoint import create_app

from bot.content import labels

_selected_by_intent = labels.full_label


def full_label(parse_data: Mapping[str, Any]) -> str | None:
    """The full label of a message; the top level alone when the selector chose another's topic."""
    label = _selected_by_intent(parse_data)
    chosen = (parse_data.get(labels.RESPONSE_SELECTOR) or {}).get("default", {})
    topic = chosen.get("response", {}).get("intent_response_key") or ""
    return topic if label and topic.startswith(f"{label}/") else label


if __name__ == "__main__":
    labels.full_label = full_label
    app = create_app("actions")
    app.run(host="127.0.0.1", port=int(sys.argv[1]), workers=1, access_log=False)
