"""What has room, what is in sight, and what danger looks like."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.safety.rules import MAX_CHARACTERS
from tests.browser.chat import ChatOnPage, words
from tests.browser.conftest import DESKTOP

PHONE = {"width": 390, "height": 844}
KEYBOARD_UP = {"width": 390, "height": 380}
SHARE = """(chat) => {
  const [log, panel] = [".log", ".panel"].map((part) => chat.shadowRoot.querySelector(part));
  return log.clientHeight / Math.min(panel.clientHeight, innerHeight);
}"""


@pytest.mark.parametrize(
    ("viewport", "least"), [(PHONE, 0.7), (DESKTOP, 0.7), (KEYBOARD_UP, 0.6)],
    ids=["phone", "docked", "keyboard"],
)  # fmt: skip
def test_the_conversation_has_the_room(visit, page, viewport, least):
    chat = visit(state="answered", viewport=viewport)
    assert page.locator("force-chat").evaluate(SHARE) >= least
    for part in (".bar", "textarea", ".send"):
        expect(chat.find(part)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("host", ["plain", "stand-alone"])
def test_start_is_in_view_on_a_small_phone(visit, page, bot, host):
    small = {"width": 320, "height": 568}
    if host == "plain":
        chat = visit(state="notice", viewport=small)
    else:
        page.set_viewport_size(small)
        page.goto(bot.url)
        chat = ChatOnPage(page)
    expect(chat.find(".start")).to_be_in_viewport(ratio=1)
    chat.find(".notice summary").click()
    expect(chat.find(".notice [data-word=notice_kept]")).to_be_visible()


@pytest.mark.parametrize(("touch", "shown"), [(True, False), (False, True)])
def test_who_only_touches_is_not_told_of_keys(browser, site, touch, shown):
    context = browser.new_context(viewport=PHONE, has_touch=touch, is_mobile=touch)
    page = context.new_page()
    page.goto(f"{site.origin}/plain.html")
    chat = ChatOnPage(page).reach("notice")
    chat.find(".notice summary").click()
    expect(chat.find(".keys")).to_be_visible(visible=shown)
    context.close()


def test_danger_looks_like_danger_and_nothing_else_does(visit):
    chat = visit(state="answered", viewport=PHONE)
    silent = chat.find(".urgent [data-word=silent]")
    assert chat.find(".danger").count() == 0
    expect(silent).to_be_hidden()
    chat.say("he is outside my house now")
    call = chat.find(".danger .call")
    expect(call).to_have_attribute("href", "tel:999")
    expect(call).to_be_in_viewport(ratio=1)
    expect(silent).to_be_visible()
    card = chat.find(".danger").bounding_box()
    assert call.bounding_box()["width"] >= 0.85 * card["width"]
    chat.say("he's gone and the police are here, im safe")
    assert chat.find(".danger").count() == 1, "the old one stays, a calm answer is none"
    expect(silent).to_be_hidden()


def test_the_field_grows_to_five_lines(visit):
    chat = visit(state="chat", viewport=PHONE)
    one = chat.field.bounding_box()["height"]
    chat.field.fill("line\n" * 4 + "line")
    five = chat.field.bounding_box()["height"]
    assert 2.4 * one <= five
    chat.field.fill("line\n" * 40)
    assert chat.field.bounding_box()["height"] <= five + 2


def test_near_the_limit_it_is_told_how_much_is_left(visit):
    chat = visit(state="chat")
    count = chat.find(".count")
    chat.field.fill("a" * 100)
    expect(count).to_be_empty()
    chat.field.fill("a" * (MAX_CHARACTERS - 150))
    expect(count).to_have_text(f"150 {words('left')}")
    chat.field.fill("a" * (MAX_CHARACTERS + 10))
    expect(count).to_have_text(f"-10 {words('left')}")


def test_ending_asks_first_and_can_be_taken_back(visit, relay):
    chat = visit(state="answered")
    chat.button(words("end_short")).click()
    chat.expect_state("ending")
    expect(chat.button(words("end"))).to_be_focused()
    chat.button(words("keep")).click()
    chat.expect_state("chat")
    assert relay.requests("/end") == []
    chat.end()
    chat.expect_state("ended")


def test_what_is_below_is_told_and_one_press_away(visit):
    chat = visit(state="chat", viewport=KEYBOARD_UP)
    chat.say("what is a stalking protection order")
    cue = chat.button(words("below"))
    expect(cue).to_be_visible()
    for _ in range(8):
        if not cue.is_visible():
            break
        before = chat.find(".log").evaluate("log => log.scrollTop")
        cue.click()
        # What it says follows the scrolling by a frame.
        chat.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert chat.find(".log").evaluate("log => log.scrollTop") > before
    expect(cue).to_be_hidden()
    expect(chat.find(".choices button").last).to_be_in_viewport()
