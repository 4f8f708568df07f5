"""The test stories, held by `rasa test` with the trained model and the real actions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.corpus import corpus
from bot.serving.training import ROOT, ensure_model

STORIES, COURSES = ROOT / "tests" / "test_stories.yml", ROOT / "data" / "stories.yml"
RASA_TEST = [sys.executable, "-m", "rasa", "test"]
# One of them, in which something is changed.
STORY = "the four questions in free words with a question in between and a stop"
LAST_LINES = 25


def stories_in(file: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]


def run_stories(file: Path, folder: Path) -> tuple[int, str]:
    """Hold the stories of one file; the exit code of `rasa test`, and the end of what it prints."""
    command = [*RASA_TEST, "core", "--stories", file, "--out", folder / "results", "--no-plot"]
    finished = subprocess.run(
        [*command, "--model", ensure_model()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    # Progress bars overwrite themselves; their last state is enough.
    lines = [line.rpartition("\r")[2] for line in finished.stdout.splitlines()]
    return finished.returncode, "\n".join(lines[-LAST_LINES:])


# What is changed in it, and what is then said of the turn. One story holds four, each in a turn of
# its own; Rasa would take four stories with the same actions for one.
IN_FOUR_TURNS = (
    ("last_reply: tech/tracker_hand_in", "last_reply: greet", "tracker_hand_in and not"),
    ("requested_slot: four_unwanted", "requested_slot: four_repeated", "four_unwanted and not"),
    ("action: action_four_result", "action: action_answer", "action_four_result and not"),
    ("intent: advice/spo_what", "intent: advice/spo_limits", "advice/spo_what and not"),
)
# A form stays until something else is said of it.
IN_TWO_TURNS = (
    ("active_loop: null", "active_loop: handover_form", "active_loop: None and not"),
    ("active_loop: null", "active_loop: handover_form", "active_loop: None and not"),
)


def the_story() -> str:
    """The story that is changed, as it stands."""
    (kept,) = (story for story in stories_in(STORIES) if story["story"] == STORY)
    return yaml.safe_dump(kept)


def written(file: Path, *stories: str) -> Path:
    document = {"version": "3.1", "stories": [yaml.safe_load(story) for story in stories]}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


@pytest.mark.integration
def test_every_story_goes_as_written(tmp_path):
    number = len(stories_in(STORIES))
    assert number > 200
    code, printed = run_stories(STORIES, tmp_path)
    assert code == 0, printed
    assert f"Correct:          {number} / {number}" in printed


@pytest.mark.slow
@pytest.mark.integration
def test_one_mistake_in_one_turn_fails(tmp_path):
    mistakes = {"four mistakes": IN_FOUR_TURNS, "another form": IN_TWO_TURNS}
    stories = [the_story()]
    for name, changes in mistakes.items():
        story = the_story().replace(STORY, name)
        for right, wrong, _ in dict.fromkeys(changes):
            assert right in story
            story = story.replace(right, wrong, 1)
        stories.append(story)
    code, printed = run_stories(written(tmp_path / "test_one.yml", *stories), tmp_path)
    assert code == 1
    _, told = printed.split("these stories went otherwise:\n")
    found = dict(line.split(": ", 1) for line in told.splitlines())
    assert found.keys() == mistakes.keys(), "and nothing is said against the right one"
    for name, changes in mistakes.items():
        for turn, (_, _, complaint) in zip(found[name].split("; "), changes, strict=True):
            assert complaint in turn


@pytest.mark.slow
@pytest.mark.integration
def test_a_file_in_which_rasa_finds_no_stories_fails(tmp_path):
    # Only files called test_*.yml hold test stories for Rasa.
    code, printed = run_stories(written(tmp_path / "stories.yml", the_story()), tmp_path)
    assert code == 1 and "no test story in" in printed


@pytest.mark.integration
def test_a_test_on_what_was_learnt_is_refused(tmp_path):
    done = subprocess.run(
        [*RASA_TEST, "nlu"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 1 and "make eval" in done.stderr


def test_every_label_is_in_a_story():
    told = {
        step["intent"] for story in stories_in(STORIES) for step in story["steps"] if "user" in step
    }
    assert {message.label for message in corpus()} - told == set()


def course(story: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What a story says of intents, actions and forms, without what was typed and remembered."""
    steps = [
        (kind, step[kind])
        for step in story["steps"]
        for kind in ("intent", "action", "active_loop")
        if kind in step
    ]
    return [(kind, name.partition("/")[0] if kind == "intent" else name) for kind, name in steps]


def test_every_story_of_the_training_data_is_held():
    held = {story["story"]: course(story) for story in stories_in(STORIES)}
    courses = {story["story"]: course(story) for story in stories_in(COURSES)}
    assert len(courses) >= 25
    for name, steps in courses.items():
        # Those that begin with a form begin in the middle.
        of_end = steps[1:] if steps[0][0] == "active_loop" else steps
        assert held[name][-len(of_end) :] == of_end, name
        assert len(held[name]) == len(of_end) or steps != of_end, name
