"""`action_repeat` and `action_simplify`."""

from __future__ import annotations

import pytest

from actions.repeat import ActionRepeat, ActionSimplify
from bot.content.register import get_register
from tests.unit.actions.conftest import named, offers, run, tracker, words

BOTH = pytest.mark.parametrize(
    ("action", "simple"), [(ActionRepeat(), False), (ActionSimplify(), True)]
)
WITH_SIMPLE_WORDS = "advice/evidence"
WITHOUT_SIMPLE_WORDS = next(
    reply.id
    for reply in get_register().replies.values()
    if not reply.simple and reply.nation == "uk" and reply.offers
)


def again(action, slots=None, **others):
    slots = {"not_understood": 1, **(slots or {})}
    return run(action, tracker(action.name().removeprefix("action_"), slots=slots, **others))


def test_the_names_are_those_of_the_domain():
    assert ActionRepeat().name() == "action_repeat"
    assert ActionSimplify().name() == "action_simplify"


@BOTH
def test_nothing_said_yet(action, simple):
    result = again(action)
    assert result.text == words("nothing_to_repeat", simple=simple)
    assert result.payloads == offers("nothing_to_repeat")
    assert result.slots == {"asked": None, "not_understood": 0}


@BOTH
def test_after_an_answer(action, simple):
    result = again(action, {"last_reply": WITH_SIMPLE_WORDS})
    assert result.text == words(WITH_SIMPLE_WORDS, simple=simple)
    assert result.payloads == offers(WITH_SIMPLE_WORDS)
    assert result.slots == {"asked": None, "not_understood": 0}


def test_simple_words_are_other_words():
    last = {"last_reply": WITH_SIMPLE_WORDS}
    assert len(again(ActionSimplify(), last).text) < len(again(ActionRepeat(), last).text)


def test_without_simple_words_the_same_is_said():
    result = again(ActionSimplify(), {"last_reply": WITHOUT_SIMPLE_WORDS})
    assert result.text == words(WITHOUT_SIMPLE_WORDS)


@BOTH
@pytest.mark.parametrize("tier", ["none", "check"])
def test_in_an_emergency_999_is_what_is_repeated(action, simple, tier):
    """It asks nothing, so a yes to it ends no emergency."""
    slots = {"emergency_mode": True, "last_reply": WITH_SIMPLE_WORDS}
    result = again(action, slots, tier=tier)
    assert result.text == words("emergency", simple=simple)
    assert result.payloads == offers("emergency")
    assert result.slots == {"asked": None, "danger_seen": True, "not_understood": 0}


@BOTH
def test_possible_danger_leads(action, simple):
    result = again(action, {"last_reply": WITH_SIMPLE_WORDS}, tier="check")
    assert result.text == words("emergency_check", WITH_SIMPLE_WORDS, simple=simple)
    assert result.slots == {"asked": "happening_now", "danger_seen": True, "not_understood": 0}


@BOTH
def test_the_answer_is_repeated_for_the_same_nation(action, simple):
    slots = {"last_reply": "advice/spo_what", "nation": "northern_ireland"}
    result = again(action, slots)
    assert result.text == words("advice/spo_what", nation="northern_ireland", simple=simple)


@BOTH
@pytest.mark.parametrize(
    ("said", "asked"),
    [("greet", "screen"), ("goodbye", "traces"), ("delete_chat_ask", "erasing")],
)
def test_what_was_asked_in_passing_is_asked_again(action, simple, said, asked):
    result = again(action, {"last_reply": said, "asked": asked})
    assert result.text == words(said, simple=simple)
    assert result.slots["asked"] == asked


# While a crisis is open. The emergency policy remembers which crisis answer it gave.


@BOTH
@pytest.mark.parametrize("said", ["crisis", "crisis/someone_else", "crisis/suicidal"])
def test_the_crisis_answer_is_said_again_and_stays_open(action, simple, said):
    result = again(action, {"asked": "crisis", "last_reply": said})
    reply_id = said if get_register().has_reply(said) else "crisis"
    assert result.text == words(reply_id, simple=simple)
    assert get_register().services["samaritans"].phone in result.text
    assert result.slots == {"asked": "crisis", "not_understood": 0}


@BOTH
def test_so_is_what_was_said_after_it(action, simple):
    result = again(action, {"asked": "crisis_after", "last_reply": "crisis_after"})
    assert result.text == words("crisis_after", simple=simple)
    assert result.slots["asked"] == "crisis_after"


@BOTH
@pytest.mark.parametrize("asked", ["crisis", "crisis_after"])
def test_whom_to_talk_to_leads_again(action, simple, asked):
    result = again(action, {"asked": asked, "last_reply": WITH_SIMPLE_WORDS})
    assert result.text == words("crisis_check", WITH_SIMPLE_WORDS, simple=simple)
    assert result.slots["asked"] == asked


@BOTH
@pytest.mark.parametrize(
    ("lead", "where"),
    [
        ("crisis_check", {"slots": {"asked": "crisis"}}),
        ("crisis_check", {"crisis": "check"}),
        ("emergency_check", {"tier": "check"}),
    ],
)
def test_where_only_a_lead_was_said_it_is_all(action, simple, lead, where):
    result = again(action, **where)
    assert result.text == words(lead, simple=simple)


@BOTH
def test_in_an_emergency_a_possible_crisis_is_led_to_help_too(action, simple):
    result = again(action, {"emergency_mode": True}, crisis="check")
    assert result.text == words("emergency", "crisis_check", simple=simple)


# What was really said.


@BOTH
@pytest.mark.parametrize(
    "said", ["emergency/cannot_speak", "emergency/followed_now", "emergency_any_language"]
)
def test_in_an_emergency_the_999_reply_that_was_given_is_repeated(action, simple, said):
    slots = {"emergency_mode": True, "emergency_reply": said, "last_reply": said}
    assert again(action, slots).text == words(said, simple=simple)
    later = {**slots, "last_reply": WITH_SIMPLE_WORDS, "last_leads": ["emergency_reminder"]}
    assert again(action, later).text == words(said, simple=simple)


@BOTH
def test_where_999_and_the_crisis_answer_were_said_both_are_repeated(action, simple):
    slots = {"emergency_mode": True, "emergency_reply": "emergency", "last_reply": "crisis"}
    result = again(action, slots)
    assert result.text == words("emergency", "crisis", simple=simple)
    assert result.slots["asked"] is None, "a yes to it ends no emergency"


@BOTH
@pytest.mark.parametrize(
    ("leads", "asked", "open_then"),
    [
        (["emergency_check"], "happening_now", "happening_now"),
        (["crisis_check"], "crisis", "crisis"),
        (["emergency_check", "crisis_check"], "happening_now", "happening_now"),
    ],
)
@pytest.mark.parametrize("last", [None, WITH_SIMPLE_WORDS])
def test_what_led_is_repeated_with_its_question(action, simple, leads, asked, open_then, last):
    slots = {"asked": asked, "last_leads": leads, "last_reply": last}
    result = again(action, slots)
    assert result.text == words(*leads, *([last] if last else []), simple=simple)
    assert result.slots["asked"] == open_then


def test_the_numbers_that_were_said_are_repeated():
    slots = {"last_reply": "number_named", "services": ["paladin"]}
    text = again(ActionRepeat(), slots).text
    assert get_register().services["paladin"].phone in text
    assert get_register().services["nsh"].phone not in text
    assert named("number_named") == {"services": ["nsh"]}, "what it lists by itself"
