"""Replies that the gateway gives by itself, from the register, whatever else is down."""

from __future__ import annotations

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.safety import danger
from bot.settings import get_settings


def bubbles(reply_id: str) -> list[str]:
    """The filled-in bubbles of a register reply."""
    return render.bubbles(get_register(), get_register().reply(reply_id), _context())


def from_register(reply_id: str) -> list[render.Button | str]:
    """The bubbles of a register reply, then its buttons."""
    register = get_register()
    return [*bubbles(reply_id), *render.buttons(register, register.reply(reply_id), _context())]


def for_failed_turn(text: str) -> list[render.Button | str]:
    """What to say when Rasa failed: with 999 first if the net's rules see danger in the text.

    Args:
        text: what was typed, or the payload of the button that was pressed.
    """
    danger_seen = text.startswith("/emergency") or danger.assess(text).tier != "none"
    return from_register("safe_reply_emergency" if danger_seen else "safe_reply")


def _context() -> render.Context:
    force = get_register().forces[get_settings().force]
    return render.Context(force=force, moment=now_in_london())
