"""Refused requests of a real server stand in its security events, which name nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.scripted import running, write_dist
from tests.integration.waiting import wait_until

pytestmark = pytest.mark.integration


def counted(file: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for line in map(json.loads, file.read_text().splitlines() if file.exists() else ()):
        counts[line["event"]] = counts.get(line["event"], 0) + line["count"]
    return counts


def test_refusals_are_counted_by_kind_and_name_nobody(tmp_path):
    write_dist(tmp_path / "dist")
    conversation, file = "0123456789abcdef0123456789abcdef", tmp_path / "state" / "security.jsonl"
    with running(tmp_path, CONVERSATION_RATE="1") as server:
        for _ in range(2):
            server.say("a few words", conversation)
        with server.connection() as line:
            line.sendall(b"POST /chat/messages HTTP/1.1\r\nContent-Length: +1\r\n\r\nx")
            line.recv(100)
        assert server.ask("secret-plans.txt").status_code == 404
        assert server.ask("messages", "POST", data="{").status_code == 415
        expected = {"malformed": 1, "unknown_address": 1, "wrong_type": 1, "too_many": 1}
        wait_until(lambda: counted(file) == expected)
    text = file.read_text()
    assert not any(word in text for word in ("127.0.0.1", conversation, "secret-plans", "few"))
