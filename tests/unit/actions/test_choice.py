"""What was said before decides what a few words mean, whatever the models take them for."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answer import ActionAnswer
from actions.choice import GO_ON
from actions.clarify import ActionClarify
from actions.repeat import ActionRepeat
from bot.content.register import get_register
from tests.unit.actions.conftest import SUPPORTED, answer_to, run, tracker, words

FALLBACK = "nlu_fallback"
AFTER_SAFETY: dict[str, Any] = {**SUPPORTED, "last_reply": "safe_now"}
AFTER_CRISIS = {**SUPPORTED, "crisis_seen": True, "asked": "crisis_after"}
ACTIONS = {"greet": ActionAnswer, "repeat": ActionRepeat, FALLBACK: ActionClarify}


def said(label: str, text: str, slots: dict[str, Any], **others: Any):
    where = tracker(label, slots=slots, text=text, guesses={label: 0.9}, **others)
    return run(ACTIONS.get(label, ActionAnswer)(), where)


@pytest.mark.parametrize("reply_id", ["emergency/cannot_speak", "emergency/weapon"])
def test_a_mere_yes_ends_no_danger_of_who_asks_in_code(reply_id):
    """Who "orders a pizza" may say yes to anything."""
    slots = {"emergency_mode": True, "emergency_reply": reply_id, "asked": "safe_now"}
    result = said("affirm", "yes", {**SUPPORTED, **slots})
    ends = reply_id != "emergency/cannot_speak"
    assert (words("emergency_yes") in result.text) is not ends
    assert (result.slots.get("emergency_mode") is False) is ends


@pytest.mark.parametrize("text", ["ok", "okay thanks"])
def test_ok_is_no_answer_to_is_this_happening_now(text):
    slots = {**SUPPORTED, "asked": "happening_now"}
    assert said("affirm", text, slots).text == words("check_unsure")


@pytest.mark.parametrize("slots", [SUPPORTED, {**SUPPORTED, "last_reply": "advice/evidence"}])
def test_elsewhere_back_is_a_word(slots):
    assert said("greet", "back again", dict(slots)).text == words("greet")


def test_who_pressed_the_wrong_button_is_asked():
    assert said("deny", "pressed wrong", AFTER_SAFETY).text == words("check_unsure")


@pytest.mark.parametrize("text", ["thanks", "ta"])
def test_thanks_that_are_taken_for_a_yes_are_no_yes(text):
    asked = {**SUPPORTED, "asked": "happening_now"}
    assert said("affirm", text, asked).text == words("check_unsure")


@pytest.mark.parametrize("label", [FALLBACK, "repeat"])
@pytest.mark.parametrize("text", ["i see", "sorry", "ok one more question"])
def test_a_courtesy_needs_no_answer(label, text):
    assert said(label, text, dict(SUPPORTED)).text == words(GO_ON)
    # Nor does a hint of a crisis in it.
    assert said("affirm", text, dict(SUPPORTED), crisis="check").text == words(GO_ON)


@pytest.mark.parametrize("seen", ["danger_seen", "crisis_seen"])
def test_after_danger_a_courtesy_may_be_more(seen):
    result = said("affirm", "sorry", {**SUPPORTED, seen: True}, crisis="check")
    assert words("crisis_check") in result.text


def test_sorry_with_a_question_mark_asks_again():
    slots = {**SUPPORTED, "last_reply": "advice/evidence"}
    assert said("repeat", "sorry?", slots).text == words("advice/evidence")


@pytest.mark.parametrize(
    "text", ["30", "about 20 of them", "feel sick", "so sleepy", "codeine mainly", "zopiclone"]
)
def test_more_harm_after_a_crisis_gets_999_first_again(text):
    assert said("advice/is_it_stalking", text, AFTER_CRISIS).text == words("crisis")


@pytest.mark.parametrize("text", ["about 30", "feel sick now"])
def test_more_harm_in_danger_gets_both(text):
    listeners = get_register().services["samaritans"].phone
    in_danger = said("advice/is_it_stalking", text, {**AFTER_CRISIS, "emergency_mode": True})
    checked = said("advice/is_it_stalking", text, AFTER_CRISIS, tier="check")
    for result in (in_danger, checked):
        assert "999" in result.text.splitlines()[0]
        assert listeners in result.text


BOTH = {**SUPPORTED, "crisis_seen": True, "emergency_mode": True, "asked": "safe_now"}


def test_no_emergency_closes_a_crisis():
    for label in ("not_sure", "advice/emotional_support"):
        result = said(label, "i feel so alone with it all", BOTH)
        assert any(words(one) in result.text for one in ("crisis_check", "crisis_after")), label
    surely = said("advice/tracker", "how do i find a tracker on my car", BOTH)
    assert words("crisis_check") not in surely.text


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("30", SUPPORTED),
        ("30", {**SUPPORTED, "crisis_seen": True}),
        ("i called 999 already", AFTER_CRISIS),
        ("i rang 116 123 already", AFTER_CRISIS),
        ("how do i report him after 30 days of this", AFTER_CRISIS),
    ],
)
def test_other_numbers_are_no_harm(text, slots):
    assert words("crisis") not in answer_to("reporting/how", text, dict(slots))


def test_after_a_mere_hint_a_few_words_are_answered():
    hinted = {**SUPPORTED, "asked": "crisis"}
    assert answer_to("advice/ex_partner", "he moves things", hinted) == words("advice/ex_partner")
    told = {**hinted, "crisis_seen": True}
    assert answer_to("advice/ex_partner", "he moves things", told) == words("crisis_after")


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("advice/is_it_stalking", "he drives past at night"),
        ("advice/honour_based", "my cousin shows her picture round"),
    ],
)
def test_after_a_mere_hint_a_topic_is_answered(label, text):
    assert said(label, text, {**SUPPORTED, "asked": "crisis"}).text == words(label)


@pytest.mark.parametrize("text", ["no", "nothing like that", "no im fine in that way"])
def test_a_no_to_a_mere_hint_says_that_there_is_none(text):
    hinted = {**SUPPORTED, "asked": "crisis"}
    assert said("deny", text, hinted).text == words("deny")
    told = {**hinted, "crisis_seen": True}
    assert said("deny", text, told).text == words("crisis_after")


@pytest.mark.parametrize("text", ["no point", "no i cant", "no one can help", "no im not ok"])
def test_words_of_despair_after_a_hint_are_no_no(text):
    assert said("deny", text, {**SUPPORTED, "asked": "crisis"}).text == words("crisis_after")


def test_after_harm_was_told_an_amount_gets_999_at_once():
    slots = {**AFTER_CRISIS, "last_reply": "crisis_after/harm_done"}
    harm = words("crisis_after/harm_done")
    assert said("advice/is_it_stalking", "about 20 of them", slots).text == harm
    slots["last_reply"] = "crisis/stalker_threatens"
    threat = words("crisis/stalker_threatens")
    assert said("advice/is_it_stalking", "about 20 of them", slots).text == threat


@pytest.mark.parametrize("reply", ["emergency/child_taken", "emergency/for_someone"])
def test_who_was_taken_and_is_not_here_is_not_safe(reply):
    slots = {**SUPPORTED, "emergency_mode": True, "asked": "safe_now", "emergency_reply": reply}
    assert said("deny", "shes not here", slots).slots.get("emergency_mode") is not False


def test_after_a_hint_tablets_bring_the_crisis_answer():
    slots = {**SUPPORTED, "asked": "crisis"}
    text = "and the rest of my antidepressants"
    answered = said("advice/emotional_support", text, slots, crisis="check")
    assert answered.text == words("crisis")


IN_OTHERS_DANGER = {**SUPPORTED, "emergency_mode": True, "asked": "safe_now"}


@pytest.mark.parametrize("reply", ["emergency/child_taken", "emergency/for_someone"])
@pytest.mark.parametrize("label", ["safe_now", "affirm"])
@pytest.mark.parametrize("text", ["he has gone", "they left", "he drove off with her"])
def test_the_danger_of_somebody_else_does_not_end_when_the_other_goes(reply, label, text):
    result = said(label, text, {**IN_OTHERS_DANGER, "emergency_reply": reply})
    assert "emergency_mode" not in result.slots
    assert "999" in result.text.splitlines()[0]


@pytest.mark.parametrize("text", ["not now", "no not tonight", "nothing"])
def test_a_bare_no_to_is_it_over_asks_which(text):
    slots = {**SUPPORTED, "emergency_mode": True, "asked": "safe_now"}
    result = said("deny", text, slots)
    assert result.text == words("emergency_denied") and "emergency_mode" not in result.slots


def test_who_is_accused_is_not_told_that_it_was_right_to_ask_for_help():
    slots = {**SUPPORTED, "topic": "advice/own_behaviour"}
    assert said("safe_now", "fine", slots).text == words("own_behaviour/thank")
    assert said("safe_now", "im safe now", SUPPORTED).text == words("safe_now")


@pytest.mark.parametrize("text", ["thats a breach right", "shud i bin it", "is it my fault"])
def test_a_question_without_its_form_is_answered_again(text):
    slots = {**SUPPORTED, "last_reply": "advice/tracker"}
    assert said("advice/tracker", text, slots).text == words("advice/tracker")
    assert said("advice/tracker", "it beeps", slots).text == words("same_answer")


def test_yes_last_week_answers_the_check_and_closes_it():
    slots = {**SUPPORTED, "asked": "happening_now"}
    result = said("affirm", "yes last week", slots)
    assert result.text == words("check_denied") and result.slots["asked"] is None
