"""`make eval` measures the model as it is, and understanding may not fall below these floors."""

from __future__ import annotations

import html
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from statistics import mean

import pytest

from bot.evaluation.evaluate import PAGE, REPORTS, totals_file
from bot.evaluation.perturb import PERTURBATIONS
from bot.evaluation.sets import (
    ANSWERS,
    BLIND,
    CONVERSATIONS,
    DEVELOPMENT,
    QUESTIONS,
    SETS,
    read,
    read_answers,
    read_conversations,
    read_questions,
    texts,
)
from bot.evaluation.targets import (
    ANSWER_FIGURES,
    CONVERSATION_FIGURES,
    FIGURES,
    QUESTION_FIGURES,
    Figure,
)
from tests.integration.conftest import ROOT, first_on_the_path

# A little worse than measured when they were set: they catch a fall, they are not the aim (the
# aims stand in bot/evaluation/targets.py). A floor where more is better, a ceiling where less is.
LIMITS = {
    # The floors of emergencies and crises are the aims themselves since the net was calibrated at
    # the share of danger that daily use has: a higher floor would buy them with alarms for people
    # who ask about their bins (docs/decisions/0003-emergency-thresholds.md).
    # figure: (development, blind)
    "emergency_recall": (0.97, 0.97),
    "emergency_recall_with_check": (0.995, 0.995),
    "false_emergencies_near_misses": (0.02, 0.007),
    "false_emergencies_others": (0.006, 0.007),
    "check_of_non_emergencies": (0.06, 0.045),
    "crisis_recall": (0.92, 0.92),
    "crisis_recall_with_check": (0.98, 0.98),
    "false_crises": (0.004, 0.004),
    "top_level_accuracy": (0.955, 0.975),
    "label_accuracy": (0.92, 0.935),
    "out_of_scope_recall": (0.955, 0.93),
    "in_scope_kept": (0.978, 0.985),
    # Of the blind set's smallest group one message is five points.
    "worst_group_gap": (0.035, 0.06),
    "calibration_error_danger": (0.015, 0.015),
    # Wide, for the scores in doubt are few: chance alone is some points, of the blind set many.
    "calibration_error_danger_in_doubt": (0.08, 0.3),
    "calibration_error_crisis": (0.01, 0.01),
    # What is sure is surer than it was when the encoder was taught five times as long.
    "calibration_error_top_level": (0.045, 0.04),
    "calibration_error_label": (0.05, 0.04),
}
# Of the turns of whole conversations. Since a question in an open emergency is answered after one
# line with 999, such a turn counts as checked and no longer as led by the emergency answer.
CONVERSATION_LIMITS = {
    "danger_led_by_999": (0.89, 0.89),
    "danger_with_any_lead": (0.98, 0.98),
    "crisis_answered": (0.60, 0.53),
    "crisis_told": (0.73, 0.75),
    "crisis_with_any_lead": (0.78, 0.85),
    # Of the development set one of eleven more; see danger_ended.
    "doubt_with_any_lead": (0.72, 0.75),
    # The expressions that told an end before had been written beside the development set; the turn
    # classifier has not seen it, and is better on the blind and the held-out ends and worse here.
    "danger_ended": (0.79, 0.77),
    "false_emergencies": (0.016, 0.03),
    "false_crises": (0.012, 0.005),
    "needless_checks": (0.065, 0.06),
    "understood": (0.80, 0.80),
    "fine": (0.775, 0.76),
}
# Of what is typed at the questions of the hand-over.
ANSWER_LIMITS = {
    "danger_led_by_999": (0.90, 0.88),
    "danger_with_any_lead": (0.97, 0.97),
    "answers_taken": (0.93, 0.82),
    "answers_without_alarm": (0.88, 0.79),
    "false_emergencies": (0.025, 0.035),
    "false_crises": (0.005, 0.02),
    "refusals_ended": (0.95, 0.79),
    "others_not_taken": (0.95, 0.95),
}
# Of what is typed at the yes-or-no questions.
QUESTION_LIMITS = {
    "now_led_by_999": (0.90, 0.86),
    "not_now_without_alarm": (0.95, 0.86),
    "not_now_false_emergencies": (0.01, 0.01),
    "danger_kept": (0.98, 0.97),
    "danger_led_by_999": (0.89, 0.91),
    "danger_ended": (0.83, 0.93),
    "four_danger_led_by_999": (0.96, 0.95),
    "four_answers_as_meant": (0.46, 0.56),
    "four_answers_mistaken": (0.015, 0.035),
    "four_false_alarms": (0.025, 0.025),
    "four_stops_ended": (0.87, 0.91),
    "four_others_not_taken": (0.95, 0.95),
}
# Of each swap, the least share of messages with the same danger tier, and with the same top level
# and label as well.
SAME_TIER = 0.96
UNCHANGED = {DEVELOPMENT: 0.94, BLIND: 0.95}
# The most points of emergency recall that one perturbation may cost, on both sets together: so few
# messages are perturbed here that each draw is half a point. On one set, where it is a whole one.
POINTS, POINTS_OF_ONE_SET = 4.0, 5.0
# Danger in the middle of an account is no shape of typing, and harder: of all messages it costs
# seven points, in 175 words twenty. Of so few draws chance alone is two points and three.
# Both were a point or three narrower while the encoder was taught five times as long: measured are
# 12.75 points, and 90 % with the check.
AMONG_OTHER_THINGS, IN_A_LONG_MESSAGE = 13.5, 24.0
LONG_WITH_CHECK = 0.89
# Of the emergencies under one perturbation, the least share that still gets the check.
WITH_CHECK = 0.95
# Swaps and perturbations of all messages take minutes, so they are of so many of each set.
MOST = 90
# A shorter message may stand in the page by chance.
LONG_ENOUGH = 12


@pytest.fixture(scope="module")
def shown(tree: Path) -> str:
    """Everything that `make eval` prints."""
    done = subprocess.run(
        ["make", "--no-print-directory", "eval", f"MOST={MOST}"],
        cwd=ROOT,
        env=first_on_the_path(tree),
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def reports(tree: Path, shown: str) -> Path:
    """The folder that `make eval` writes to."""
    return tree / REPORTS.relative_to(ROOT)


@pytest.fixture(params=[DEVELOPMENT, BLIND])
def totals(request, reports) -> dict:
    return json.loads((reports / totals_file(request.param).name).read_text(encoding="utf-8"))


def beyond(
    measured: dict, figures: Iterable[Figure], limits: dict[str, tuple[float, float]], name: str
) -> list[str]:
    """The figures of a set that are worse than its limits."""
    place = [DEVELOPMENT, BLIND].index(name)
    found = []
    for figure in figures:
        value, limit = measured[figure.name]["value"], limits[figure.name][place]
        if (value < limit) if figure.at_least else (value > limit):
            found.append(f"{figure.name} is {value}, its limit {limit}")
    return found


def test_every_figure_has_a_limit():
    assert set(LIMITS) == {figure.name for figure in FIGURES}
    assert set(ANSWER_LIMITS) == {figure.name for figure in ANSWER_FIGURES}
    assert set(QUESTION_LIMITS) == {figure.name for figure in QUESTION_FIGURES}
    assert set(CONVERSATION_LIMITS) == {figure.name for figure in CONVERSATION_FIGURES}


@pytest.mark.integration
def test_no_figure_is_beyond_its_limit(totals):
    assert totals["messages"] == len(read(SETS[totals["set"]]))
    assert beyond(totals["figures"], FIGURES, LIMITS, totals["set"]) == []


@pytest.mark.integration
def test_no_figure_of_the_conversations_is_beyond_its_limit(totals):
    held, name = totals["conversations"], totals["set"]
    assert held["conversations"] == len(read_conversations(CONVERSATIONS[name]))
    assert beyond(held["figures"], CONVERSATION_FIGURES, CONVERSATION_LIMITS, name) == []


@pytest.mark.integration
def test_no_figure_of_the_hand_overs_answers_is_beyond_its_limit(totals):
    typed, name = totals["form_answers"], totals["set"]
    assert typed["messages"] == len(read_answers(ANSWERS[name]))
    assert beyond(typed["figures"], ANSWER_FIGURES, ANSWER_LIMITS, name) == []


@pytest.mark.integration
def test_no_figure_of_the_yes_or_no_questions_is_beyond_its_limit(totals):
    typed, name = totals["question_answers"], totals["set"]
    assert typed["messages"] == len(read_questions(QUESTIONS[name]))
    assert beyond(typed["figures"], QUESTION_FIGURES, QUESTION_LIMITS, name) == []


@pytest.mark.integration
def test_swapped_words_leave_the_danger_tier_as_it_was(totals):
    shares = {name: row["same_tier"]["value"] for name, row in totals["swaps"].items()}
    assert shares
    assert {name: value for name, value in shares.items() if value < SAME_TIER} == {}


@pytest.mark.integration
def test_swapped_words_leave_the_label_as_it_was(totals):
    shares = {name: row["unchanged"]["value"] for name, row in totals["swaps"].items()}
    least = UNCHANGED[totals["set"]]
    assert {name: value for name, value in shares.items() if value < least} == {}


@pytest.fixture(scope="module")
def mean_points(reports) -> dict[str, float]:
    """Of each perturbation the points that it costs or wins: the mean of both sets."""
    tables = [
        json.loads((reports / totals_file(name).name).read_text(encoding="utf-8"))["perturbations"]
        for name in SETS
    ]
    return {name: mean(table[name]["points"] for table in tables) for name in PERTURBATIONS}


@pytest.mark.integration
def test_no_shape_of_typing_hides_emergencies(mean_points):
    points = dict(mean_points)
    assert points.pop("among_other_things") >= -AMONG_OTHER_THINGS
    assert points.pop("in_a_long_message") >= -IN_A_LONG_MESSAGE
    assert {name: value for name, value in points.items() if value < -POINTS} == {}


@pytest.mark.integration
def test_no_shape_of_typing_hides_many_emergencies_of_one_set(totals):
    points = {name: row["points"] for name, row in totals["perturbations"].items()}
    del points["among_other_things"], points["in_a_long_message"]
    assert {name: value for name, value in points.items() if value < -POINTS_OF_ONE_SET} == {}


@pytest.mark.integration
def test_emergencies_of_any_shape_of_typing_get_the_check(totals):
    checked = {
        name: row["recall_with_check"]["value"] for name, row in totals["perturbations"].items()
    }
    assert checked.pop("in_a_long_message") >= LONG_WITH_CHECK
    assert {name: value for name, value in checked.items() if value < WITH_CHECK} == {}


@pytest.mark.integration
def test_the_page_studies_the_development_set_only(reports):
    page = (reports / PAGE.name).read_text(encoding="utf-8")
    assert 'id="development"' in page
    assert 'id="blind"' in page
    assert sum(html.escape(one.text) in page for one in read(SETS[DEVELOPMENT])) > 20
    blind_part = page.partition('<section id="blind"')[2].partition('<section id="development"')[0]
    assert len(blind_part) > 10_000
    assert not any(
        html.escape(one.text) in blind_part
        for one in read(SETS[DEVELOPMENT])
        if len(one.text) > LONG_ENOUGH
    )


@pytest.mark.integration
def test_the_json_lists_errors_of_the_development_set_only(totals):
    listed = {"threshold_curve", "misses", "false_alarms", "errors"}
    assert listed & totals.keys() == (listed if totals["set"] == DEVELOPMENT else set())


@pytest.mark.integration
def test_no_message_of_the_blind_set_is_shown_anywhere(shown, reports, corpus_report):
    told = {path.name: readable(path) for path in reports.iterdir()} | {"terminal": shown}
    assert {"corpus.json", "evaluation.html", "evaluation-blind.json"} <= set(told)
    # What the development set or the corpus holds too may be shown as theirs.
    open_texts = "\n".join([*texts(DEVELOPMENT), corpus_text()]).lower()
    secrets = [
        text.lower()
        for text in texts(BLIND)
        if len(text) > LONG_ENOUGH and text.lower() not in open_texts
    ]
    # Numbers only: a failing test must not show them either.
    known = len(secrets)
    assert known > 900
    leaks = {name: sum(secret in text.lower() for secret in secrets) for name, text in told.items()}
    assert {name: count for name, count in leaks.items() if count} == {}


def readable(path: Path) -> str:
    return html.unescape(path.read_text(encoding="utf-8")).replace('\\"', '"')


def corpus_text() -> str:
    paths = (ROOT / "data" / "nlu").glob("*.yml")
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
