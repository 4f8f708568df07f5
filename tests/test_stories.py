"""The test stories, run by Rasa's own test runner.

Its exit code alone proves little: without `--e2e` the messages are not read at all, without
`--fail-on-prediction-errors` a wrong prediction exits 0, and so does a file in which it finds no
story. So the number of stories it evaluated is compared with the number in the file, and copies
with a mistake in them have to fail.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.corpus import corpus
from bot.serving.training import ROOT, ensure_model

STORIES = ROOT / "tests" / "test_stories.yml"
LAST_LINES = 25


def stories_in(file: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]


def run_stories(file: Path, folder: Path) -> None:
    """Run Rasa on one file of stories, and fail unless it evaluated all and all were right."""
    model, results = ensure_model(), folder / "results"
    assert model.is_file(), "where there is none, Rasa tests another one without a word"
    command = [sys.executable, "-m", "rasa", "test", "core", "--e2e", "--fail-on-prediction-errors"]
    command += ["--model", model, "--endpoints", ROOT / "endpoints.yml"]
    command += ["--stories", file, "--out", results, "--no-plot"]
    finished = subprocess.run(
        command,
        cwd=folder,  # away from models/, where Rasa would look for another model
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    # Progress bars overwrite themselves; their last state is enough.
    lines = [line.rpartition("\r")[2] for line in finished.stdout.splitlines()]
    assert finished.returncode == 0, "\n".join(lines[-LAST_LINES:])

    report = json.loads((results / "story_report.json").read_text(encoding="utf-8"))
    evaluated = report.get("conversation_accuracy", {"total": 0, "correct": 0})
    expected = len(stories_in(file))
    assert evaluated["total"] == expected, f"evaluated {evaluated['total']} of {expected} stories"
    assert evaluated["correct"] == expected, f"{evaluated['correct']} of {expected} stories passed"
    failed = (results / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(failed) is None, failed


@pytest.mark.integration
def test_every_story_goes_as_written(tmp_path):
    assert len(stories_in(STORIES)) > 60
    run_stories(STORIES, tmp_path)


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("action: utter_call_999", "action: utter_crisis_help", "predicted a wrong action"),
        ("intent: advice/spo_what", "intent: advice/spo_limits", "predicted a wrong intent"),
    ],
)
def test_one_mistake_in_one_story_fails(tmp_path, right, wrong, complaint):
    text = STORIES.read_text(encoding="utf-8")
    assert right in text
    copy = tmp_path / "test_with_a_mistake.yml"
    copy.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(AssertionError, match=complaint):
        run_stories(copy, tmp_path)


@pytest.mark.slow
@pytest.mark.integration
def test_a_file_in_which_rasa_finds_no_stories_fails(tmp_path):
    # Only files called test_*.yml hold test stories for Rasa.
    copy = tmp_path / "stories.yml"
    copy.write_text(STORIES.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(AssertionError, match="evaluated 0 of"):
        run_stories(copy, tmp_path)


def test_every_label_is_in_a_story():
    told = {
        step["intent"] for story in stories_in(STORIES) for step in story["steps"] if "user" in step
    }
    assert {message.label for message in corpus()} - told == set()
