"""`action_clarify`: the first and the second time, and which meanings it offers."""

from __future__ import annotations

import pytest

from actions.clarify import MAX_GUESSES, ActionClarify
from bot.content.render import MAX_BUTTONS, payload_for
from tests.unit.actions.conftest import kept_lead, offers, run, tracker, words

FALLBACK = "nlu_fallback"


@pytest.mark.parametrize("failures", [None, 0])
def test_the_first_time_it_asks(failures):
    result = run(ActionClarify(), tracker(FALLBACK, slots={"not_understood": failures}))
    assert result.text == words("clarify")
    assert result.payloads == offers("clarify")
    assert result.slots == {"asked": None, "not_understood": 1}


@pytest.mark.parametrize("failures", [1, 2, 7.0])
def test_from_the_second_time_in_a_row_it_names_people(failures):
    result = run(ActionClarify(), tracker(FALLBACK, slots={"not_understood": failures}))
    assert result.text == words("clarify_again")
    assert result.payloads == offers("clarify_again")
    assert result.slots == {"asked": None, "not_understood": failures + 1}


def test_what_was_answered_last_stays():
    slots = {"last_reply": "advice/tracker", "topic": "advice/tracker"}
    result = run(ActionClarify(), tracker(FALLBACK, slots=slots))
    assert result.slots.keys() == {"asked", "not_understood"}


def guessed(*labels):
    guesses = {label: 0.2 - position / 100 for position, label in enumerate(labels)}
    return run(ActionClarify(), tracker(FALLBACK, guesses=guesses)).payloads


def test_the_likeliest_meanings_are_offered_first_and_are_few():
    labels = ("advice/court", "reporting/update", "advice/law")
    assert len(labels) > MAX_GUESSES
    payloads = guessed(*labels)
    assert payloads[:MAX_GUESSES] == [payload_for(label) for label in labels[:MAX_GUESSES]]
    assert payload_for(labels[-1]) not in payloads
    assert len(offers("clarify")) + MAX_GUESSES > MAX_BUTTONS
    assert len(payloads) == MAX_BUTTONS


def test_only_answers_with_a_button_are_offered():
    payloads = guessed("emergency/in_home", "greet", "advice/no_such_topic", "advice/court")
    assert payloads[0] == payload_for("advice/court")
    assert payloads[1:] == offers("clarify")[: len(payloads) - 1]


def test_a_guess_that_is_offered_anyway_stands_once():
    label = next(p for p in offers("clarify") if "advice/" in p)
    payloads = guessed(label.split('"')[3])
    assert payloads[0] == label
    assert payloads.count(label) == 1


LEADS = pytest.mark.parametrize(
    ("lead", "question", "others"),
    [
        ("emergency_check", "happening_now", {"tier": "check"}),
        ("emergency_reminder", "safe_now_or_else", {"emergency_mode": True}),
    ],
)


def in_danger(failures=0, tier="none", emergency_mode=None):
    slots = {"not_understood": failures, "emergency_mode": emergency_mode}
    guesses = {"advice/court": 0.2}
    return run(ActionClarify(), tracker(FALLBACK, slots=slots, tier=tier, guesses=guesses))


@LEADS
def test_in_danger_one_question_is_asked_and_not_two(lead, question, others):
    result = in_danger(**others)
    assert result.text == words(lead)
    kept = kept_lead(lead) if lead == "emergency_check" else {}
    assert result.slots == {"asked": question, "danger_seen": True, "not_understood": 1, **kept}


@LEADS
def test_in_danger_people_are_named_the_second_time(lead, question, others):
    result = in_danger(failures=1, **others)
    assert result.text == words(lead, "clarify_again")
    assert result.slots == {"asked": question, "danger_seen": True, "not_understood": 2}


@LEADS
@pytest.mark.parametrize("failures", [0, 1])
def test_in_danger_the_first_buttons_are_those_of_danger(lead, question, others, failures):
    payloads = in_danger(failures, **others).payloads
    assert payloads[: len(offers(lead))] == offers(lead)
    assert payload_for("advice/court") not in payloads


def test_after_a_crisis_whom_to_talk_to_is_said_once_and_then_leads():
    slots = {"asked": "crisis", "danger_seen": True}
    texts = []
    for _ in range(3):
        result = run(ActionClarify(), tracker(FALLBACK, slots=slots, guesses={"advice/court": 0.2}))
        slots |= result.slots
        texts.append(result.text)
    assert texts[:2] == [words("crisis_after"), words("crisis_check")]
    assert texts[2] == words("crisis_check", "clarify_again")
    assert slots["asked"] == "crisis_after"


def test_in_danger_a_possible_crisis_is_led_to_help_too():
    result = run(ActionClarify(), tracker(FALLBACK, tier="check", crisis="check"))
    assert result.text == words("emergency_check", "crisis_check")


# More of an account.


def told(text, last="advice/is_it_stalking", **slots):
    where = tracker(
        FALLBACK,
        guesses={"advice/tracker": 0.2},
        text=text,
        slots={"last_reply": last, "support_named": True, **slots},
    )
    return run(ActionClarify(), where)


@pytest.mark.parametrize(
    "text", ["he has done it for two years", "shes told all my friends", "they know where i park"]
)
def test_more_of_an_account_belongs_to_it(text):
    result = told(text)
    assert result.text == words("same_answer")
    assert result.payloads == offers("advice/is_it_stalking")
    assert result.slots["not_understood"] == 1
    assert "last_reply" not in result.slots


@pytest.mark.parametrize(
    ("text", "last", "slots"),
    [
        ("he does what", "advice/is_it_stalking", {}),
        ("can he do all that", "advice/is_it_stalking", {}),
        ("i need a place to sleep", "advice/is_it_stalking", {}),
        ("he has", "advice/is_it_stalking", {}),
        ("no he is not my ex", "advice/is_it_stalking", {}),
        ("thats not what i asked about him", "advice/is_it_stalking", {}),
        ("i want to know if he can see my messages", "advice/is_it_stalking", {}),
        ("he has done it for two years", "advice/is_it_stalking", {"not_understood": 1}),
        ("he has done it for two years", "advice/law", {}),
        ("he has done it for two years", None, {}),
        ("he has done it for two years", "advice/is_it_stalking", {"asked": "more_about_handover"}),
        ("he has done it for two years", "advice/is_it_stalking", {"emergency_mode": True}),
    ],
)
def test_anything_else_is_asked_about(text, last, slots):
    assert words("same_answer") not in told(text, last, **slots).text


def test_more_of_an_account_that_may_be_danger_is_led_by_999():
    where = tracker(
        FALLBACK,
        tier="check",
        guesses={"advice/tracker": 0.2},
        text="he is by the gate again",
        slots={"last_reply": "advice/is_it_stalking", "support_named": True},
    )
    assert run(ActionClarify(), where).text == words("emergency_check", "same_answer")
