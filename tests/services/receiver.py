"""The reference receiver as a real process, and a road to it that can be made bad."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local_servers.ports import free_port
from tests.integration.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "deploy" / "receiver" / "receiver.py"
SECRET = "a secret that only these tests and their receiver know"


@dataclass
class Receiver:
    """A running receiver.

    Attributes:
        port: where it listens, also again after a stop.
        file: its database.
    """

    port: int
    file: Path
    process: subprocess.Popen | None = None
    reader: threading.Thread | None = None
    log: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, PROGRAM, "--port", str(self.port), "--database", self.file],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "HANDOVER_SECRET": SECRET},
        )
        assert "listening" in self.process.stdout.readline()
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.reader.join()  # the log is whole

    def notes(self) -> list[dict[str, str]]:
        """What it has stored, in the order of arrival."""
        if not self.file.exists():
            return []
        with closing(sqlite3.connect(self.file)) as connection:
            connection.row_factory = sqlite3.Row
            if not connection.execute("SELECT * FROM sqlite_master").fetchall():
                return []
            return [dict(row) for row in connection.execute("SELECT * FROM notes ORDER BY rowid")]

    def _read(self, lines: Iterator[str]) -> None:
        self.log += lines


class Road:
    """Between the bot and the receiver; passes requests on, as well as it is told to.

    Attributes:
        trouble: what goes wrong from now on; see `_Passing`.
        requests: how many have come.
        release: set it to let hanging requests go.
    """

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.trouble = ""
        self.requests = 0
        self.release = threading.Event()
        road = self

        class Passing(_Passing):
            pass

        Passing.road = road
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/intake"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


class _Passing(BaseHTTPRequestHandler):
    road: Road

    def do_POST(self) -> None:
        road = self.road
        road.requests += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        trouble = road.trouble
        if trouble.isdigit():
            return self._answer(int(trouble), b"{}", {"Location": road.url})
        if trouble == "nonsense":
            return self._answer(200, b"<html>All is well</html>", {})
        if trouble == "hang":
            road.release.wait(600)
            return None
        if trouble == "drip":
            return self._drip()
        if trouble == "changed":
            body = body.replace(b'"time":"', b'"time":"not ')
        if trouble == "twice":
            self._pass_on(body)
        status, answer, headers = self._pass_on(body)
        if trouble == "answer lost":
            self.close_connection = True
            return None
        if trouble == "another's answer":
            answer = answer.replace(b'"received"', b'"other"')
        return self._answer(status, answer, headers)

    def _pass_on(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.road.receiver.port, timeout=PATIENCE)
        try:
            connection.request("POST", self.path, body, dict(self.headers))
            response = connection.getresponse()
            return response.status, response.read(), dict(response.headers)
        except OSError:
            return 502, b"", {}
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        kept = {name: value for name, value in headers.items() if name != "Content-Length"}
        for name, value in {**kept, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """One byte now and then, so that no single wait is long."""
        self.send_response(200)
        self.end_headers()
        try:
            while not self.road.release.wait(0.1):
                self.wfile.write(b" ")
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    running = Receiver(free_port(), tmp_path / "handovers.db")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def road(receiver: Receiver) -> Iterator[Road]:
    built = Road(receiver)
    yield built
    built.close()
