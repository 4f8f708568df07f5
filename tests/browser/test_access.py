"""Accessibility by machine (D1 to D23). docs/accessibility.md says what needs people."""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.chat import ChatOnPage, words
from tests.browser.conftest import DESKTOP, KEEP, PHONE, ZOOMED
from tests.integration.words import number
from widget.build import DIST

STATES = [
    "closed",
    "notice",
    "chat",
    "waiting",
    "error",
    "offline",
    "idle",
    "ended",
    "help",
    "exiting",
]
VIEWPORTS = {"desktop": DESKTOP, "phone": PHONE, "zoomed": ZOOMED}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark", "reduced_motion": "reduce"},
    "forced": {"forced_colors": "active"},
}
PLAIN = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    "resultTypes": ["violations", "incomplete"],
}
# Those that can differ between looks; all others look at what no look changes.
COLOUR_RULES = {
    "runOnly": ["color-contrast", "link-in-text-block"],
    "resultTypes": ["violations", "incomplete"],
}
# What axe cannot decide, with the reason why it is well.
REVIEWED = {
    # Text of the host page beneath what floats over it; with forced colours the browser decides.
    "color-contrast": "floating over the page, or colours that the system chooses",
}
axe = Axe()


def bring_into(visit, page, relay, neutral, state):
    """The chat in a state, with clock and faults prepared."""
    if state == "idle":
        page.clock.install()
    chat = visit(state=state if state in ("closed", "notice") else "answered")
    if state == "waiting":
        relay.fault = 60
        chat.type("hello")
    elif state == "error":
        relay.fault = (500, b"{}")
        chat.type("hello")
    elif state == "offline":
        page.evaluate("dispatchEvent(new Event('offline'))")
    elif state == "idle":
        page.clock.fast_forward("15:05")
    elif state == "ended":
        chat.end()
    elif state == "help":
        chat.find("[data-word=help]").click()
        chat.button(words("calls_show")).click()
    elif state == "exiting":
        chat.exit_but_stay()
    if state not in ("help", "exiting"):
        chat.expect_state(state)
    return chat


def audit(page, options=RULES) -> dict[str, list]:
    """What axe finds on the page as it is: violations and what it leaves undecided."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
    return page.evaluate("options => axe.run(document, options)", options)


def put_on(page, look) -> None:
    """Give the reader this look, and wait for the chat, which follows a moment later."""
    page.emulate_media(**{**PLAIN, **LOOKS[look]})
    if page.locator("force-chat .frame").count():
        dark = page.locator("force-chat .frame[data-dark]")
        expect(dark).to_have_count(int(LOOKS[look].get("color_scheme") == "dark"))


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit, page, relay, neutral, state):
    bring_into(visit, page, relay, neutral, state)
    # Every size in one look, and every look in one size: no colour hangs on the size.
    seen = [(view, "light") for view in VIEWPORTS] + [("phone", look) for look in list(LOOKS)[1:]]
    for view, look in seen:
        page.set_viewport_size(VIEWPORTS[view])
        put_on(page, look)
        found = audit(page, RULES if look == "light" else COLOUR_RULES)
        assert_clean(found, (view, look))


def assert_clean(found, where=None):
    problems = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]
    ]
    assert problems == [], where
    assert found["passes"], "it looked at something"
    open_questions = {rule["id"] for rule in found["incomplete"]} - REVIEWED.keys()
    assert open_questions == set(), json.dumps(found["incomplete"])[:2000]


def test_axe_sees_into_the_widget(visit, page):
    """What the tests above rest on: a fault put into the chat is found."""
    chat = visit(state="chat")
    chat.find(".send").evaluate("node => { node.textContent = ''; }")
    chat.find("#hint").evaluate("node => { node.style.color = '#ccc'; }")
    page.emulate_media(color_scheme="light")
    found = [rule["id"] for rule in audit(page)["violations"]]
    assert found == ["button-name", "color-contrast"]
    assert [rule["id"] for rule in audit(page, COLOUR_RULES)["violations"]] == ["color-contrast"]


MEASURE = """
  const light = (colour) => {
    // A mixed colour is given as color(srgb 0.9 0.9 0.9).
    const most = colour.startsWith("color(") ? 1 : 255;
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((value) => {
      const part = value / most;
      return part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
    });
    return .2126 * r + .7152 * g + .0722 * b + .05;
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; return Math.max(x / y, y / x); };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/^rgba.*, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
"""
CONTRAST = f"""root => {{{MEASURE}
  const low = [];
  for (const node of root.shadowRoot.querySelectorAll("*")) {{
    if (!node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const name = node.outerHTML.slice(0, 80);
    if (own && ratio(style.color, ground(node)) < 4.5) low.push(["text", name]);
    if (node.matches("button:not(.plain), textarea, .exit")) {{
      const around = ground(node.parentElement);
      const edges = [style.borderTopColor, style.backgroundColor].map((c) => ratio(c, around));
      if (Math.max(...edges) < 3) low.push(["edge", name, ...edges]);
    }}
  }}
  return low;
}}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_controls_stand_out(visit, page, relay, neutral, scheme):
    page.emulate_media(color_scheme=scheme)
    for state in ("notice", "error", "help"):
        relay.fault = None
        bring_into(visit, page, relay, neutral, state)
        assert page.locator("force-chat").evaluate(CONTRAST) == [], state


FOCUS = f"""() => {{{MEASURE}
  let node = document.activeElement;
  if (!node.shadowRoot) return null;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const style = getComputedStyle(node);
  const shadow = style.boxShadow.match(/rgb[^)]*[)]/)?.[0];
  const ring = [style.outlineColor, shadow ?? style.outlineColor];
  const within = parseFloat(style.outlineOffset) < 0 || style.boxShadow.includes("inset");
  const around = ground(within ? node : node.parentElement);
  return [node.textContent || node.tagName, style.outlineStyle,
    Math.max(...ring.map((colour) => ratio(colour, around)))];
}}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_stands_out_on_every_ground(visit, page, scheme):
    page.emulate_media(color_scheme=scheme)
    chat = visit(state="answered")
    chat.find("h2").focus()
    met = {}
    page.keyboard.press("Tab")
    while seen := page.evaluate(FOCUS):
        name, outline, contrast = seen
        met[name] = (outline, contrast >= 3)
        page.keyboard.press("Tab")
    assert len(met) >= 8 and set(met.values()) == {("solid", True)}, met


def test_messages_are_a_named_list_that_says_who_spoke(visit, page):
    chat = visit(state="answered")
    log = page.get_by_role("log", name=words("log"))
    expect(log).to_have_attribute("aria-live", "off")
    expect(log).to_have_attribute("tabindex", "0")
    items = log.locator("> ol > li")  # not the cards and steps inside them
    starts = [item.evaluate("node => node.textContent.trim()") for item in items.all()]
    assert len(starts) >= 4
    assert all(start.startswith((words("you"), words("bot"))) for start in starts)
    assert page.get_by_role("group", name=words("choices")).get_by_role("button").count() > 1
    assert chat.panel.get_attribute("aria-labelledby") == "title"


def test_each_answer_is_announced_once(visit, page):
    chat = visit()
    assert chat.announcer.count() == 1, "there before it is needed"
    page.evaluate("""() => {
      window.heard = [];
      const region = document.querySelector("body > [role=status]");
      new MutationObserver(() => heard.push(region.textContent)).observe(region, {
        childList: true, characterData: true, subtree: true });
    }""")
    chat.reach("chat")
    expect(chat.announcer).to_have_text("")
    chat.say("what is a stalking protection order")
    expect(chat.announcer).not_to_have_text("")
    expect(chat.announcer).to_have_text("")
    welcome, answer = [text for text in page.evaluate("heard") if text]
    assert welcome.startswith(f"{words('bot')}: {words('welcome')} {words('choices')}: I am in")
    assert answer.startswith(f"{words('bot')}: A Stalking Protection Order")
    shown = chat.find(".choices button").all_inner_texts()
    asked = chat.find(".rating button").all_inner_texts()
    question = words("rating").rstrip("?")
    follow = [f"{words('choices')}: {'; '.join(shown)}", f"{question}: {'; '.join(asked)}"]
    assert asked and answer.endswith(". ".join(follow))
    assert page.evaluate("heard.at(-1)") == ""
    box = chat.announcer.bounding_box()
    assert box["width"] <= 1 and box["height"] <= 1


def focused(page) -> str:
    return page.evaluate("""() => {
      let node = document.activeElement;
      while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
      return node.className || node.tagName;
    }""")


def test_focus_moves_only_when_the_person_does_something(visit, page, relay):
    chat = visit()
    chat.find(".launcher").click()
    assert focused(page) == "H2"
    chat.find(".start").click()
    assert focused(page) == "log", "the choices come next, then the field"
    with relay.holding():
        chat.type("hello")
        page.get_by_text("A first link").focus()
        chat.expect_state("waiting")
    chat.expect_state("chat")
    assert focused(page) == "A", "an answer takes nothing away"
    relay.fault = (500, b"{}")
    chat.find(".choices button").first.click()
    chat.expect_state("error")
    assert focused(page) == "log"
    relay.fault = None
    chat.button(words("hide")).click()
    assert focused(page) == "main launcher"
    chat.find(".launcher").click()
    assert focused(page) == "main launcher", "the second step"
    page.wait_for_timeout(600)
    chat.find(".launcher").click()
    assert focused(page) == "H2"
    chat.end()
    assert focused(page) == "H2"


def test_a_chat_that_ends_by_itself_leaves_the_focus_in_place(visit, page):
    page.clock.install()
    chat = visit(state="chat")
    page.clock.fast_forward("15:05")
    page.clock.fast_forward("02:05")
    chat.expect_state("ended")
    assert focused(page) == "H2"


VISIBLE_POINT = """() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (node === document.body) return ["(none)", true];
  const box = node.getBoundingClientRect();
  const points = [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9], [.25, .5], [.75, .5]];
  const seen = points.some(([x, y]) => {
    let hit = document.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit && (node === hit || node.contains(hit));
  });
  return [node.className || node.textContent.slice(0, 20), seen];
}"""


@pytest.mark.parametrize("view", VIEWPORTS)
@pytest.mark.parametrize("state", ["closed", "notice", "answered"])
def test_all_can_be_reached_by_key_and_nothing_that_has_focus_is_hidden(visit, page, view, state):
    chat = visit(state=state, viewport=VIEWPORTS[view])
    page.locator("body").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    met = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(VISIBLE_POINT)
        if name == "(none)":
            break
        met.append(name)
        assert seen, (name, met)
    links = [name for name in met if name.startswith("A ")]
    assert links == ["A first link of the ", "A last link of the p"], "no trap"
    controls = chat.find("a, button, textarea, summary, .log")
    shown = sum(control.is_visible() for control in controls.all())
    assert len(met) >= shown + 3


def test_the_log_scrolls_by_key(visit, page):
    chat = visit(state="answered")
    log = chat.find(".log")
    log.evaluate("node => { node.scrollTop = 0; }")
    log.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert log.evaluate("node => node.scrollTop") > 0


@pytest.mark.parametrize("state", ["closed", "notice", "answered"])
def test_at_400_percent_nothing_scrolls_sideways(visit, page, state):
    chat = visit(state=state, viewport=ZOOMED)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if state != "closed":
        expect(chat.exit).to_be_in_viewport(ratio=1)
        assert (
            page.evaluate(
                "getComputedStyle(document.querySelector('force-chat').shadowRoot"
                ".querySelector('.panel')).position"
            )
            == "static"
        )


@pytest.mark.parametrize("host", ["plain", "stand-alone"])
def test_on_a_phone_question_answer_and_field_are_in_sight(visit, page, bot, host):
    if host == "plain":
        chat = visit(state="chat", viewport=PHONE)
    else:
        page.set_viewport_size(PHONE)
        page.goto(bot.url)
        chat = ChatOnPage(page)
        chat.find(".start").click()
    for part in (".bar", ".bot", "textarea", ".send"):
        expect(chat.find(part).first).to_be_in_viewport(ratio=1)
    chat.say("what is a stalking protection order")
    for part in (".you", ".bot >> nth=1", "textarea"):
        expect(chat.find(part)).to_be_in_viewport(ratio=0.5)


IN_SIGHT = """node => {
  const { top, height } = node.querySelector(".text").getBoundingClientRect();
  const log = node.closest(".log").getBoundingClientRect();
  const line = Math.min(height, 20);
  return top >= log.top && top + line <= Math.min(log.bottom, innerHeight);
}"""


@pytest.mark.parametrize(
    "viewport",
    [{"width": 390, "height": 664}, {"width": 375, "height": 548}, {"width": 640, "height": 400}],
    ids=["phone", "small phone", "zoomed"],
)
def test_the_first_line_of_the_answer_to_a_long_message_is_in_sight(visit, viewport):
    chat = visit(state="chat", viewport=viewport)
    story = "he has been writing to me for months and nobody does anything about it at all. " * 5
    chat.say(f"{story} and now hes banging on my door")
    assert chat.find(".bot").nth(1).locator(".text").inner_text().startswith("Call 999 now")
    assert chat.find(".bot").nth(1).evaluate(IN_SIGHT)


def test_a_long_message_of_ones_own_is_shortened_until_it_is_opened(visit):
    chat = visit(state="chat", viewport=PHONE)
    long = "and then he waited by the bus stop again as he does. " * 12
    chat.say(long)
    own = chat.find(".you .text")
    line = own.evaluate("node => parseFloat(getComputedStyle(node).lineHeight)")
    assert own.bounding_box()["height"] <= 3 * line + 1
    chat.button(words("whole")).click()
    assert own.evaluate("node => node.scrollHeight <= node.clientHeight + 1")
    chat.say("is that a crime")
    expect(chat.button(words("whole"))).to_have_count(0)


def test_on_a_phone_what_failed_and_the_field_are_in_sight(visit, relay):
    chat = visit(state="answered", viewport=PHONE)
    relay.fault = (500, b"")
    chat.type("how long does it last?")
    chat.expect_state("error")
    for part in (".exit", ".urgent strong", ".problem", "textarea", ".send"):
        expect(chat.find(part)).to_be_in_viewport(ratio=1)
    line = chat.problem.evaluate("node => getComputedStyle(node).borderLeftColor")
    assert line == "rgb(163, 35, 27)"


SPACING = """root => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  root.shadowRoot.adoptedStyleSheets = [...root.shadowRoot.adoptedStyleSheets, sheet];
  return [...root.shadowRoot.querySelectorAll("*")].filter((node) => {
    const style = getComputedStyle(node);
    const clips = (axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
    return style.clipPath === "none" && (clips("X") && node.scrollWidth > node.clientWidth + 1
      || clips("Y") && node.scrollHeight > node.clientHeight + 1);
  }).map((node) => node.className);
}"""


@pytest.mark.parametrize("view", VIEWPORTS)
def test_wider_text_spacing_cuts_nothing_off(visit, page, view):
    chat = visit(state="answered", viewport=VIEWPORTS[view])
    chat.find("[data-word=help]").click()
    assert page.locator("force-chat").evaluate(SPACING) == []
    for name in ("exit", "send", "end"):
        expect(chat.find(f".{name}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("host", ["plain", "hostile"])
def test_targets_are_large_and_the_field_is_not_zoomed_into(visit, page, host):
    for viewport in (DESKTOP, PHONE):
        chat = visit(host, "closed", viewport)
        for state in ("notice", "answered"):
            chat.reach(state) if state == "notice" else chat.find(".start").click()
            if state == "answered":
                chat.say("hello")
            for control in chat.find("button, .exit, summary").all():
                if control.is_visible():
                    box = control.bounding_box()
                    assert min(box["width"], box["height"]) >= 43.9, control.inner_text()
        size = chat.field.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        assert size >= 16


def test_the_readers_own_text_size_counts(playwright, chromium, site, relay, tmp_path):
    """The default font size is a browser setting: 32 pixels doubles everything."""
    profile = tmp_path / "Default"
    profile.mkdir()
    (profile / "Preferences").write_text(
        json.dumps({"webkit": {"webprefs": {"default_font_size": 32}}})
    )
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium, **KEEP, viewport=DESKTOP
    )
    page = context.new_page()
    page.goto(f"{site.origin}/hostile.html")  # with 62.5 % on its root
    chat = ChatOnPage(page).reach("notice")
    assert chat.exit.evaluate("node => getComputedStyle(node).fontSize") == "32px"
    context.close()


def test_forced_colours_keep_borders_and_focus(visit, page, relay, neutral):
    page.emulate_media(forced_colors="active")
    chat = bring_into(visit, page, relay, neutral, "waiting")
    for control in chat.find("button:not(.plain), .exit, textarea").all():
        if control.is_visible():
            width, colour = control.evaluate(
                """node => {
                  const { borderTopWidth, borderTopColor } = getComputedStyle(node);
                  return [parseFloat(borderTopWidth), borderTopColor];
                }"""
            )
            assert width >= 1 and colour != "rgba(0, 0, 0, 0)"
    dot = chat.find(".dots i").first
    assert dot.evaluate("node => parseFloat(getComputedStyle(node).borderTopWidth)") > 0
    chat.field.focus()
    page.keyboard.press("Tab")
    outline = page.evaluate("""() => {
      let node = document.activeElement;
      while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
      const style = getComputedStyle(node);
      return [style.outlineStyle, parseFloat(style.outlineWidth)];
    }""")
    assert outline == ["solid", 3]


def test_reduced_motion_stops_all_motion(visit, page, relay, neutral):
    page.emulate_media(reduced_motion="reduce")
    bring_into(visit, page, relay, neutral, "waiting")
    assert page.evaluate("document.getAnimations({subtree: true}).length") == 0
    page.emulate_media(reduced_motion="no-preference")
    total = page.evaluate("""() => Math.max(...document.querySelector("force-chat").shadowRoot
      .getAnimations().map((one) => one.effect.getComputedTiming().endTime))""")
    assert 0 < total <= 5_000, "nothing moves for longer than five seconds"


def test_the_field_has_a_label_and_a_hint(visit, page):
    chat = visit(state="chat")
    field = page.get_by_label(words("message"), exact=True)
    expect(field).to_have_attribute("aria-describedby", "hint")
    expect(field).to_have_accessible_description(words("hint"))
    expect(chat.find("#hint")).to_have_text(words("hint"))


def test_help_stands_in_the_same_place_in_every_state(visit, page, relay, neutral):
    seen = set()
    for state in ("notice", "chat", "error", "ended"):
        relay.fault = None
        chat = bring_into(visit, page, relay, neutral, state)
        expect(chat.find(".urgent strong")).to_have_text(words("danger"))
        box = chat.find(".urgent").bounding_box()
        seen.add((box["x"], box["y"], box["width"]))
        chat.find(".urgent summary").click()
        for told in ("999", "18000", "101", number("nsh")):
            expect(chat.find(".urgent .help")).to_contain_text(told)
    assert len(seen) == 1


def with_welsh(text: str) -> str:
    """The script with a second language: the English words, marked."""
    start = text.index("const WORDS = {\nen:") + len("const WORDS = {\nen:")
    end = text.index("\n}\n};", start) + 2
    english = text[start:end]
    other = re.sub(r'^(\w+:)"', r'\1"~', english, flags=re.MULTILINE)
    other = other.replace('language:"~In English', 'language:"Cymraeg')
    text = text[:end] + ",\ncy:" + other + text[end:]
    return text.replace("CHOICES[this.#lang]", "CHOICES.en")


def test_switching_the_language_keeps_transcript_and_focus(page, site, relay, visit):
    script = next(DIST.glob("chat-*.js"))
    page.route(
        "**/chat-*.js",
        lambda route: route.fulfill(
            body=with_welsh(script.read_text()), content_type="text/javascript"
        ),
    )
    page.route(
        "**/plain.html",
        lambda route: route.fulfill(
            response=(response := route.fetch()),
            body=response.text().replace("integrity=", "data-integrity="),
        ),
    )
    chat = visit(state="answered")
    before = chat.find(".bot .text").all_inner_texts()
    other = chat.button("Cymraeg")
    expect(other).to_have_attribute("lang", "cy")
    other.click()
    expect(chat.frame).to_have_attribute("lang", "cy")
    expect(chat.find(".send")).to_have_text("~Send")
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(other).to_be_focused()
    assert chat.find(".bot .text").all_inner_texts() == before
    assert set(chat.find(".log > ol > li").evaluate_all("all => all.map((one) => one.lang)")) == {
        "en"
    }
    assert_clean(audit(page))
    chat.say("hello")
    assert relay.requests("/messages")[-1].json["language"] == "cy"
