"""Where secrets are read from, and which of them protect nothing."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot.errors import OperatorError

# Characters of a key or a shared secret that protect something.
MIN_KEY = 32
# Of 32 random hexadecimal digits, one in ten million has fewer different ones.
_MIN_DIFFERENT = 8
_MAX_BYTES = 65_536
# What an example has where a secret belongs.
_PLACEHOLDER = re.compile(
    r"(replace|change)[ _.-]?me|^:?password$|your[ _.-]?(key|secret|password)", re.I
)


def weakness(secret: str) -> str | None:
    """What makes a key or a shared secret easy to guess; None for nothing that can be seen."""
    if len(secret) < MIN_KEY:
        return f"must have at least {MIN_KEY} characters"
    if is_placeholder(secret):
        return "is the example's; make one with: openssl rand -hex 32"
    if len(set(secret)) < _MIN_DIFFERENT or _repeats(secret):
        return "is easy to guess; make one with: openssl rand -hex 32"
    return None


def is_placeholder(text: str) -> bool:
    """True for words that an example holds in the place of a secret."""
    return bool(_PLACEHOLDER.search(text))


def _repeats(secret: str) -> bool:
    """True for a piece that is written again and again, such as 0123456789abcdef twice."""
    return any(secret[size:] == secret[:-size] for size in range(1, 2 * len(secret) // 3))


def read(variable: str) -> str | None:
    """The value of a variable: from the environment, from a file that it names, or from systemd.

    CHAT_SECRET_KEY_FILE names a file for CHAT_SECRET_KEY, and `LoadCredential=CHAT_SECRET_KEY:FILE`
    of a unit has systemd put one in `$CREDENTIALS_DIRECTORY`. A file keeps a secret out of the
    environment, which every child inherits and which anybody with the same user can read.

    Returns:
        The value without the line break at its end; None where there is none.

    Raises:
        OperatorError: it is given twice, or its file cannot be read. No message quotes it.
    """
    found = [(variable, os.environ[variable])] if variable in os.environ else []
    if file := os.environ.get(f"{variable}_FILE"):
        found.append((f"{variable}_FILE", _content(variable, Path(file))))
    if folder := os.environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder, variable)
        if credential.exists():
            found.append((f"credential {variable}", _content(variable, credential)))
    if len(found) > 1:
        names = " and ".join(name for name, _ in found)
        raise OperatorError(f"environment: set one of {names}. See docs/settings.md")
    return found[0][1] if found else None


def _content(variable: str, file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise ValueError("it is too large")
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        reason = "it holds no text"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise OperatorError(
        f"environment: {variable}_FILE: {file} cannot be read: {reason}. See docs/settings.md"
    )
