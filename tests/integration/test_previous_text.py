"""What was typed just before reaches the emergency net inside Rasa's real pipeline, unstored."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.agent import load_agent

from bot.gateway.http.body import MessageIn
from bot.gateway.turns.answering import Turns
from bot.nlu import danger_detector
from bot.safety import context, danger
from bot.serving.training import ensure_model

pytestmark = pytest.mark.integration

ME, OTHER = "1" * 32, "2" * 32


def test_the_net_sees_it_and_no_event_holds_it(monkeypatch):
    seen = []
    assess = danger.assess

    def spy(text, *args):
        seen.append((text, context.previous_text.get()))
        return assess(text, *args)

    async def converse():
        agent = await load_agent(str(ensure_model()))
        turns = Turns(agent.handle_message)
        monkeypatch.setattr(danger_detector.danger, "assess", spy)
        # At the same time: each turn has its own.
        said = [(ME, "zebra hes"), (OTHER, "umbrella"), (ME, "here"), (OTHER, "what is an order")]
        for pair in (said[:2], said[2:]):
            messages = [MessageIn(conversation=who, text=text) for who, text in pair]
            await asyncio.gather(*(turns.answer(agent, message) for message in messages))
        return await agent.tracker_store.retrieve(ME)

    tracker = asyncio.run(converse())
    inside = [entry for entry in seen if entry[0] in ("here", "what is an order")]
    assert ("here", "zebra hes") in inside
    assert ("what is an order", "umbrella") in inside
    holding = [event for event in tracker.events if "zebra" in str(event.as_dict())]
    assert [event.text for event in holding] == ["zebra hes"], "only its own message"
    assert context.previous_text.get() == "", "nothing is left outside of a turn"
