"""A log line tells the reason of a failure, and nothing that somebody typed."""

from __future__ import annotations

from bot.errors import OperatorError, reason_of


def raised(error):
    try:
        raise error
    except Exception as caught:
        return caught


def test_our_own_words_for_operators_stay():
    assert reason_of(raised(OperatorError("disk full: free some"))) == "disk full: free some"


def test_of_any_other_the_kind_and_the_place_are_told_and_not_the_text():
    said = reason_of(raised(ValueError("he is outside")))
    assert said.startswith(f"ValueError at {__file__}:") and "outside" not in said


def test_what_caused_it_is_named_too():
    try:
        try:
            raise KeyError("typed")
        except KeyError as error:
            raise RuntimeError("typed") from error
    except RuntimeError as error:
        assert reason_of(error).startswith("RuntimeError from KeyError at ")
