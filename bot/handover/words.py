"""The register's words about hand-overs."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from bot.content import render
from bot.content.hours import LONDON
from bot.content.register import get_register
from bot.handover.note import Note


def email(note: Note) -> list[str]:
    """The e-mail to the force: its subject, then its paragraphs."""
    register = get_register()
    agreed = dt.datetime.fromtimestamp(note.agreed_at, LONDON)
    context = render.Context(
        force=register.forces[note.force],
        moment=agreed,
        details={
            **asdict(note.details),
            "id": note.id,
            "agreed": f"{agreed:%d %B %Y, %H:%M}",
        },
    )
    return [*render.bubbles(register, register.reply("handover/email"), context)]
