"""When something fails: never silence, nothing typed lost, nothing sent twice (C4, F1 to F8)."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.chat import words
from tests.integration.words import number

SAFE = json.dumps(
    {"error": "unavailable", "messages": [{"text": "In danger, call 999. Or call 101."}]}
)

FAULTS = {
    "500": (500, b"oops"),
    "502 html": (502, b"<html>bad gateway</html>"),
    "400": (400, b"{}"),
    "429": (429, b"{}"),
    "200 and nothing said": (200, b'{"messages": []}'),
    "200 and an empty list": (200, b"[]"),
    "200 and empty words": (200, b'{"messages": [{"text": "  "}]}'),
    "200 and no words": (200, b'{"messages": [{"text": null}, 7, null]}'),
    "200 and no JSON": (200, b"<html>"),
    "no CORS": (200, b'{"messages": [{"text": "hi", "buttons": []}]}', None),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_failed_message_is_kept_and_one_press_sends_it_again(visit, page, relay, fault):
    chat = visit(state="chat")
    relay.fault = fault
    chat.type("he is outside again")
    chat.expect_state("error")
    assert chat.field.input_value() == "he is outside again"
    expect(chat.find(".you")).to_have_count(0)
    kind = "busy" if fault[0] == 429 else "failed"
    expect(chat.problem).to_contain_text(words(kind))
    expect(chat.announcer).to_contain_text("999")
    expect(chat.field).to_have_attribute("aria-describedby", "problem hint")
    relay.fault = None
    chat.button(words("retry")).click()
    chat.expect_state("chat")
    expect(chat.find(".you")).to_have_count(1)
    assert chat.field.input_value() == ""
    assert not chat.problem.is_visible()
    texts = [seen.json["text"] for seen in relay.requests("/messages")]
    assert texts == ["he is outside again"] * 2


def test_what_the_server_says_of_a_failure_is_shown(visit, relay):
    chat = visit(state="chat")
    relay.fault = (503, SAFE.encode())
    chat.type("hello")
    chat.expect_state("error")
    expect(chat.problem).to_contain_text("In danger, call 999. Or call 101.")
    expect(chat.problem.locator("a")).not_to_have_count(0)


def test_the_real_gateways_refusal_is_shown(visit, page, relay):
    chat = visit(state="chat")
    page.evaluate("""() => {
      const { fetch } = window;
      window.fetch = (url, options) =>
        fetch(url, url.endsWith("messages") ? { ...options, body: "{}" } : options);
    }""")
    chat.type("hello")
    chat.expect_state("error")
    expect(chat.problem).to_contain_text("999")
    assert chat.problem.locator("p").count() > 1


UNREAD = [{"text": "In danger, call 999. You can also send your message again."}]


def unread(outcome: str) -> tuple[int, bytes]:
    return (200, json.dumps({"messages": UNREAD, "outcome": outcome}).encode())


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [
        ("safe_reply_overloaded", True),
        ("safe_reply_timeout", True),
        ("safe_reply_storage_failed", False),
        ("answered", False),
    ],
)
def test_what_was_not_read_is_ready_to_be_sent_again(visit, relay, outcome, kept):
    chat = visit(state="chat")
    relay.fault = unread(outcome)
    chat.type("he is outside again")
    expect(chat.find(".bot").last).to_contain_text(UNREAD[0]["text"])
    assert chat.field.input_value() == ("he is outside again" if kept else "")
    if kept:
        relay.fault = None
        chat.field.press("Enter")
        expect(chat.find(".you")).to_have_count(2)
        chat.expect_state("chat")
        first, second = (seen.json for seen in relay.requests("/messages"))
        # The same message, for its turn may have been stored after all.
        assert first["text"] == second["text"] and first["message"] == second["message"]


def test_a_choice_that_was_not_read_stays(visit, relay):
    chat = visit(state="answered")
    titles = chat.find(".choices button").all_inner_texts()
    relay.fault = unread("safe_reply_error")
    chat.find(".choices button").first.click()
    expect(chat.find(".bot").last).to_contain_text(UNREAD[0]["text"])
    assert chat.find(".choices button").all_inner_texts() == titles


def test_who_sends_while_an_answer_is_awaited_is_told(visit, relay):
    chat = visit(state="chat")
    with relay.holding():
        chat.type("first")
        chat.expect_state("waiting")
        chat.type("second")
        expect(chat.announcer).to_have_text(words("waiting"))
    chat.expect_state("chat")
    assert chat.field.input_value() == "second"


def test_pressing_twice_sends_once(visit, page, relay):
    chat = visit(state="chat")
    with relay.holding():
        chat.field.fill("hello")
        chat.find("form").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
        chat.field.press("Enter")
        chat.find(".send").click()
        chat.expect_state("waiting")
    chat.expect_state("chat")
    assert len(relay.requests("/messages")) == 1
    relay.fault = (500, b"")
    chat.type("again")
    chat.expect_state("error")
    with relay.holding():
        chat.find(".action").evaluate("button => { button.click(); button.click(); }")
        chat.expect_state("waiting")
    chat.expect_state("chat")
    assert len(relay.requests("/messages")) == 3


@pytest.mark.parametrize("how", ["retry", "field", "offline"])
def test_a_message_whose_answer_got_lost_is_answered_once(visit, context, relay, bot, how):
    """The bot asked something; a second "yes" would answer its next question."""
    chat = visit(state="chat")
    chat.say("my ex follows me everywhere")
    relay.fault = "lost"
    chat.type("yes")
    chat.expect_state("error")
    relay.fault = None
    if how == "offline":
        context.set_offline(True)
        chat.expect_state("offline")
        context.set_offline(False)
        chat.expect_state("chat")
    chat.button(words("retry")).click() if how == "retry" else chat.field.press("Enter")
    expect(chat.find(".you")).to_have_count(2)
    chat.expect_state("chat")
    sent = [seen.json for seen in relay.requests("/messages")]
    # More than two: a browser sends again by itself when a connection closes without an answer.
    assert len(sent) >= 3 and {body["text"] for body in sent[1:]} == {"yes"}
    (again,) = {body["message"] for body in sent[1:]}
    assert again != sent[0]["message"]
    other = bot.chat()
    other.say("my ex follows me everywhere")
    once = other.say("yes")
    shown = chat.find(".you >> nth=1").locator("xpath=following-sibling::li").all_inner_texts()
    assert " ".join(once.split())[:60] in " ".join(" ".join(shown).split())


def test_the_same_words_said_again_are_a_new_message(visit, relay):
    chat = visit(state="chat")
    chat.say("hello")
    chat.say("hello")
    first, second = (seen.json["message"] for seen in relay.requests("/messages"))
    assert first != second


def test_offline_in_the_middle_keeps_the_message(visit, page, context, relay):
    page.clock.install()
    chat = visit(state="chat")
    relay.fault = 20
    chat.type("he is outside again")
    chat.expect_state("waiting")
    context.set_offline(True)
    page.clock.fast_forward("00:16")
    chat.expect_state("offline")
    assert chat.field.input_value() == "he is outside again"
    expect(chat.find(".you")).to_have_count(0)


def test_a_failed_choice_is_offered_again(visit, relay):
    chat = visit(state="answered")
    choice = chat.find(".choices button").first
    title = choice.inner_text()
    relay.fault = (500, b"")
    choice.click()
    chat.expect_state("error")
    expect(chat.find(".choices button").first).to_have_text(title)
    relay.fault = None
    chat.button(words("retry")).click()
    chat.expect_state("chat")
    sent = [seen.json.get("button") for seen in relay.requests("/messages")]
    assert sent[1] == sent[2] is not None


def test_what_is_typed_while_waiting_is_kept(visit, relay):
    chat = visit(state="chat")
    with relay.holding():
        chat.type("first")
        chat.expect_state("waiting")
        chat.field.fill("second")
        chat.field.press("Enter")
    chat.expect_state("chat")
    assert chat.field.input_value() == "second"
    relay.fault = (500, b"")
    chat.type("third")
    chat.expect_state("error")
    assert chat.field.input_value() == "third"


def test_a_server_that_hangs_is_given_up_on(visit, page, relay):
    page.clock.install()
    chat = visit(state="chat")
    relay.fault = 12
    chat.type("hello")
    chat.expect_state("waiting")
    expect(chat.find(".status")).to_contain_text(words("waiting"))
    page.clock.fast_forward("00:02")
    expect(chat.announcer).to_have_text(words("waiting"))
    page.clock.fast_forward("00:14")
    chat.expect_state("error")
    assert chat.field.input_value() == "hello"


def test_offline_is_told_and_nothing_is_lost(visit, context, relay):
    chat = visit(state="answered")
    chat.field.fill("half a sentence")
    context.set_offline(True)
    chat.expect_state("offline")
    expect(chat.problem).to_contain_text(words("offline"))
    chat.field.press("Enter")
    chat.expect_state("offline")
    assert chat.field.input_value() == "half a sentence"
    expect(chat.find(".urgent")).to_contain_text("Call 999")
    context.set_offline(False)
    chat.expect_state("chat")
    chat.field.press("Enter")
    expect(chat.find(".you")).to_have_count(2)
    chat.expect_state("chat")
    texts = [seen.json.get("text") for seen in relay.requests("/messages")]
    assert texts.count("half a sentence") == 1


@pytest.mark.parametrize("how", ["end", "exit"])
def test_a_late_answer_is_thrown_away(visit, page, relay, neutral, how):
    chat = visit(state="chat")
    with relay.holding():
        chat.type("hello")
        chat.expect_state("waiting")
        if how == "exit":
            chat.exit_but_stay()
        else:
            chat.end()
    relay.wait_for_answer("/messages")
    page.wait_for_timeout(500)
    if how == "exit":
        assert page.locator("force-chat").evaluate("node => node.shadowRoot.childElementCount") == 0
    else:
        chat.expect_state("ended")
        chat.button(words("again")).click()
        chat.find(".start").click()
        expect(chat.find(".bot")).to_have_count(1)


OFF = b'{"ready": true, "switched_off": true}'


@pytest.mark.parametrize(
    "ready",
    [(503, b"{}"), (502, b"<html>"), (200, OFF), None],
    ids=["not ready", "no process behind nginx", "switched off", "unreachable"],
)
def test_a_chat_that_cannot_answer_says_so_before_anything_is_typed(visit, page, relay, ready):
    if ready:
        relay.ready = ready
    else:
        page.route("**/chat/ready", lambda route: route.abort())
    chat = visit(state="notice")
    chat.find(".start").click()
    chat.expect_state("error")
    expect(chat.problem).to_contain_text(number("nsh"))
    chat.field.fill("still possible")
    relay.ready = None
    chat.field.press("Enter")
    chat.expect_state("chat")


FALLBACK = f"National Stalking Helpline: {number('nsh')}."


def test_without_scripts_the_pages_own_text_stands(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.origin}/plain.html")
    assert page.get_by_text(FALLBACK).is_visible()
    context.close()


@pytest.mark.parametrize("how", ["blocked", "tampered", "old browser"])
def test_a_script_that_cannot_run_leaves_the_pages_own_text(page, site, how):
    def tamper(route):
        if how == "blocked":
            return route.abort()
        response = route.fetch()
        return route.fulfill(response=response, body=response.text() + " ")

    if how == "old browser":
        page.add_init_script("delete window.CSSStyleSheet")
    else:
        page.route("**/chat-*.js", tamper)
    page.goto(f"{site.origin}/plain.html")
    page.wait_for_timeout(300)
    assert page.get_by_text(FALLBACK).is_visible()
    assert page.locator("force-chat").evaluate("node => node.shadowRoot") is None


@pytest.mark.parametrize("api", ["", None, "javascript:alert(1)", "http://["])
def test_without_a_server_the_pages_own_text_stands(page, site, relay, api):
    page.route(
        "**/plain.html",
        lambda route: route.fulfill(
            response=(response := route.fetch()),
            body=response.text().replace(
                f'api="{relay.api}"', "" if api is None else f'api="{api}"'
            ),
        ),
    )
    page.goto(f"{site.origin}/plain.html")
    page.wait_for_timeout(200)
    assert page.get_by_text(FALLBACK).is_visible()
    assert page.locator("force-chat").evaluate("node => node.shadowRoot") is None
