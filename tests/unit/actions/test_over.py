"""When a danger that is open counts as over, by how the turn classifier reads the message."""

from __future__ import annotations

import pytest

from actions import over
from actions.answer import ActionAnswer
from actions.choice import GO_ON
from actions.over import SURE
from tests.unit.actions.conftest import SUPPORTED, run, tracker, words

OPEN = {**SUPPORTED, "emergency_mode": True, "emergency_reply": "emergency/followed_now"}
ASKED = {**OPEN, "asked": "safe_now"}
TOPIC, TOPIC_FOUND = "advice/tracker", "case/release_news"


def typed(
    label, text="he went off home an hour ago", *, slots=OPEN, score=0.0, turn=None, **others
):
    read = {"over": score, "over_in_part": score, **(turn or {})}
    return tracker(label, slots=slots, text=text, guesses={label: 0.9}, turn=read, **others)


def act(name, sure=0.9):
    return {"act": {"name": name, "confidence": sure}}


@pytest.mark.parametrize("label", ["safe_now", "thank", "nlu_fallback", "advice/after_report"])
@pytest.mark.parametrize("asked", [None, "safe_now", "now_or_over"])
def test_what_surely_says_so_ends_it_whatever_it_looks_like(label, asked):
    where = typed(label, slots={**OPEN, "asked": asked}, score=SURE)
    assert over.is_told(where) and not over.leaves_doubt(where)


@pytest.mark.parametrize("label", ["safe_now", "thank", "affirm"])
def test_a_guess_ends_nothing(label):
    assert not over.is_told(typed(label, score=SURE - 0.01))
    assert over.leaves_doubt(typed("safe_now", score=SURE - 0.01))


def test_what_the_net_answers_as_danger_or_crisis_ends_nothing():
    assert not over.is_told(typed("safe_now", score=0.99, tier="emergency"))
    assert not over.is_told(typed("safe_now", score=0.99, crisis="crisis"))


def test_where_the_rules_see_danger_it_has_to_be_surer():
    text = "sorted, he has a knife to my throat"
    assert not over.is_told(typed("safe_now", text, score=0.7))
    assert over.is_told(typed("safe_now", text, score=0.8))
    assert not over.is_told(typed("safe_now", text, score=0.8, tier="check"))
    assert over.is_told(typed("safe_now", text, score=0.95, tier="check"))


@pytest.mark.parametrize("reply", ["emergency/for_someone", "emergency/child_taken"])
def test_of_somebody_else_in_danger_it_has_to_be_surer(reply):
    slots = {**OPEN, "emergency_reply": reply}
    assert not over.is_told(typed("safe_now", slots=slots, score=0.75))
    assert over.is_told(typed("safe_now", slots=slots, score=0.9))


def test_nor_do_words_of_danger_make_that_easier():
    slots = {**OPEN, "emergency_reply": "emergency/for_someone"}
    text = "sorted, he has a knife to her throat"
    assert not over.is_told(typed("safe_now", text, slots=slots, score=0.78))


def test_the_answer_to_an_end_closes_it():
    result = run(ActionAnswer(), typed("safe_now", score=0.9))
    assert result.text == words("safe_now") and result.slots["emergency_mode"] is False


@pytest.mark.parametrize(("label", "turn"), [("deny", {}), ("thank", act("never_was"))])
def test_where_there_never_was_a_danger_it_apologises(label, turn):
    result = run(ActionAnswer(), typed(label, score=0.9, turn=turn))
    assert result.text == words("misread_emergency")
    assert result.slots["emergency_mode"] is False


def test_a_first_no_ends_nothing_and_a_second_one_does():
    first = run(ActionAnswer(), typed("deny", "no"))
    assert first.slots.get("emergency_mode") is not False
    second = run(ActionAnswer(), typed("deny", "no", slots={**OPEN, "asked": "now_or_over"}))
    assert second.text == words("misread_emergency")
    assert second.slots["emergency_mode"] is False


@pytest.mark.parametrize(("text", "ends"), [("yes", True), ("yes thanks", True), ("ok", False)])
def test_a_mere_yes_counts_only_where_it_was_asked(text, ends):
    assert over.is_told(typed("affirm", text, slots=ASKED)) is ends
    assert not over.is_told(typed("affirm", text))


def test_right_after_the_question_less_is_enough():
    assert over.is_told(typed("advice/after_report", slots=ASKED, score=0.5))
    assert not over.is_told(typed("advice/after_report", slots=ASKED, score=0.4))
    assert over.is_told(typed("safe_now", slots=ASKED, score=0.35))
    assert not over.is_told(typed("safe_now", slots=ASKED, score=0.35, tier="check"))


@pytest.mark.parametrize("label", ["safe_now", "greet", "repeat", "nlu_fallback"])
def test_who_had_gone_is_back(label):
    for slots in (OPEN, {**SUPPORTED, "last_reply": "safe_now"}):
        where = typed(label, "back again", slots=slots, turn=act("back_again", 0.7))
        result = run(ActionAnswer(), where)
        assert result.text.startswith(words(slots.get("emergency_reply", "emergency")))
        assert result.slots["emergency_mode"] is True


def test_while_it_is_asked_if_it_is_happening_doubtful_words_of_safety_leave_it_open():
    slots = {**SUPPORTED, "asked": "happening_now"}
    assert over.leaves_doubt(typed("safe_now", "he was released today", slots=slots, score=0.1))
    assert not over.leaves_doubt(typed("safe_now", "im at my mums", slots=slots, score=0.3))


def test_what_was_said_by_mistake_after_an_end_is_asked_about():
    slots = {**SUPPORTED, "last_reply": "safe_now"}
    where = typed("nlu_fallback", "oops pressed wrong", slots=slots, turn=act("takes_back"))
    assert run(ActionAnswer(), where).text == words("check_unsure")


@pytest.mark.parametrize(("likely", "told"), [(0.12, True), (0.02, False)])
def test_a_yes_with_words_of_safety_bears_the_end_out(likely, told):
    guesses = {"affirm": 0.85, "safe_now": likely}
    said = tracker("affirm", text="yes its over", guesses=guesses, turn=act("affirms", 0.43))
    assert over.is_said_again(said) is told
    seen = tracker(
        "affirm", text="yes its over", guesses=guesses, tier="check", turn=act("affirms")
    )
    assert not over.is_said_again(seen)


@pytest.mark.parametrize(
    ("slots", "text", "turn", "said"),
    [
        # In the middle of a calm chat it tells or asks something else ...
        ({"topic": TOPIC}, "hes in prison so he wont find out", act("tells"), TOPIC_FOUND),
        # ... unless it says so, or danger came up before.
        ({"topic": TOPIC}, "hes gone now i am safe here", act("says_over"), "safe_now"),
        ({"topic": TOPIC, "danger_seen": True}, "hes gone now he left", act("tells"), "safe_now"),
        # At the beginning few words may say no more than that.
        ({}, "he went and im all right", act("tells"), "safe_now"),
    ],
)
def test_where_there_was_no_danger_words_of_safety_are_about_something_else(
    slots, text, turn, said
):
    guesses = {"safe_now": 0.9}
    where = tracker(
        "safe_now", slots={**SUPPORTED, **slots}, text=text, guesses=guesses,
        found={TOPIC_FOUND: 0.9}, turn={"over": 0.0, "over_in_part": 0.0, **turn},
    )  # fmt: skip
    assert run(ActionAnswer(), where).slots["last_reply"] == said


def test_and_where_no_answer_is_found_more_is_asked_for():
    slots = {**SUPPORTED, "topic": TOPIC}
    where = typed("safe_now", "he got out in april", slots=slots, turn=act("tells"))
    assert run(ActionAnswer(), where).slots["last_reply"] == GO_ON
