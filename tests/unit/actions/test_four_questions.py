"""The four questions: the check inside the form, and the result without a verdict."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml
from rasa_sdk.events import FollowupAction, SlotSet

from actions.answer import ActionAnswer
from actions.follow_up import ActionFollowUp
from actions.four_questions import SLOTS, ActionFourResult, ActionStartFour, ValidateFourForm
from tests.unit.actions.conftest import (
    item,
    kept_lead,
    named,
    offers,
    pressed,
    run,
    tracker,
    words,
)

DOMAIN = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "domain.yml").read_text(encoding="utf-8")
)


def result_of(answers):
    slots = dict(zip(SLOTS, answers, strict=True))
    return run(ActionFourResult(), tracker("affirm", slots=slots))


def expected_slots(reply_id):
    said = item(reply_id)
    return {
        **dict.fromkeys(SLOTS),
        "last_reply": said.id,
        "last_leads": None,
        **named(said),
        "not_understood": 0,
        "topic": said.id,
    }


def result_for(answers):
    yeses = answers.count("yes")
    return {4: "four/result_all", 0: "four/result_none"}.get(yeses, "four/result_some")


@pytest.mark.parametrize("answers", product(("yes", "no", "not_sure"), repeat=4))
def test_the_result_says_how_many_times_yes_was_said(answers):
    expected = result_for(answers)
    result = result_of(answers)
    assert result.text == words(expected)
    assert result.payloads == offers(expected)
    assert result.slots == expected_slots(expected)


def test_four_times_yes_is_told_plainly():
    assert "yes to all four" in words("four/result_all")
    assert words("four/result_all") != words("four/result_some")


@pytest.mark.parametrize("result", ["all", "some", "none"])
def test_every_result_leads_to_the_police_and_to_the_helpline(result):
    said = item(f"four/result_{result}")
    assert "reporting/how" in said.offers and "nsh" in said.services
    assert "101" in words(said.id) and "999" in words(said.id)


def test_yes_to_none_of_them_does_not_rule_anything_out():
    said = words("four/result_none")
    assert "can't decide" in said and "you can still report" in said
    assert "stalking" not in said.replace("National Stalking Helpline", ""), "nor names it"


@pytest.mark.parametrize("missing", range(4))
@pytest.mark.parametrize("given", ["yes", "no"])
def test_an_incomplete_form_claims_nothing(missing, given):
    answers = [given] * 4
    answers[missing] = None
    result = result_of(answers)
    assert result.text == words("advice/is_it_stalking")
    assert result.slots == expected_slots("advice/is_it_stalking")


def test_the_slots_are_those_of_the_form():
    assert list(SLOTS) == DOMAIN["forms"]["four_form"]["required_slots"]


def test_at_the_start_no_other_question_stays_open():
    where = tracker("start_four", slots={"asked": "screen"})
    result = run(ActionStartFour(), where)
    assert result.text == words("start_four")
    assert result.slots == {"asked": None}


def test_they_do_not_begin_over_an_open_check():
    where = tracker("start_four", slots={"asked": "happening_now"})
    result = run(ActionStartFour(), where)
    assert result.text == words("emergency_check")
    assert SlotSet("asked", "happening_now") in result.events


@pytest.mark.parametrize(
    ("where", "leads", "asked"),
    [
        ({"tier": "check"}, ["emergency_check"], "happening_now"),
        ({"slots": {"emergency_mode": True}}, ["emergency_reminder"], "safe_now_or_else"),
        ({"crisis": "check"}, ["crisis_check"], "crisis"),
        (
            {"tier": "check", "crisis": "check"},
            ["emergency_check", "crisis_check"],
            "happening_now",
        ),
    ],
)
def test_what_must_come_first_is_said_and_they_do_not_begin(where, leads, asked):
    """ "Do the four questions with me, he is in the garden"."""
    result = run(ActionStartFour(), tracker("start_four", **where))
    assert result.text == words(*leads)
    assert result.payloads == offers(*leads)
    remembered = {} if leads == ["emergency_reminder"] else kept_lead(*leads)
    assert result.events == [
        SlotSet("asked", asked),
        SlotSet("danger_seen", True),
        *(SlotSet(name, value) for name, value in remembered.items()),
        FollowupAction("action_listen"),
    ]


# The form's validation. Rasa puts the slots it extracted at the end of the events.


def validated(answer="yes", slots=None, **others):
    events = [{"event": "user", "text": "what the person typed"}]
    if answer is not None:
        events.append({"event": "slot", "name": "four_fixated", "value": answer})
    slots = {"requested_slot": "four_fixated", **(slots or {})}
    label = {"no": "deny", "not_sure": "not_sure"}.get(answer, "affirm")
    where = tracker(label, events=events, loop="four_form", slots=slots, **others)
    return run(ValidateFourForm(), where, DOMAIN)


def test_its_name_ties_it_to_the_form():
    assert ValidateFourForm().form_name() in DOMAIN["forms"]


@pytest.mark.parametrize("answer", ["yes", "no", "not_sure"])
def test_an_answer_is_accepted_in_silence(answer):
    result = validated(answer)
    assert result.text == ""
    assert result.slots == {"four_fixated": answer}


@pytest.mark.parametrize("answer", ["yes", "no", "not_sure"])
def test_an_answer_with_possible_danger_gets_the_check(answer):
    result = validated(answer, tier="check")
    assert result.text == words("emergency_check")
    assert result.payloads == offers("emergency_check")
    assert result.slots == {"four_fixated": answer, "asked": "happening_now", "danger_seen": True}


@pytest.mark.parametrize(
    ("answer", "said", "asked"),
    [("no", "check_denied", None), ("not_sure", "check_unsure", "happening_now")],
)
def test_an_answer_to_the_check_is_none_to_the_form(answer, said, asked):
    """Who is not sure has not answered it, so it stays open, with its buttons."""
    result = validated(answer, slots={"asked": "happening_now"})
    assert result.text == words(said)
    assert result.events == [
        SlotSet("four_fixated", answer),
        SlotSet("four_fixated", None),
        SlotSet("asked", asked),
    ]


@pytest.mark.parametrize("tier", ["none", "check"])
def test_in_an_emergency_the_reminder_comes_before_the_next_question(tier):
    slots = {"emergency_mode": True, "asked": "safe_now"}
    result = validated(slots=slots, tier=tier, guesses={"affirm": 0.99})
    assert result.text == words("emergency_reminder")
    # It was an answer to the form, and so will the next yes be: neither ends the emergency.
    assert result.slots == {"four_fixated": "yes", "asked": None}


def test_no_to_the_check_does_not_hide_a_possible_crisis():
    result = validated("no", slots={"asked": "happening_now"}, crisis="check")
    assert result.text == words("check_denied", "crisis_check")


def test_an_answer_after_a_possible_crisis_is_to_the_form():
    result = validated(slots={"asked": "crisis"})
    assert result.text == ""
    assert result.slots == {"four_fixated": "yes", "asked": None}


@pytest.mark.parametrize("tier", ["none", "check"])
@pytest.mark.parametrize("asked", [None, "happening_now"])
def test_a_message_that_is_no_answer_is_left_to_the_rules(tier, asked):
    # Any event here would make Rasa take the message for an answer and skip the rules, which
    # answer it and lead with the check themselves.
    result = validated(None, slots={"asked": asked}, tier=tier)
    assert result.text == ""
    assert result.events == []


def test_outside_the_form_nothing_is_said():
    events = [{"event": "slot", "name": "four_fixated", "value": "yes"}]
    result = run(ValidateFourForm(), tracker("affirm", events=events, tier="check"), DOMAIN)
    assert result.text == ""
    assert result.slots == {"four_fixated": "yes"}


# What is no answer to the form's question.


def typed(text, label="nlu_fallback", *, sure=0.9, answer=None, slots=None, **others):
    """The form's validation of a typed message."""
    events = [{"event": "user", "text": text}]
    if answer is not None:
        events.append({"event": "slot", "name": "four_fixated", "value": answer})
    slots = {"requested_slot": "four_fixated", **(slots or {})}
    guesses = {label: sure}
    where = tracker(
        label, text=text, events=events, loop="four_form", slots=slots, guesses=guesses, **others
    )
    return run(ValidateFourForm(), where, DOMAIN)


STOPS = {"four_fixated": None, "requested_slot": None}
AGAIN = {"four_fixated": None, "asked": None, "not_understood": 0}


@pytest.mark.parametrize(
    ("text", "label", "others"),
    [
        ("stop", "nlu_fallback", {"tier": "check"}),
        ("no more questions", "deny", {"answer": "no"}),
        ("I don't want to do this", "crisis/suicidal", {"crisis": "crisis"}),
        ("exit", "advice/traces", {}),
        ("stop asking me", "advice/is_it_stalking", {}),
        ("this is a bit much. can we leave it there", "advice/emotional_support", {}),
    ],
)
def test_words_of_stopping_leave_the_form(text, label, others):
    result = typed(text, label, **others)
    assert result.text == ""
    assert result.slots == STOPS


def test_the_button_leaves_it_too():
    slots = {"requested_slot": "four_fixated"}
    where = pressed("four/stopped", loop="four_form", slots=slots, text="/advice{}")
    assert run(ValidateFourForm(), where, DOMAIN).slots == STOPS


@pytest.mark.parametrize("question", ["fixated", "obsessive", "unwanted", "repeated"])
def test_each_question_offers_it(question):
    assert "four/stopped" in item(f"four/{question}").offers


def test_words_of_stopping_with_danger_do_not():
    assert typed("stop he is outside my door", tier="check").events == []


def stopped(text="stop", **others):
    slots = {**dict(zip(SLOTS, ["yes", None, None, None], strict=True)), **others.pop("slots", {})}
    return run(ActionFourResult(), tracker(text=text, slots=slots, **others))


@pytest.mark.parametrize("others", [{}, {"tier": "check"}, {"crisis": "check"}])
def test_after_a_stop_it_says_what_else_there_is(others):
    result = stopped(**others)
    assert result.text == words("four/stopped")
    assert result.payloads == offers("four/stopped")
    assert result.slots == {
        **dict.fromkeys(SLOTS),
        "asked": None,
        "last_reply": "four/stopped",
        "last_leads": None,
        "not_understood": 0,
    }


def test_a_stop_at_the_last_question_is_no_result():
    answers = dict(zip(SLOTS, ["yes"] * 4, strict=True))
    assert stopped("no more questions", slots=answers).text == words("four/stopped")


def test_a_stop_ends_no_crisis():
    result = stopped("I don't want to do this", slots={"asked": "crisis"})
    assert result.text == words("crisis_check", "four/stopped")
    assert result.slots["asked"] == "crisis"
    assert result.slots["last_leads"] == ["crisis_check"], "said again, it leads again"


def test_a_stop_ends_no_emergency():
    result = stopped(slots={"emergency_mode": True})
    assert result.text == words("emergency_reminder", "four/stopped")


def test_a_stop_answers_no_question_about_danger():
    result = stopped(slots={"asked": "happening_now"})
    assert result.text == words("emergency_check", "four/stopped")
    assert result.slots["asked"] == "happening_now"


def test_the_buttons_of_the_check_stand_first_below_the_result():
    slots = {**dict(zip(SLOTS, ["yes"] * 4, strict=True)), "asked": "happening_now"}
    result = run(ActionFourResult(), tracker("affirm", slots=slots))
    assert result.payloads[:2] == offers("emergency_check")
    assert "asked" not in result.slots


@pytest.mark.parametrize(
    ("text", "label", "sure"),
    [
        ("He thinks about nothing else", "nlu_fallback", 0.3),
        ("every day he drives past", "advice/is_it_stalking", 0.9),
        ("hundreds of times", "out_of_scope/gibberish", 0.9),
        ("he waits by my car", "advice/personal_safety", 0.4),
    ],
)
def test_a_story_is_asked_to_choose_an_answer_and_is_taken_for_none(text, label, sure):
    result = typed(text, label, sure=sure)
    assert result.text == words("four/choose")
    assert result.slots == {**AGAIN, "not_understood": int(label == "nlu_fallback")}


@pytest.mark.parametrize(
    ("text", "label", "others"),
    [
        ("is this stalking", "advice/is_it_stalking", {}),
        ("i want to know if this counts", "advice/is_it_stalking", {}),
        ("i found a tracker under my seat", "advice/tracker", {}),
        ("he was near my house", "advice/is_it_stalking", {"tier": "check"}),
        ("i feel so low", "nlu_fallback", {"crisis": "check"}),
        ("i feel so alone", "advice/emotional_support", {"sure": 0.4}),
        ("what about the thing?", "nlu_fallback", {"slots": {"not_understood": 1}}),
        ("hello", "greet", {}),
    ],
)
def test_what_asks_or_holds_danger_is_left_to_the_rules(text, label, others):
    result = typed(text, label, **others)
    assert result.text == ""
    assert result.events == []


def test_what_is_not_understood_is_not_asked_which_of_nothing_it_means():
    result = typed("what about the thing?")
    assert result.text == words("four/unclear")
    assert result.slots == {**AGAIN, "not_understood": 1}


@pytest.mark.parametrize(
    ("text", "label", "answer"),
    [
        ("say that again", "repeat", None),
        ("what?", "nlu_fallback", None),
        ("more simply", "simplify", None),
        ("I don't understand the question", "out_of_scope/off_topic", None),
        ("I'm not sure what you mean", "not_sure", "not_sure"),
    ],
)
def test_again_and_more_simply_ask_the_question_alone(text, label, answer):
    result = typed(text, label, answer=answer, slots={"last_reply": "advice/is_it_stalking"})
    assert result.text == ""
    assert result.slots == AGAIN


def test_while_the_check_is_open_it_is_what_is_said_again():
    result = typed("say that again", "repeat", slots={"asked": "happening_now"})
    assert result.text == words("emergency_check")
    assert result.slots == {**AGAIN, "asked": "happening_now"}


def test_an_open_crisis_leads_the_question_again():
    result = typed("say that again", "repeat", slots={"asked": "crisis"})
    assert result.text == words("crisis_check")
    assert result.slots["asked"] == "crisis"


def test_no_answer_in_the_form_leads_to_the_form():
    where = tracker("advice/is_it_stalking", loop="four_form", text="is this stalking?")
    result = run(ActionAnswer(), where)
    assert words("four/is_it_stalking") in result.text
    assert words("advice/is_it_stalking") not in result.text
    assert offers("start_four") == [] and "/start_four" not in result.payloads


def test_in_the_form_nobody_is_asked_to_choose_without_choices():
    where = tracker("follow_up/who", loop="four_form", text="which one?")
    assert run(ActionFollowUp(), where).text == words("four/unclear")


@pytest.mark.parametrize(
    ("text", "label", "answer", "stored"),
    [
        ("Definitely. He wrote to my mother, too.", "advice/is_it_stalking", None, "yes"),
        ("not really tbh", "nlu_fallback", None, "no"),
        ("hard to tell, i never see him", "out_of_scope/off_topic", None, "not_sure"),
        ("obsessed is the word", "deny", "no", "yes"),
        ("nah", "deny", "no", "no"),
    ],
)
def test_words_of_ones_own_are_an_answer(text, label, answer, stored):
    act = {"yes": "affirms", "no": "denies", "not_sure": "not_sure"}[stored]
    result = typed(text, label, answer=answer, turn=answers(act))
    assert result.text == ""
    assert result.slots == {"four_fixated": stored}


def answers(act, confidence=0.9):
    return {"answer": {"name": act, "confidence": confidence}}


def test_words_that_may_be_an_answer_are_none():
    result = typed("he has a red gate", "nlu_fallback", turn=answers("affirms", 0.6))
    assert result.text == words("four/choose")


def test_a_no_with_more_in_it_may_be_a_yes():
    text = "no i never asked for any of it"
    unsure = typed(text, "deny", answer="no", turn=answers("affirms", 0.5))
    assert unsure.text == words("four/choose")
    sure = typed(text, "deny", answer="no", turn=answers("affirms"))
    assert sure.slots == {"four_fixated": "yes"}


@pytest.mark.parametrize(("sure", "stored"), [(0.95, "yes"), (0.85, None)])
def test_what_has_a_topic_of_its_own_has_to_be_surer_to_be_an_answer(sure, stored):
    told = typed("he put a tracker in my bag", "advice/tracker", turn=answers("affirms", sure))
    assert told.slots.get("four_fixated") == stored


def test_a_question_with_a_topic_of_its_own_is_no_answer():
    asked = typed("how do i find a tracker?", "advice/tracker", turn=answers("affirms", 0.99))
    assert asked.events == []


def test_an_answer_with_possible_danger_is_kept_and_the_check_comes_first():
    told = typed("he was near my house", tier="check", turn=answers("affirms", 0.95))
    assert told.text == words("emergency_check")
    assert told.slots["four_fixated"] == "yes" and told.slots["asked"] == "happening_now"


def test_who_has_had_enough_of_the_questions_is_let_go():
    result = typed("im done with these", "nlu_fallback", turn=answers("stops", 0.7))
    assert result.slots == {"four_fixated": None, "requested_slot": None}


def test_who_wants_the_chat_deleted_is_not_taken_for_one_who_only_stops():
    # Nothing of the form's then, so that the rule deletes the chat.
    assert typed("please wipe all of it", "delete_chat", turn=answers("stops", 0.9)).events == []


@pytest.mark.parametrize("others", [{"tier": "check"}, {"slots": {"asked": "happening_now"}}])
def test_where_danger_is_asked_about_stop_may_be_to_somebody_else(others):
    result = typed("i have had it with this", "nlu_fallback", turn=answers("stops"), **others)
    assert result.slots.get("requested_slot", "four_fixated") is not None


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Definitely. He wrote to my mother, too.", {"tier": "check"}),
        ("Definitely, how do I report it?", {}),
        ("definitely, and i want to report it", {}),
    ],
)
def test_plain_words_with_more_in_them_are_left_to_the_rules(text, others):
    assert typed(text, "advice/is_it_stalking", **others).events == []


def test_plain_words_are_about_what_was_asked_last():
    """Here that is "Is this happening now?"."""
    slots = {"asked": "happening_now"}
    result = typed("id say so, he wrote to my mother", "advice/is_it_stalking", slots=slots)
    assert "four_fixated" not in {one for one, value in result.slots.items() if value}


def test_ok_to_the_check_is_an_answer_to_neither():
    slots = {"asked": "happening_now"}
    result = typed("ok", "affirm", answer="yes", slots=slots)
    assert result.text == words("check_unsure")
    assert result.events == [
        SlotSet("four_fixated", "yes"),
        SlotSet("four_fixated", None),
        SlotSet("asked", "happening_now"),
    ]
