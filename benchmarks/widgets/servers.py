"""What the compared chats talk to: pages, scripts, and always the same answer."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import socketio

from benchmarks.widgets.pages import ANSWER, Chat

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: http:; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class Site(ThreadingHTTPServer):
    """Serves pages, scripts and answers.

    Attributes:
        chats: by name.
        strict: whether pages carry the strict policy.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.chats: dict[str, Chat] = {}
        self.strict = False

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:  # noqa: N802 (name given by the library)
        name, _, ending = self.path.strip("/").partition(".")
        chat = self.server.chats.get(name)
        if chat is None:
            self._send("application/json", b"{}")
        elif ending == "js":
            self._send("text/javascript", chat.script.read_bytes())
        elif ending == "start.js":
            self._send("text/javascript", chat.start.encode())
        else:
            self._send("text/html", chat.page)

    def do_POST(self) -> None:  # noqa: N802 (name given by the library)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer: Any = {"text": ANSWER}
        if self.path.startswith("/chat/"):
            answer = {"messages": [{"text": ANSWER, "buttons": []}]}
        self._send("application/json", json.dumps(answer).encode())

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.server.strict and kind == "text/html":
            self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def socket_server() -> WSGIServer:
    """What rasa-webchat expects: Rasa's own Socket.IO events, always with the same answer."""
    server = socketio.Server(async_mode="threading", cors_allowed_origins="*", allow_upgrades=False)

    @server.on("session_request")
    def confirm(sid: str, data: dict) -> None:
        server.emit("session_confirm", (data or {}).get("session_id") or sid, room=sid)

    @server.on("user_uttered")
    def answer(sid: str, data: dict) -> None:
        server.emit("bot_uttered", {"text": ANSWER}, room=sid)

    app = socketio.WSGIApp(server)
    return make_server("127.0.0.1", 0, app, _Threading, _Silent)
