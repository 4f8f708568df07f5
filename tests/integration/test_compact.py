"""The compact record against Rasa's own store in memory: the same answers, however long it gets."""

from __future__ import annotations

import asyncio
import copy
import random

import pytest
import yaml
from rasa.core.agent import load_agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.rasa_adapters.responses import RegisterResponses
from bot.serving.training import ROOT, ensure_model
from bot.storage import record
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database
from bot.storage.keys import Keys

pytestmark = pytest.mark.integration

# Topics, follow-ups, danger and its end, the four questions with interruptions, nonsense.
SAID = [
    "hello", "what is a stalking protection order", "how long does it last?", "say that again",
    "can you say that in easier words", "he is outside my house now", "no", "yes", "i am safe now",
    "how do i report it", "do you want to ask me the four questions", "/start_four", "/start_four",
    "yes", "no", "not sure", "yes", "asdf qwer", "what about evidence", "thank you", "yes", "no",
    "i found a tracker on my car", "i live in scotland", "i want to talk to someone", "not sure",
    "what are the opening hours", "i want to end my life", "he was at my door last week", "yes",
]  # fmt: skip


class InProcess(EndpointConfig):
    """The project's own actions, called without a server."""

    def __init__(self):
        super().__init__("http://unused")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, json, **kwargs):
        return await self._executor.run(json)


def conversation(agent, turns):
    """Messages as the pipeline understands them, each read once."""
    choose = random.Random(7)
    read = {text: asyncio.run(agent.parse_message(text)) for text in SAID}
    return [(text, read[text]) for text in choose.choices(SAID, k=turns)]


@pytest.fixture(scope="module")
def agent():
    loaded = asyncio.run(load_agent(str(ensure_model())))
    loaded.processor.action_endpoint = InProcess()
    loaded.processor.nlg = RegisterResponses(None, loaded.domain)
    return loaded


async def talk(agent, store, messages):
    store.domain = agent.domain
    agent.processor.tracker_store = store
    answers = []
    for message, parse_data in messages:
        output = CollectingOutputChannel()
        said = UserMessage(message, output, "a" * 32, parse_data=copy.deepcopy(parse_data))
        await agent.handle_message(said)
        answers.append(output.messages)
    return answers, await store.retrieve("a" * 32)


@pytest.mark.parametrize("turns", [60, pytest.param(300, marks=pytest.mark.faults)])
def test_a_long_conversation_gets_the_same_answers_as_with_rasas_store(agent, tmp_path, turns):
    messages = conversation(agent, turns)
    database = Database(f"sqlite:///{tmp_path}/chat.db", tmp_path)
    store = ConversationStore(None, database=database, storage_keys=Keys(["k" * 32]))
    ours, tracker = asyncio.run(talk(agent, store, messages))
    theirs, full = asyncio.run(talk(agent, InMemoryTrackerStore(agent.domain), messages))
    assert len({str(answer) for answer in ours}) > 15, "a real conversation"
    for number, (message, mine, his) in enumerate(zip(messages, ours, theirs, strict=True)):
        assert mine == his, f"turn {number}: {message[0]}"
    assert tracker.current_slot_values() == full.current_slot_values()
    assert tracker.active_loop == full.active_loop or tracker.active_loop.name == (
        full.active_loop.name
    )
    assert len(full.events) > turns / 12 * len(tracker.events)


def test_the_record_keeps_as_many_turns_as_the_policies_look_back():
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    names = {policy["name"].rpartition(".")[2] for policy in config["policies"]}
    # A policy that learns from stories would need turns of its own in the record.
    assert names == {"EmergencyPolicy", "RulePolicy"}
    rules = yaml.safe_load((ROOT / "data" / "rules.yml").read_text())["rules"]
    messages = [sum("intent" in step for step in rule["steps"]) for rule in rules]
    assert 0 < max(messages) <= record.KEPT_TURNS
