"""This chat beside three others, in real Chromium: size, traces, policy, accessibility, speed.

    mkdir others && cd others
    npm install --ignore-scripts deep-chat@2.4.2 rasa-webchat@1.0.1 botframework-webchat@4.18.1
    cd .. && .venv/bin/python benchmarks/widgets.py others

Each chat is put on an empty page as its documentation says, with its defaults, opened, and asked
one question, which this script answers. Printed for each, as in docs/widgets-compared.md:

- KB that a page must load, gzipped (level 9);
- requests before anybody opens the chat, beside page and script; hosts other than the page's own;
- what is in cookies, localStorage and sessionStorage after the question;
- violations of the strict content policy of widget/demo/serve.py, opened and asked again;
- rules of WCAG 2.2 AA that axe finds violated with the chat open and answered;
- whether Escape and Shift, pressed in the field, reach the page;
- medians of five runs with the processor slowed down four times, in milliseconds: until it can be
  opened, from there to a field that has the focus, both also as time of the processor (the page's
  main thread), which other work on the machine changes least; and the longest task.
"""

from __future__ import annotations

import gzip
import json
import shutil
import statistics
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import socketio
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from widget.build import DIST

RUNS = 5
SLOWDOWN = 4
QUESTION, ANSWER = "how long does it last", "Two years or longer."
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: http:; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "resultTypes": ["violations"],
}
WATCH = """
  window.seen = { violations: 0, keys: [], longest: 0 };
  document.addEventListener("securitypolicyviolation", () => { seen.violations += 1; });
  document.addEventListener("keydown", (event) => seen.keys.push(event.key));
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) seen.longest = Math.max(seen.longest, one.duration);
  }).observe({ type: "longtask", buffered: true });
"""
STORED = """() => ({ cookies: document.cookie.split(";").filter(Boolean).length,
  localStorage: localStorage.length, sessionStorage: sessionStorage.length })"""


@dataclass
class Chat:
    """One chat on a page of its own.

    Attributes:
        name: as its package is called.
        script: the file that a page must load.
        markup: what stands in the page before the script.
        start: JavaScript that the page runs after the script.
        module: whether the script is a module.
        field: where a person types.
        clicks: what to press until the field is there.
    """

    name: str
    script: Path
    markup: str = ""
    start: str = ""
    module: bool = False
    field: str = "textarea"
    clicks: tuple[str, ...] = ()

    @property
    def page(self) -> bytes:
        """The page that carries it."""
        kind = "module" if self.module else "text/javascript"
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Help</title><main>'
            f"<h1>Help</h1>{self.markup}</main>"
            f'<script type="{kind}" src="/{self.name}.js"></script>'
            f'<script type="{kind}" src="/{self.name}.start.js"></script></html>'
        ).encode()


# A Direct Line of the page's own: what is posted comes back, followed by the answer.
DIRECT_LINE = """
  const stream = (onStart) => { const all = new Set(); return {
    next: (value) => all.forEach((one) => one.next(value)),
    subscribe(first, error, complete) {
      const one = typeof first === "function" ? { next: first } : first;
      all.add(one); onStart?.(one);
      return { unsubscribe: () => all.delete(one) };
    } }; };
  const activity$ = stream();
  const say = (activity) => activity$.next({ id: String(Math.random()),
    timestamp: new Date().toISOString(), conversation: { id: "c" }, ...activity });
  const directLine = { activity$, connectionStatus$: stream((one) => one.next(2)), end() {},
    postActivity: (activity) => ({ subscribe(first) {
      const id = String(Math.random());
      setTimeout(() => { (first.next ?? first).call(first, id);
        if (activity.type !== "message") return;
        say({ ...activity, id, from: { id: "me", role: "user" } });
        say({ type: "message", text: ANSWER, from: { id: "bot", role: "bot" } }); }, 20);
      return { unsubscribe() {} }; } }) };
  WebChat.renderWebChat({ directLine, userID: "me" }, document.querySelector("#chat"));
"""


def chats(others: Path, socket_port: int) -> list[Chat]:
    """Ours and the others, as their documentation embeds them.

    Args:
        others: the folder in which npm installed them.
        socket_port: where the Socket.IO server listens.
    """
    modules = others / "node_modules"
    manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return [
        Chat(
            "force-chat", DIST / manifest["script"], '<force-chat api="/chat"></force-chat>',
            module=True, clicks=(".launcher", ".start"),
        ),
        Chat(
            "deep-chat", modules / "deep-chat/dist/deepChat.bundle.js",
            """<deep-chat connect='{"url": "/deep-chat"}'></deep-chat>""",
            module=True, field="#text-input",
        ),
        Chat(
            "rasa-webchat", modules / "rasa-webchat/lib/index.js",
            start=f"WebChat.default({{ socketUrl: 'http://127.0.0.1:{socket_port}', "
            "customData: { language: 'en' }, title: 'Chat' }, null);",
            field=".rw-new-message", clicks=(".rw-launcher",),
        ),
        Chat(
            "botframework-webchat", modules / "botframework-webchat/dist/webchat.js",
            '<div id="chat"></div>', DIRECT_LINE.replace("ANSWER", json.dumps(ANSWER)),
            field="[data-testid='send box text area'], .webchat__send-box-text-box__input",
        ),
    ]  # fmt: skip


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


def opened(page: Page, site: Site, chat: Chat) -> None:
    """Load the page and open the chat, until there is a field."""
    page.goto(f"{site.origin}/{chat.name}")
    for selector in chat.clicks:
        page.locator(selector).first.click()
    page.locator(chat.field).first.wait_for()


def asked(page: Page, chat: Chat) -> None:
    """Ask the question and wait for the answer."""
    place = page.locator(chat.field).first
    place.click()
    place.press_sequentially(QUESTION)
    place.press("Enter")
    page.get_by_text(ANSWER).first.wait_for()


def of_traces(browser: Browser, site: Site, chat: Chat) -> dict[str, Any]:
    """Requests, storage, accessibility and keys of one chat."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{site.origin}/{chat.name}")
    page.wait_for_timeout(1_500)
    own = {f"{site.origin}/{chat.name}{ending}" for ending in ("", ".js", ".start.js")}
    before = [url for url in requests if url not in own and "favicon" not in url]
    opened(page, site, chat)
    asked(page, chat)
    page.locator(chat.field).first.click()
    for key in ("Escape", "Shift"):
        page.keyboard.press(key)
    heard = page.evaluate("seen.keys")
    axe = Axe()
    page.evaluate(axe.axe_script)
    found = page.evaluate("options => axe.run(document, options)", RULES)["violations"]
    result = {
        "before": len(before),
        "elsewhere": sorted(
            {url.split("/")[2] for url in requests if "//127.0.0.1" not in url and "//" in url}
        ),
        "stored": {key: value for key, value in page.evaluate(STORED).items() if value},
        "axe": [f"{rule['id']} ({len(rule['nodes'])})" for rule in found],
        "keys": [key for key in ("Escape", "Shift") if key in heard],
    }
    context.close()
    return result


def of_policy(browser: Browser, site: Site, chat: Chat) -> dict[str, Any]:
    """Violations of the strict policy, and whether the chat still answers."""
    site.strict = True
    context = browser.new_context()
    context.set_default_timeout(8_000)
    page = context.new_page()
    page.add_init_script(WATCH)
    try:
        opened(page, site, chat)
        asked(page, chat)
        works = True
    except Exception:  # whatever it is, the chat does not answer
        works = False
    result = {"violations": page.evaluate("seen.violations"), "works": works}
    context.close()
    site.strict = False
    return result


# Press one after the other and give the last the focus: milliseconds since the page began to load,
# and since this began.
REACH = """(selectors) => new Promise((done) => {
  const find = (selector, root = document) => {
    const hit = root.querySelector(selector);
    if (hit) return hit;
    for (const node of root.querySelectorAll("*")) {
      const inner = node.shadowRoot && find(selector, node.shadowRoot);
      if (inner) return inner;
    }
    return null;
  };
  const began = performance.now();
  const left = [...selectors];
  const step = () => {
    const place = find(left[0]);
    if (!place) return setTimeout(step, 5);
    left.shift();
    if (left.length) {
      place.click();
      return setTimeout(step); // as a person: not both presses in one task
    }
    place.focus();
    requestAnimationFrame(() => setTimeout(() =>
      done([performance.now(), performance.now() - began])));
  };
  step();
})"""


def of_speed(browser: Browser, site: Site, chat: Chat) -> dict[str, int]:
    """Milliseconds until it can be opened and until there is a field, slowed down."""
    path = [*chat.clicks, chat.field]
    runs = []
    for _ in range(RUNS):
        context = browser.new_context()
        page = context.new_page()
        page.add_init_script(WATCH)
        cdp = context.new_cdp_session(page)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.goto(f"{site.origin}/{chat.name}", wait_until="commit")
        loaded, _ = page.evaluate(REACH, path[:1])
        before = _busy(cdp)
        _, opened = page.evaluate(REACH, path)
        after = _busy(cdp)
        page.wait_for_timeout(200)  # the browser tells of long tasks a little later
        runs.append((loaded, before, opened, after - before, page.evaluate("seen.longest")))
        context.close()
    names = ("loading", "processor loading", "opening", "processor opening", "longest task")
    medians = (round(statistics.median(column)) for column in zip(*runs, strict=True))
    return dict(zip((f"{name} ms" for name in names), medians, strict=True))


def _busy(cdp: CDPSession) -> float:
    """Milliseconds that the page's main thread has had the processor."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def measured(browser: Browser, site: Site, chat: Chat) -> dict[str, Any]:
    """All figures of one chat."""
    size = len(gzip.compress(chat.script.read_bytes(), 9)) / 1000
    parts: list[Callable[..., dict[str, Any]]] = [of_traces, of_policy, of_speed]
    row: dict[str, Any] = {"KB": round(size, 1)}
    for part in parts:
        row |= part(browser, site, chat)
    return row


def main(others: Path) -> None:
    """Measure all and print one line of JSON for each."""
    site, sockets = Site(), socket_server()
    for server in (site, sockets):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    all_chats = chats(others, sockets.server_port)
    site.chats = {chat.name: chat for chat in all_chats}
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for chat in all_chats:
            print(json.dumps({"chat": chat.name, **measured(browser, site, chat)}), flush=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
