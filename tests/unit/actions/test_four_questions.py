"""The four questions: the check inside the form, and the result without a verdict."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml
from rasa_sdk.events import FollowupAction, SlotSet

from actions.four_questions import SLOTS, ActionFourResult, ActionStartFour, ValidateFourForm
from tests.unit.actions.conftest import item, kept_lead, named, offers, run, tracker, words

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


@pytest.mark.parametrize(
    "answers", [a for a in product(("yes", "no", "not_sure"), repeat=4) if set(a) != {"no"}]
)
def test_any_yes_or_doubt_leads_to_help(answers):
    result = result_of(answers)
    assert result.text == words("four/result_some")
    assert result.payloads == offers("four/result_some")
    assert result.slots == expected_slots("four/result_some")


def test_four_times_no_is_no_verdict_either():
    result = result_of(["no"] * 4)
    assert result.text == words("four/result_none")
    assert result.slots == expected_slots("four/result_none")


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
    where = tracker("start_four", slots={"asked": "happening_now"})
    result = run(ActionStartFour(), where)
    assert result.text == words("start_four")
    assert result.slots == {"asked": None}


@pytest.mark.parametrize(
    ("where", "leads", "asked"),
    [
        ({"tier": "check"}, ["emergency_check"], "happening_now"),
        ({"slots": {"emergency_mode": True}}, ["emergency_reminder"], "safe_now"),
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


@pytest.mark.parametrize(("answer", "said"), [("no", "check_denied"), ("not_sure", "check_unsure")])
def test_an_answer_to_the_check_is_none_to_the_form(answer, said):
    result = validated(answer, slots={"asked": "happening_now"})
    assert result.text == words(said)
    assert result.events == [
        SlotSet("four_fixated", answer),
        SlotSet("four_fixated", None),
        SlotSet("asked", None),
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
