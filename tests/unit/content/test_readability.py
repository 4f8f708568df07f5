"""The reading age: estimated syllables, and the published formula."""

from __future__ import annotations

import pytest

from bot.content.readability import reading_age, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("call", 1),
        ("you", 1),
        ("free", 1),  # ee is not silent
        ("the", 1),  # never 0
        ("hmm", 1),
        ("safe", 1),  # silent e
        ("police", 2),
        ("people", 2),  # but le is spoken
        ("table", 2),
        ("asked", 1),  # silent ed
        ("stalked", 1),
        ("wanted", 2),  # but ted and ded are spoken
        ("needed", 2),
        ("agreed", 2),
        ("stalking", 2),
        ("order", 2),
        ("Emergency", 4),
        ("you're", 1),
        ("'quoted'", 2),
    ],
)
def test_syllables(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "words", "sentences", "spoken"),
    [
        ("The cat sat on the mat.", 6, 1, 6),
        ("Call now. Hide there!", 4, 2, 4),
        ("Call now? Yes... Hide there", 5, 3, 5),
        ("Next: call the police", 4, 2, 5),
        ("Call\nHide", 2, 2, 2),
        ("Call 999 now.", 2, 1, 2),  # digits are looked at, not read
        ("Press 5.5 now", 2, 1, 2),
        ("Keep the order somewhere safe, and tell the police.", 9, 1, 13),
    ],
)
def test_the_flesch_kincaid_formula(text, words, sentences, spoken):
    grade = 0.39 * words / sentences + 11.8 * spoken / words - 15.59
    assert reading_age(text) == pytest.approx(max(grade + 5, 0))


@pytest.mark.parametrize("text", ["", "   ", "999", "...", "\n"])
def test_a_text_without_words_has_no_age(text):
    assert reading_age(text) == 0


def test_the_age_of_plain_and_of_legal_english():
    plain = "You can call the police. You do not need proof. Tell them what you know."
    legal = (
        "An application for a stalking protection order may be made by a chief officer in respect "
        "of a respondent whose conduct is associated with stalking notwithstanding any acquittal."
    )
    assert reading_age(plain) < 8
    assert reading_age(legal) > 18


def test_shorter_sentences_are_easier():
    assert reading_age("Go home and call me.") > reading_age("Go home. Call me.")
