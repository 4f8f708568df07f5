"""Loopback servers around the real ones: a recording relay to the gateway, and a neutral site."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.waiting import PATIENCE


@dataclass
class Seen:
    """A request as it arrived, and whether the gateway has answered it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    is_answered: bool = False

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


class Recorder(ThreadingHTTPServer):
    """A server that keeps what it was asked."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.seen: list[Seen] = []

    def handle_error(self, *_: object) -> None:
        """A browser that goes away in the middle is what many tests are about."""

    def requests(self, ending: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.endswith(ending) and seen.method == "POST"]

    def wait_for(self, ending: str, number: int = 1, seconds: float = PATIENCE) -> list[Seen]:
        deadline = time.monotonic() + seconds
        while len(self.requests(ending)) < number:
            assert time.monotonic() < deadline, f"{ending}: {[seen.path for seen in self.seen]}"
            time.sleep(0.02)
        return self.requests(ending)


class Relay(Recorder):
    """Hands everything on to the gateway unchanged, unless a test wants something to go wrong.

    Attributes:
        fault: None, or what to do with the next messages: a number of seconds to wait, or an event
            to wait for, or a (status, body) to answer with, or "lost": the gateway answers, the
            browser never hears.
        ready: None, or the (status, body) that stands for the gateway's readiness.
    """

    def __init__(self, gateway_port: int) -> None:
        super().__init__(_RelayHandler)
        self.gateway_port = gateway_port
        self.fault: Any = None
        self.ready: tuple[int, bytes] | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/chat"

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Messages go on when the block ends, however long a busy machine takes to get there."""
        self.fault = may_go_on = threading.Event()
        try:
            yield
        finally:
            self.fault = None
            may_go_on.set()

    def wait_for_answer(self, ending: str, seconds: float = PATIENCE) -> None:
        """Wait until the gateway has done what the first such request asked for."""
        (seen, *_) = self.wait_for(ending)
        deadline = time.monotonic() + seconds
        while not seen.is_answered:
            assert time.monotonic() < deadline, f"{ending} was not answered"
            time.sleep(0.02)


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def record(self) -> bytes:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.request_seen = Seen(self.command, self.path, headers, body)
        self.server.seen.append(self.request_seen)
        return body

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _RelayHandler(_Quiet):
    server: Relay

    def _handle(self) -> None:
        body = self.record()
        fault = self.server.fault if self.command == "POST" else None
        if self.path.endswith("/ready"):
            fault = self.server.ready
        if isinstance(fault, (int, float)) and self.path.endswith("/messages"):
            time.sleep(fault)
            fault = None
        if isinstance(fault, threading.Event):
            if self.path.endswith("/messages"):
                fault.wait()
            fault = None
        if isinstance(fault, tuple) and not self.path.endswith("/end"):
            allow = [("Access-Control-Allow-Origin", self.headers.get("Origin") or "*")]
            headers = allow if len(fault) == 2 else []
            return self.answer(fault[0], [("Content-Type", "application/json"), *headers], fault[1])
        return self._pass_on(body, lost=fault == "lost" and self.path.endswith("/messages"))

    do_GET = do_POST = do_OPTIONS = _handle

    def _pass_on(self, body: bytes, lost: bool) -> None:
        gateway = http.client.HTTPConnection(
            "127.0.0.1", self.server.gateway_port, timeout=PATIENCE
        )
        headers = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
        gateway.request(self.command, self.path, body, headers)
        response = gateway.getresponse()
        drop = {"connection", "content-length", "transfer-encoding", "keep-alive"}
        kept = [(k, v) for k, v in response.getheaders() if k.lower() not in drop]
        answer = response.read()
        gateway.close()
        self.request_seen.is_answered = True
        if lost:
            self.close_connection = True
            return
        self.answer(response.status, kept, answer)


class Neutral(Recorder):
    """The site that leaving goes to; https, as the widget insists on it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_NeutralHandler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(folder))
        self.socket = context.wrap_socket(
            # In the thread of the request: a browser may connect and then say nothing.
            self.socket,
            server_side=True,
            do_handshake_on_connect=False,
        )

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server_port}/weather"

    @property
    def visits(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == "/weather"]


class _NeutralHandler(_Quiet):
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        self.record()
        page = b"<!doctype html><title>Weather</title><h1>Sunny spells</h1>"
        self.answer(200, [("Content-Type", "text/html")], page)


def _certificate(folder: Path) -> Path:
    """A key and a certificate for this machine, for one test run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "neutral.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
