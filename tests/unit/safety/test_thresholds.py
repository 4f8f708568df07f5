"""The thresholds file: where the tiers begin, and what is refused."""

from __future__ import annotations

import pytest
import yaml
from pydantic import ValidationError

from bot.safety import danger, thresholds
from bot.safety.danger import ModelEvidence

UNSURE = ModelEvidence(encoder=0.0, ngrams=0.0)


@pytest.fixture
def thresholds_file(tmp_path, monkeypatch):
    """Puts a changed copy of the file in the place of the real one."""
    real = yaml.safe_load(thresholds._FILE.read_text(encoding="utf-8"))

    def write(**changed):
        path = tmp_path / "thresholds.yml"
        path.write_text(yaml.safe_dump({**real, **changed}), encoding="utf-8")
        monkeypatch.setattr(thresholds, "_FILE", path)
        thresholds.thresholds.cache_clear()

    yield write
    thresholds.thresholds.cache_clear()


def test_the_tiers_begin_at_their_thresholds(thresholds_file):
    score = danger.assess("hello", UNSURE).score
    for emergency, check, tier in (
        (score, score / 2, "emergency"),
        (score + 1e-9, score, "check"),
        (score + 2e-9, score + 1e-9, "none"),
    ):
        thresholds_file(emergency=emergency, check=check)
        assert danger.assess("hello", UNSURE).tier == tier


def test_the_crisis_tiers_begin_at_their_thresholds(thresholds_file):
    score = danger.assess_crisis("hello", UNSURE).score
    for crisis, check, tier in (
        (score, score / 2, "crisis"),
        (score + 1e-9, score, "check"),
        (score + 2e-9, score + 1e-9, "none"),
    ):
        thresholds_file(crisis=crisis, crisis_check=check)
        assert danger.assess_crisis("hello", UNSURE).tier == tier


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
        {"rules_check": None},
        {"rules_check": 0.9},
        {"rules_emergency": 1},
        {"least_probability": 1},
        {"emergancy": 0.3},
    ],
    ids=str,
)
def test_a_bad_value_is_refused(thresholds_file, changed):
    thresholds_file(**changed)
    with pytest.raises(ValidationError) as refused:
        thresholds.thresholds()
    assert next(iter(changed)) in str(refused.value)
