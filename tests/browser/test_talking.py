"""Talking to the real bot, and what goes over the network (C1 to C12, D21, E, F6)."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from bot.content.register import get_register
from tests.browser.chat import QUESTION, words
from tests.browser.conftest import PHONE
from tests.integration.words import number, said
from widget.build import choices_of

CHOICES = choices_of(get_register())["en"]


def one_line(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_a_question_is_answered_and_a_choice_leads_on(visit, page, relay):
    chat = visit(state="answered")
    assert said("advice/spo_what").split(".")[0] in one_line(chat.texts())
    title = chat.find(".choices button").nth(2).inner_text()
    chat.find(".choices button").nth(2).click()
    expect(chat.find(".log")).to_be_focused()
    expect(chat.find(".you").last).to_contain_text(title)
    expect(chat.find(".choices")).to_have_count(1)
    chat.expect_state("chat")
    sent = [request.json for request in relay.requests("/messages")]
    assert [sorted(body) for body in sent] == [
        ["conversation", "language", "message", "text"],
        ["button", "conversation", "language", "message"],
    ]
    assert sent[0]["text"] == QUESTION
    assert sent[0]["conversation"] == sent[1]["conversation"]
    assert re.fullmatch("[0-9a-f]{32}", sent[0]["conversation"])


@pytest.mark.parametrize(
    ("choice", "reply"),
    zip(
        CHOICES,
        [
            "emergency",
            "advice/is_it_stalking",
            "reporting/how",
            "support/who_to_talk_to",
            "advice/spo_what",
            "advice/digital_safety",
        ],
        strict=True,
    ),
)
def test_each_first_choice_is_understood(bot, choice, reply):
    assert said(reply) in bot.chat().say(choice)


def test_danger_is_the_first_choice(visit):
    chat = visit(state="chat")
    chat.find(".choices button").first.click()
    expect(chat.find(".bot").nth(1)).to_contain_text("Call 999 now")
    assert chat.find(".bot").nth(1).locator("a").first.get_attribute("href") == "tel:999"


def test_each_conversation_has_an_id_of_its_own(visit, relay):
    ids = set()
    for _ in range(3):
        visit(state="chat").say("hello")
        ids.add(relay.requests("/messages")[-1].json["conversation"])
    assert len(ids) == 3


def test_requests_carry_nothing_but_the_message(visit, page, context, relay, site):
    context.add_cookies([{"name": "session", "value": "1", "url": relay.api}])
    chat = visit(state="answered")
    chat.end()
    relay.wait_for("/end")
    for request in relay.seen:
        assert "cookie" not in request.headers, request.path
        assert "referer" not in request.headers, request.path
        assert "?" not in request.path
    (end,) = relay.requests("/end")
    assert end.headers["content-type"].startswith("text/plain")
    assert not [seen for seen in relay.seen if seen.method == "OPTIONS" and "/end" in seen.path]
    (message,) = relay.requests("/messages")
    assert message.headers["origin"] == site.origin
    assert message.headers["cache-control"] == "no-cache"


def test_the_end_erases_on_the_server(visit, bot, relay):
    chat = visit(state="answered")
    identity = relay.requests("/messages")[0].json["conversation"]
    chat.end()
    relay.wait_for_answer("/end")
    again = bot.chat()
    again.id = identity
    assert said("follow_up_unclear") in again.say("how long does it last?")


def test_leaving_erases_on_the_server(visit, page, bot, relay, neutral):
    chat = visit(state="answered")
    identity = relay.requests("/messages")[0].json["conversation"]
    chat.exit.click()
    page.wait_for_url("**/weather")
    relay.wait_for_answer("/end")
    again = bot.chat()
    again.id = identity
    assert said("follow_up_unclear") in again.say("how long does it last?")


def test_enter_sends_and_shift_enter_breaks_the_line(visit, page, relay):
    chat = visit(state="chat")
    chat.field.press_sequentially("one")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("two")
    assert relay.requests("/messages") == []
    chat.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert relay.requests("/messages") == []
    chat.field.press("Enter")
    assert relay.wait_for("/messages")[0].json["text"] == "one\ntwo"


def test_an_empty_message_is_not_sent(visit, relay):
    chat = visit(state="chat")
    chat.find(".send").click()
    chat.expect_state("error")
    expect(chat.problem).to_have_text(words("empty"))
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    assert relay.requests("/messages") == []
    chat.say("hello")
    expect(chat.field).not_to_have_attribute("aria-invalid", "true")


# What the bot says is data


def answer(relay, *messages) -> None:
    relay.fault = (200, json.dumps({"messages": messages}).encode())


def bubble(text, buttons=()):
    return {"text": text, "buttons": [{"title": b, "id": f"id-{b}"} for b in buttons]}


HOSTILE = [
    '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script>',
    "javascript:window.hit=1 https://evil.example/steal https://www.police.uk.evil.example/",
    "https://user:password@www.police.uk/ https://www.police.uk:8443/ http://www.police.uk/",
    "data:text/html,<b>x</b> https://[broken https://police.uk.example.org/police.uk",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_answer_stays_text(visit, page, relay, text):
    chat = visit(state="chat")
    answer(relay, bubble(text, [text]))
    chat.type("hello")
    item = chat.find(".bot .text").nth(1)
    expect(item).to_have_text(text)
    assert item.locator("a, img, script, b").count() == 0
    assert page.evaluate("window.hit") is None
    expect(chat.find(".choices button")).to_have_text(text)


def test_links_of_the_register_open_a_new_tab_and_say_so(visit, relay):
    chat = visit(state="chat")
    answer(relay, bubble("See https://www.police.uk/report/, or https://www.suzylamplugh.org/."))
    chat.type("hello")
    links = chat.find(".bot a")
    expect(links).to_have_count(2)
    first = links.first
    assert first.inner_text() == f"www.police.uk/report {words('new_tab')}"
    assert first.get_attribute("href") == "https://www.police.uk/report/"
    assert first.get_attribute("target") == "_blank"
    assert set(first.get_attribute("rel").split()) == {"noopener", "noreferrer", "nofollow"}


def test_numbers_become_call_links_only_on_request(visit, relay):
    chat, helpline = visit(state="chat"), number("nsh")
    answer(relay, bubble(f"Call 999 now. Or call 101, 18001 101, {helpline} or 0900 123 4567."))
    chat.type("hello")
    expect(chat.find(".bot")).to_have_count(2)
    calls = chat.find("a[href^='tel:']")
    assert {link.get_attribute("href") for link in calls.all()} == {"tel:999"}
    chat.find("[data-word=help]").click()
    assert {link.get_attribute("href") for link in calls.all()} == {"tel:999"}
    expect(chat.find(".help")).to_contain_text(words("calls_warning"))
    chat.button(words("calls_show")).click()
    expect(chat.find(".help a[href='tel:101']")).to_be_focused()
    assert {link.get_attribute("href") for link in calls.all()} == {
        "tel:999", "tel:101", f"tel:{helpline.replace(' ', '')}",
    }  # fmt: skip
    shown = chat.find(".bot").last.locator("a[href^='tel:']").all_inner_texts()
    assert shown == ["Call 999", "101", helpline]


def test_an_answer_leaves_links_as_they_are(visit, page, relay):
    """A tap half done, the focus, and the call links that were asked for."""
    chat = visit(state="chat")
    chat.find("[data-word=help]").click()
    chat.button(words("calls_show")).click()
    chat.find(".urgent a").first.evaluate("link => { link.mark = 'the same'; link.focus(); }")
    with relay.holding():
        chat.find("form").evaluate(
            "form => { form.querySelector('textarea').value = 'hello'; form.requestSubmit(); }"
        )
        chat.expect_state("waiting")
        chat.find(".urgent a").first.focus()
    expect(chat.find(".bot").nth(1)).to_be_visible()
    expect(chat.find(".urgent a").first).to_be_focused()
    assert chat.find(".urgent a").first.evaluate("link => link.mark") == "the same"
    expect(chat.find(".help a[href='tel:101']")).to_have_count(1)


def test_what_is_hidden_is_silent(visit, relay):
    chat = visit(state="chat")
    with relay.holding():
        chat.type("hello")
        chat.expect_state("waiting")
        chat.button(words("hide")).click()
    relay.wait_for_answer("/messages")
    chat.page.wait_for_timeout(300)
    expect(chat.announcer).to_have_text("")
    chat.show_again()
    expect(chat.find(".bot").nth(1)).to_be_visible()


OVERFLOW = """root => {
  const wide = [...root.shadowRoot.querySelectorAll("*")].filter((node) =>
    node.checkVisibility() && node.scrollWidth > node.clientWidth + 1
    && getComputedStyle(node).overflowX !== "visible"
    && node.tagName !== "SPAN" && getComputedStyle(node).clipPath === "none");
  return [document.documentElement.scrollWidth > innerWidth, wide.map((node) => node.className)];
}"""


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("text", "buttons"),
    [
        ("A long answer. " * 270, ["Yes"]),
        ("x" * 300, ["y" * 120]),
        ("Choose.", [f"Choice number {n}" for n in range(20)]),
        ("مرحبا كيف حالك اليوم", ["نعم"]),
    ],
    ids=["4,000 characters", "unbroken", "20 choices", "right to left"],
)
def test_extreme_answers_fit(visit, page, relay, text, buttons, viewport):
    chat = visit(state="chat", viewport=viewport)
    answer(relay, bubble(text, buttons))
    chat.type("hello")
    expect(chat.find(".bot .text").nth(1)).to_have_text(text.strip())
    assert page.locator("force-chat").evaluate(OVERFLOW) == [False, []]
    last = chat.find(".choices button").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    if "مرحبا" in text:
        node = chat.find(".bot .text").nth(1)
        assert node.evaluate("node => node.matches(':dir(rtl)')")


def test_a_language_of_an_answer_is_marked(visit, relay):
    chat = visit(state="chat")
    answer(relay, {"text": "Ffoniwch 999 nawr.", "lang": "cy", "buttons": []})
    chat.type("hello")
    expect(chat.find(".bot").last).to_have_attribute("lang", "cy")
    expect(chat.announcer).to_have_attribute("lang", "cy")
