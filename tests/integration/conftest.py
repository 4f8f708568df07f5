"""Real servers for the integration tests: `python -m bot run` on free ports."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Bot:
    """A running bot: where it is, and how to talk to it."""

    process: subprocess.Popen
    port: int
    action_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat/"

    def chat(self) -> Chat:
        return Chat(self)

    def rest(self, sender: str, message: str) -> list[dict[str, Any]]:
        address = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        response = requests.post(address, json={"sender": sender, "message": message}, timeout=30)
        return response.json()


@dataclass
class Chat:
    """One conversation through the gateway."""

    bot: Bot
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    buttons: dict[str, str] = field(default_factory=dict)

    def post(self, **body: Any) -> requests.Response:
        return requests.post(
            f"{self.bot.url}messages", json={"conversation": self.id, **body}, timeout=30
        )

    def say(self, text: str) -> str:
        return self._read(self.post(text=text))

    def press(self, title: str) -> str:
        return self._read(self.post(button=self.buttons[title]))

    def _read(self, response: requests.Response) -> str:
        assert response.status_code == 200, response.text
        messages = response.json()["messages"]
        assert messages, "an empty answer"
        assert all(message["text"].strip() for message in messages)
        self.buttons = {b["title"]: b["id"] for message in messages for b in message["buttons"]}
        return "\n".join(message["text"] for message in messages)


def start_bot(**environment: str) -> Bot:
    port, action_port = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "CHAT_PORT": str(port),
            "CHAT_ACTION_PORT": str(action_port),
            # All tests share one address.
            "CHAT_ADDRESS_RATE": "0",
            **environment,
        },
    )
    lines = []
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        lines.append(line)
        if f"http://127.0.0.1:{port}/chat/" in line:
            return Bot(process, port, action_port)
        if not line and process.poll() is not None:
            break
    process.kill()
    raise AssertionError("the bot did not start:\n" + "".join(lines))


def stop_bot(bot: Bot, number: int = signal.SIGINT) -> str:
    bot.process.send_signal(number)
    rest, _ = bot.process.communicate(timeout=30)
    return rest


@pytest.fixture(scope="session")
def bot() -> Iterator[Bot]:
    running = start_bot()
    yield running
    stop_bot(running)


@pytest.fixture
def chat(bot: Bot) -> Chat:
    return bot.chat()
