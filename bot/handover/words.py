"""The register's words about hand-overs."""

from __future__ import annotations

import datetime as dt

from bot.content import render
from bot.content.hours import LONDON
from bot.content.register import get_register
from bot.handover.note import Note

# A spreadsheet takes what begins so for a formula, and a formula can fetch and start things. The
# wide forms count where it is set up for Chinese, Japanese or Korean.
_BEGINS_A_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def email(note: Note) -> list[str]:
    """The e-mail to the force: its subject, then its paragraphs."""
    register = get_register()
    agreed = dt.datetime.fromtimestamp(note.agreed_at, LONDON)
    context = render.Context(
        force=register.forces[note.force],
        moment=agreed,
        details={
            "way": as_text(note.details.way),
            "time": as_text(note.details.time),
            "id": note.id,
            "agreed": f"{agreed:%d %B %Y, %H:%M}",
        },
    )
    return [*render.bubbles(register, register.reply("handover/email"), context)]


def as_text(typed: str) -> str:
    """What a person typed, so that it stays text when somebody copies it to a spreadsheet.

    An apostrophe before it says so (https://owasp.org/www-community/attacks/CSV_Injection). Of a
    number that begins with + it changes nothing for who reads or dials it.
    """
    return f"'{typed}" if typed.lstrip().startswith(_BEGINS_A_FORMULA) else typed
