"""Serves the demonstration host pages: `make demo`, which starts the bot too.

They stand for a force's website on an origin of its own, which hosts the script itself. The gateway
must allow that origin. `python -m widget.demo.serve` serves the pages alone, for a bot that was
started with `CHAT_ORIGINS=http://127.0.0.1:5080`.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from bot.content.register import get_register
from widget.build import DIST
from widget.demo import govuk_frontend

FOLDER = Path(__file__).parent
EXIT = "https://www.bbc.co.uk/weather"
PAGES = ("plain", "govuk", "escape", "hostile", "strict", "cookies", "cms")
# This one needs files that are not part of this project.
GOVUK_PAGE = "govuk-frontend"


class DemoSite(ThreadingHTTPServer):
    """The host pages.

    Attributes:
        api: address of the gateway, such as http://127.0.0.1:5005/chat.
        exit: where leaving goes.
        files: those of the GOV.UK Design System, by name.
    """

    daemon_threads = True

    def __init__(
        self,
        port: int,
        api: str,
        exit_address: str = EXIT,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api = api
        self.exit = exit_address
        self.files = files or {}

    @property
    def origin(self) -> str:
        """The site's origin."""
        return f"http://127.0.0.1:{self.server_port}"

    def file(self, name: str) -> bytes | None:
        """A file of the site, filled in; None when there is none."""
        manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
        if name == manifest["script"]:
            return (DIST / name).read_bytes()
        if name in self.files:
            return self.files[name]
        path = FOLDER / (name or "index.html")
        if name == "":
            pages = (*PAGES, GOVUK_PAGE) if self.files else PAGES
            links = "".join(f'<li><a href="{page}.html">{page}</a></li>' for page in pages)
            return f"<!doctype html><title>Demo</title><ul>{links}</ul>".encode()
        if (
            path.parent != FOLDER
            or path.suffix not in {".html", ".css", ".js"}
            or not path.exists()
        ):
            return None
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            helpline = str(get_register().services["nsh"].phone)
            values = {"api": self.api, "exit": self.exit, "nsh.phone": helpline, **manifest}
            for key, value in values.items():
                text = text.replace(f"{{{key}}}", value)
        return text.encode()

    def policy(self, name: str) -> str | None:
        """The content policy of the page with a strict one."""
        parts = urlsplit(self.api)
        if name != "strict.html":
            return None
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"connect-src {parts.scheme}://{parts.netloc}; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )


class _Handler(BaseHTTPRequestHandler):
    server: DemoSite

    def do_GET(self) -> None:  # noqa: N802 (name given by the library)
        name = urlsplit(self.path).path.lstrip("/")
        if name == "leave":
            self._leave()
            return
        body = self.server.file(name)
        self.send_response(200 if body is not None else 404)
        kind = mimetypes.guess_type(name or "index.html")[0] or "text/plain"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body or b"")))
        if policy := self.server.policy(name):
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body or b"")

    def _leave(self) -> None:
        """An exit of the website's own, which also drops its pages from the browser's memory."""
        self.send_response(302)
        self.send_header("Location", self.server.exit)
        self.send_header("Clear-Site-Data", '"cache"')
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def with_bot(site: DemoSite, port: int) -> int:
    """Serves until the bot ends, and returns its exit code. Whatever ends this ends the bot.

    Args:
        site: the host pages; the bot is told their origin.
        port: where the bot listens.
    """
    settings = {"CHAT_ORIGINS": site.origin, "CHAT_PORT": str(port)}
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env={**os.environ, **settings},
        start_new_session=True,  # so that Ctrl-C reaches it once, from here
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: bot.terminate())
    threading.Thread(target=site.serve_forever, daemon=True).start()
    return bot.wait()


def design_system() -> Mapping[str, bytes]:
    """Returns the files of the GOV.UK Design System; none where they cannot be fetched."""
    try:
        return govuk_frontend.fetched()
    except govuk_frontend.NotFetched as problem:
        print(f"Without {GOVUK_PAGE}.html: {problem}", flush=True)
        return {}


def main() -> int:
    """Serves until stopped."""
    parser = argparse.ArgumentParser(prog="python -m widget.demo.serve", description=__doc__)
    parser.add_argument("--api", help="the gateway, when it is not on this machine")
    parser.add_argument("--port", type=int, default=5080)
    parser.add_argument("--bot", action="store_true", help="start the bot too")
    parser.add_argument("--bot-port", type=int, default=5005)
    given = parser.parse_args()
    api = given.api or f"http://127.0.0.1:{given.bot_port}/chat"
    site = DemoSite(given.port, api, files=design_system())
    print(f"Host pages: {site.origin}/", flush=True)
    if given.bot:
        return with_bot(site, given.bot_port)
    site.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
