"""The reply contract of docs/openapi.yaml against the real bot: what a page can lay out."""

from __future__ import annotations

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.integration.scripted import ROOT
from tests.integration.words import title

pytestmark = pytest.mark.integration

DESCRIPTION = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
ANSWER = Draft202012Validator(
    {"$ref": "#/components/schemas/Answer", "components": DESCRIPTION["components"]}
)
TAG = "my phone says an airtag is travelling with me, what do i do"
MESSAGES = (
    "hello", TAG, "who can i talk to", "what is a stalking protection order",
    "he is outside my house now", "thanks", "how do i report this",
)  # fmt: skip


def ask(chat, **content):
    answer = chat.post(**content).json()
    ANSWER.validate(answer)
    return answer["messages"], answer["outcome"]


def ids(messages):
    return [one["custom"]["reply"] for one in messages]


@pytest.mark.parametrize("text", MESSAGES)
def test_every_bubble_is_of_a_reply(chat, text):
    messages, _ = ask(chat, text=text)
    assert all(ids(messages))


def test_steps_are_in_the_text_too(chat):
    messages, _ = ask(chat, text=TAG)
    (listed,) = (one for one in messages if "steps" in one)
    assert listed["custom"]["reply"] == "tech/tracker_alert"
    assert all(step in listed["text"] for step in listed["steps"])


def test_the_rest_and_the_sources_come_with_the_answer(chat):
    messages, _ = ask(chat, text=TAG)
    (opens,) = (one for one in messages if "more" in one)
    assert opens["more"] and opens["sources"]
    titles = [button["title"] for one in messages for button in one["buttons"]]
    assert titles and title("more") not in titles, "it opens in place"


def test_who_asks_once_more_is_told_the_rest(chat):
    first, _ = ask(chat, text=TAG)
    (opens,) = (one for one in first if "more" in one)
    rest, _ = ask(chat, text=TAG)
    assert opens["more"][0] in [one["text"] for one in rest]


def test_who_can_help_comes_as_cards(chat):
    messages, _ = ask(chat, text="who can i talk to")
    (cards,) = (one["contacts"] for one in messages if "contacts" in one)
    (text,) = (one["text"] for one in messages if "contacts" in one)
    assert len(cards) == len(text.splitlines())
    assert all(card["name"] in text and card.get("phone", "") in text for card in cards)


def test_it_is_asked_whether_that_was_the_answer_and_never_again_after_danger(chat):
    messages, outcome = ask(chat, text="what is a stalking protection order")
    assert outcome == "answered"
    rating = messages[-1]["rating"]
    assert [one["title"] for one in rating] == [
        title("rating/yes"),
        title("rating/no"),
        title("not_asked"),
    ]
    said, _ = ask(chat, button=rating[1]["id"])
    assert set(ids(said)) == {"rating/no"} and said[-1]["buttons"]
    danger, outcome = ask(chat, text="he is outside my house now")
    assert outcome == "emergency"
    later, _ = ask(chat, text="what is a stalking protection order")
    assert not any("rating" in one for one in (*danger, *later))


def test_what_was_no_help_gets_a_way_on(chat):
    ask(chat, text="what is a stalking protection order")
    said, _ = ask(chat, text="that was not helpful")
    assert "rating/no" in ids(said) and said[-1]["buttons"]


def test_an_answer_is_given_again_whole(chat):
    first, _ = ask(chat, text=TAG, message="7" * 32)
    again, _ = ask(chat, text=TAG, message="7" * 32)
    assert again == first
