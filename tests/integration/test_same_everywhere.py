"""The same words get the same answers, whichever way they come to the bot.

The ways are plain `rasa run` alone (in the process that `rasa shell` starts too), `rasa run` with
`rasa run actions` beside it, and `python -m bot run`; through Rasa's REST channel and the gateway.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
import yaml

from bot.content.render import MORE, payload_for
from bot.gateway.turns.outcomes import NOT_ANSWERED
from bot.serving.training import ensure_model
from local_servers.ports import free_port
from tests.integration.conftest import ROOT, START_SECONDS, running_bot
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until
from tests.services.receiver import SECRET

pytestmark = pytest.mark.integration

# What is typed, turn by turn; a number is the button that is pressed, counted from 1.
CONVERSATIONS = [
    json.loads(line)
    for line in Path(__file__).with_name("conversations.jsonl").read_text("utf-8").splitlines()
]
# One clock for all processes. Most services are open on a Tuesday at half past ten.
CLOCK = """
import datetime
import bot.content.hours as hours
hours.now_in_london = lambda: datetime.datetime(2026, 11, 24, 10, 30, tzinfo=hours.LONDON)
"""
# As many at once as one process works on (bot/gateway/overload/queue.py), so that none is refused.
AT_ONCE = 4


class Answer(NamedTuple):
    """One answer as its channel shows it; Rasa's REST channel tells no reply ids."""

    bubbles: list[str]
    buttons: list[str]
    replies: list[str] | None = None

    def is_same(self, other: Answer) -> bool:
        """Returns True where both tell the same, as far as their channels can."""
        replies = {tuple(one.replies) for one in (self, other) if one.replies is not None}
        return self.bubbles == other.bubbles and self.buttons == other.buttons and len(replies) < 2


class RestChat:
    """One conversation through Rasa's REST channel."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        self._sender = secrets.token_hex(16)
        self._offered: dict[str, str] = {}

    def say(self, text: str) -> Answer:
        body = {"sender": self._sender, "message": text}
        messages = requests.post(self._address, json=body, timeout=PATIENCE).json()
        bubbles = [one for message in messages for one in message["text"].split("\n\n")]
        offered = [message["buttons"] for message in messages if message.get("buttons")]
        self._offered = {one["title"]: one["payload"] for one in (offered or [[]])[-1]}
        # The gateway sends what "More about this" tells along with the answer.
        offered = [title for title, sent in self._offered.items() if sent != payload_for(MORE)]
        return Answer(list(dict.fromkeys(bubbles)), offered)

    def press(self, title: str) -> Answer:
        return self.say(self._offered[title])


class GatewayChat:
    """One conversation through the gateway."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/chat/messages"
        self._id = secrets.token_hex(16)
        self._offered: dict[str, str] = {}

    def say(self, text: str) -> Answer:
        return self._send(text=text)

    def press(self, title: str) -> Answer:
        return self._send(button=self._offered[title])

    def _send(self, **message: str) -> Answer:
        body = {"conversation": self._id, **message}
        answer = requests.post(self._address, json=body, timeout=PATIENCE).json()
        assert answer["outcome"] not in NOT_ANSWERED, answer
        messages = answer["messages"]
        offered = [one for message in messages for one in message["buttons"]]
        rating = [one for message in messages for one in message.get("rating", ())]
        self._offered = {one["title"]: one["id"] for one in (*offered, *rating)}
        return Answer(
            [message["text"] for message in messages],
            # Rasa's channel knows no "Did this answer it?", but its last answer.
            [one["title"] for one in (*offered, *rating[-1:])],
            [message["custom"]["reply"] for message in messages],
        )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of all servers: hand-over is offered, but nobody receives it."""
    clock = tmp_path_factory.mktemp("clock")
    (clock / "sitecustomize.py").write_text(CLOCK)
    return {
        "PYTHONPATH": str(clock),
        "CHAT_HANDOVER_URL": f"http://127.0.0.1:{free_port()}/",
        "CHAT_HANDOVER_SECRET": SECRET,
        "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE),
        "CHAT_ADDRESS_RATE": "0",
    }


@contextmanager
def rasa(folder: Path, environment: dict[str, str], page: str, *words: str) -> Iterator[int]:
    """`rasa run ...` on a free port until the block ends; `page` answers as soon as it is ready."""
    folder.mkdir(exist_ok=True)
    port, log = free_port(), folder / "log"
    address = f"http://127.0.0.1:{port}/{page}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", *words, "--port", str(port)],
            cwd=ROOT, stdout=output, stderr=output,
            env={**os.environ, **environment, "CHAT_STATE": str(folder)},
        )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or _is_up(address), START_SECONDS)
        assert process.poll() is None, log.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _is_up(address: str) -> bool:
    try:
        return requests.get(address, timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def ways(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[dict[str, Callable[[], RestChat | GatewayChat]]]:
    """Begins a conversation, by the name of its way."""
    folder, model = tmp_path_factory.mktemp("ways"), ["--model", str(ensure_model())]
    with ExitStack() as servers, ThreadPoolExecutor() as starting:

        def start(server: AbstractContextManager[Any]) -> Future[Any]:
            return starting.submit(servers.enter_context, server)

        bot = start(running_bot(**environment))
        alone = start(rasa(folder / "alone", environment, "", *model))
        actions = servers.enter_context(rasa(folder / "actions", environment, "health", "actions"))
        endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text())
        endpoints["action_endpoint"] = {"url": f"http://127.0.0.1:{actions}/webhook"}
        file = folder / "endpoints.yml"
        file.write_text(yaml.safe_dump(endpoints))
        beside = start(rasa(folder / "beside", environment, "", *model, "--endpoints", str(file)))
        yield {
            "python -m bot run": partial(GatewayChat, bot.result().port),
            "rasa run": partial(RestChat, alone.result()),
            "rasa run, rasa run actions": partial(RestChat, beside.result()),
            "the gateway of rasa run, rasa run actions": partial(GatewayChat, beside.result()),
        }


def test_there_are_conversations_of_every_kind():
    assert len(CONVERSATIONS) == len({one["name"] for one in CONVERSATIONS}) >= 30
    assert all(len(one["turns"]) > 1 for one in CONVERSATIONS)
    assert sum(isinstance(turn, int) for one in CONVERSATIONS for turn in one["turns"]) > 10


def test_every_conversation_goes_the_same_way_everywhere(ways):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda one: differences(one, ways), CONVERSATIONS)
    apart = [line for lines in found for line in lines]
    assert not apart, "\n".join(apart)


def differences(
    conversation: dict[str, Any], ways: dict[str, Callable[[], RestChat | GatewayChat]]
) -> list[str]:
    """Hold a conversation in every way; what differs in the first turn in which anything does."""
    chats = {name: begin() for name, begin in ways.items()}
    offered: list[str] = []
    for turn in conversation["turns"]:
        told = {
            name: chat.press(offered[turn - 1]) if isinstance(turn, int) else chat.say(turn)
            for name, chat in chats.items()
        }
        first = next(iter(told))
        apart = [
            f"{conversation['name']}: {turn!r}: {name}: {answer} and not, as {first}: {told[first]}"
            for name, answer in told.items()
            if not answer.is_same(told[first])
        ]
        if apart:
            return apart
        offered = told[first].buttons
    return []
