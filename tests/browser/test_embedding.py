"""In the pages of others, and how light it is (A1, C10, C11, F4, F5, G1 to G7)."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.chat import ChatOnPage, words
from tests.browser.conftest import DESKTOP, PHONE, ZOOMED
from tests.integration.words import number
from widget.build import DIST

WATCH = """() => {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    violations.push([event.violatedDirective, event.blockedURI]));
}"""


def test_a_strict_policy_with_trusted_types_has_nothing_to_object_to(visit, page, neutral):
    page.add_init_script(f"({WATCH})()")
    problems = []
    page.on(
        "console",
        lambda message: (
            problems.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    chat = visit("strict", "answered")
    chat.find("[data-word=help]").click()
    chat.button(words("calls_show")).click()
    chat.button(words("hide")).click()
    chat.show_again()
    chat.end()
    chat.expect_state("ended")
    assert page.evaluate("violations") == []
    assert [text for text in problems if "404" not in text[1]] == []  # the host has no icon
    chat.exit.click()
    page.wait_for_url("**/weather")


def test_the_script_is_the_one_that_is_published(page, site):
    manifest = json.loads((DIST / "manifest.json").read_text())
    body = (DIST / manifest["script"]).read_bytes()
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    assert manifest["integrity"] == f"sha384-{digest}"
    page.goto(f"{site.origin}/plain.html")
    script = page.locator("script[integrity]")
    expect(script).to_have_attribute("integrity", manifest["integrity"])
    expect(script).to_have_attribute("crossorigin", "anonymous")


def test_the_gateway_serves_the_same_script_to_any_page(page, site, bot):
    """From the gateway's own origin, with its digest, straight and not through the relay."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    address = f"{bot.url}assets/{manifest['script']}"
    page.route(
        "**/plain.html",
        lambda route: route.fulfill(
            response=(response := route.fetch()),
            body=re.sub(r'api="[^"]*"', f'api="{bot.url}"', response.text()).replace(
                f'src="{manifest["script"]}"', f'src="{address}"'
            ),
        ),
    )
    page.goto(f"{site.origin}/plain.html")
    chat = ChatOnPage(page).reach("answered")
    assert "Stalking Protection Order" in chat.texts()


LOOK = """root => {
  const look = (selector) => {
    const node = root.shadowRoot.querySelector(selector);
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    return [box.width, box.height, style.fontSize, style.fontFamily, style.color, style.direction,
      style.textTransform, style.letterSpacing, style.display, style.visibility];
  };
  return [".panel", ".exit", ".send", "textarea", ".log li", ".choices button", "h2"].map(look);
}"""


def test_a_hostile_sheet_changes_nothing(visit, page):
    seen = []
    for host in ("plain", "hostile"):
        visit(host, "answered")
        seen.append(page.locator("force-chat").evaluate(LOOK))
    assert seen[0] == seen[1]
    assert (
        page.locator("body > [role=status]").evaluate("node => getComputedStyle(node).display")
        == "block"
    )


def test_it_adds_one_element_name_and_no_globals(page, site):
    page.goto(site.origin)
    before = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    page.goto(f"{site.origin}/plain.html")
    expect(page.locator("force-chat >> css=.frame")).to_be_attached()
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) - before == set()


def test_two_elements_make_one_chat(visit, page, neutral):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    chat = visit()
    page.evaluate("""() => {
      const second = document.querySelector("force-chat").cloneNode(true);
      second.id = "second";
      document.querySelector("main").append(second);
    }""")
    assert page.locator("#second").evaluate("node => node.shadowRoot") is None
    assert page.locator("#second").get_by_text("National Stalking Helpline").is_visible()
    page.locator("#second").evaluate("node => node.remove()")
    chat.reach("answered")
    assert errors == []


def test_loading_the_script_twice_listens_once(visit, page, neutral):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    chat = visit()
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.type = "module";
      script.src = document.querySelector("script[integrity]").src + "?again";
      return new Promise((done, failed) => {
        script.addEventListener("load", () => done());
        script.addEventListener("error", failed);
        document.head.append(script);
      });
    }""")
    chat.reach("chat")
    page.keyboard.press("Shift")
    expect(chat.announcer).to_have_text(words("shift_two"))
    assert chat.announcer.count() == 1
    assert errors == []


def test_moving_the_element_keeps_the_chat_and_removing_it_ends_it(visit, page, relay):
    chat = visit(state="answered")
    chat.field.fill("draft")
    page.evaluate("document.body.prepend(document.querySelector('force-chat'))")
    chat.expect_state("chat")
    assert "Stalking Protection Order" in chat.texts()
    assert chat.field.input_value() == "draft"
    mine = relay.requests("/messages")[-1].json["conversation"]
    assert mine not in [one.json["conversation"] for one in relay.requests("/end")]
    page.evaluate("window.kept = document.querySelector('force-chat'); kept.remove()")
    assert relay.wait_for("/end")[0].json["reason"] == "left"
    assert chat.announcer.count() == 0
    page.evaluate("document.body.append(kept)")
    chat.expect_state("closed")
    chat.reach("answered")


THEME = """(values) => {
  for (const [name, value] of Object.entries(values)) {
    document.querySelector("force-chat").style.setProperty(name, value);
  }
}"""


@pytest.mark.parametrize(
    ("brand", "text", "taken"),
    [
        ("#4b2a6b", "#ffffff", True),
        ("purple", "white", True),
        ("#ffff66", "#000", True),
        ("#8fbfe0", "#ffffff", False),
        ("rgb(0 0 0 / .5)", "#fff", False),
        ("#4b2a6b", "", False),
        ("nonsense", "#fff", False),
    ],
)
def test_colours_of_the_page_are_taken_only_when_they_can_be_read(visit, page, brand, text, taken):
    chat = visit()
    page.evaluate(THEME, {"--chat-brand": brand, "--chat-brand-text": text, "--chat-radius": "0px"})
    chat.reach("notice")
    default = "rgb(29, 68, 104)"
    colour = chat.find(".bar").evaluate("node => getComputedStyle(node).backgroundColor")
    assert (colour != default) == taken
    assert chat.find(".start").evaluate("node => getComputedStyle(node).borderRadius") == "0px"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_the_page_does_not_jump_when_the_chat_arrives(page, site, viewport):
    page.add_init_script("""
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    """)
    page.set_viewport_size(viewport)
    page.goto(f"{site.origin}/plain.html")
    expect(page.locator("force-chat >> css=.launcher")).to_be_visible()
    page.wait_for_timeout(200)
    assert page.evaluate("window.shift") == 0


WIDTHS = (320, 390, 768, 1280, 1366, 1440, 1920, 2560)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_header_stays_in_its_panel(page, bot, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(bot.url)
    chat = ChatOnPage(page)
    for state in ("notice", "chat"):
        chat.expect_state(state)
        panel, bar = chat.panel.bounding_box(), chat.find(".bar").bounding_box()
        assert panel["x"] <= bar["x"] + 0.5
        assert bar["x"] + bar["width"] <= panel["x"] + panel["width"] + 0.5
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        title, way = chat.find("h2").bounding_box(), chat.exit.bounding_box()
        assert title["x"] + title["width"] <= way["x"] or title["y"] >= way["y"] + way["height"]
        if state == "notice":
            chat.find(".start").click()


def test_nothing_of_the_page_lies_over_the_way_in(visit, page):
    chat = visit()
    page.evaluate("""() => {
      const banner = document.createElement("div");
      banner.style.cssText =
        "position: fixed; inset: auto 0 0 0; height: 50vh; z-index: 2147483647; background: #fff";
      document.body.append(banner);
    }""")
    chat.find(".launcher").click()
    chat.expect_state("notice")


def test_the_page_can_open_and_hide_the_chat(visit, page):
    chat = visit()
    page.evaluate("""() => {
      const link = document.createElement("button");
      link.dataset.openChat = "";
      link.textContent = "Talk to us";
      document.querySelector("main").prepend(link);
    }""")
    page.get_by_role("button", name="Talk to us").click()
    chat.expect_state("notice")
    page.evaluate("document.querySelector('force-chat').close()")
    chat.expect_state("closed")
    page.evaluate("document.querySelector('force-chat').open()")
    chat.expect_state("closed")
    page.wait_for_timeout(600)
    page.evaluate("document.querySelector('force-chat').open()")
    chat.expect_state("notice")


def test_a_link_that_opens_the_chat_leads_nowhere(visit, page):
    chat = visit()
    page.evaluate("""() => {
      const link = document.createElement("a");
      link.href = "/elsewhere";
      link.dataset.openChat = "";
      link.textContent = "Talk to us";
      document.querySelector("main").prepend(link);
    }""")
    address = page.url
    page.get_by_role("link", name="Talk to us").click()
    chat.expect_state("notice")
    assert page.url == address


def test_what_floats_gives_way_to_the_pages_focus(visit, page):
    chat = visit(state="notice")
    page.evaluate("""() => {
      const link = document.createElement("a");
      link.href = "#under";
      link.textContent = "under";
      link.style.cssText = "position: fixed; right: 60px; bottom: 200px";
      document.body.append(link);
      link.focus();
    }""")
    box = chat.panel.bounding_box()
    assert box["x"] < 100, "on the other side"


def test_the_way_out_follows_the_visual_viewport(visit, page, context):
    """What a phone's keyboard or pinching does; approximated by the browser's own page scale."""
    chat = visit(state="notice", viewport=PHONE)
    cdp = context.new_cdp_session(page)
    cdp.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    cdp.send(
        "Input.synthesizeScrollGesture", {"x": 100, "y": 300, "yDistance": -300, "xDistance": -100}
    )
    page.wait_for_timeout(300)
    seen = page.evaluate("""() => {
      const { top, right } = document.querySelector("force-chat").shadowRoot
        .querySelector(".exit").getBoundingClientRect();
      const view = visualViewport;
      return [view.scale, top - view.offsetTop, view.offsetLeft + view.width - right];
    }""")
    assert seen[0] == 2
    assert 0 <= seen[1] < 40 and 0 <= seen[2] < 40, seen
    chat.expect_state("notice")


def test_it_is_small():
    script = next(DIST.glob("chat-*.js")).read_bytes()
    size = len(gzip.compress(script, 9))
    print(f"script: {len(script)} bytes, {size} gzipped")
    assert size <= 20_000


OPENING = """() => new Promise((done) => {
  const root = document.querySelector("force-chat").shadowRoot;
  root.querySelector(".launcher").click();
  root.querySelector(".start").click();
  requestAnimationFrame(() => setTimeout(done));
})"""


def busy(cdp, *kinds: str) -> float:
    """Milliseconds that the page's main thread has had the processor, for some kinds of work."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return 1000 * sum(one["value"] for one in metrics if one["name"] in kinds)


def test_it_is_quick_on_a_slow_device(visit, page, context):
    """In time of the processor, since other work on this machine must not count; times four."""
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    taken = []
    for _ in range(8):
        chat = visit()
        before = busy(cdp, "TaskDuration")
        page.evaluate(OPENING)
        taken.append(round(4 * (busy(cdp, "TaskDuration") - before)))
        chat.expect_state("chat")
        expect(chat.find(".log")).to_be_focused()
        if len(taken) > 2 and min(taken) < 200:  # beside other work caches are cold, and it is more
            break
    print(f"usable after {sorted(taken)} ms at a quarter of the speed")
    assert 0 < min(taken) < 200


def test_loading_it_blocks_nothing(visit, page, context):
    """All that it does is less than the 50 ms from which on one task counts as long."""
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    taken = []
    for _ in range(3):
        visit()
        page.wait_for_timeout(200)
        taken.append(busy(cdp, "ScriptDuration", "LayoutDuration", "RecalcStyleDuration"))
    print(f"loaded with {sorted(taken)} ms of the processor")
    assert 0 < min(taken) < 50


# The gateway's own pages


def test_the_stand_alone_page_is_the_same_chat_open(page, bot, neutral):
    problems = []
    page.add_init_script(f"({WATCH})()")
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(bot.url)
    chat = ChatOnPage(page)
    chat.expect_state("notice")
    expect(chat.exit).to_be_in_viewport(ratio=1)
    assert chat.find(".hide").count() == 0
    chat.find(".start").click()
    chat.say("what is a stalking protection order")
    chat.end()
    chat.expect_state("ended")
    assert page.evaluate("violations") == [] and problems == []
    assert "stalk" not in page.title().lower() + page.url.lower()


def test_the_stand_alone_page_is_left_in_the_same_way(page, bot):
    page.goto(bot.url)
    chat = ChatOnPage(page)
    chat.find(".start").click()
    chat.say("hello")
    with page.expect_request("**/chat/end") as ended:
        chat.exit_but_stay()
    assert ended.value.post_data_json["reason"] == "exit"
    assert page.locator("force-chat").evaluate("node => node.shadowRoot.childElementCount") == 0
    assert page.title() == words("loading")


def test_without_scripts_the_stand_alone_page_leads_to_help(browser, bot):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(bot.url)
    assert page.get_by_text(number("nsh")).is_visible()
    way_out = page.get_by_role("link", name=words("exit"))
    assert way_out.get_attribute("href") == words("exit_address")
    assert "noreferrer" in way_out.get_attribute("rel")
    page.get_by_role("link", name="Ways to get help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ways to get help")
    for told in ("999", "101", number("nsh")):
        assert page.get_by_text(told).first.is_visible()
    context.close()
