"""Real servers for the integration tests: `python -m bot run` on free ports."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import requests

from bot.gateway.http import buttons
from bot.serving.worker import LOGS
from bot.storage.database import Database
from local_servers.ports import free_port
from tests.integration.tree import copy_product
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 300, 150
# Signs buttons, so that a test can press one that was not offered.
KEY = secrets.token_hex(32)
# Everything that can be logged is.
LOUD = {"LOG_LEVEL": "DEBUG", "LOG_LEVEL_LIBRARIES": "DEBUG"}


@dataclass
class Bot:
    """A running bot: where it is, and how to talk to it.

    Attributes:
        process: its supervisor.
        port: where it listens.
        output: what its supervisor prints, if it was started here.
        log: what its serving process logs, if it was started here.
    """

    process: subprocess.Popen
    port: int
    output: Path | None = None
    log: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat/"

    @property
    def printed(self) -> str:
        return self.output.read_text(errors="replace")

    @property
    def logged(self) -> str:
        return self.log.read_text(errors="replace")

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
            f"{self.bot.url}messages", json={"conversation": self.id, **body}, timeout=PATIENCE
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


@contextmanager
def running_bot(root: Path = ROOT, **environment: str) -> Iterator[Bot]:
    """`python -m bot run` until the block ends; then nothing is left but what a variable names.

    Args:
        root: the tree in which it is started.
        **environment: its settings and other variables.
    """
    with ExitStack() as stack:
        # A process whose supervisor was killed may still be ending, and write.
        own = TemporaryDirectory(prefix="chat-bot-", ignore_cleanup_errors=True)
        bot = _begin(root, Path(stack.enter_context(own)), environment)
        stack.callback(bot.log.unlink, missing_ok=True)
        stack.callback(stop_bot, bot)
        _wait_for_its_address(bot)
        yield bot


def _begin(root: Path, folder: Path, environment: dict[str, str]) -> Bot:
    port, output = free_port(), folder / "output"
    settings = {
        "CHAT_PORT": str(port),
        "CHAT_SECRET_KEY": KEY,
        "CHAT_STATE": str(folder / "state"),
        # All tests share one address.
        "CHAT_ADDRESS_RATE": "0",
        "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE),
        # Where it copies its model to.
        "TMPDIR": str(folder),
        **environment,
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=root,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **settings},
        )
    return Bot(process, port, output, root / LOGS.relative_to(ROOT) / f"chat-{port}.log")


def _wait_for_its_address(bot: Bot) -> None:
    deadline = time.monotonic() + START_SECONDS
    while bot.url not in bot.printed:
        if bot.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the bot did not start:\n{bot.printed}")
        time.sleep(0.1)


def stop_bot(bot: Bot, number: int = signal.SIGINT) -> None:
    """Stop it, if it runs; one that does not stop in time is killed.

    Raises:
        TimeoutExpired: it had to be killed.
    """
    bot.process.send_signal(number)
    try:
        bot.process.wait(STOP_SECONDS)
    finally:
        bot.process.kill()
        bot.process.wait()


@pytest.fixture(scope="session")
def bot_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of `bot`."""
    folder = tmp_path_factory.mktemp("bot")
    opened = Database(f"sqlite:///{folder}/chat.db", folder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def bot(bot_database: Database) -> Iterator[Bot]:
    with running_bot(DATABASE_URL=str(bot_database.engine.url)) as running:
        yield running


@pytest.fixture
def chat(bot: Bot) -> Chat:
    return bot.chat()


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's tree for commands that write reports, so that nobody's own are replaced."""
    return copy_product(tmp_path_factory.mktemp("product") / "tree")


@pytest.fixture(scope="session")
def corpus_report(tree: Path) -> str:
    """What `python -m bot corpus` writes; it takes a minute."""
    command, environment = [sys.executable, "-m", "bot", "corpus"], first_on_the_path(tree)
    subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True)
    return (tree / "reports" / "corpus.json").read_text(encoding="utf-8")


def first_on_the_path(tree: Path) -> dict[str, str]:
    """An environment in which every `python -m bot` is that of a tree, wherever it is started."""
    return {**os.environ, "PYTHONPATH": str(tree)}
