"""What is measured is what the running bot would have seen."""

from __future__ import annotations

import asyncio

from bot.evaluation.judge import Judge, as_sent, reading_of

PARSED = {
    "text": "he is outside",
    "intent": {"name": "emergency", "confidence": 0.8},
    "intent_ranking": [
        {"name": "advice", "confidence": 0.6},
        {"name": "emergency", "confidence": 0.4},
    ],
    "response_selector": {
        "emergency": {"response": {"intent_response_key": "emergency/outside_now"}}
    },
    "danger": {"score": 0.8, "tier": "emergency", "crisis": "check", "evidence": {"encoder": 1.5}},
}


def test_a_reading_holds_intent_label_and_danger():
    found = reading_of(PARSED)
    assert (found.top_level, found.label) == ("emergency", "emergency/outside_now")
    assert (found.tier, found.score, found.crisis_tier) == ("emergency", 0.8, "check")
    assert found.confidence == 0.8


def test_evidence_is_what_the_net_says_of_danger():
    assert reading_of(PARSED).evidence == {"encoder": 1.5}


def test_a_message_without_danger_has_none():
    found = reading_of({"intent": {"name": "greet", "confidence": 0.9}})
    assert (found.tier, found.score, found.evidence) == ("none", 0.0, {})


def test_typed_text_is_never_a_payload():
    assert as_sent("/emergency") == "emergency"
    assert as_sent(" / /x\u200b ") == "x"
    assert as_sent("////") == "?"


def test_a_text_is_parsed_once():
    class Agent:
        asked = []

        async def parse_message(self, text):
            self.asked.append(text)
            return PARSED

    async def twice():
        judge = Judge(Agent())
        return await judge.read("/help"), await judge.read("/help")

    first, second = asyncio.run(twice())
    assert first == second
    assert Agent.asked == ["help"]
