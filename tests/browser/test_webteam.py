"""For a web team: docs/embedding.md to the letter, the console, a div, /chat/embed (C10, G1)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from bot.content.register import get_register
from tests.browser.chat import ChatOnPage, words
from tests.browser.conftest import PHONE
from tests.browser.test_access import CONTRAST, assert_clean, audit
from tests.browser.test_embedding import WATCH
from widget.build import DIST

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")
MANIFEST = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
SCRIPT = (DIST / MANIFEST["script"]).read_bytes()
SNIPPET, DIV = re.findall(r"^ *```html\n(.*?)```", DOCS, re.DOTALL | re.MULTILINE)
(STYLE,) = re.findall(r"^```css\n(.*?)```", DOCS, re.DOTALL | re.MULTILINE)
POLICY = re.search(r"^## Content policy\n.*?```\n(.*?)\n```", DOCS, re.DOTALL | re.MULTILINE)[1]
TABLE = re.search(r"^## If the chat does not come\n(.*?)^## ", DOCS, re.DOTALL | re.MULTILINE)[1]
(ELEMENT, TAG) = re.fullmatch(r"(.*)(<script.*)", SNIPPET, re.DOTALL).groups()


def filled(text: str, api: str) -> str:
    version, digest = MANIFEST["version"], MANIFEST["integrity"].removeprefix("sha384-")
    gateway = api.removesuffix("/chat")
    text = text.replace("https://GATEWAY", gateway).replace("VERSION", version)
    return text.replace("DIGEST", digest)


@pytest.fixture
def publish(page: Page, site, relay) -> Callable[..., list[str]]:
    """Put a page with a body and a policy on the website, and go there. Returns what is logged."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def go(body: str, policy: str | None = POLICY, script: dict | None = None) -> list[str]:
        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(site.origin)
            if path == "/fresh":
                headers = {"Content-Type": "text/html; charset=utf-8"}
                if policy:
                    headers["Content-Security-Policy"] = filled(policy, site.api)
                document = (
                    '<!doctype html><html lang="en"><title>Help</title>'
                    '<link rel="stylesheet" href="/style.css">'
                    f"<main><h1>Help</h1>{filled(body, site.api)}</main></html>"
                )
                route.fulfill(body=document, headers=headers)
            elif path == "/style.css":
                route.fulfill(body=STYLE, content_type="text/css")
            elif path == f"/scripts/{MANIFEST['script']}":
                good = {"body": SCRIPT, "content_type": "text/javascript"}
                route.fulfill(**{**good, **(script or {})})
            else:
                route.fulfill(status=404)

        page.route(f"{site.origin}/**", answer)
        page.goto(f"{site.origin}/fresh")
        return said

    return go


@pytest.mark.parametrize("element", [ELEMENT, DIV], ids=["element", "div"])
def test_the_documentation_to_the_letter_works_under_its_strict_policy(publish, page, element):
    page.add_init_script(f"({WATCH})()")
    said = publish(element + TAG)
    assert page.get_by_text("National Stalking Helpline").first.is_visible()
    chat = ChatOnPage(page).reach("answered")
    assert "Stalking Protection Order" in chat.texts()
    assert page.evaluate("violations") == []
    assert [text for text in said if "favicon" not in text and "404" not in text] == []


def test_a_div_hands_on_its_attributes_and_its_text(visit, page):
    page.set_viewport_size(PHONE)
    chat = visit("cms")
    element = page.locator("[data-chat] > force-chat")
    expect(element).to_have_attribute("force-name", "Bedfordshire Police")
    assert element.get_attribute("api") and element.get_attribute("exit-url")
    expect(element.get_by_text("National Stalking Helpline")).to_be_visible()
    assert page.locator("[data-chat]").evaluate("node => node.children.length") == 1
    chat.reach("answered")


# cause -> (body, policy, how the script is served), in the order of the table
CAUSES = {
    "status of 404": (ELEMENT + TAG, POLICY, {"status": 404}),
    "MIME type of": (ELEMENT + TAG, POLICY, {"content_type": "text/plain"}),
    "Failed to find a valid digest": (ELEMENT + TAG, POLICY, {"body": SCRIPT + b" "}),
    "violates the following Content Security Policy directive": (
        ELEMENT + TAG, POLICY.replace("script-src 'self'", "script-src 'none'"), None,
    ),
    "the attribute api is no address": (re.sub(r' api="[^"]*"', "", ELEMENT) + TAG, POLICY, None),
}  # fmt: skip


@pytest.mark.parametrize("told", CAUSES)
def test_the_console_tells_why_the_chat_does_not_come(publish, page, told):
    said = publish(*CAUSES[told])
    page.wait_for_load_state("networkidle")
    assert any(told in text for text in said), said
    assert page.get_by_text("National Stalking Helpline").is_visible(), "the page's own text stands"
    assert page.locator("force-chat").evaluate("node => node.shadowRoot") is None


def test_the_table_of_the_console_names_what_is_tried_here():
    shown = re.findall(r"^\| `([^`]+)` \|", TABLE, re.MULTILINE)
    assert shown == [*CAUSES, "no answer from", "contrast below 4.5"]


@pytest.mark.parametrize("cause", ["origin", "policy"])
def test_the_console_tells_which_origin_the_gateway_must_know(publish, page, site, relay, cause):
    policy = POLICY
    if cause == "policy":
        policy = POLICY.replace("connect-src https://GATEWAY", "connect-src 'self'")
    else:  # as the gateway answers a website that it does not know: without permission to read
        relay.ready = (200, b"{}", "no permission")
    said = publish(ELEMENT + TAG, policy)
    chat = ChatOnPage(page).reach("closed")
    chat.find(".launcher").press("Enter")
    chat.find(".start").click()
    chat.expect_state("error")
    (hint,) = [text for text in said if text.startswith("force-chat: no answer from")]
    assert site.origin in hint and "CHAT_ORIGINS" in hint and "connect-src" in hint


def test_the_console_tells_of_colours_that_are_not_taken(visit, page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    chat = visit()
    page.evaluate("""() => {
      const { style } = document.querySelector("force-chat");
      style.setProperty("--chat-brand", "#8fbfe0");
      style.setProperty("--chat-brand-text", "#fff");
    }""")
    chat.reach("chat")
    assert [text for text in said if "contrast below 4.5" in text] == [
        "force-chat: --chat-brand: contrast below 4.5 (docs/embedding.md)"
    ]


# /chat/embed

CHOSEN = {
    "brand": "#4b2a6b",
    "brand_text": "#ffffff",
    "radius": "0",
    "origin": "https://www.example.police.uk",
}


def made(page: Page, *parts: str) -> list[str]:
    return [page.locator(f"#{part}").inner_text() for part in parts]


def fill(page: Page, bot) -> None:
    page.goto(f"{bot.url}embed")
    page.locator("[name=force]").select_option("kent")
    for name, value in CHOSEN.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_label("Show the force's name in the chat").check()
    page.get_by_role("button", name="Make the snippet").click()
    page.wait_for_url("**/embed?**")


def test_the_page_for_web_teams_makes_the_snippet_and_shows_the_chat(page, bot):
    problems = []
    page.add_init_script(f"({WATCH})()")
    page.on("pageerror", lambda error: problems.append(str(error)))
    fill(page, bot)
    snippet, settings, policy = made(page, "snippet", "settings", "policy")
    force = get_register().forces["kent"]
    assert str(force.report_url or force.home_url) in snippet and MANIFEST["integrity"] in snippet
    assert f'api="{bot.url.rstrip("/")}"' in snippet
    assert settings == "CHAT_FORCE=kent\nCHAT_ORIGINS=https://www.example.police.uk"
    assert policy == f"script-src 'self'; connect-src {bot.url.removesuffix('/chat/')}"
    assert (
        page.locator("main > [role=status]").inner_text().startswith("This gateway now answers for")
    )
    chat = ChatOnPage(page).reach("notice")
    expect(chat.find(".bar")).to_have_css("background-color", "rgb(75, 42, 107)")
    expect(chat.find(".start")).to_have_css("border-radius", "0px")
    expect(chat.find(".force")).to_have_text(force.name)
    assert page.evaluate("violations") == [] and problems == []
    assert "stalk" not in page.title().lower() + page.url.lower()


def test_what_the_page_makes_works_on_the_website(publish, page, bot, site):
    fill(page, bot)
    snippet, styles, policy = made(page, "snippet", "styles", "policy")
    relayed = site.api.removesuffix("/chat")
    body = snippet.replace(bot.url.removesuffix("/chat/"), relayed)
    strict = f"{policy}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    page.add_init_script(f"({WATCH})()")
    publish(body, strict.replace(bot.url.removesuffix("/chat/"), relayed))
    page.evaluate("css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
                  " document.adoptedStyleSheets = [sheet]; }", styles)  # fmt: skip
    chat = ChatOnPage(page).reach("answered")
    expect(chat.find(".bar")).to_have_css("background-color", "rgb(75, 42, 107)")
    assert page.evaluate("violations") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_for_web_teams_is_accessible(page, bot, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{bot.url}embed?brand=%23777777&brand_text=%23888888&origin=nonsense")
    assert_clean(audit(page))
    assert page.locator(".told").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ChatOnPage(page).reach("notice")
    assert page.locator("force-chat").evaluate(CONTRAST) == []


def test_words_of_the_widget_for_tools_are_in_the_register():
    assert words("comfort") in words("comfort_label"), "what is seen is part of the name (2.5.3)"
