"""A lean agent understands and answers as Rasa's own does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.core.agent import Agent, load_agent
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.content.labels import ANSWERS
from bot.evaluation.judge import Reading, reading_of, without_answers
from bot.nlu.corpus import development_set
from bot.rasa_adapters.lean_rasa import OrderedRunner, lean
from bot.serving.training import ensure_model

pytestmark = pytest.mark.integration

TEXTS = ["hello", "he is outside my house now", "?", "", "i live in scotland", "not a word xyzzy"]


async def read(agent: Agent, text: str) -> dict[str, Any]:
    """What the pipeline makes of a text, and the action that follows."""
    parsed = await agent.parse_message(text)
    tracker = DialogueStateTracker.from_events(
        "someone",
        [
            ActionExecuted("action_listen"),
            UserUttered(text, parsed["intent"], parsed["entities"], parsed),
        ],
        slots=agent.domain.slots,
    )
    prediction = agent.predict_next_with_tracker(tracker)
    parsed.pop("message_id", None)
    return {"parsed": parsed, "scores": prediction["scores"], "policy": prediction["policy"]}


async def readings(texts: list[str]) -> tuple[list[Any], list[Any]]:
    agent = await load_agent(str(ensure_model()))
    assert not isinstance(agent.processor.graph_runner, OrderedRunner)
    before = [await read(agent, text) for text in texts]
    lean(agent)
    assert isinstance(agent.processor.graph_runner, OrderedRunner)
    return before, [await read(agent, text) for text in texts]


async def measured(texts: list[str]) -> tuple[list[Reading], list[Reading], list[Any]]:
    """What is measured of each text, with the answers found and without, and what is not found."""
    agent = await load_agent(str(ensure_model()))
    lean(agent)
    rest = without_answers(agent)
    whole = [await agent.parse_message(text) for text in texts]
    parsed = [await rest.parse_message(text) for text in texts]
    assert any(one.get(ANSWERS) for one in whole), "the agent itself still finds them"
    found = [one.get(ANSWERS) for one in parsed]
    return [reading_of(one) for one in whole], [reading_of(one) for one in parsed], found


def test_what_is_measured_is_the_same_without_looking_for_answers():
    texts = [*TEXTS, *(message.text for message in development_set()[::20])]
    whole, rest, found = asyncio.run(measured(texts))
    assert rest == whole
    assert not any(found)


def test_it_reads_and_answers_the_same():
    texts = [*TEXTS, *(message.text for message in development_set()[::40])]
    before, after = asyncio.run(readings(texts))
    assert after == before
