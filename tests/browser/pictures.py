"""Takes the pictures of the documentation: `python -m tests.browser.pictures`.

Each state of the chat, the stand-alone page and the help page, on a phone and on a desktop.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local_servers.ports import free_port
from tests.browser.chat import ChatOnPage
from tests.browser.conftest import DESKTOP, KEEP, NAMES, PHONE
from tests.browser.servers import Neutral, Relay, running
from tests.integration.conftest import running_bot
from tests.services.environment import default_settings
from widget.demo.serve import DemoSite

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
STATES = (
    "closed", "notice", "chat", "answered", "emergency", "waiting", "error", "offline", "idle",
    "ended", "help",
)  # fmt: skip
LOOKS = {"dark": {"color_scheme": "dark"}, "forced": {"forced_colors": "active"}}


def reach(chat: ChatOnPage, relay: Relay, state: str) -> None:
    """Bring the chat of a freshly loaded page into a state."""
    relay.fault = None
    simple = {"closed": "closed", "notice": "notice", "chat": "chat"}
    chat.reach(simple.get(state, "answered" if state != "emergency" else "chat"))
    if state == "emergency":
        chat.say("he is outside my house now")
    elif state == "waiting":
        relay.fault = 10
        chat.type("how long does it last?")
    elif state == "error":
        relay.fault = (500, b"{}")
        chat.type("how long does it last?")
    elif state == "offline":
        chat.page.evaluate("dispatchEvent(new Event('offline'))")
    elif state == "idle":
        chat.page.clock.fast_forward("15:05")
    elif state == "ended":
        chat.end()
    elif state == "help":
        chat.find("[data-word=help]").click()
    chat.page.wait_for_timeout(300)


def take(browser: Browser, site: DemoSite, relay: Relay, folder: Path, bot_url: str) -> None:
    """All pictures, into `folder`; one state also dark and in forced colours."""
    for device, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        for state in (*STATES, *LOOKS):
            context = browser.new_context(viewport=viewport, **LOOKS.get(state, {}))
            page = context.new_page()
            page.clock.install()
            page.goto(f"{site.origin}/plain.html")
            reach(ChatOnPage(page), relay, "answered" if state in LOOKS else state)
            page.screenshot(path=folder / f"chat-{state}-{device}.png")
            context.close()
        for name in ("", "help"):
            context = browser.new_context(viewport=viewport)
            page = context.new_page()
            page.goto(bot_url + name)
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"page-{name or 'chat'}-{device}.png")
            context.close()


def main() -> None:
    """Into docs/images, or into the folder that is given."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(exist_ok=True)
    port = free_port()
    with (
        default_settings(),
        running_bot(CHAT_ORIGINS=f"http://127.0.0.1:{port}") as bot,
        tempfile.TemporaryDirectory() as certificate,
    ):
        relay, neutral = Relay(bot.port), Neutral(Path(certificate))
        site = DemoSite(port, relay.api, neutral.address)
        with running(relay), running(neutral), running(site), sync_playwright() as playwright:
            path = next(filter(None, map(shutil.which, NAMES)))
            browser = playwright.chromium.launch(executable_path=path, **KEEP)
            take(browser, site, relay, folder, bot.url)
            browser.close()


if __name__ == "__main__":
    main()
