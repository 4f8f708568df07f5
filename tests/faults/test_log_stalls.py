"""A log that takes no line, as on a disk that stalls, keeps nobody from an answer."""

from __future__ import annotations

import fcntl
import os
import secrets
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.serving.training import ensure_model
from local_servers.ports import free_port
from tests.faults.table import DANGER, QUESTION, ask, is_safe_reply
from tests.faults.test_logs import wait_until_ready
from tests.integration.conftest import KEY, ROOT, STOP_SECONDS, Bot
from tests.integration.waiting import REPLY_DEADLINE

pytestmark = pytest.mark.integration

# A page, the least that Linux has: so much of a log fits into a pipe that nobody reads.
_PAGE = 4096


@pytest.fixture
def unread() -> Iterator[int]:
    """The end to write to of a pipe that nobody reads."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PAGE)
    yield writing
    os.close(reading)
    os.close(writing)


@pytest.fixture
def bot(unread: int, tmp_path: Path) -> Iterator[Bot]:
    """A serving process at its most talkative."""
    port = free_port()
    environment = {
        "CHAT_PORT": str(port), "CHAT_SECRET_KEY": KEY, "CHAT_STATE": str(tmp_path),
        "CHAT_ADDRESS_RATE": "0", "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE),
        "LOG_LEVEL": "DEBUG", "LOG_LEVEL_LIBRARIES": "DEBUG",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", str(ensure_model())],
        cwd=ROOT, env={**os.environ, **environment}, stdout=unread, stderr=unread,
    )  # fmt: skip
    running = Bot(process, port)
    try:
        wait_until_ready(running)
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS) == 0, "it ends as ever"
    finally:
        process.kill()
        process.wait()


def test_nobody_waits_for_the_log(bot, unread):
    assert not select.select([], [unread], [], 0)[1], "it takes nothing any more"
    for message, text in (("question", QUESTION), ("danger", DANGER), ("question", QUESTION)):
        body = {"conversation": secrets.token_hex(16), "text": text}
        answer = ask(bot.url, body, "log takes no line", "new", message)
        assert not is_safe_reply(answer)
