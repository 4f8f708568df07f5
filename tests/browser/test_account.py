"""Help me put it in order: six questions, one page, and nothing left of it (docs/account.md)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.chat import ChatOnPage, go_back, words
from tests.browser.conftest import DESKTOP, KEEP, PHONE, ZOOMED
from tests.browser.test_access import LOOKS, RULES, assert_clean, audit, put_on
from tests.browser.test_traces import STORED, files_with
from tests.integration.words import said, title

PARTS = ("what", "since", "often", "who", "changed", "fear")
ANSWERS = {
    "what": "he sends me letters-zq8f1",
    "since": "since last march",
    "often": "about two letters a week",
    "who": "my ex boyfriend",
    "changed": "I take another bus to work",
    "fear": "that the letters never stop",
}
TOKEN = "zq8f1"
NOW = "he is outside my house now"


def begin(chat: ChatOnPage) -> ChatOnPage:
    """From an open chat to the first question, by the buttons that are offered."""
    chat.say("how do i report stalking")
    chat.button(title("case/in_order")).click()
    chat.button(words("account_start")).click()
    return chat


@pytest.fixture
def account(visit):
    return begin(visit(state="chat"))


def question(part: str) -> str:
    return f"{PARTS.index(part) + 1} of 6. {words(f'account_ask_{part}')}"


def answer(chat: ChatOnPage, text: str, part: str) -> None:
    """Answer the question about one part."""
    expect(chat.messages.last).to_contain_text(question(part))
    chat.type(text)


def answer_all(chat: ChatOnPage) -> None:
    for part, text in ANSWERS.items():
        answer(chat, text, part)
    expect(chat.find(".page")).to_be_visible()


def everything(page) -> str:
    """All that is in the document, in the chat, in its fields and in what is announced."""
    return page.evaluate(
        """() => {
          const { shadowRoot } = document.querySelector('force-chat');
          const fields = [...shadowRoot.querySelectorAll('textarea')].map((field) => field.value);
          return [document.documentElement.outerHTML, shadowRoot.innerHTML, ...fields].join();
        }"""
    )


def test_six_answers_make_one_page_in_their_own_words(visit, page, context, relay):
    chat = visit()
    look = "[history.length, location.href, document.title]"
    before = page.evaluate(look)
    begin(chat.reach("chat"))
    answer_all(chat)
    shown = chat.find(".page")
    assert shown.locator("h3").inner_text() == words("account_title")
    assert shown.locator("h4").all_inner_texts() == [words(f"account_head_{one}") for one in PARTS]
    assert shown.locator(".text").all_inner_texts() == list(ANSWERS.values())
    for line in ("account_how", "account_device"):
        expect(shown).to_contain_text(words(line))
    assert "call 999" in words("account_how") and "call 101" in words("account_how")
    assert chat.find(".you").filter(has_text=TOKEN).count() == 0, "it stands there once"
    sent = [request.json for request in relay.requests("/check")]
    assert [body["text"] for body in sent] == list(ANSWERS.values())
    assert {tuple(sorted(body)) for body in sent} == {("conversation", "text")}
    assert not any(TOKEN.encode() in request.body for request in relay.requests("/messages"))
    assert page.evaluate(look) == before
    assert set(page.evaluate(STORED).values()) == {"", 0} and context.cookies() == []


def test_danger_in_an_answer_is_shown_at_once_and_then_it_goes_on(account):
    answer(account, NOW, "what")
    card = account.find(".danger")
    expect(card).to_contain_text(said("emergency", pronoun="he").split(".")[0])
    assert card.locator(".call").get_attribute("href") == "tel:999"
    expect(account.frame).to_have_attribute("data-danger", "")
    expect(account.messages.last).to_contain_text(words("account_after_danger"))
    assert question("since") not in account.texts(), "nothing is asked before they say so"
    account.button(words("account_go_on")).click()
    for part in PARTS[1:]:
        answer(account, ANSWERS[part], part)
    expect(account.find(".page")).to_contain_text(NOW)


def test_from_danger_one_can_go_to_the_chat_and_come_back(account):
    answer(account, NOW, "what")
    account.button(title("emergency/cannot_speak")).click()
    expect(account.messages.last).to_contain_text("999")
    expect(account.button(words("account_go_on"))).to_be_visible()
    account.say("what is a stalking protection order")
    account.button(words("account_go_on")).click()
    expect(account.messages.last).to_contain_text(question("since"))
    expect(account.field).to_be_focused()


def test_a_question_can_be_skipped_and_gone_back_to(account):
    answer(account, ANSWERS["what"], "what")
    account.button(words("account_skip")).click()
    expect(account.messages.last).to_contain_text(question("often"))
    expect(account.field).to_be_focused()
    for part in ("since", "what"):
        account.button(words("account_back")).click()
        expect(account.messages.last).to_contain_text(question(part))
    assert account.field.input_value() == ANSWERS["what"]
    assert account.find(".you").filter(has_text=TOKEN).count() == 0
    answer(account, "changed-zq8f2", "what")
    for _ in PARTS[1:]:
        account.button(words("account_skip")).click()
    expect(account.find(".page h3")).to_be_focused()
    assert account.find(".page .text").all_inner_texts() == ["changed-zq8f2"]
    account.find(".page").get_by_role("button", name=words("account_back")).click()
    expect(account.messages.last).to_contain_text(question("fear"))
    assert account.find(".page").count() == 0


def test_who_skips_all_gets_no_empty_page(account):
    for _ in PARTS:
        account.button(words("account_skip")).click()
    expect(account.messages.last).to_contain_text(words("account_empty"))
    assert account.find(".page").count() == 0
    account.button(words("account_back")).click()
    expect(account.messages.last).to_contain_text(question("fear"))


def test_after_the_page_the_chat_goes_on(account):
    answer_all(account)
    account.say("what is a stalking protection order")
    expect(account.find(".page")).to_contain_text(TOKEN)
    assert account.button(words("account_go_on")).count() == 0


# Leaving erases it


def erase(chat, page, site):
    chat.button(words("account_erase")).click()
    expect(chat.messages.last).to_contain_text(words("account_erased"))
    expect(chat.find(".log")).to_be_focused()


def hide_and_show(chat, page, site):
    chat.button(words("hide")).click()
    assert TOKEN not in everything(page)
    chat.show_again()
    expect(chat.messages.last).to_contain_text(words("account_erased"))


def end(chat, page, site):
    chat.end()
    chat.expect_state("ended")


def leave(chat, page, site):
    chat.exit_but_stay()


def go_elsewhere(chat, page, site):
    page.evaluate("window.mark = 1")
    page.goto(f"{site.origin}/cookies.html")
    go_back(page.context, page)
    assert page.evaluate("window.mark") == 1, "from the back/forward cache"
    chat.expect_state("closed")


@pytest.mark.parametrize("way", [erase, hide_and_show, end, leave, go_elsewhere])
@pytest.mark.parametrize("is_done", [True, False], ids=["page", "questions"])
@pytest.mark.back_button
def test_leaving_erases_it(account, page, site, way, is_done):
    if is_done:
        answer_all(account)
    else:
        answer(account, ANSWERS["what"], "what")
        answer(account, "a day in march", "since")
        expect(account.messages.last).to_contain_text(question("often"))
        account.field.fill(f"draft {TOKEN}")
    assert TOKEN in everything(page)
    way(account, page, site)
    assert TOKEN not in everything(page)


def test_a_check_that_comes_late_brings_nothing_back(account, page):
    expect(account.messages.last).to_contain_text(question("what"))
    page.route("**/check", lambda route: (page.wait_for_timeout(700), route.continue_()))
    account.type(ANSWERS["what"])
    account.expect_state("waiting")
    account.button(words("hide")).click()
    page.wait_for_timeout(1_500)
    account.show_again()
    account.expect_state("chat")
    assert TOKEN not in everything(page)
    assert question("since") not in account.texts()


def test_quiet_for_long_clears_it(visit, page):
    page.clock.install()
    chat = begin(visit(state="chat"))
    answer(chat, ANSWERS["what"], "what")
    expect(chat.messages.last).to_contain_text(question("since"))
    page.clock.run_for("15:20")
    chat.expect_state("idle")
    page.clock.run_for("02:20")
    chat.expect_state("ended")
    assert TOKEN not in everything(page)


def test_nothing_of_it_reaches_the_disk(playwright, chromium, site, relay, neutral, tmp_path):
    """With a plain field of the page beside it, to prove that we would see."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium, ignore_https_errors=True, **KEEP
    )
    page = context.new_page()
    page.goto(f"{site.origin}/plain.html")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    page.locator("main > textarea").press_sequentially("control-zq7f1")
    chat = begin(ChatOnPage(page).reach("chat"))
    answer_all(chat)
    page.wait_for_timeout(3_500)  # session files are written late
    during = {token: files_with(tmp_path, token) for token in ("control-zq7f1", TOKEN)}
    chat.exit.click()
    page.wait_for_url("**/weather")
    page.wait_for_timeout(500)
    context.close()
    assert during["control-zq7f1"], "the search finds what a browser keeps"
    assert during[TOKEN] + files_with(tmp_path, TOKEN) == []


# What one can do with the page


def test_it_is_copied_as_headings_and_words(account, page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer_all(account)
    account.button(words("account_copy")).click()
    expect(account.find(".told")).to_have_text(words("account_copied"))
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r", "")
    assert copied == "\n\n".join(
        f"{words(f'account_head_{part}')}\n{text}" for part, text in ANSWERS.items()
    )


def test_where_copying_is_not_allowed_it_says_so(visit, page):
    def forbid(route):
        answered = route.fetch()
        policy = {"permissions-policy": "clipboard-write=()"}
        route.fulfill(response=answered, headers={**answered.headers, **policy})

    page.route("**/plain.html", forbid)
    account = begin(visit(state="chat"))
    answer_all(account)
    account.button(words("account_copy")).click()
    expect(account.find(".told")).to_have_text(words("account_copy_failed"))
    expect(account.announcer).to_have_text(words("account_copy_failed"))


def test_it_can_be_shown_larger(account):
    answer_all(account)
    larger = account.button(words("account_larger"))
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    before = account.find(".page .text").first.evaluate(size)
    larger.click()
    assert larger.get_attribute("aria-pressed") == "true"
    assert account.find(".page .text").first.evaluate(size) >= 1.4 * before
    larger.click()
    assert larger.get_attribute("aria-pressed") == "false"
    assert account.find(".page .text").first.evaluate(size) == before


def test_printing_shows_nothing_of_it(account, page):
    answer_all(account)
    page.emulate_media(media="print")
    expect(account.find(".page")).not_to_be_visible()


# Keys, screen readers, failures


def test_it_works_by_key_and_each_question_is_announced(visit, page):
    chat = visit(state="chat")
    chat.say("how do i report stalking")
    for name in (title("case/in_order"), words("account_start")):
        _tab_to(chat, page, name)
        page.keyboard.press("Enter")
        expect(chat.button(name)).to_have_count(0)
    for part, text in ANSWERS.items():
        expect(chat.announcer).to_contain_text(question(part))
        expect(chat.announcer).to_contain_text(words("account_skip"))
        expect(chat.field).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(chat.announcer).to_contain_text(words("account_title"))
    expect(chat.field).to_be_focused()
    _tab_to(chat, page, words("account_larger"), "Shift+Tab")
    page.keyboard.press("Space")
    expect(chat.button(words("account_larger"))).to_have_attribute("aria-pressed", "true")


def _tab_to(chat: ChatOnPage, page, name: str, key: str = "Tab") -> None:
    expect(chat.button(name)).to_be_visible()
    for _ in range(40):
        if chat.button(name).evaluate("node => node.matches(':focus')"):
            return
        page.keyboard.press(key)
    pytest.fail(f"no key leads to {name}")


@pytest.mark.parametrize("fault", [(500, b"{}"), (200, b"{}"), (429, b"{}")])
def test_a_check_that_fails_says_so_with_999_and_goes_on(account, relay, fault):
    expect(account.messages.last).to_contain_text(question("what"))
    relay.fault = fault
    account.type(ANSWERS["what"])
    expect(account.messages.last).to_contain_text(question("since"))
    note = account.messages.nth(account.messages.count() - 2)
    expect(note).to_contain_text(words("account_unchecked"))
    assert note.locator("a").get_attribute("href") == "tel:999"
    relay.fault = None
    for part in PARTS[1:]:
        answer(account, ANSWERS[part], part)
    expect(account.find(".page")).to_contain_text(TOKEN)


@pytest.mark.parametrize("state", ["question", "danger", "page", "larger"])
def test_axe_finds_nothing(account, page, state):
    if state == "danger":
        answer(account, NOW, "what")
        expect(account.messages.last).to_contain_text(words("account_after_danger"))
    elif state != "question":
        answer_all(account)
    if state == "larger":
        account.button(words("account_larger")).click()
    seen = [(view, "light") for view in (DESKTOP, PHONE, ZOOMED)]
    for view, look in [*seen, *((PHONE, look) for look in LOOKS)]:
        page.set_viewport_size(view)
        put_on(page, look)
        assert_clean(audit(page, RULES), (view, look))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
