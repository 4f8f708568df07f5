"""What is measured is what the running bot would have seen."""

from __future__ import annotations

import asyncio

import pytest

from bot.evaluation.judge import Judge, reading_of
from bot.safety.rules import MAX_CHARACTERS

PARSED = {
    "text": "he is outside",
    "intent": {"name": "emergency", "confidence": 0.8},
    "intent_ranking": [
        {"name": "advice", "confidence": 0.6},
        {"name": "emergency", "confidence": 0.4},
    ],
    "response_selector": {
        "emergency": {
            "response": {"intent_response_key": "emergency/outside_now", "confidence": 0.3}
        }
    },
    "danger": {
        "score": 0.8,
        "tier": "emergency",
        "crisis": "check",
        "crisis_score": 0.2,
        "evidence": {"encoder": 1.5},
    },
}


def test_a_reading_holds_intent_label_and_danger():
    found = reading_of(PARSED)
    assert (found.top_level, found.label) == ("emergency", "emergency/outside_now")
    assert (found.tier, found.score) == ("emergency", 0.8)
    assert (found.crisis_tier, found.crisis_score) == ("check", 0.2)
    assert found.confidence == 0.8


def test_a_topic_is_as_sure_as_its_top_level_times_its_share_of_it():
    assert reading_of(PARSED).label_confidence == pytest.approx(0.8 * 0.3 / 0.4)


def test_a_plain_label_is_as_sure_as_its_top_level():
    parsed = {**PARSED, "intent": {"name": "greet", "confidence": 0.7}}
    assert reading_of(parsed).label_confidence == 0.7


def test_evidence_is_what_the_net_says_of_danger():
    assert reading_of(PARSED).evidence == {"encoder": 1.5}


def test_a_message_without_danger_has_none():
    found = reading_of({"intent": {"name": "greet", "confidence": 0.9}})
    assert (found.tier, found.score, found.evidence) == ("none", 0.0, {})
    assert (found.crisis_tier, found.crisis_score) == ("none", 0.0)


def parsed(*texts):
    """What the agent was asked to parse."""
    asked = []

    class Agent:
        async def parse_message(self, text):
            asked.append(text)
            return PARSED

    async def read():
        judge = Judge(Agent())
        return [await judge.read(text) for text in texts]

    assert asyncio.run(read()) == [reading_of(PARSED)] * len(texts)
    return asked


def test_a_text_is_parsed_once():
    assert parsed("/help", "/help") == ["help"]


def test_a_text_is_parsed_as_the_gateway_hands_it_on():
    assert parsed("x" * (MAX_CHARACTERS + 1)) == ["x" * MAX_CHARACTERS]
    assert parsed(" / /x\u200b ", "////", "") == ["x", "?"]
