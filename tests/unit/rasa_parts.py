"""The real domain, a model storage in a temporary folder, and trackers of a few events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


@pytest.fixture
def resource() -> Resource:
    return Resource("component")


@pytest.fixture
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def parse_data(label: str, **entities: str) -> dict[str, Any]:
    """A parsed message with this full label, as the pipeline leaves it."""
    top = label.partition("/")[0]
    selected = {"response": {"intent_response_key": label}} if label != top else {}
    return {
        "text": "what the person typed",
        "intent": {"name": top, "confidence": 0.9},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "response_selector": {"all_retrieval_intents": [], top: selected},
    }


def user(label: str, **entities: str) -> UserUttered:
    data = parse_data(label, **entities)
    return UserUttered(
        data["text"], intent=data["intent"], entities=data["entities"], parse_data=data
    )


def conversation(domain: Domain, *events: Event, **slots: Any) -> DialogueStateTracker:
    """A tracker in which the bot listened, these slots were set, and then these events came."""
    history = [
        *(SlotSet(name, value) for name, value in slots.items()),
        ActionExecuted(ACTION_LISTEN_NAME),
        *events,
    ]
    return DialogueStateTracker.from_events("someone", history, slots=domain.slots)
