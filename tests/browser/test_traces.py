"""What stays behind on the device (B1 to B12)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chat import ChatOnPage, go_back, words
from tests.browser.conftest import KEEP

STORED = """async () => ({
  cookies: document.cookie,
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


def test_nothing_is_stored_and_history_does_not_change(visit, page, context):
    chat = visit()
    look = "[history.length, location.href, document.title]"
    before = page.evaluate(look)
    chat.reach("answered")
    chat.find(".choices button").first.click()
    chat.expect_state("chat")
    chat.button(words("hide")).click()
    chat.show_again()
    chat.end()
    chat.expect_state("ended")
    assert page.evaluate(look) == before
    assert page.evaluate(STORED) == {
        "cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0,
    }  # fmt: skip
    assert context.cookies() == []


def test_the_browser_keeps_no_copy_of_the_field(visit, page):
    chat = visit(state="chat")
    attributes = {
        name: chat.field.get_attribute(name)
        for name in ("autocomplete", "autocorrect", "spellcheck", "translate", "data-gramm", "name")
    }
    assert attributes == {
        "autocomplete": "off", "autocorrect": "off", "spellcheck": "false", "translate": "no",
        "data-gramm": "false", "name": None,
    }  # fmt: skip
    assert chat.field.evaluate(
        "node => node.tagName + ' ' + (node.getRootNode() instanceof ShadowRoot)"
    )
    address = page.url
    chat.field.fill("sent by script")
    chat.find("form").evaluate("form => form.requestSubmit()")
    chat.expect_state("chat")
    assert page.url == address


def files_with(folder: Path, token: str) -> list[str]:
    forms = (token.encode(), token.encode("utf-16-le"))
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def test_nothing_typed_reaches_the_disk(playwright, chromium, site, relay, neutral, tmp_path):
    """Also after leaving: with a plain field of the page beside it, to prove that we would see."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium, ignore_https_errors=True, **KEEP
    )
    page = context.new_page()
    page.goto(f"{site.origin}/plain.html")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    page.locator("main > textarea").press_sequentially("control-zq7f1")
    chat = ChatOnPage(page).reach("answered")
    chat.say("sent-zq7f2 he keeps following me")
    chat.field.press_sequentially("draft-zq7f3")
    page.wait_for_timeout(3_500)  # session files are written late
    tokens = ("control-zq7f1", "sent-zq7f2", "draft-zq7f3")
    during = {token: files_with(tmp_path, token) for token in tokens}
    chat.exit.click()
    page.wait_for_url("**/weather")
    page.wait_for_timeout(500)
    context.close()
    assert during["control-zq7f1"], "the search finds what a browser keeps"
    for token in tokens[1:]:
        assert during[token] + files_with(tmp_path, token) == []
    for word in ("stalk", "force-chat"):
        assert [name for name in files_with(tmp_path, word) if "History" in name] == []


@pytest.mark.back_button
def test_going_elsewhere_ends_the_chat_and_coming_back_finds_none(
    visit, page, context, site, relay
):
    chat = visit(state="answered")
    chat.field.fill("half a sentence")
    page.evaluate("window.mark = 1")
    page.goto(f"{site.origin}/cookies.html")
    assert relay.wait_for("/end")[0].json["reason"] == "left"
    go_back(context, page)
    assert page.evaluate("window.mark") == 1, "from the back/forward cache"
    chat.expect_state("closed")
    assert chat.find("li, textarea").count() == 0
    expect(chat.announcer).to_have_text("")
    chat.reach("answered")  # and it works


def test_a_reload_starts_afresh(visit, page, relay):
    chat = visit(state="answered")
    first = relay.requests("/messages")[0].json["conversation"]
    page.reload()
    chat.reach("answered")
    assert chat.find(".you").count() == 1
    assert relay.requests("/messages")[-1].json["conversation"] != first
    assert relay.wait_for("/end")[0].json == {"conversation": first, "reason": "left"}


def test_idle_is_cleared_though_the_clock_runs_behind(visit, page, relay):
    """By a moment, as clocks and timers do."""
    page.clock.install()
    chat = visit(state="answered")
    page.evaluate("const { now } = Date; Date.now = () => now.call(Date) - 500;")
    page.clock.run_for("15:20")
    chat.expect_state("idle")
    page.clock.run_for("02:20")
    chat.expect_state("ended")
    assert relay.wait_for("/end")[0].json["reason"] == "idle"


def test_idle_is_warned_of_and_then_cleared(visit, page, relay):
    page.clock.install()
    chat = visit(state="answered")
    chat.field.fill("half a sentence")
    page.clock.fast_forward("14:50")
    chat.expect_state("chat")
    page.clock.fast_forward("00:15")
    chat.expect_state("idle")
    expect(chat.problem).to_contain_text(words("idle"))
    expect(chat.announcer).to_have_text(words("idle"))
    chat.button(words("keep")).click()
    chat.expect_state("chat")
    assert chat.field.input_value() == "half a sentence"
    page.clock.fast_forward("15:05")
    chat.expect_state("idle")
    page.clock.fast_forward("02:05")
    chat.expect_state("ended")
    assert chat.find(".log, textarea").count() == 0
    assert relay.wait_for("/end")[0].json["reason"] == "idle"


def test_typing_on_through_the_warning_keeps_the_chat(visit, page):
    page.clock.install()
    chat = visit(state="chat")
    page.clock.fast_forward("15:05")
    chat.expect_state("idle")
    chat.field.focus()
    page.keyboard.press("Tab")
    chat.expect_state("idle")
    chat.field.press("a")
    chat.expect_state("chat")
    page.clock.fast_forward("02:30")
    chat.expect_state("chat")


def test_a_hidden_chat_is_cleared_too(visit, page, relay):
    page.clock.install()
    chat = visit(state="answered")
    chat.button(words("hide")).click()
    page.clock.fast_forward("15:05")
    page.clock.fast_forward("02:05")
    relay.wait_for("/end")
    chat.expect_state("closed")
    expect(chat.find(".launcher")).to_have_text(words("open"))


def test_a_device_that_slept_too_long_wakes_to_an_ended_chat(visit, page, relay):
    page.clock.install()
    chat = visit(state="answered")
    page.clock.pause_at(time.time() + 3600)  # timers did not run meanwhile
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    chat.expect_state("ended")


def test_a_hidden_chat_can_be_left_and_ended(visit, page, relay, neutral):
    chat = visit(state="answered")
    chat.button(words("hide")).click()
    expect(chat.exit).to_be_in_viewport(ratio=1)
    chat.find(".launcher").click()
    chat.button(words("end")).click()
    assert relay.requests("/end") == [], "nor does it end anything"
    page.wait_for_timeout(600)
    chat.button(words("end")).click()
    relay.wait_for("/end")
    expect(chat.find(".launcher")).to_have_text(words("open"))
    expect(chat.find(".launcher")).to_be_focused()
    expect(chat.announcer).to_have_text(words("ended"))
    chat.reach("chat")
    chat.button(words("hide")).click()
    chat.exit.click()
    page.wait_for_url(f"{neutral.address}*")


def test_ending_and_hiding_differ(visit, page, relay):
    chat = visit(state="answered")
    chat.field.fill("draft")
    chat.button(words("hide")).click()
    chat.expect_state("closed")
    assert relay.requests("/end") == []
    assert chat.find("section, textarea").count() == 0, "out of the tree, not only out of sight"
    expect(chat.find(".launcher")).to_have_text(words("resume"))
    chat.find(".launcher").click()
    chat.button(words("show")).click()
    assert chat.find("section, textarea").count() == 0, "a double press shows nothing"
    page.wait_for_timeout(600)
    chat.button(words("show")).click()
    chat.expect_state("chat")
    assert chat.field.input_value() == "draft"
    assert "Stalking Protection Order" in chat.texts()
    chat.end()
    chat.expect_state("ended")
    assert relay.wait_for("/end")[0].json["reason"] == "end"
    assert "Order" not in chat.panel.inner_text()
    chat.button(words("again")).click()
    chat.expect_state("notice")


def test_printing_shows_nothing_of_the_chat(visit, page):
    chat = visit(state="answered")
    page.emulate_media(media="print")
    assert not chat.panel.is_visible()
    page.emulate_media(media="screen")
    assert chat.panel.is_visible()


def test_nothing_is_asked_before_the_person_starts(visit, page, relay, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    chat = visit()
    page.wait_for_timeout(500)
    chat.reach("notice")
    assert relay.seen == []
    assert all(url.startswith(site.origin) for url in asked)
    chat.find(".start").click()
    chat.expect_state("chat")
    chat.say("hello")
    hosts = {url.split("/")[2] for url in asked if not url.startswith("data:")}
    assert hosts == {site.origin.split("/")[2], relay.api.split("/")[2]}, "no other host, ever"


def test_it_never_opens_by_itself(visit, page):
    page.clock.install()
    chat = visit()
    page.clock.fast_forward("30:00")
    page.mouse.move(10, 0)
    chat.expect_state("closed")
    assert page.title() == "Help and advice"
