"""How an open emergency or crisis goes on, and what closes it."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify
from tests.unit.actions.conftest import run, tracker, words

QUESTION = "reporting/how"
OPEN = {"emergency_mode": True, "emergency_reply": "emergency", "support_named": True}
CRISIS = {"asked": "crisis", "crisis_seen": True, "danger_seen": True, "support_named": True}


# A question that is put again after its answer gets what was left unsaid.
OTHER = "reporting/evidence"


def told(slots, *messages, action=ActionAnswer):
    """What is said to each message: its label, its text and more; and the slots in the end."""
    said, slots = [], dict(slots)
    for label, text, *others in messages:
        more = others[0] if others else {}
        where = tracker(label, text=text, guesses={label: 0.95}, slots=slots, **more)
        result = run(action(), where)
        slots |= result.slots
        said.append(result.text)
    return said, slots


def test_a_question_in_an_open_emergency_is_answered_after_one_line():
    said, slots = told(OPEN, (QUESTION, "how do i report it?"))
    assert said == [words("emergency_line", QUESTION)]
    assert slots["emergency_mode"] is True


def test_the_third_calm_message_in_a_row_closes_it():
    asked = [(QUESTION, "how do i report it?"), (OTHER, "do i need proof?")]
    said, slots = told(OPEN, *asked, ("advice/evidence", "how do i save it?"))
    assert said[:2] == [words("emergency_line", one) for one in (QUESTION, OTHER)]
    assert said[2].split("\n\n")[0] == words("advice/evidence").split("\n\n")[0]
    assert slots["emergency_mode"] is False


def test_a_sign_of_danger_between_them_keeps_it_open():
    calm, sign = (QUESTION, "how do i report it?"), (QUESTION, "report it", {"tier": "check"})
    said, slots = told(OPEN, calm, calm, sign, calm, (OTHER, "do i need proof?"))
    assert said[2].startswith(words("emergency_reminder").split("\n")[0])
    assert said[4] == words("emergency_line", OTHER)
    assert slots["emergency_mode"] is True


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("out_of_scope/gibberish", "asdf"),
        ("affirm", "ok"),
        ("insult", "useless"),
    ],
)
def test_what_may_be_a_piece_of_it_is_no_calm_message(label, text):
    said, slots = told(OPEN, *[(label, text)] * 3)
    assert all(one.startswith(words("emergency_reminder").split("\n")[0]) for one in said)
    assert slots["emergency_mode"] is True


def test_a_few_words_are_no_calm_message_where_a_trace_of_danger_is_seen():
    where = tracker(
        "advice/home_safety", text="front door", guesses={"advice/home_safety": 0.95}, slots=OPEN
    )
    where.latest_message["danger"]["score"] = 0.01
    assert run(ActionAnswer(), where).text.startswith(words("emergency_reminder").split("\n")[0])


def test_what_is_not_understood_is_asked_about_after_the_line():
    said, _ = told(OPEN, ("advice/law", "does that thing count or what?"), action=ActionClarify)
    assert said == [words("emergency_line", "clarify")]


def test_a_mere_no_is_asked_about_and_the_second_closes_it():
    said, slots = told(OPEN, ("deny", "no"), ("deny", "no"))
    assert said == [words("emergency_denied"), words("misread_emergency")]
    assert slots["emergency_mode"] is False


@pytest.mark.parametrize(
    "slots", [{"asked": "safe_now"}, {"asked": "safe_now_or_else"}], ids=lambda one: one["asked"]
)
def test_a_no_to_is_the_danger_over_closes_nothing(slots):
    _, left = told({**OPEN, **slots}, ("deny", "no not at all really"))
    assert left["emergency_mode"] is True


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("no hes still here", {}),
        ("no he is coming back", {"tier": "check"}),
        ("no i want to die", {"crisis": "check"}),
    ],
)
def test_a_no_with_any_sign_of_danger_closes_nothing(text, more):
    _, slots = told(OPEN, ("deny", text, more))
    assert slots["emergency_mode"] is True


def test_who_denies_a_crisis_gets_an_apology_and_the_answer():
    text = "im not suicidal, i said i dont trust the police"
    said, slots = told(CRISIS, (QUESTION, text, {"crisis": "check"}))
    assert said == [words("misread_crisis", QUESTION)]
    assert (slots["crisis_seen"], slots["crisis_denied"], slots["asked"]) == (False, True, None)


def test_who_denies_it_and_no_more_is_asked_what_they_want_to_know():
    said, slots = told(CRISIS, ("deny", "im not suicidal", {"crisis": "check"}))
    assert said == [words("misread_crisis")]
    assert slots["asked"] is None


def test_once_and_for_all():
    """A hint leads nothing any more; a crisis that is told is answered by the emergency policy."""
    hint = (QUESTION, "i cant go on like this with him, who do i ring", {"crisis": "check"})
    said, _ = told(CRISIS, ("deny", "im not suicidal", {"crisis": "check"}), hint)
    assert said[1] == words(QUESTION)


def test_a_denial_beside_a_crisis_is_none():
    text = "im not suicidal, ive taken all my pills"
    said, slots = told(CRISIS, (QUESTION, text, {"crisis": "crisis"}))
    assert words("misread_crisis") not in said[0]
    assert slots["crisis_seen"] is True


def test_the_third_calm_message_in_a_row_closes_a_crisis_too():
    calm = ("advice/is_it_stalking", "is it stalking when he does that every day?")
    said, slots = told(CRISIS, calm, calm, calm)
    assert said[0].startswith(words("crisis_check"))
    assert said[2] == words("advice/is_it_stalking")
    assert slots["asked"] is None
