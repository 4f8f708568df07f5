"""Replies that the gateway gives by itself, from the register, whatever else is down."""

from __future__ import annotations

from collections.abc import Callable

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.safety import danger, rules
from bot.settings import get_settings

# Characters that two windows on a long text share, so that no sentence is cut in both.
OVERLAP = 200


def bubbles(reply_id: str) -> list[str]:
    """The filled-in bubbles of a register reply."""
    return render.bubbles(get_register(), get_register().reply(reply_id), where())


def from_register(reply_id: str) -> list[render.Button | str]:
    """The bubbles of a register reply, then its buttons."""
    register = get_register()
    return [*bubbles(reply_id), *render.buttons(register, register.reply(reply_id), where())]


def for_failed_turn(text: str, previous: str = "") -> list[render.Button | str]:
    """What to say when the bot could not answer; 999 or the crisis lines first, if seen.

    Args:
        text: what was typed, or the payload of the button that was pressed.
        previous: what was typed just before, which may hold the other half of a cry for help.
    """
    replies = urgent(text, previous) or ("safe_reply",)
    return [bubble for reply in replies for bubble in bubbles(reply)]


def for_refused_turn(text: str, previous: str = "") -> list[render.Button | str]:
    """What to say when too many write at once: by the words alone, which cost next to nothing.

    Args:
        text: what was typed, or the payload of the button that was pressed.
        previous: what was typed just before.
    """
    replies = urgent_by_words(text, previous) or ("safe_reply",)
    return [bubble for reply in replies for bubble in bubbles(reply)]


def urgent(text: str, previous: str = "") -> tuple[str, ...]:
    """Replies that must come first by the net's rules alone, which in doubt see danger.

    Both, where both are seen: a wish to die can sound like an attack to the rules.
    """
    joined = f"{previous} {text}" if previous else ""
    return _urgent(text, joined, danger.is_danger_seen, danger.is_crisis_seen)


def urgent_by_words(text: str, previous: str = "") -> tuple[str, ...]:
    """The same by the words alone, which take a fraction of the time."""
    # A cry for help in two pieces is no longer than this; a long text is not read twice for it.
    joined = f"{previous} {text[:OVERLAP]}" if previous else ""
    return _urgent(text, joined, danger.may_be, rules.crisis_cue)


def _urgent(
    text: str, joined: str, in_danger: Callable[[str], bool], in_crisis: Callable[[str], bool]
) -> tuple[str, ...]:
    # By itself too: some words are danger only as the whole of a message.
    texts = [text, joined] if joined else [text]
    replies = []
    if any(text.startswith("/emergency") or in_danger(text) for text in texts):
        replies.append("safe_reply_emergency")
    if any(text.startswith("/crisis") or in_crisis(text) for text in texts):
        replies.append("crisis")
    return tuple(replies)


def danger_in_long(text: str, *, at_its_ends: bool = False) -> bool:
    """True when the word rules see danger somewhere in a text of any length.

    Args:
        text: what is too long for the bot to read.
        at_its_ends: read its beginning and its end only: the whole can take a hundred
            milliseconds, which a message that is refused must not cost those who wait.
    """
    size = rules.MAX_CHARACTERS
    # Milliseconds each, so no more overlap than a cry for help is long.
    starts = [*range(0, len(text), size - OVERLAP)]
    if at_its_ends and len(starts) > 2:  # noqa: PLR2004 - one at each end
        starts = [0, len(text) - size]
    return any(rules.find(text[start : start + size]).cues for start in starts)


def where() -> render.Context:
    """Whose website this is, and the time."""
    settings = get_settings()
    force = get_register().forces[settings.force]
    return render.Context(force=force, moment=now_in_london(), handover=settings.handover)
