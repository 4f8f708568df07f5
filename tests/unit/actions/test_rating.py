"""Whether a page may ask "Did this answer it?", and what follows from the answer."""

from __future__ import annotations

import asyncio

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify
from actions.conversation import RATINGS
from bot.content.register import get_register
from bot.content.render import payload_for
from bot.gateway.http.answer import from_rasa
from tests.unit.actions.conftest import SUPPORTED, item, pressed, run, tracker, words
from tests.unit.actions.test_finding import PHONE, QUESTION, TAG

FOUND = {PHONE: 0.9, TAG: 0.02}


def asked(found=FOUND, slots=None, **others):
    label = next(iter(found))
    slots = {**SUPPORTED, **(slots or {})}
    return tracker("advice/spyware", guesses={"advice/spyware": 0.8}, found={label: 0.9, **found},
                   text=others.pop("text", QUESTION), slots=slots, **others)  # fmt: skip


def message(where):
    dispatcher = CollectingDispatcher()
    asyncio.run(ActionAnswer().run(dispatcher, where, {}))
    return dispatcher.messages[0]


def ratings(where):
    """The payloads with which a page may be asked."""
    return [one["payload"] for one in message(where).get("rating", ())]


def test_it_is_asked_of_an_answer_that_was_found():
    assert ratings(asked()) == [payload_for(one) for one in RATINGS]


def test_not_of_one_that_was_chosen_by_a_button():
    assert ratings(pressed(PHONE, slots={**SUPPORTED})) == []


@pytest.mark.parametrize("slot", ["danger_seen", "emergency_mode", "crisis_seen"])
def test_never_in_danger_or_crisis(slot):
    assert ratings(asked(slots={slot: True})) == []


@pytest.mark.parametrize("tier", ["check"])
def test_never_where_danger_is_possible(tier):
    assert ratings(asked(tier=tier)) == []


@pytest.mark.parametrize("question", ["happening_now", "crisis", "crisis_after"])
def test_never_while_danger_or_crisis_is_open(question):
    assert ratings(asked(slots={"asked": question})) == []


def test_never_beside_999():
    assert "999" in words(TAG)
    assert ratings(asked({TAG: 0.9, PHONE: 0.02})) == []


def test_never_where_the_answer_asks_something_itself():
    register = get_register()
    asking = [
        one.id
        for one in register.replies.values()
        if one.asks and one.nation == "uk" and one.bubbles["en"][-1].endswith("?")
    ]
    for reply_id in asking[:20]:
        assert ratings(asked({reply_id: 0.9, PHONE: 0.02})) == [], reply_id


def test_never_of_an_answer_to_how_somebody_feels():
    feeling = next(one for one, _ in get_register().replies if one.startswith("feelings/"))
    assert ratings(asked({feeling: 0.9, PHONE: 0.02})) == []


def test_the_page_has_each_button_once():
    said = from_rasa([message(asked())])
    titles = [one.title for one in said if not isinstance(one, str)]
    assert len(titles) == len(set(titles))
    assert item("not_asked").button["en"] in titles


def test_a_no_leads_to_what_came_near_and_to_a_person():
    result = run(ActionAnswer(), pressed("rating/no", slots={"near": [TAG]}))
    assert result.text == words("rating/no")
    assert result.payloads[0] == payload_for(TAG)
    assert payload_for("talk_to_person") in result.payloads
    assert "topic" not in result.slots, "a short question still leans on the answer"


def test_a_yes_is_thanked_for():
    assert run(ActionAnswer(), pressed("rating/yes")).text == words("rating/yes")


NO_HELP = [
    "that was not helpful", "that didn't help", "This isn't helping me.", "useless",
    "not helpful at all", "no that's no use", "you're not helping", "thats not really helpful",
]  # fmt: skip
OTHERS = ["police were not helpful", "he is useless", "that was helpful", "help", "no",
          "nobody helps me", "i cant help it", "he isn't helping me with the kids"]  # fmt: skip


def typed(text, action=ActionAnswer, label="thank", **slots):
    slots = {"last_reply": PHONE, "topic": PHONE, "near": [TAG], **SUPPORTED, **slots}
    return run(action(), tracker(label, guesses={label: 0.8}, text=text, slots=slots))


@pytest.mark.parametrize("text", NO_HELP)
@pytest.mark.parametrize("action", [ActionAnswer, ActionClarify])
def test_who_says_that_it_was_no_help_gets_a_way_on(text, action):
    assert typed(text, action).text == words("rating/no")


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_is_taken_for_that(text):
    assert typed(text).text != words("rating/no")


@pytest.mark.parametrize("slot", ["danger_seen", "emergency_mode", "crisis_seen"])
def test_nor_is_it_in_danger_or_crisis(slot):
    assert words("rating/no") not in typed("that didn't help", **{slot: True}).text
