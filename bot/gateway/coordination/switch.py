"""Switches the bot off with a file. While it is there, people get the help page and static reply.

Only the file's existence counts. So it cannot be half written, and a look takes microseconds.
"""

from __future__ import annotations

from pathlib import Path

from bot.settings import get_settings

FILE = "switched_off"


def file() -> Path:
    """Returns the path of the file that exists while the bot is switched off."""
    return get_settings().state_folder / FILE


def is_off() -> bool:
    """Returns True while the bot is switched off and must only give the static reply.

    A folder that we cannot read counts as off, because the safe reply always helps.
    """
    try:
        file().stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def turn(off: bool) -> None:
    """Switches the bot off or on. Doing it twice does no harm.

    Raises:
        OSError: the state folder cannot be written.
    """
    if off:
        file().parent.mkdir(parents=True, exist_ok=True)
        file().touch()
    else:
        file().unlink(missing_ok=True)
