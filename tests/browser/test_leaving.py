"""Leaving in a hurry: the one thing that must work when all else fails (A1 to A13)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import govuk_frontend
from tests.browser.chat import go_back, words
from tests.browser.conftest import DESKTOP, PHONE, ZOOMED
from tests.integration.waiting import wait_until

REACHABLE = """node => {
  const box = node.getBoundingClientRect();
  const hit = node.getRootNode().elementFromPoint(
    box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth
    && (hit === node || node.contains(hit));
}"""


def history(context, page) -> list[str]:
    entries = context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    return [entry["url"] for entry in entries]


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_what_floats_does_not_lie_over_the_button_beside_it(visit, viewport):
    chat = visit(state="notice", viewport=viewport)
    way, hide = chat.exit.bounding_box(), chat.find(".hide").bounding_box()
    assert hide["x"] + hide["width"] <= way["x"] or hide["y"] >= way["y"] + way["height"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, ZOOMED], ids=["desktop", "phone", "zoomed"])
@pytest.mark.parametrize("host", ["plain", "cookies", "hostile"])
def test_the_way_out_is_in_sight_and_on_top(visit, page, host, viewport):
    chat = visit(host, "notice", viewport)
    for state in ("notice", "chat"):
        if state == "chat":
            chat.find(".start").click()
        for scroll in ("0", "document.body.scrollHeight"):
            page.evaluate(f"scrollTo(0, {scroll})")
            assert chat.exit.evaluate(REACHABLE), (state, scroll)
    chat.end()
    assert chat.exit.evaluate(REACHABLE)


def test_the_way_out_is_a_link_and_first_to_tab_to(visit, page):
    chat = visit(state="chat")
    assert chat.exit.inner_text() == words("exit")
    assert chat.exit.get_attribute("href").startswith("https://")
    assert {"nofollow", "noreferrer", "noopener"} == set(chat.exit.get_attribute("rel").split())
    chat.find("h2").focus()
    page.keyboard.press("Tab")
    expect(chat.exit).to_be_focused()


OBSERVE = """() => {
  const log = window.steps = [];
  const chat = document.querySelector("force-chat");
  const left = () => chat.shadowRoot.querySelectorAll("li").length;
  const abort = AbortController.prototype.abort;
  AbortController.prototype.abort = function () { log.push(["abort", left()]); abort.call(this); };
  const { fetch } = window;
  window.fetch = (url, options) => {
    log.push([url.split("/").pop(), left()]);
    return fetch(url, options);
  };
  navigation.addEventListener("navigate", (event) => log.push(["navigate", {
    type: event.navigationType,
    shadow: chat.shadowRoot.childElementCount,
    title: document.title,
    referrer: document.head.lastElementChild.content,
    cover: document.body.lastElementChild.textContent,
    region: document.querySelectorAll("body > [role=status]").length,
  }]));
}"""


def test_everything_is_cleared_before_the_page_goes(visit, page, relay, neutral):
    chat = visit(state="answered")
    relay.fault = 20
    chat.type("one more thing")
    chat.expect_state("waiting")
    page.evaluate(OBSERVE)
    chat.exit_but_stay()
    steps = page.evaluate("steps")
    assert [name for name, _ in steps] == ["abort", "end", "navigate"]
    assert steps[0][1] > 0, "the request ends before the transcript goes"
    assert steps[2][1] == {
        "type": "replace",
        "shadow": 0,
        "title": words("loading"),
        "referrer": "no-referrer",
        "cover": words("loading"),
        "region": 0,
    }
    cover = page.locator("body > div").last
    assert cover.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 800}
    assert page.evaluate("document.elementFromPoint(640, 400).textContent") == words("loading")
    assert relay.wait_for("/end")[0].json["reason"] == "exit"


# Nothing is given up after a while.
PATIENT = """
  const { setTimeout } = window;
  window.setTimeout = (task, ms, ...more) => ms < 10_000 ? setTimeout(task, ms, ...more) : 0;
"""


def test_leaving_waits_for_nothing(visit, page, relay, neutral):
    """Neither for the answer nor until the widget gives that up."""
    page.add_init_script(PATIENT)
    chat = visit(state="chat")
    with relay.holding():
        chat.type("hello")
        chat.expect_state("waiting")
        chat.exit.evaluate("link => link.click()")
        wait_until(lambda: neutral.visits)


def test_offline_the_chat_is_gone_at_once(visit, page, context, neutral):
    chat = visit(state="answered")
    page.evaluate(OBSERVE)
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => false})")
    page.evaluate("dispatchEvent(new Event('offline'))")
    chat.expect_state("offline")
    chat.exit_but_stay()
    assert page.evaluate("steps.at(-1)[1].shadow") == 0


@pytest.mark.back_button
def test_back_leads_neither_to_the_chat_nor_to_its_page(visit, page, context, site, neutral):
    page.goto(site.origin)
    chat = visit(state="answered")
    chat.field.fill("half a sentence")
    chat.exit.click()
    page.wait_for_url("**/weather")
    assert history(context, page)[-2:] == [f"{site.origin}/", neutral.address]
    go_back(context, page)
    assert page.url == f"{site.origin}/"
    assert len(context.pages) == 1


def test_the_other_site_learns_nothing(visit, page, context, site, neutral):
    context.add_cookies([{"name": "session", "value": "1", "url": site.origin}])
    visit(state="answered").exit.click()
    page.wait_for_url("**/weather")
    (arrived,) = neutral.visits
    assert "referer" not in arrived.headers
    assert arrived.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    assert site.origin not in str(arrived.headers)


def test_a_question_of_the_page_cannot_hold_one_back(visit, page, neutral):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    chat = visit(state="chat")
    page.evaluate("addEventListener('beforeunload', (event) => event.preventDefault())")
    chat.field.fill("typed, so that the browser would ask")
    chat.exit.click()
    page.wait_for_url("**/weather")
    assert asked == []


@pytest.mark.parametrize("modifier", ["Control", "Shift", "Meta"])
def test_no_second_tab(visit, page, context, neutral, modifier):
    visit(state="chat").exit.click(modifiers=[modifier])
    page.wait_for_url("**/weather")
    assert len(context.pages) == 1


def test_a_middle_click_leaves_too(visit, page, context, neutral):
    visit(state="chat").exit.click(button="middle")
    page.wait_for_url("**/weather")
    assert len(context.pages) == 1


# The Shift key


LEAVE = [["ShiftLeft"] * 3, ["ShiftRight"] * 3, ["ShiftLeft", "ShiftRight", "ShiftLeft"]]


@pytest.mark.parametrize("keys", LEAVE, ids=["left", "right", "mixed"])
@pytest.mark.parametrize("where", ["host", "field", "exit"])
def test_shift_three_times_leaves(visit, page, keys, where, neutral):
    chat = visit(state="chat")
    {"host": page.get_by_text("A first link"), "field": chat.field, "exit": chat.exit}[
        where
    ].focus()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url("**/weather")


def test_shift_also_leaves_while_the_chat_is_hidden(visit, page, neutral):
    chat = visit(state="answered")
    chat.button(words("hide")).click()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/weather")


def test_each_press_is_told(visit, page):
    chat = visit(state="chat")
    page.keyboard.press("Shift")
    expect(chat.announcer).to_have_text(words("shift_two"))
    page.keyboard.press("Shift")
    expect(chat.announcer).to_have_text(words("shift_one"))


def capitals(page):
    page.keyboard.type("HELP ME NOW", delay=5)
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")


def shift_tab(page):
    for _ in range(4):
        page.keyboard.press("Shift+Tab")


def held(page):
    for _ in range(30):  # what a held key sends
        page.keyboard.down("Shift")
    page.keyboard.up("Shift")


def other_key_between(page):
    for _ in range(2):
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.keyboard.press("a")


def with_control(page):
    for _ in range(4):
        page.keyboard.press("Control+Shift")


def composing(page):
    page.evaluate("""() => {
      for (let press = 0; press < 4; press += 1) for (const type of ["keydown", "keyup"]) {
        const data = { key: "Shift", isComposing: true, bubbles: true, composed: true };
        document.activeElement.dispatchEvent(new KeyboardEvent(type, data));
      }
    }""")


def shift_click(page):
    for _ in range(4):
        page.locator("h1").click(modifiers=["Shift"])


@pytest.mark.parametrize(
    "act", [capitals, shift_tab, held, other_key_between, with_control, composing, shift_click]
)
def test_ordinary_typing_does_not_leave(visit, page, act, neutral):
    chat = visit(state="chat")
    chat.field.focus()
    act(page)
    page.wait_for_timeout(150)
    chat.expect_state("chat")
    assert not neutral.visits


def test_presses_far_apart_do_not_count(visit, page, neutral):
    page.clock.install()
    chat = visit(state="chat")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(5_200)
    page.keyboard.press("Shift")
    expect(chat.announcer).to_have_text(words("shift_two"))
    chat.expect_state("chat")


def test_shift_does_nothing_before_the_chat_is_opened(visit, page, neutral):
    chat = visit()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_timeout(150)
    chat.expect_state("closed")


# The page's own exits


def test_escape_stays_the_pages(visit, page):
    chat = visit(state="answered")
    page.evaluate("""() => {
      window.escapes = [];
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") escapes.push(event.defaultPrevented);
      });
    }""")
    controls = chat.find("a, button, textarea, summary, .log")
    visible = [control for control in controls.all() if control.is_visible()]
    for control in visible:
        control.focus()
        page.keyboard.press("Escape")
    assert len(visible) > 8
    assert page.evaluate("escapes") == [False] * len(visible)
    chat.expect_state("chat")


def test_escape_leaves_where_the_page_says_so(visit, page, context, site, relay, neutral):
    chat = visit("escape", "answered")
    expect(chat.find(".log")).to_contain_text("Stalking")
    page.evaluate("document.body.dataset.stay = '1'")  # the host's own exit is tested below
    page.keyboard.press("Escape")
    page.wait_for_url("**/weather")
    assert f"{site.origin}/escape.html" not in history(context, page)
    assert relay.wait_for("/end")[0].json["reason"] == "exit"


def test_both_exits_on_one_key_still_replace_the_page(visit, page, context, site, neutral):
    visit("escape", "answered")
    page.keyboard.press("Escape")
    page.wait_for_url("**/weather")
    page.wait_for_timeout(300)
    assert page.url == neutral.address


@pytest.mark.parametrize("way", ["click", "shift"])
@pytest.mark.back_button
def test_the_govuk_exit_clears_the_chat(visit, page, context, site, relay, neutral, way):
    chat = visit("govuk", "answered")
    chat.field.fill("half a sentence")
    page.evaluate("window.mark = 'kept in memory'")
    if way == "click":
        page.locator(".govuk-exit-this-page__button").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/weather")
    assert len(relay.wait_for("/end")) == 1
    assert len(neutral.visits) == 1, "one exit, not two"
    go_back(context, page)
    assert page.evaluate("window.mark") == "kept in memory", "the back/forward cache was used"
    chat.expect_state("closed")
    assert "half a sentence" not in page.content() + chat.frame.inner_html()
    assert chat.find("li, textarea").count() == 0


@pytest.mark.parametrize(("host", "way"), [("govuk", ".govuk-exit-this-page a"), ("plain", "#own")])
def test_the_open_chat_does_not_lie_over_the_pages_own_exit(visit, page, host, way):
    """As the exit of the GOV.UK Design System: at the right, and it stays there."""
    chat = visit(host, viewport={"width": 1280, "height": 700})
    page.evaluate("""() => {
      const own = document.createElement("a");
      own.id = "own";
      own.style.cssText = "position: fixed; right: 3rem; top: 3rem";
      own.textContent = "own exit";
      document.body.append(own);
      document.querySelector("force-chat").setAttribute("host-exit", "#own");
    }""")
    chat.reach("notice")
    assert page.locator(way).evaluate(REACHABLE)
    assert chat.exit.evaluate(REACHABLE)


@pytest.fixture(scope="module")
def design_system() -> dict[str, bytes]:
    return govuk_frontend.fetched()


AT_MIDDLE = """node => {
  const { x, y, width, height } = node.getBoundingClientRect();
  const at = (root) => root.elementFromPoint(x + width / 2, y + height / 2);
  const top = at(document);
  return node === (top?.shadowRoot ? at(top.shadowRoot) : top);
}"""


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED, DESKTOP], ids=["phone", "zoomed", "desktop"])
def test_beside_the_real_govuk_exit_nothing_overlaps(visit, page, design_system, viewport):
    govuk_frontend.serve(page, design_system)
    chat = visit("govuk-frontend", viewport=viewport)
    theirs = page.locator(".govuk-exit-this-page__button")
    chat.reach("notice")
    for part in (chat.find(".hide"), chat.exit, chat.find(".start")):
        part.focus()
        assert part.evaluate(AT_MIDDLE), part
        assert theirs.evaluate(REACHABLE)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert theirs.evaluate(REACHABLE)
    chat.find(".hide").click()
    chat.expect_state("closed")


@pytest.mark.parametrize(
    "style",
    [
        "position: fixed; top: 0; right: 0; visibility: hidden",
        "position: fixed; top: 0; right: 0; transform: translateY(-200%)",
        "position: fixed; top: 0; right: 0; opacity: 0",
        "position: sticky; top: 0",
    ],
    ids=["hidden", "slid away", "transparent", "leaves with its header"],
)
def test_the_chats_exit_yields_only_to_one_that_is_there(visit, page, style):
    chat = visit(viewport=PHONE)
    page.evaluate(
        """(style) => {
      const header = document.createElement("header");
      const own = document.createElement("a");
      Object.assign(own, { id: "own", href: "#own", textContent: "own exit" });
      own.style.cssText = style;
      header.style.height = "60px";
      header.append(own);
      document.body.prepend(header);
      document.querySelector("force-chat").setAttribute("host-exit", "#own");
    }""",
        style,
    )
    chat.reach("chat")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert chat.exit.evaluate(REACHABLE)


@pytest.mark.parametrize("given", ["[", "", "#none"])
def test_a_wrong_name_for_the_pages_exit_harms_nothing(visit, page, given):
    chat = visit()
    page.locator("force-chat").evaluate(
        "(node, given) => node.setAttribute('host-exit', given)", given
    )
    chat.reach("answered")
    page.get_by_role("heading", level=1).click()
    chat.expect_state("chat")


@pytest.mark.back_button
def test_an_exit_through_the_website_drops_its_earlier_pages(page, context, site, neutral):
    """docs/embedding.md: a redirect with Clear-Site-Data; nothing that the chat does."""
    for way, kept in ((neutral.address, True), (f"{site.origin}/leave", False)):
        page.goto(f"{site.origin}/cookies.html")
        page.evaluate("window.mark = 1")
        page.goto(f"{site.origin}/plain.html")
        page.goto(way)
        page.wait_for_url("**/weather")
        go_back(context, page, 2)
        assert page.url == f"{site.origin}/cookies.html"
        assert (page.evaluate("window.mark") == 1) is kept


def test_a_page_may_name_its_own_exit(visit, page, relay):
    chat = visit("escape", "answered")
    page.evaluate(
        "document.querySelector('#quick-exit').addEventListener('click', (e) => e.preventDefault())"
    )
    page.locator("#quick-exit").click()
    assert relay.wait_for("/end")[0].json["reason"] == "exit"
    assert chat.find("li").count() == 0
    # The page stays, and so does 999.
    chat.expect_state("closed")
    expect(chat.find(".closed a")).to_have_attribute("href", "tel:999")


def test_shift_leaves_where_the_pages_exit_lacks_its_script(visit, page, neutral):
    visit("govuk", "answered")
    page.evaluate("delete document.body.dataset.govukFrontendExitThisPageKeypress")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/weather")


# Where it leads


@pytest.mark.parametrize(
    ("given", "leads_to"),
    [
        ("https://www.example.org/a", "https://www.example.org/a"),
        ("http://www.example.org/", words("exit_address")),
        ("javascript:alert(1)", words("exit_address")),
        ("/local", words("exit_address")),
        ("", words("exit_address")),
        (None, words("exit_address")),
    ],
)
def test_the_destination_is_https_or_the_default(visit, page, given, leads_to):
    chat = visit()
    page.evaluate(
        """(given) => {
          const chat = document.querySelector("force-chat");
          given === null ? chat.removeAttribute("exit-url") : chat.setAttribute("exit-url", given);
        }""",
        given,
    )
    chat.reach("notice")
    assert chat.exit.evaluate("link => link.href") == leads_to
