"""Writes down who did what with the bot, in a log of its own that only grows.

One JSON line for each act of a person: the switch, personal data that was shown, hand-overs that
were dropped or tried again, purges, and keys that have changed. Nothing that anybody typed, and no
conversation, is in it. Each line holds the digest of the one before, so a line that was changed or
taken out is found (`python -m bot audit`). That the last lines are missing only a copy elsewhere
can show: each line also goes to the system's log, which the bot's account cannot change.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import fcntl
import hashlib
import json
import os
import pwd
import socket
import sys
import syslog
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.errors import OperatorError
from bot.settings import get_settings

FILE = "audit.jsonl"
_FIRST = "0" * 64
_LOGIN = Path("/proc/self/loginuid")
# What Linux says where nobody has signed in: a unit, a timer.
_NOBODY = 2**32 - 1


class Action(StrEnum):
    """Everything that is written down."""

    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    PERSONAL_DATA_SHOWN = "personal_data_shown"
    HANDOVER_RETRIED = "handover_retried"
    HANDOVER_DROPPED = "handover_dropped"
    PURGED = "purged"
    KEYS_IN_USE = "keys_in_use"


class NotRecorded(OperatorError):
    """The log cannot be written."""


def file() -> Path:
    """Returns where the log is."""
    return get_settings().state_folder / FILE


def record(action: Action, **what: Any) -> None:
    """Adds a line, on the disk when this returns. Call it before an act that must not go unseen.

    Args:
        action: what is done.
        **what: what belongs to it: ids and numbers, never personal data.

    Raises:
        NotRecorded: it is not written.
    """
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        with _opened() as log:
            last = _last_line(log)
            entry = {
                "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "action": action.value,
                **what,
                **_who(),
                "before": hashlib.sha256(last).hexdigest() if last else _FIRST,
            }
            line = json.dumps(entry, ensure_ascii=False)
            os.write(log, line.encode() + b"\n")
            os.fsync(log)
    except OSError as error:
        raise NotRecorded(
            f"the audit log {file()} cannot be written: {error.strerror}. Make room, or let this "
            "account write there"
        ) from error
    syslog.openlog("chat-audit", 0, syslog.LOG_AUTHPRIV)
    syslog.syslog(syslog.LOG_NOTICE, line)


def record_done(action: Action, **what: Any) -> None:
    """Adds a line for what is done already; says so on the terminal when it cannot be written."""
    try:
        record(action, **what)
    except NotRecorded as problem:
        print(f"Note: this was done, but {problem}", file=sys.stderr)


def record_keys(**ids: list[str]) -> None:
    """Adds a line when other keys are in use than the log tells of.

    Args:
        **ids: for each kind of key the ids of those in use, from which no key follows.

    Raises:
        NotRecorded: it cannot be read or written.
    """
    try:
        before: dict[str, Any] = next(filter(_is_of_keys, map(_parsed, reversed(_lines()))), {})
    except OSError as error:
        raise NotRecorded(f"the audit log {file()} cannot be read: {error.strerror}") from error
    if {kind: before.get(kind) for kind in ids} != ids:
        record(Action.KEYS_IN_USE, **ids)


def check() -> int:
    """Returns how many lines the log has, each of them after the one it was written after.

    Raises:
        OperatorError: a line was changed, or one before it was taken out; or it cannot be read.
    """
    expected, number = _FIRST, 0
    try:
        for number, line in enumerate(_lines(), start=1):
            if _parsed(line).get("before") != expected:
                raise OperatorError(
                    f"{file()}: line {number} does not follow from the line before it: one of them "
                    "was changed, or one between them taken out. Keep the file as it is, compare "
                    "it with the system's log (journalctl -t chat-audit), and see "
                    "docs/incidents.md"
                )
            expected = hashlib.sha256(line).hexdigest()
    except OSError as error:
        raise OperatorError(f"{file()} cannot be read: {error.strerror}") from error
    return number


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("audit", help="check that nobody has changed the audit log")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    print(f"{file()}: {check()} lines, each follows from the one before")
    return 0


@contextlib.contextmanager
def _opened() -> Iterator[int]:
    """The log, which nobody else writes meanwhile, opened so that it can only grow."""
    is_new = not file().exists()
    log = os.open(file(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if is_new and os.geteuid() == 0:
            # Made by root, who was in a hurry; the bot's own account writes the next line.
            owner = file().parent.stat()
            os.fchown(log, owner.st_uid, owner.st_gid)
        fcntl.flock(log, fcntl.LOCK_EX)
        yield log
    finally:
        os.close(log)


def _last_line(log: int) -> bytes:
    """The last line; one that a crash has cut off is ended first, and counts as a line."""
    content = os.pread(log, os.fstat(log).st_size, 0)
    if content and not content.endswith(b"\n"):
        os.write(log, b"\n")
    lines = content.splitlines()
    return lines[-1] if lines else b""


def _lines() -> list[bytes]:
    try:
        return file().read_bytes().splitlines()
    except FileNotFoundError:
        return []


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _is_of_keys(entry: dict[str, Any]) -> bool:
    return entry.get("action") == Action.KEYS_IN_USE.value


def _who() -> dict[str, Any]:
    """The system account, and where they are known the account that signed in, and that ran sudo.

    `login` survives su and sudo. systemd-run starts a unit, which has none: there sudo's own name
    for its caller is passed on (docs/deployment.md). Whoever runs the command can make that up;
    sudo's log has it as it was.
    """
    return {
        "account": _name(os.geteuid()),
        "login": _login(),
        "sudo": os.environ.get("SUDO_USER"),
        "machine": socket.gethostname(),
        "process": os.getpid(),
    }


def _login() -> str | None:
    try:
        number = int(_LOGIN.read_text())
    except (OSError, ValueError):  # another system
        return None
    return None if number == _NOBODY else _name(number)


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
