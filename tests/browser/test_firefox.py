"""The same chat in Firefox: talking, larger text, leaving, Back, Shift, axe, and in place of a div.

Playwright has no hold on an installed Firefox, so this speaks WebDriver BiDi with it. That needs no
driver beside the browser. Continuous integration installs Debian's firefox-esr.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest

from bot.content.register import get_register
from local_servers.ports import free_port
from tests.browser.test_access import RULES, axe
from tests.integration.waiting import PATIENCE

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
# Where all is to be tested, a missing Firefox is a failure.
pytestmark = pytest.mark.skipif(
    FIREFOX is None and not os.environ.get("CI"), reason="no Firefox is installed"
)
SHIFT_LEFT, SHIFT_RIGHT, ENTER = "\ue008", "\ue050", "\ue007"
SIZE = "parseFloat(getComputedStyle(root.querySelector('.bot .text')).fontSize)"
AA = "[data-label=comfort_label]"
ROOT = "const root = document.querySelector('force-chat').shadowRoot; return "
LEFT = "return location.pathname === '/weather'"


class Firefox:
    """One tab."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self.line = line
        self.tab = None
        self._ids = itertools.count(1)

    async def ask(self, method: str, **params):
        number = next(self._ids)
        await self.line.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self.line.receive_json(timeout=PATIENCE)
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    async def run(self, code: str):
        code = f"(async () => JSON.stringify(await (async () => {{ {code} }})()))()"
        answer = await self.ask(
            "script.evaluate", expression=code, target={"context": self.tab}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))

    async def until(self, code: str):
        deadline = time.monotonic() + PATIENCE
        while not (value := await self.run(code)):
            assert time.monotonic() < deadline, code
            await asyncio.sleep(0.05)
        return value

    async def go(self, address: str) -> None:
        await self.ask("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    async def back(self, arrived: str) -> None:
        await self.ask("browsingContext.traverseHistory", context=self.tab, delta=-1)
        await self.until(f"return location.pathname === '{arrived}'")

    async def press(self, *keys: str) -> None:
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        await self.ask("input.performActions", context=self.tab, actions=actions)

    async def type(self, *keys: str) -> None:
        """Into the chat's field: after the start the focus is where the choices are."""
        await self.run(f"{ROOT} root.querySelector('textarea').focus()")
        await self.press(*keys)

    async def start_chat(self, address: str) -> None:
        await self.go(address)
        for button in (".launcher", ".start"):
            await self.until(f"{ROOT} root.querySelector('{button}') !== null")
            await self.run(f"{ROOT} root.querySelector('{button}').click()")


async def connected(port: int, session: aiohttp.ClientSession) -> Firefox:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            line = await session.ws_connect(f"ws://127.0.0.1:{port}/session", max_msg_size=0)
            break
        except aiohttp.ClientError:
            assert time.monotonic() < deadline, "Firefox did not start"
            await asyncio.sleep(0.2)
    firefox = Firefox(line)
    await firefox.ask("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
    tree = await firefox.ask("browsingContext.getTree")
    firefox.tab = tree["contexts"][0]["context"]
    return firefox


async def talk_and_leave(firefox: Firefox, origin: str) -> None:
    await firefox.go(f"{origin}/")
    await firefox.start_chat(f"{origin}/strict.html")
    await firefox.type(*"he is outside my house now", ENTER)
    await firefox.until(f"{ROOT} root.querySelectorAll('.bot').length > 1")
    said = await firefox.run(f"{ROOT} root.querySelectorAll('.bot .text')[1].innerText")
    assert said.startswith(get_register().reply("emergency").bubbles["en"][0][:12])
    stored = "return [document.cookie, localStorage.length, sessionStorage.length]"
    assert await firefox.run(stored) == ["", 0, 0]
    before = await firefox.run(f"{ROOT} {SIZE}")
    for button in (AA, "[data-word=size]"):
        await firefox.run(f"{ROOT} root.querySelector('{button}').click()")
    assert await firefox.run(f"{ROOT} {SIZE}") > before
    await firefox.ask(
        "script.evaluate",
        expression=f"{axe.axe_script};1",
        # A world of its own: the page's policy does not reach it, nor it the page.
        target={"context": firefox.tab, "sandbox": "axe"},
        awaitPromise=False,
    )
    answer = await firefox.ask(
        "script.evaluate",
        expression=f"axe.run(document, {json.dumps(RULES)}).then(({{ violations, passes }}) =>"
        " JSON.stringify([violations.map(({ id }) => id), passes.length]))",
        target={"context": firefox.tab, "sandbox": "axe"},
        awaitPromise=True,
    )
    violations, passes = json.loads(answer["result"]["value"])
    assert violations == [] and passes > 10
    await firefox.run(f"{ROOT} root.querySelector('.exit').click()")
    await firefox.until(LEFT)
    assert await firefox.run("return document.referrer") == ""
    await firefox.back("/")


async def leave_by_shift(firefox: Firefox, origin: str) -> None:
    await firefox.start_chat(f"{origin}/plain.html")
    await firefox.press(SHIFT_LEFT, SHIFT_RIGHT, SHIFT_LEFT)
    await firefox.until(LEFT)


async def leave_by_the_pages_exit(firefox: Firefox, origin: str) -> None:
    await firefox.start_chat(f"{origin}/govuk.html")
    await firefox.type(*"half a sentence")
    await firefox.run("document.querySelector('.govuk-exit-this-page__button').click()")
    await firefox.until(LEFT)
    await firefox.back("/govuk.html")
    await firefox.until(f"{ROOT} root.querySelector('[data-state=closed]') !== null")
    assert await firefox.run(f"{ROOT} root.querySelectorAll('li, textarea').length") == 0


async def start_in_place_of_a_div(firefox: Firefox, origin: str) -> None:
    await firefox.start_chat(f"{origin}/cms.html")
    await firefox.until(f"{ROOT} root.querySelector('.log') !== null")


def test_it_works_in_firefox_too(site, relay, neutral, tmp_path):
    assert FIREFOX, "Firefox is missing: .ci/run installs it"
    port = free_port()
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(tmp_path)]
    process = subprocess.Popen(
        [*command, f"--remote-debugging-port={port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    async def visit() -> None:
        async with aiohttp.ClientSession() as session:
            firefox = await connected(port, session)
            for part in (
                talk_and_leave, leave_by_shift, leave_by_the_pages_exit, start_in_place_of_a_div
            ):  # fmt: skip
                await part(firefox, site.origin)
            await firefox.ask("browser.close")

    try:
        with ThreadPoolExecutor() as elsewhere:  # Playwright's own loop has this thread
            elsewhere.submit(lambda: asyncio.run(visit())).result()
    finally:
        process.terminate()
        process.wait()
    assert relay.requests("/end"), "and the gateway was told"
