"""`make demo`: the bot and all host pages, which may talk to it, and one signal ends both."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
import requests

from local_servers.ports import free_port
from tests.integration.conftest import KEY, START_SECONDS
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until
from widget.demo.serve import PAGES

pytestmark = pytest.mark.integration


def test_the_demonstration_starts_bot_and_pages_with_the_right_origin(tmp_path):
    port, bot_port = free_port(), free_port()
    settings = {
        "CHAT_SECRET_KEY": KEY,
        "CHAT_STATE": str(tmp_path / "state"),
        "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE),
        "DATABASE_URL": f"sqlite:///{tmp_path}/chat.db",
        "TMPDIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "widget.demo.serve", "--bot"]
    site, bot = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bot_port}/chat"
    demo = subprocess.Popen(
        [*command, "--port", str(port), "--bot-port", str(bot_port)],
        env={**os.environ, **settings},
    )

    def is_up() -> bool:
        assert demo.poll() is None, "it ended"
        try:
            return requests.get(f"{bot}/health", timeout=PATIENCE).ok
        except requests.ConnectionError:
            return False

    try:
        wait_until(is_up, START_SECONDS)
        listed = re.findall(r'href="([a-z-]+)\.html"', requests.get(site, timeout=PATIENCE).text)
        assert listed[: len(PAGES)] == list(PAGES)
        for name in listed:
            page = requests.get(f"{site}/{name}.html", timeout=PATIENCE)
            assert page.ok and f'"{bot}"' in page.text
        said = requests.post(
            f"{bot}/messages",
            json={"conversation": "0" * 32, "text": "hello"},
            headers={"Origin": site},
            timeout=PATIENCE,
        )
        assert said.ok and said.headers["Access-Control-Allow-Origin"] == site
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(PATIENCE) == 0
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{bot}/health", timeout=PATIENCE)
    finally:
        demo.kill()
        demo.wait()
