"""`make eval` measures the model as it is, and understanding may not fall below these floors."""

from __future__ import annotations

import json
import subprocess

import pytest

from bot.evaluation.evaluate import DEVELOPMENT_SET, REPORT, read
from tests.integration.conftest import ROOT

# A little below what was measured when they were set (docs/decisions/0003): they catch a fall,
# they are not the aim.
FLOORS = {
    "emergency_recall": 0.88,
    "emergency_recall_with_check": 0.98,
    "crisis_recall_with_check": 0.88,
    "top_level_accuracy": 0.80,
    "label_accuracy": 0.71,
    "out_of_scope_recall": 0.78,
    "in_scope_kept": 0.90,
}
CEILINGS = {
    "false_emergencies_near_misses": 0.25,
    "false_emergencies_others": 0.03,
    "check_of_non_emergencies": 0.25,
    "false_crises": 0.01,
}


@pytest.mark.integration
def test_make_eval_reports_totals_above_the_floors():
    REPORT.unlink(missing_ok=True)
    done = subprocess.run(
        ["make", "--no-print-directory", "eval"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    totals = json.loads(REPORT.read_text(encoding="utf-8"))
    assert totals["messages"] == len(read())
    for name, floor in FLOORS.items():
        assert totals[name] >= floor, f"{name} fell to {totals[name]}"
    for name, ceiling in CEILINGS.items():
        assert totals[name] <= ceiling, f"{name} rose to {totals[name]}"
    assert not any(example.text in done.stdout for example in read() if len(example.text) > 12)


def test_no_message_of_the_set_is_in_the_training_data():
    training = "\n".join(
        path.read_text(encoding="utf-8").lower() for path in (ROOT / "data" / "nlu").glob("*.yml")
    )
    long_enough = [
        example.text.lower() for example in read(DEVELOPMENT_SET) if len(example.text) > 25
    ]
    assert len(long_enough) > 500
    shared = sum(f"- {text}\n" in training for text in long_enough)
    assert shared == 0, f"{shared} messages stand in both"
