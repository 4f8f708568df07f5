"""What is an answer to the hand-over's questions, and what is never taken for one."""

from __future__ import annotations

import pytest
import yaml

from bot.handover import answers
from bot.handover.answers import Kind
from tests.unit.actions.answers import EMERGENCIES, MORE_TIMES, MORE_WAYS


@pytest.mark.parametrize("text", [*MORE_WAYS, *MORE_TIMES])
def test_answers_in_many_forms(text):
    assert answers.kind(text) is not Kind.OTHER


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency_is_no_answer(text):
    assert answers.kind(text) in (Kind.OTHER, Kind.MIXED)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tomorrow morning", Kind.PLAIN),
        ("please don’t ring, text 07700 900123", Kind.PLAIN),
        ("07700 900123", Kind.PLAIN),
        ("tonight", Kind.UNSURE),
        ("before 6, when he’s asleep", Kind.UNSURE),
        ("text my friend Ottilie on 07700 900222", Kind.UNSURE),
        ("07700 900123 ask for help", Kind.MIXED),
        ("07700 900123 ask for Dee in payroll", Kind.MIXED),
        ("swimming lessons on wednesdays, 9 to 10", Kind.MIXED),
        ("payroll, jo@mail.example", Kind.MIXED),
        ("payroll", Kind.OTHER),
        ("my friend Ann", Kind.OTHER),
        ("", Kind.OTHER),
        ("yes", Kind.OTHER),
        ("safe", Kind.OTHER),
        ("please ring me", Kind.OTHER),
        ("he is out", Kind.OTHER),
        ("999", Kind.OTHER),
        ("112", Kind.OTHER),
        ("55", Kind.OTHER),
        ("07700", Kind.OTHER),
        ("no tomorrow", Kind.OTHER),
        ("no evenings", Kind.OTHER),
        ("he is with me, 07700 900123", Kind.OTHER),
        ("any time, i want to die", Kind.OTHER),
    ],
)
def test_plain_unsure_or_other(text, kind):
    assert answers.kind(text) is kind


def test_a_time_among_other_words_is_no_way_to_be_reached():
    text = "swimming lessons on wednesdays, 9 to 10"
    assert answers.kind(text, is_time_asked=False) is Kind.OTHER
    assert answers.kind("payroll, 07700 900123", is_time_asked=False) is Kind.MIXED


@pytest.mark.parametrize(
    ("previous", "text"), [("he will break in", "tonight"), ("he is outside", "tomorrow morning")]
)
def test_danger_in_two_messages_is_no_answer(previous, text):
    assert answers.kind(text) is not Kind.OTHER
    assert answers.kind(text, previous) is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("half past ten", True), ("22:30", True), ("now", True), ("07700 900123 text only", False)],
)
def test_times_are_told_from_numbers(text, is_one):
    assert answers.names_time(text) is is_one


def test_no_word_of_an_answer_is_one_of_danger():
    words = yaml.safe_load(answers._WORDS_FILE.read_text(encoding="utf-8"))
    dangerous = (
        "help here there outside inside upstairs downstairs door window house flat garden car knife"
        " gun kill hurt hit police quick hurry scared afraid follow coming found die dead blood"
        " stop please_help wait hide hiding took taken trapped stuck drunk angry"
    )
    for group, listed in words.items():
        assert not set(listed.split()) & set(dangerous.split()), group
