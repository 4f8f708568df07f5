"""Text size, reading aloud, and the looks a page may ask for (D1, D8, D9, D11, D12, D22, G3)."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.chat import ChatOnPage, words
from tests.browser.conftest import DESKTOP, PHONE, ZOOMED
from tests.browser.test_access import CONTRAST, assert_clean, audit
from tests.browser.test_embedding import THEME

# A machine without a loudspeaker has no voices. These stand for a device that has one of its own,
# and for a browser that also offers one of its maker's.
VOICES = """(voices) => {
  window.spoken = [];
  window.isSilent = true;
  class Saying { constructor(text) { this.text = text; } }
  const speech = Object.assign(new EventTarget(), {
    getVoices: () => voices,
    speak: (saying) => {
      spoken.push([saying.text, saying.voice.name]);
      isSilent = false;
      window.last = saying;
    },
    cancel: () => { isSilent = true; },
  });
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Saying });
}"""
MAKERS = {"name": "maker's", "lang": "en-GB", "localService": False}
AMERICAN = {"name": "american", "lang": "en-US", "localService": True}
BRITISH = {"name": "own", "lang": "en-GB", "localService": True}
SIZE = """chat => [".log .text", "textarea", ".choices button", ".exit", ".send"].map((part) =>
  parseFloat(getComputedStyle(chat.shadowRoot.querySelector(part)).fontSize))"""


def give_voices(page, *voices) -> None:
    page.add_init_script(f"({VOICES})({json.dumps(voices)})")


def tools(chat: ChatOnPage) -> None:
    chat.button(words("comfort_label")).click()


@pytest.mark.parametrize("view", [DESKTOP, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_text_grows_to_twice_its_size_and_still_fits(visit, page, view):
    chat = visit(state="answered", viewport=view)
    before = page.locator("force-chat").evaluate(SIZE)
    tools(chat)
    for _ in range(3):
        chat.button(words("size")).click()
    after = page.locator("force-chat").evaluate(SIZE)
    assert all(new >= 1.9 * old for old, new in zip(before, after, strict=True)), after
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    panel, exit_, send = (
        part.bounding_box() for part in (chat.panel, chat.exit, chat.find(".send"))
    )
    assert send["x"] + send["width"] <= panel["x"] + panel["width"]
    assert exit_["x"] >= 0 and exit_["x"] + exit_["width"] <= view["width"]
    assert_clean(audit(page))
    chat.button(words("size")).click()
    assert page.locator("force-chat").evaluate(SIZE) == before


@pytest.mark.parametrize("width", [320, 390])
def test_the_tools_cost_no_line_and_are_large_enough(visit, page, width):
    chat = visit(state="answered", viewport={"width": width, "height": 700})
    opener, band = chat.find("[data-word=comfort]"), chat.find(".urgent")
    assert min(opener.bounding_box()["width"], opener.bounding_box()["height"]) >= 44
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(opener).to_have_accessible_name(words("comfort_label"))
    tools(chat)
    expect(opener).to_have_attribute("aria-expanded", "true")
    assert chat.button(words("size")).bounding_box()["height"] >= 44
    assert_clean(audit(page))
    tools(chat)
    with_it = band.bounding_box()["height"]
    opener.evaluate("node => node.remove()")
    assert band.bounding_box()["height"] == with_it


@pytest.mark.parametrize("face", ["element", "stand-alone"])
def test_it_reads_only_when_pressed_and_only_with_a_voice_of_the_device(visit, page, bot, face):
    give_voices(page, MAKERS, AMERICAN, BRITISH)
    if face == "element":
        chat = visit(state="chat")
    else:
        page.goto(bot.url)
        chat = ChatOnPage(page)
        chat.find(".start").click()
    chat.say("he is outside my house now")
    assert page.evaluate("spoken") == []
    tools(chat)
    chat.button(words("aloud")).click()
    ((said, voice),) = page.evaluate("spoken")
    assert said.startswith(words("bot")) and "Call 9 9 9 now" in said
    shown = chat.find(".choices button").all_inner_texts()
    assert said.splitlines()[-len(shown) :] == shown
    assert voice == "own"
    assert "outside my house" not in said
    chat.button(words("aloud_stop")).click()
    assert page.evaluate("isSilent")
    chat.button(words("aloud")).click()
    page.evaluate("last.onend()")
    expect(chat.button(words("aloud"))).to_be_visible()


def test_before_the_start_it_reads_what_to_know(visit, page):
    give_voices(page, BRITISH)
    chat = visit(state="notice")
    tools(chat)
    chat.button(words("aloud")).click()
    assert words("notice_exit") in page.evaluate("spoken")[0][0]


@pytest.mark.parametrize("voices", [[], [MAKERS]], ids=["none", "only the maker's"])
def test_without_a_voice_of_the_device_it_does_not_offer_to_read(visit, page, voices):
    give_voices(page, *voices)
    chat = visit(state="chat")
    tools(chat)
    expect(chat.button(words("size"))).to_be_visible()
    expect(chat.button(words("aloud"))).to_have_count(0)


STOPS = {
    "exit": lambda chat: chat.exit_but_stay(),
    "shift": lambda chat: (
        chat.page.evaluate("navigation.addEventListener('navigate', (e) => e.preventDefault())"),
        [chat.page.keyboard.press("Shift") for _ in range(3)],
    ),
    "hide": lambda chat: chat.button(words("hide")).click(),
    "end": lambda chat: chat.end(),
    "next message": lambda chat: chat.type("hello"),
    "the page is left": lambda chat: chat.page.evaluate("dispatchEvent(new Event('pagehide'))"),
    "another tab": lambda chat: chat.page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""),
}


@pytest.mark.parametrize("how", STOPS)
def test_reading_stops_at_once(visit, page, neutral, how):
    give_voices(page, BRITISH)
    chat = visit(state="answered")
    tools(chat)
    chat.button(words("aloud")).click()
    assert not page.evaluate("isSilent")
    STOPS[how](chat)
    assert page.evaluate("isSilent")


# Looks


@pytest.mark.parametrize(
    ("page_says", "reader", "dark"),
    [("", "dark", True), ("light dark", "dark", True), ("light", "dark", False),
     ("dark", "light", True),
     ("only light", "dark", False), ("light dark", "light", False)],
)  # fmt: skip
def test_it_is_light_or_dark_as_the_page_is(visit, page, page_says, reader, dark):
    page.emulate_media(color_scheme=reader)
    page.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
      document.documentElement.style.colorScheme = "{page_says}"; }}, {{ capture: true }})""")
    chat = visit(state="notice")
    ground = chat.panel.evaluate("node => getComputedStyle(node).backgroundColor")
    assert ground == ("rgb(27, 32, 40)" if dark else "rgb(255, 255, 255)")


def test_it_follows_when_the_reader_chooses_dark(visit, page):
    page.emulate_media(color_scheme="light")
    chat = visit(state="chat")
    page.emulate_media(color_scheme="dark")
    expect(chat.panel).to_have_css("background-color", "rgb(27, 32, 40)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("brand", "text", "is_link"),
    [("#4b2a6b", "#ffffff", "light"), ("#ffff66", "#000000", "dark"),
     ("#1f6b3a", "#ffffff", "light"), ("#7a7a00", "#ffffff", ""), ("#b00020", "#ffffff", "light"),
     ("#111111", "#ffffff", "light")],
)  # fmt: skip
def test_the_brand_reaches_all_it_should_and_everything_can_be_read(
    visit, page, scheme, brand, text, is_link
):
    page.emulate_media(color_scheme=scheme)
    visit()
    page.evaluate(THEME, {"--chat-brand": brand, "--chat-brand-text": text})
    chat = ChatOnPage(page).reach("answered")
    chat.say("and then he waited by the bus stop again as he does. " * 12)
    assert page.locator("force-chat").evaluate(CONTRAST) == []
    want = page.evaluate(
        "colour => { const i = document.body.appendChild(document.createElement('i'));"
        " i.style.color = colour; return getComputedStyle(i).color; }", brand
    )  # fmt: skip
    for part in (".bar", ".send"):
        expect(chat.find(part)).to_have_css("background-color", want)
    choice = chat.find(".choices button").first
    link = choice.evaluate("node => getComputedStyle(node).color")
    assert (link == want) == (is_link == scheme)


def test_font_and_radius_reach_every_part(visit, page):
    visit()
    page.evaluate(THEME, {"--chat-font": "Courier", "--chat-radius": "0px"})
    chat = ChatOnPage(page)
    found = """root => [...root.shadowRoot.querySelectorAll("*")].filter((node) => {
      const { fontFamily, borderRadius } = getComputedStyle(node);
      return node.checkVisibility() && !node.matches(".frame, slot, style, .cue, .dots i")
        && (fontFamily !== "Courier" || borderRadius !== "0px");
    }).map((node) => node.outerHTML.slice(0, 80))"""
    for state in ("closed", "answered"):
        chat.reach(state)
        assert page.locator("force-chat").evaluate(found) == []


def test_a_radius_beyond_reason_cuts_nothing_off(visit, page):
    visit()
    page.evaluate(THEME, {"--chat-radius": "40px"})
    chat = ChatOnPage(page).reach("chat")
    assert chat.find(".send").evaluate("node => getComputedStyle(node).borderRadius") == "16px"


@pytest.mark.parametrize("view", [DESKTOP, {"width": 320, "height": 568}], ids=["desktop", "phone"])
def test_the_forces_name_stands_in_the_bar_if_it_wants(visit, page, view):
    page.set_viewport_size(view)
    visit()
    name = "Bedfordshire Police"
    page.locator("force-chat").evaluate("(it, name) => it.setAttribute('force-name', name)", name)
    chat = ChatOnPage(page).reach("notice")
    expect(chat.find(".force")).to_have_text(name)
    expect(chat.find(".force")).to_be_in_viewport(ratio=1)
    expect(chat.find(".start")).to_be_in_viewport(ratio=1)
    assert_clean(audit(page))
    chat.find(".start").click()
    # From then on the room is for the exit and the rest.
    expect(chat.find(".force")).to_be_hidden()
