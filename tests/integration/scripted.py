"""Starts the scripted server for tests, and talks to it as clients do, well-behaved or not."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import requests

from local_servers.ports import free_port
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "https://www.force.example"
SCRIPT = b"export const answer = 42;\n"
SCRIPT_NAME = "chat-1.0.0.js"
START_SECONDS = 300


@dataclass
class Scripted:
    """A running scripted server."""

    port: int
    folder: Path
    log: Path
    process: subprocess.Popen

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat/"

    def ask(self, path: str, method: str = "GET", **more: Any) -> requests.Response:
        return requests.request(
            method, self.url + path, timeout=PATIENCE, allow_redirects=False, **more
        )

    def say(self, text: str, conversation: str | None = None, **more: Any) -> requests.Response:
        body = {"conversation": conversation or secrets.token_hex(16), "text": text}
        return self.ask("messages", "POST", json=body, **more)

    def set_agent(self, state: str) -> None:
        requests.post(f"http://127.0.0.1:{self.port}/test/agent/{state}", timeout=PATIENCE)

    def has(self, conversation: str) -> bool:
        """Whether something of a conversation is stored."""
        address = f"http://127.0.0.1:{self.port}/test/stored/{conversation}"
        return requests.get(address, timeout=PATIENCE).json()

    def stored(self) -> int:
        """How many conversations are stored."""
        return requests.get(f"http://127.0.0.1:{self.port}/test/stored", timeout=PATIENCE).json()

    def running(self) -> int:
        """How many turns the agent works on at this moment."""
        return requests.get(f"http://127.0.0.1:{self.port}/test/running", timeout=PATIENCE).json()

    def go_on(self) -> None:
        """Let the turns that wait come to their end."""
        requests.post(f"http://127.0.0.1:{self.port}/test/go_on", timeout=PATIENCE)

    @contextmanager
    def working_on(self, **message: str) -> Iterator[socket.socket]:
        """A connection on which a message was sent, from the moment on at which its turn runs."""
        wait_until(lambda: not self.running())  # others' turns
        body = json.dumps(message).encode()
        with self.connection() as line:
            line.sendall(
                b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            wait_until(lambda: self.running() == 1)
            yield line

    def end(self, conversation: str) -> requests.Response:
        return self.ask("end", "POST", json={"conversation": conversation})

    def outcomes(self) -> list[str]:
        file = self.folder / "outcomes"
        return file.read_text().split() if file.exists() else []

    @contextmanager
    def connection(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            yield line

    def exchange(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send raw bytes on a new connection; the first response's status, headers and body."""
        with self.connection() as line:
            line.sendall(sent)
            return read_response(line)


def read_response(line: socket.socket) -> tuple[int, dict[str, str], bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(line)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    found = dict(entry.lower().split(": ", 1) for entry in lines[1:] if ": " in entry)
    while len(body) < int(found.get("content-length", 0)):
        body += _some(line)
    return int(lines[0].split()[1]), found, body


def _some(line: socket.socket) -> bytes:
    data = line.recv(65_536)
    assert data, "the connection was closed without an answer"
    return data


def write_dist(folder: Path, script: bytes = SCRIPT, built: bytes = SCRIPT) -> Path:
    """The widget's build as the gateway reads it; `built` is what its digest is made of."""
    folder.mkdir()
    (folder / SCRIPT_NAME).write_bytes(script)
    packed = brotli.compress(script)
    (folder / f"{SCRIPT_NAME}.br").write_bytes(packed)
    digest = base64.b64encode(hashlib.sha384(built).digest()).decode()
    manifest = {
        "version": "1.0.0",
        "script": SCRIPT_NAME,
        "integrity": f"sha384-{digest}",
        "brotli": hashlib.sha256(packed).hexdigest(),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@contextmanager
def running(folder: Path, database_url: str = "", **settings: str) -> Iterator[Scripted]:
    """A scripted server with these settings (without CHAT_) until the block ends.

    Args:
        folder: for everything it writes.
        database_url: its database; one of its own in `folder` when "".
        **settings: its settings.
    """
    port = free_port()
    given = {
        "STATE": str(folder / "state"), "ORIGINS": f"{ORIGIN}, http://localhost:8000",
        "REPLY_DEADLINE": str(REPLY_DEADLINE), "BODY_DEADLINE": str(PATIENCE), "READY_SECONDS": "2",
        "CONVERSATION_RATE": "0", "ADDRESS_RATE": "0", **settings,
    }  # fmt: skip
    environment = {**os.environ, **{f"CHAT_{name}": value for name, value in given.items()}}
    if database_url:
        environment["DATABASE_URL"] = database_url
    log = folder / "log"
    command = [sys.executable, "-m", "tests.integration.scripted_server", str(port), str(folder)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    server = Scripted(port, folder, log, process)
    try:
        _wait(server, process)
        yield server
    finally:
        process.kill()  # it keeps nothing; Sanic would wait for every open connection
        process.wait()


def _wait(server: Scripted, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.ask("health").status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"the scripted server did not start:\n{server.log.read_text()}")
