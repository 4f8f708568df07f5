"""A real Chromium, the demonstration hosts, and the real bot behind a recording relay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from local_servers.ports import free_port
from tests.browser.chat import ChatOnPage
from tests.browser.servers import Neutral, Relay, running
from tests.integration.conftest import Bot, running_bot
from tests.integration.waiting import PATIENCE
from widget.demo.serve import DemoSite

expect.set_options(timeout=1_000 * PATIENCE)

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without the back/forward cache every test of the Back button would pass by accident.
KEEP = {
    "ignore_default_args": ["--disable-back-forward-cache"],
    # A page that a test alters on its way counts as one of the internet, which may not ask this
    # machine for anything.
    "args": ["--no-sandbox", "--disable-gpu", "--disable-features=LocalNetworkAccessChecks"],
}
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 667}
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %


@pytest.fixture(scope="package")
def chromium() -> str:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        message = f"no browser: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


# Of the package and not of the session: while it runs, no other test could use asyncio.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    # The same engine, which draws no window of its own: a third of the work.
    lean = shutil.which("chromium-headless-shell") or chromium
    browser = playwright.chromium.launch(executable_path=lean, **KEEP)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def whole_browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One that keeps pages for the Back button, too."""
    browser = playwright.chromium.launch(executable_path=chromium, **KEEP)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def site_port() -> int:
    return free_port()


@pytest.fixture(scope="package")
def bot(chromium: str, site_port: int) -> Iterator[Bot]:
    site = f"http://127.0.0.1:{site_port}"
    with running_bot(CHAT_ORIGINS=site, CHAT_CONVERSATION_RATE="0") as bot:
        yield bot


@pytest.fixture(scope="package")
def servers(bot, site_port: int, tmp_path_factory) -> Iterator[tuple[DemoSite, Relay, Neutral]]:
    neutral = Neutral(tmp_path_factory.mktemp("neutral"))
    relay = Relay(bot.port)
    site = DemoSite(site_port, relay.api, neutral.address)
    with running(neutral), running(relay), running(site):
        yield site, relay, neutral


@pytest.fixture
def site(servers) -> DemoSite:
    return servers[0]


@pytest.fixture
def relay(servers) -> Relay:
    servers[1].seen.clear()
    servers[1].fault = servers[1].ready = None
    return servers[1]


@pytest.fixture
def neutral(servers) -> Neutral:
    servers[2].seen.clear()
    return servers[2]


@pytest.fixture
def context(request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    needs_pages_kept = request.node.get_closest_marker("back_button")
    browser = request.getfixturevalue("whole_browser" if needs_pages_kept else "browser")
    context = browser.new_context(viewport=DESKTOP, ignore_https_errors=True)
    context.set_default_timeout(1_000 * PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def visit(page: Page, site: DemoSite, relay: Relay) -> Callable[..., ChatOnPage]:
    """Go to a demonstration host; the chat is closed unless told otherwise."""

    def go(host: str = "plain", state: str = "closed", viewport: dict | None = None) -> ChatOnPage:
        if viewport:
            page.set_viewport_size(viewport)
        page.goto(f"{site.origin}/{host}.html")
        return ChatOnPage(page).reach(state)

    return go


@pytest.fixture(scope="session")
def images() -> Path:
    return Path(__file__).resolve().parents[2] / "docs" / "images"
