"""Errors meant for the people who run the bot, and what a log may say of any error."""

from __future__ import annotations

import errno
import os
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
    kinds = [_kind(error)]
    while (cause := error.__cause__ or error.__context__) and len(kinds) < _MOST_KINDS:
        error = cause
        kinds.append(_kind(error))
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return " from ".join(kinds) + where


def _kind(error: BaseException) -> str:
    """Its type; of an error of the system also what that calls it, such as a port in use.

    The words are the system's own for the number, not those of the error: these may name a file or
    quote something. Libraries give errors of their own numbers of their own (`ssl.SSLError`).
    """
    kind = type(error).__name__
    number = error.errno if isinstance(error, OSError) else None
    if type(error).__module__ == "builtins" and number is not None and number in errno.errorcode:
        return f"{kind} ({errno.errorcode[number]}: {os.strerror(number)})"
    return kind
