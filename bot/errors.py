"""Errors meant for the people who run the bot, and what a log may say of any error."""

from __future__ import annotations

import traceback

# An error that comes from another, and that from another: this many are named.
_MOST_KINDS = 5


class OperatorError(Exception):
    """Says what is wrong, where, and what to do. The command line prints it without a trace."""


def reason_of(error: BaseException) -> str:
    """What a log line may say of an error: an operator's in its own words, of any other the place.

    Only our own messages surely hold nothing that was typed.
    """
    return str(error) if isinstance(error, OperatorError) else place(error)


def place(error: BaseException) -> str:
    """The types of an error and of what caused it, and where it was raised; never its text."""
    kinds = [type(error).__name__]
    while (cause := error.__cause__ or error.__context__) and len(kinds) < _MOST_KINDS:
        error = cause
        kinds.append(type(error).__name__)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return " from ".join(kinds) + where
