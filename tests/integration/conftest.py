"""Real servers for the integration tests: `python -m bot run` on free ports."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.channel import buttons
from bot.storage.database import Database
from tests.services.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180
# Signs buttons, so that a test can press one that was not offered.
KEY = secrets.token_hex(32)


@dataclass
class Bot:
    """A running bot: where it is, and how to talk to it."""

    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat/"

    def chat(self) -> Chat:
        return Chat(self)


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

    def send_payload(self, payload: str) -> str:
        """As if the bot had offered a button with it."""
        return self._read(self.post(button=buttons.issue(payload, self.id, KEY)))

    def _read(self, response: requests.Response) -> str:
        assert response.status_code == 200, response.text
        messages = response.json()["messages"]
        assert messages, "an empty answer"
        assert all(message["text"].strip() for message in messages)
        self.buttons = {b["title"]: b["id"] for message in messages for b in message["buttons"]}
        return "\n".join(message["text"] for message in messages)


def start_bot(root: Path = ROOT, **environment: str) -> Bot:
    port = int(environment.get("CHAT_PORT") or free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "CHAT_PORT": str(port),
            "CHAT_SECRET_KEY": KEY,
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
            return Bot(process, port)
        if not line and process.poll() is not None:
            break
    process.kill()
    raise AssertionError("the bot did not start:\n" + "".join(lines))


def stop_bot(bot: Bot, number: int = signal.SIGINT) -> str:
    bot.process.send_signal(number)
    rest, _ = bot.process.communicate(timeout=30)
    return rest


@pytest.fixture(scope="session")
def bot_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of `bot`."""
    folder = tmp_path_factory.mktemp("bot")
    opened = Database(f"sqlite:///{folder}/chat.db", folder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def bot(bot_database: Database) -> Iterator[Bot]:
    running = start_bot(DATABASE_URL=str(bot_database.engine.url))
    yield running
    stop_bot(running)


@pytest.fixture
def chat(bot: Bot) -> Chat:
    return bot.chat()


@pytest.fixture(scope="session")
def corpus_report() -> str:
    """What `python -m bot corpus` writes; it takes half a minute."""
    command = [sys.executable, "-m", "bot", "corpus"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return (ROOT / "reports" / "corpus.json").read_text(encoding="utf-8")
