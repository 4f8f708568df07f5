"""How predictions over full labels are reported to Rasa."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import RESPONSE_SELECTOR, full_label
from bot.nlu.predictions import report, selector_output, top_level_probabilities

PROBABILITIES = {
    "advice/tracker": 0.2,
    "advice/spyware": 0.25,
    "reporting/how": 0.3,
    "greet": 0.15,
    "emergency/in_home": 0.1,
}


def test_a_top_level_is_the_sum_of_its_labels_highest_first():
    tops = top_level_probabilities(PROBABILITIES)
    assert list(tops) == ["advice", "reporting", "greet", "emergency"]
    assert tops == pytest.approx(
        {"advice": 0.45, "reporting": 0.3, "greet": 0.15, "emergency": 0.1}
    )


def test_the_sum_stays_one():
    assert sum(top_level_probabilities(PROBABILITIES).values()) == pytest.approx(1.0)


def test_nothing_predicted_gives_nothing():
    assert top_level_probabilities({}) == {}
    assert selector_output({}) == {"all_retrieval_intents": []}


def test_each_top_level_with_topics_reports_its_best_label():
    output = selector_output(PROBABILITIES)
    assert output["all_retrieval_intents"] == ["advice", "emergency", "reporting"]
    assert output["advice"]["response"] == {
        "intent_response_key": "advice/spyware",
        "confidence": 0.25,
        "utter_action": "utter_advice/spyware",
    }
    assert output["reporting"]["response"]["intent_response_key"] == "reporting/how"
    assert "greet" not in output


def test_the_intent_is_set_and_is_part_of_the_output():
    message = Message.build("hello")
    report(message, "advice", 0.45)
    assert message.get("intent") == {"name": "advice", "confidence": 0.45}
    assert "intent" in message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("intent", "label"),
    [
        ("advice", "advice/spyware"),
        ("emergency", "emergency/in_home"),
        ("greet", "greet"),
        ("nlu_fallback", "nlu_fallback"),
    ],
)
def test_the_full_label_can_be_read_back(intent, label):
    parsed = {"intent": {"name": intent}, RESPONSE_SELECTOR: selector_output(PROBABILITIES)}
    assert full_label(parsed) == label
