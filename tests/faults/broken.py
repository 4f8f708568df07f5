"""Real faults inside a serving process. Copied into the `actions` package of a test's own tree.

Which fault, and for which conversation, stands in the file that FAULTS names, one a line:
`raises 0123...`; the word `everyone` stands for all conversations, and a port for all of the
process that listens there. The product knows nothing of it. Whose broken action was called is noted
in the file `begun` beside it.
"""

from __future__ import annotations

import asyncio
import copy
import os
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from rasa.engine.graph import GraphNode
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot.gateway.coordination.locks import ConversationLocks as Locks
from bot.nlu.label_classifier import LabelClassifier
from bot.rasa_adapters.responses import RegisterResponses
from bot.safety import context
from bot.storage.conversations import ConversationStore

_FILE = Path(os.environ["FAULTS"])
_BEGUN = _FILE.with_name("begun")


def wanted(conversation: str) -> str | None:
    """The fault that a conversation is to have, if any."""
    lines = [line.split() for line in _FILE.read_text().splitlines()] if _FILE.exists() else []
    mine = (conversation, "everyone", os.environ.get("CHAT_PORT"))
    return next((fault for fault, who in lines if who in mine), None)


async def raises(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    raise RuntimeError(f"it broke on {tracker.latest_message}")


async def says_half(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    dispatcher.utter_message(text="the first half")
    raise RuntimeError("and no more")


async def hangs(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    await asyncio.sleep(1_000)
    return []


def blocks(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    time.sleep(30)
    return []


async def wrong_event(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    return [{"event": "no such event", "name": 7}]


async def wrong_slot(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    return [SlotSet("no_such_slot", 7)]


async def not_a_list(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> Any:
    return 42


async def unknown_response(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict
) -> list:
    dispatcher.utter_message(response="utter_nothing_of_the_kind")
    return []


async def says_nothing(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list:
    return []


ACTIONS = {
    function.__name__: function
    for function in (
        raises, says_half, hangs, blocks, wrong_event, wrong_slot, not_a_list, unknown_response,
        says_nothing,
    )
}  # fmt: skip


def break_actions() -> None:
    run = ActionExecutor.run

    async def run_broken(self: ActionExecutor, call: dict) -> Any:
        fault = wanted(call["sender_id"])
        if fault == "slow":
            await asyncio.sleep(1)
        if fault not in ACTIONS:
            return await run(self, call)
        broken = copy.copy(self)
        broken.actions = {call["next_action"]: ACTIONS[fault]}
        with _BEGUN.open("a") as begun:
            begun.write(f"{call['sender_id']}\n")
        return await run(broken, call)

    ActionExecutor.run = run_broken


def _breakable(name: str, work: Callable) -> Callable:
    """Raises for a message with `quokka` and the name in it: no part knows whose message it is."""

    @wraps(work)
    def work_or_raise(*args: Any, **kwargs: Any) -> Any:
        _, text = context.current().typed or (0.0, "")
        if f"quokka{name}" in text:
            raise ValueError(text)
        return work(*args, **kwargs)

    return work_or_raise


def break_parts() -> None:
    """Components, policies, and what finds the words of responses, by the names of their classes.

    Where Rasa calls them, so that none can be forgotten.
    """
    init = GraphNode.__init__

    def init_breakable(self: GraphNode, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self._fn = _breakable(self._component_class.__name__, self._fn)

    GraphNode.__init__ = init_breakable
    RegisterResponses.generate = _breakable("RegisterResponses", RegisterResponses.generate)


def break_event_loop() -> None:
    process = LabelClassifier.process

    def process_broken(self: LabelClassifier, messages: list) -> list:
        if "quokkaburn" in (messages[0].get("text") or ""):
            ends = time.monotonic() + 1_000
            while time.monotonic() < ends:
                pass
        return process(self, messages)

    LabelClassifier.process = process_broken


def break_storage() -> None:
    """Reading and writing a conversation, and its lock, in ways that none of them foresees."""
    retrieve, save = ConversationStore.retrieve, ConversationStore.save

    async def retrieve_broken(self: ConversationStore, sender_id: str) -> Any:
        if wanted(sender_id) == "read":
            raise RuntimeError(f"it broke on {sender_id}")
        return await retrieve(self, sender_id)

    async def save_broken(self: ConversationStore, tracker: DialogueStateTracker) -> None:
        if wanted(tracker.sender_id) == "write":
            raise RuntimeError(f"it broke on {tracker.current_state()}")
        await save(self, tracker)

    ConversationStore.retrieve, ConversationStore.save = retrieve_broken, save_broken
    lock = Locks.lock

    @asynccontextmanager
    async def lock_broken(self: Locks, conversation_id: str, *args: Any, **more: Any) -> Any:
        if wanted(conversation_id) == "lock":
            raise RuntimeError(f"it broke on {conversation_id}")
        async with lock(self, conversation_id, *args, **more):
            yield

    Locks.lock = lock_broken


break_actions()
break_parts()
break_event_loop()
break_storage()
