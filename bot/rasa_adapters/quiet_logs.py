"""Keeps what people say out of every log line, at every level, in every process.

Rasa, its SDK and the libraries below them log messages, slots and conversation ids: at DEBUG
nearly everywhere, and at ERROR when something fails. A filter on words cannot find them all. So a
line from other code keeps only the text that is constant in its source, and an error keeps only
its type and place. Our own lines are written with this in mind and keep their text.

`interpreter.prepare` calls `install` when Python starts, before anything can log.
"""

from __future__ import annotations

import ast
import linecache
import logging
import sys
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from bot.errors import place
from bot.rasa_adapters.after_import import after_import

OURS = ("bot", "actions")
# Rasa commands that read only this repository's own texts, and nobody's messages. A contributor
# needs their full warnings.
_COMMANDS_ON_OUR_TEXTS = frozenset({"train", "data", "test"})
_GAP = "…"


class _Constant(str):
    """A log message made of constants only."""


def install() -> None:
    """Takes over the making of every log record and warning in this process."""
    if _reads_our_texts_only(sys.orig_argv):
        return
    if logging.getLogRecordFactory() is not _record:
        logging.setLogRecordFactory(_record)
        warnings.showwarning = _show_warning
        after_import("structlog", _set_up)


def _reads_our_texts_only(command_line: Sequence[str]) -> bool:
    """Returns True for `rasa train`, `rasa data ...` and `rasa test ...`, however they start."""
    for word, following in zip(command_line, command_line[1:], strict=False):
        if Path(word).name == "rasa":
            return following in _COMMANDS_ON_OUR_TEXTS
    return False


def _record(
    name: str,
    level: int,
    path: str,
    line: int,
    message: Any,
    arguments: Any,
    error: Any,
    *more: Any,
    **named: Any,
) -> logging.LogRecord:
    """Makes a log record without data; replaces Python's own factory."""
    if name.partition(".")[0] not in OURS:
        known = isinstance(message, _Constant)
        message, arguments = message if known else _constant_part(path, line), ()
    if error and error[0] is not None:
        message = f"{message} ({place(error[1])})"
    return logging.LogRecord(name, level, path, line, message, arguments, None, *more, **named)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Writes a warning without data; some of Rasa's warnings quote what was typed."""
    said = f"{category.__name__} at {filename}:{lineno}: {_constant_part(filename, lineno)}\n"
    if (stream := file or sys.stderr) is not None:
        stream.write(said)


@lru_cache(maxsize=1_000)
def _constant_part(path: str, line: int) -> str:
    """Returns the part of the log call at this place that is the same whatever the values are."""
    try:
        tree = ast.parse("".join(linecache.getlines(path)))
    except Exception:  # no source, or Python is shutting down: logging must never fail
        return _GAP
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and node.args
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    # Take the innermost call that holds a text, as log calls are often wrapped in others.
    for call in sorted(calls, key=lambda call: (call.end_lineno or 0) - call.lineno):
        for argument in call.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                return _without_places(argument.value)
            if isinstance(argument, ast.JoinedStr):
                parts = [getattr(part, "value", _GAP) for part in argument.values]
                return "".join(part if isinstance(part, str) else _GAP for part in parts)
    return _GAP


def _without_places(template: str) -> str:
    """Replaces the placeholders of a `%` template by gaps; nothing will be filled in."""
    return template.replace("%s", _GAP).replace("%d", _GAP).replace("%r", _GAP)


def _set_up(structlog: Any) -> None:
    """Sends only the names of structlog's events to Python's logging, whoever configures it."""
    configure = structlog.configure

    def configure_quietly(**given: Any) -> None:
        given["processors"] = [structlog.stdlib.filter_by_level, _event_name]
        given["logger_factory"] = structlog.stdlib.LoggerFactory()
        configure(**given)

    structlog.configure = configure_quietly
    configure_quietly(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def _event_name(logger: Any, method: str, event: dict[str, Any]) -> str:
    """Returns an event's name, which is constant in the source, and the type and place of an error.

    It is structlog's last processor.
    """
    error = event.get("exc_info")
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    name = str(event.get("event", ""))
    # A name has no spaces. A sentence may contain anything.
    name = name if name.replace(".", "").replace("_", "").isalnum() else _GAP
    return _Constant(f"{name} ({place(error)})" if isinstance(error, BaseException) else name)
