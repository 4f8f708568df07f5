"""Answers as they are laid out: steps, cards, what opens in place, and what is asked of them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from bot.content.register import get_register
from tests.browser.chat import QUESTION, words
from tests.browser.conftest import PHONE
from tests.browser.test_access import assert_clean, audit
from tests.browser.test_talking import CHOICES, OVERFLOW
from tests.integration.words import title

TAG = "my phone says an airtag is travelling with me, what do i do"
CARD = {
    "name": "A line", "for_whom": "people who are stalked", "phone": "0808 802 0300",
    "text": "85258", "hours": "weekdays 9am to 5pm", "open": False,
    "url": "https://www.suzylamplugh.org/",
}  # fmt: skip
MESSAGE = {"text": "A line: 0808 802 0300", "buttons": [], "lang": "en"}


def answer(relay, **fields):
    body = {"messages": [{**MESSAGE, **fields}], "outcome": "answered"}
    relay.fault = (200, json.dumps(body).encode())


def test_steps_are_a_list(visit):
    chat = visit(state="chat")
    chat.say(TAG)
    steps = get_register().reply("tech/tracker_alert").steps["en"]
    expect(chat.find("ol.steps > li")).to_have_count(len(steps))
    expect(chat.find("ol.steps > li").first).to_have_text(steps[0])
    expect(chat.find(".log")).not_to_contain_text(f"1. {steps[0]}")


def test_more_opens_in_place(visit, relay):
    chat = visit(state="chat")
    chat.say(TAG)
    sent, bubbles = len(relay.requests("/messages")), chat.messages.count()
    summary = chat.find(".fold summary").filter(has_text=words("more")).first
    rest = get_register().reply("tech/tracker_alert").more["en"][0]
    expect(chat.page.locator("force-chat").get_by_text(rest)).to_be_hidden()
    summary.focus()
    summary.press("Enter")
    expect(chat.page.locator("force-chat").get_by_text(rest)).to_be_visible()
    expect(summary).to_be_focused()
    assert len(relay.requests("/messages")) == sent and chat.messages.count() == bubbles
    expect(chat.button(title("more"))).to_have_count(0)


def test_where_it_is_from_is_told_on_request(visit):
    chat = visit(state="answered")
    reply = get_register().reply("advice/spo_what")
    source = get_register().facts[reply.facts[0]].source.title
    told = chat.page.locator("force-chat").get_by_text(source, exact=True)
    expect(told).to_be_hidden()
    chat.find(".fold summary").filter(has_text=words("sources")).first.click()
    expect(told).to_be_visible()
    assert told.locator("xpath=..").locator("a").count() == 0, "a page opened is remembered"


def test_a_card_tells_the_number_the_hours_and_whether_it_is_open(visit, relay):
    chat = visit(state="chat")
    answer(relay, contacts=[CARD, {**CARD, "name": "Another", "open": True}])
    chat.say("hello")
    cards = chat.find(".cards > li")
    expect(cards).to_have_count(2)
    for shown in (CARD["name"], CARD["phone"], CARD["text"], CARD["hours"], words("closed_now")):
        expect(cards.first).to_contain_text(shown)
    expect(cards.last).to_contain_text(words("open_now"))
    expect(cards.first.get_by_text(CARD["for_whom"])).to_be_hidden()
    cards.first.locator("summary").click()
    expect(cards.first.get_by_text(CARD["for_whom"])).to_be_visible()
    expect(cards.first.locator("a")).to_have_attribute("href", CARD["url"])


def test_the_first_press_on_a_number_warns_and_the_next_calls(visit, relay):
    chat = visit(state="chat")
    answer(relay, contacts=[CARD])
    chat.say("hello")
    links = chat.find(".cards a[href^='tel:'], .cards a[href^='sms:']")
    expect(links).to_have_count(0)
    first = chat.find(".cards button.way").first
    first.focus()
    first.press("Enter")
    expect(chat.find(".cards")).to_contain_text(words("calls_warning"))
    expect(chat.find(".cards a[href='tel:08088020300']")).to_be_focused()
    expect(chat.find(".cards a[href='sms:85258']")).to_be_visible()
    chat.say("hello again")
    expect(chat.find(".cards").last.locator("a[href='tel:08088020300']")).to_be_visible()


@pytest.mark.parametrize(
    "card",
    [
        {**CARD, "phone": "0900 123 4567", "text": "99999"},
        {**CARD, "name": "<b>x</b>", "url": "javascript:alert(1)", "phone": 7},
        {**CARD, "url": "https://evil.example/"},
    ],
)
def test_a_hostile_card_stays_text(visit, relay, card):
    chat = visit(state="chat")
    answer(
        relay,
        contacts=[card],
        steps=["<i>a</i>"],
        more=["<i>b</i>", 7],
        sources=[{"title": "<i>c</i>"}],
    )
    chat.say("hello")
    expect(chat.find(".cards")).to_contain_text(card["name"])
    for summary in chat.find(".fold summary").all():
        summary.click()
    assert chat.find(".cards b:not([data-word]), .cards i, .folded i").count() == 0
    hrefs = [link.get_attribute("href") for link in chat.find(".bot a").all()]
    assert all(href == CARD["url"] for href in hrefs), hrefs
    assert "sms:99999" not in str(
        chat.find(".way").evaluate_all("all => all.map((one) => one.dataset.call)")
    )


def test_it_is_asked_whether_that_was_the_answer(visit, relay):
    chat = visit(state="answered")
    rating = chat.find(".rating")
    expect(rating).to_contain_text(words("rating"))
    expect(rating.locator("button")).to_have_text(
        [title("rating/yes"), title("rating/no"), title("not_asked")]
    )
    rating.locator("button").nth(1).click()
    expect(chat.find(".you").last).to_contain_text(title("rating/no"))
    chat.expect_state("chat")
    expect(chat.find(".rating")).to_have_count(0)
    expect(chat.find(".choices button").first).to_be_visible()
    body = relay.requests("/messages")[-1].json
    assert "button" in body and "text" not in body


def test_never_in_danger(visit):
    chat = visit(state="answered")
    chat.say("he is outside my house now")
    expect(chat.find(".danger")).to_be_visible()
    expect(chat.find(".rating")).to_have_count(0)


def test_readers_are_told_of_both_groups(visit):
    chat = visit(state="chat")
    chat.type(QUESTION)
    expect(chat.announcer).to_contain_text(f"{words('choices')}: ")
    expect(chat.announcer).to_contain_text(title("not_asked"))
    groups = [node.get_attribute("aria-label") for node in chat.find("[role=group]").all()]
    assert groups == [words("choices"), words("rating")]


def test_the_menu_is_always_in_reach_and_gives_the_choices_back(visit, relay):
    chat = visit(state="answered", viewport=PHONE)
    before = chat.find(".choices button").all_inner_texts()
    menu = chat.button(words("menu"))
    expect(menu).to_be_in_viewport(ratio=1)
    menu.focus()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(chat.find(".choices button")).to_have_text([*CHOICES, words("again")])
    expect(chat.find(".choices button").first).to_be_focused()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "false")
    assert chat.find(".choices button").all_inner_texts() == before
    menu.click()
    chat.find(".choices button").nth(1).click()
    chat.expect_state("chat")
    expect(menu).to_have_attribute("aria-expanded", "false")
    assert relay.requests("/messages")[-1].json["text"] == CHOICES[1]


def test_starting_again_asks_first_and_leaves_nothing(visit, relay):
    chat = visit(state="answered")
    identity = relay.requests("/messages")[0].json["conversation"]
    chat.button(words("menu")).click()
    chat.button(words("again")).click()
    expect(chat.problem).to_contain_text(words("again_ask"))
    chat.problem.get_by_role("button", name=words("keep")).click()
    expect(chat.find(".you")).to_have_count(1)
    chat.find(".choices button").last.click()
    chat.problem.get_by_role("button", name=words("again")).click()
    chat.expect_state("chat")
    expect(chat.find(".you")).to_have_count(0)
    expect(chat.find(".choices button")).to_have_text(CHOICES)
    (end,) = relay.wait_for("/end")
    assert end.json == {"conversation": identity, "reason": "end"}
    chat.say("hello")
    assert relay.requests("/messages")[-1].json["conversation"] != identity


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_laid_out(visit, page, scheme):
    page.emulate_media(color_scheme=scheme)
    chat = visit(state="chat")
    for text in (TAG, "who can i talk to", QUESTION):
        chat.say(text)
    for summary in chat.find(".fold summary").all():
        summary.click()
    chat.find("button.way").first.click()
    assert_clean(audit(page))


def test_the_order_for_readers_is_answer_rest_choices_menu_field(visit):
    chat = visit(state="chat")
    chat.say(TAG)
    order = chat.find(".view.chat").evaluate(
        """view => ["ol.steps", ".fold summary", ".choices", ".menu", "textarea", ".send"]
        .map((part) => view.querySelector(part))
        .every((node, index, all) => !index ||
          all[index - 1].compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)"""
    )
    assert order


@pytest.mark.parametrize("viewport", [None, PHONE, {"width": 320, "height": 568}])
def test_nothing_of_it_scrolls_sideways(visit, page, viewport):
    chat = visit(state="chat", viewport=viewport)
    for text in (TAG, "who can i talk to", QUESTION):
        chat.say(text)
    for summary in chat.find(".fold summary").all():
        summary.click()
    chat.find("button.way").first.click()
    assert page.locator("force-chat").evaluate(OVERFLOW) == [False, []]
    small = chat.find(".way, .rating button, .menu, .fold summary").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect())"
        ".filter(({ width, height }) => height && Math.min(width, height) < 43.5).length"
    )
    assert small == 0
