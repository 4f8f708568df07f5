"""The danger detector at the end of the pipeline, on messages as the classifier leaves them."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.danger_detector import DangerDetector
from bot.safety import danger

LIMITS = danger.thresholds()
DANGER_WORDS = "he is outside my house now"
CRISIS_WORDS = "i want to die"
CALM_WORDS = "what is a stalking order"


@pytest.fixture
def detector(storage, resource, context):
    return DangerDetector.create({}, storage, resource, context)


@pytest.fixture
def decide(detector):
    """The parsed message after the detector. The first of the ranking is the intent."""

    def decided(text, intent=None, **ranking):
        message = Message.build(text)
        entries = [{"name": n, "confidence": value} for n, value in ranking.items()]
        if entries:
            best = max(entries, key=lambda entry: entry["confidence"])
            message.set("intent", best, add_to_output=True)
            message.set("intent_ranking", entries, add_to_output=True)
        if intent:
            message.set("intent", {"name": intent, "confidence": 0.3}, add_to_output=True)
        (processed,) = detector.process([message])
        return processed.as_dict(only_output_properties=True)

    return decided


def test_a_calm_message_keeps_its_intent(decide):
    parsed = decide(CALM_WORDS, advice=0.9, emergency=0.01, crisis=0.01)
    assert parsed["intent"] == {"name": "advice", "confidence": 0.9}
    assert parsed["danger"] == {
        "score": pytest.approx(0.01),
        "tier": "none",
        "crisis": "none",
    }


@pytest.mark.parametrize("intent", ["greet", "nlu_fallback", "delete_chat", "crisis", None])
def test_clear_danger_overrules_every_intent(decide, intent):
    parsed = decide(DANGER_WORDS, intent, advice=0.5, emergency=0.45, crisis=0.05)
    judged = danger.assess(DANGER_WORDS, 0.45)
    assert parsed["intent"] == {"name": "emergency", "confidence": judged.score}
    assert parsed["danger"]["tier"] == "emergency"
    assert parsed["danger"]["score"] == judged.score


def test_the_model_alone_can_decide(decide):
    probability = LIMITS.emergency + 0.01
    parsed = decide(CALM_WORDS, advice=1 - probability, emergency=probability)
    assert parsed["intent"]["name"] == "emergency"


@pytest.mark.parametrize("text", [DANGER_WORDS, "help me please"])
def test_without_a_classifier_the_rules_decide(decide, text):
    parsed = decide(text)
    assert parsed["intent"]["name"] == "emergency"
    assert parsed["intent"]["confidence"] == LIMITS.rules_only.clear


def test_possible_danger_is_marked_and_keeps_the_intent(decide):
    probability = (LIMITS.check + LIMITS.emergency) / 2
    parsed = decide(CALM_WORDS, advice=1 - probability, emergency=probability)
    assert parsed["intent"]["name"] == "advice"
    assert parsed["danger"]["tier"] == "check"


def test_an_unconfirmed_emergency_gives_way_to_the_next_best(decide):
    probability = LIMITS.emergency - 0.01
    parsed = decide(CALM_WORDS, emergency=probability, advice=0.2, reporting=0.24, greet=0.1)
    assert parsed["intent"] == {"name": "reporting", "confidence": 0.24}
    assert parsed["danger"]["tier"] == "check"


def test_an_unconfirmed_emergency_with_nothing_beside_it_is_not_understood(decide):
    parsed = decide(CALM_WORDS, emergency=LIMITS.check / 2)
    assert parsed["intent"]["name"] == "nlu_fallback"


def test_an_unconfirmed_crisis_does_not_stand(decide):
    parsed = decide(CALM_WORDS, crisis=LIMITS.crisis - 0.05, emergency=0.01, advice=0.1)
    assert parsed["intent"]["name"] == "nlu_fallback"
    assert parsed["danger"]["crisis"] == "check"


def test_not_understood_stays_not_understood(decide):
    probability = LIMITS.emergency - 0.02
    parsed = decide(CALM_WORDS, "nlu_fallback", emergency=probability, advice=0.2)
    assert parsed["intent"]["name"] == "nlu_fallback"
    assert parsed["danger"]["tier"] == "check"


@pytest.mark.parametrize("intent", ["advice", "nlu_fallback", None])
def test_words_of_crisis_overrule(decide, intent):
    parsed = decide(CRISIS_WORDS, intent, advice=0.97, emergency=0.01, crisis=0.02)
    assert parsed["intent"]["name"] == "crisis"
    assert parsed["danger"]["crisis"] == "crisis"
    assert parsed["danger"]["tier"] == "none"


def test_the_model_alone_can_see_a_crisis(decide):
    parsed = decide(CALM_WORDS, advice=1 - LIMITS.crisis, crisis=LIMITS.crisis)
    assert parsed["intent"] == {"name": "crisis", "confidence": LIMITS.crisis}


def test_a_possible_crisis_is_marked_and_keeps_the_intent(decide):
    parsed = decide(CALM_WORDS, advice=1 - LIMITS.crisis_check, crisis=LIMITS.crisis_check)
    assert parsed["intent"]["name"] == "advice"
    assert parsed["danger"]["crisis"] == "check"


def test_danger_from_another_goes_before_a_crisis(decide):
    parsed = decide(f"{DANGER_WORDS} and {CRISIS_WORDS}", emergency=0.5, crisis=0.5)
    assert parsed["intent"]["name"] == "emergency"
    assert parsed["danger"]["crisis"] == "crisis"


@pytest.mark.parametrize("text", ["", "\u200b\x00", "x" * 100_000])
def test_any_text_is_judged(decide, text):
    parsed = decide(text, out_of_scope=0.99, emergency=0.01)
    assert parsed["intent"]["name"] == "out_of_scope"
    assert parsed["danger"]["tier"] == "none"


def test_a_message_without_text_is_judged(detector):
    (message,) = detector.process([Message({})])
    assert message.get("danger")["tier"] == "none"


def test_every_message_of_a_batch_is_judged(detector):
    messages = detector.process([Message.build(DANGER_WORDS), Message.build(CALM_WORDS)])
    assert [message.get("danger")["tier"] for message in messages] == ["emergency", "none"]
