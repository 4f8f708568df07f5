"""The switch: one file decides whether the bot answers, or the static help page and reply do.

Its being there is the whole message, so it cannot be half written, and looking costs microseconds.
"""

from __future__ import annotations

from pathlib import Path

from bot.settings import get_settings

FILE = "switched_off"


def file() -> Path:
    """The file that is there while the bot is switched off."""
    return get_settings().state_folder / FILE


def is_off() -> bool:
    """True when the bot must not answer by itself.

    A folder that cannot be read counts as off: the safe reply always helps.
    """
    try:
        file().stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def turn(off: bool) -> None:
    """Switch off or on; doing it twice does no harm.

    Raises:
        OSError: the state folder cannot be written.
    """
    if off:
        file().parent.mkdir(parents=True, exist_ok=True)
        file().touch()
    else:
        file().unlink(missing_ok=True)
