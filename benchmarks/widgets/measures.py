"""The figures of one chat in a browser."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from benchmarks.widgets.pages import ANSWER, Chat
from benchmarks.widgets.servers import Site

RUNS = 5
SLOWDOWN = 4
QUESTION = "how long does it last"
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
    with browser.new_context() as context:
        page = _watched(context)
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
        return {
            "before": len(before),
            "elsewhere": sorted(
                {url.split("/")[2] for url in requests if "//127.0.0.1" not in url and "//" in url}
            ),
            "stored": {key: value for key, value in page.evaluate(STORED).items() if value},
            "axe": _violated(page),
            "keys": [key for key in ("Escape", "Shift") if key in heard],
        }


def _violated(page: Page) -> list[str]:
    """The rules that axe finds violated, and how often."""
    page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(document, options)", RULES)["violations"]
    return [f"{rule['id']} ({len(rule['nodes'])})" for rule in found]


def of_policy(browser: Browser, site: Site, chat: Chat) -> dict[str, Any]:
    """Violations of the strict policy, and whether the chat still answers."""
    site.strict = True
    try:
        with browser.new_context() as context:
            context.set_default_timeout(8_000)
            page = _watched(context)
            works = _answers(page, site, chat)
            return {"violations": page.evaluate("seen.violations"), "works": works}
    finally:
        site.strict = False


def _answers(page: Page, site: Site, chat: Chat) -> bool:
    try:
        opened(page, site, chat)
        asked(page, chat)
    except Error:  # only the browser's own: a slip of this script is no fault of the chat
        return False
    return True


def _watched(context: BrowserContext) -> Page:
    page = context.new_page()
    page.add_init_script(WATCH)
    return page


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
        with browser.new_context() as context:
            page = _watched(context)
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
