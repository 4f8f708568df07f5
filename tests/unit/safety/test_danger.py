"""Fusion of rules and model, the tiers, and the thresholds file."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import yaml
from pydantic import ValidationError

from bot.safety import danger, rules
from tests.unit.safety.phrases import CALM, CRISIS, DISGUISES, NO_CRISIS, NOT_NOW, PRESENT_DANGER

PROBABILITIES = [0.0, 1e-9, 0.01, 0.05, 0.1, 0.2, 0.27, 0.4, 0.6, 0.9, 0.99, 1.0]
# Texts with a known number of cues and of signs against them.
CUES = ["he is outside", "he has a knife", "i'm hiding in the shed"]
AGAINST = ["yesterday", "in the film", "what if"]


def text_with(cues, not_now):
    text = ", ".join([*CUES[:cues], *AGAINST[:not_now]])
    assert rules.find(text) == rules.RuleFindings(cues=cues, not_now=not_now)
    return text


# Rules alone.


@pytest.mark.parametrize("phrase", [p for phrases in PRESENT_DANGER.values() for p in phrases])
def test_without_a_model_plain_danger_gets_at_least_the_check(phrase):
    assert danger.assess(phrase).tier in ("check", "emergency")


@pytest.mark.parametrize("phrase", ["he is outside my house now", *DISGUISES.values()])
def test_without_a_model_clear_danger_is_an_emergency(phrase):
    assert danger.assess(phrase).tier == "emergency"


@pytest.mark.parametrize("phrase", [p for phrases in NOT_NOW.values() for p in phrases])
def test_without_a_model_what_is_not_now_is_no_emergency(phrase):
    assert danger.assess(phrase).tier != "emergency"


@pytest.mark.parametrize("phrase", CALM)
def test_without_a_model_calm_messages_are_no_danger(phrase):
    assert danger.assess(phrase).tier == "none"


def test_a_doubtful_cue_is_asked_about():
    assert danger.assess(text_with(1, 1)).tier == "check"


# Rules and model together.


@pytest.mark.parametrize(("cues", "not_now"), list(product(range(4), range(4))))
def test_the_score_rises_with_the_models_probability(cues, not_now):
    scores = [danger.assess(text_with(cues, not_now), p).score for p in PROBABILITIES]
    assert all(lower <= higher for lower, higher in pairwise(scores))
    assert scores[0] < scores[-1]
    assert all(0 < score < 1 for score in scores)


@pytest.mark.parametrize("probability", PROBABILITIES)
@pytest.mark.parametrize("not_now", range(4))
def test_the_score_rises_with_the_cues(probability, not_now):
    # From one cue on: signs against danger count only once there is a cue to doubt.
    first = 1 if not_now else 0
    scores = [danger.assess(text_with(n, not_now), probability).score for n in range(first, 4)]
    assert all(lower <= higher for lower, higher in pairwise(scores))
    assert scores[0] < scores[-1]


@pytest.mark.parametrize("not_now", [1, 2])
def test_a_doubtful_cue_never_lowers_the_score(not_now):
    without, with_cue = (danger.assess(text_with(n, not_now), 0.3).score for n in (0, 1))
    assert with_cue >= without


@pytest.mark.parametrize("probability", PROBABILITIES)
@pytest.mark.parametrize("cues", range(4))
def test_signs_against_danger_never_raise_the_score(probability, cues):
    scores = [danger.assess(text_with(cues, n), probability).score for n in range(4)]
    assert all(higher >= lower for higher, lower in pairwise(scores))


def test_without_findings_the_score_is_the_models():
    for probability in PROBABILITIES[2:-1]:
        assert danger.assess("hello", probability).score == pytest.approx(probability)


@pytest.mark.parametrize("probability", [-1.0, 0.0, 1.0, 2.0])
def test_extreme_probabilities_are_borne(probability):
    assert 0 < danger.assess("he is outside", probability).score < 1


def test_the_tiers_begin_at_their_thresholds():
    limits = danger.thresholds()
    just_below = 1e-6
    for probability, tier in (
        (limits.emergency + just_below, "emergency"),
        (limits.emergency - just_below, "check"),
        (limits.check + just_below, "check"),
        (limits.check - just_below, "none"),
    ):
        assert danger.assess("hello", probability).tier == tier


def test_a_confident_model_needs_no_cue():
    assert danger.assess("hello", 0.95).tier == "emergency"


@pytest.mark.parametrize(
    "text", ["", "\x00", "\u202e", "\ud800", "x" * 100_000, "he is outside " * 7_000]
)
@pytest.mark.parametrize("probability", [None, 0.0, 0.5])
def test_any_text_gets_a_judgement(text, probability):
    judged = danger.assess(text, probability)
    assert 0 < judged.score < 1
    assert judged.tier in ("none", "check", "emergency")


# Crisis.


@pytest.mark.parametrize("phrase", CRISIS)
@pytest.mark.parametrize("probability", [None, 0.0, 0.99])
def test_plain_words_are_a_crisis_whatever_the_model_says(phrase, probability):
    assert danger.assess_crisis(phrase, probability).tier == "crisis"


@pytest.mark.parametrize("phrase", NO_CRISIS)
def test_without_words_and_model_there_is_no_crisis(phrase):
    assert danger.assess_crisis(phrase) == danger.Crisis(score=0.0, tier="none")


def test_the_crisis_tiers_begin_at_their_thresholds():
    limits = danger.thresholds()
    for probability, tier in (
        (limits.crisis, "crisis"),
        (limits.crisis - 1e-6, "check"),
        (limits.crisis_check, "check"),
        (limits.crisis_check - 1e-6, "none"),
    ):
        assert danger.assess_crisis("hello", probability).tier == tier


def test_words_never_lower_the_models_crisis_score():
    assert danger.assess_crisis("i want to die", 0.97).score == 0.97


# The thresholds file.


@pytest.fixture
def thresholds_file(tmp_path, monkeypatch):
    """Puts a changed copy of the file in the place of the real one."""
    real = yaml.safe_load(danger._THRESHOLDS_FILE.read_text(encoding="utf-8"))

    def write(**changed):
        path = tmp_path / "thresholds.yml"
        path.write_text(yaml.safe_dump({**real, **changed}), encoding="utf-8")
        monkeypatch.setattr(danger, "_THRESHOLDS_FILE", path)
        danger.thresholds.cache_clear()

    yield write
    danger.thresholds.cache_clear()


def test_the_file_is_what_decides(thresholds_file):
    thresholds_file(emergency=0.99, check=0.98)
    assert danger.assess("hello", 0.9).tier == "none"
    thresholds_file(emergency=0.02, check=0.01)
    assert danger.assess("hello", 0.03).tier == "emergency"


@pytest.mark.parametrize(
    "changed",
    [
        {"emergency": 0},
        {"emergency": 1},
        {"emergency": 1.5},
        {"check": -0.1},
        {"check": 0.9},
        {"crisis": "high"},
        {"crisis_check": 0},
        {"crisis_check": 0.9},
        {"cue_weight": -0.5},
        {"cue_weight": None},
        {"not_now_weight": -1},
        {"max_cues": -1},
        {"max_not_now": 1.5},
        {"rules_only": {"clear": 2, "mixed": 0.2, "none": 0.01}},
        {"rules_only": {"clear": 0.6}},
        {"emergancy": 0.3},
    ],
    ids=str,
)
def test_a_bad_value_is_refused(thresholds_file, changed):
    thresholds_file(**changed)
    with pytest.raises(ValidationError) as refused:
        danger.thresholds()
    assert next(iter(changed)) in str(refused.value)


def test_the_real_file_puts_clear_danger_above_all():
    limits = danger.thresholds()
    assert limits.rules_only.clear >= limits.emergency
    assert limits.check <= limits.rules_only.mixed < limits.emergency
    assert limits.rules_only.none < limits.check
    assert limits.crisis_check <= limits.crisis
