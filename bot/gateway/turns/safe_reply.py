"""Replies that the gateway gives by itself, from the register, whatever else is down."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.errors import reason_of
from bot.safety import context, control_phrases, danger, rules
from bot.safety.normalise import normalise
from bot.safety.patterns import shared
from bot.safety.spelling import mend
from bot.settings import get_settings
from bot.slots import ASKS_IF_SAFE, NOW_OR_OVER

logger = logging.getLogger(__name__)

# What comes first of all: register replies, in this order.
EMERGENCY, CRISIS = URGENT = ("safe_reply_emergency", "crisis")
# "Nah he's gone" is no yes; where the rules see danger in the rest of it, that is said anyway.
_NO = re.compile(rf"(?:n|{shared()['no']})\b")
# "Not yet" and "it isn't over" are a no to "Is the danger over?", and who does not know is in it.
_NOT_OVER = re.compile(r"(?:\w+ ){0,2}(?:not|(?:is|are|has|have|do|does|ca)n'?t)\b")
# Characters that two windows on a long text share, so that no sentence is cut in both.
OVERLAP = 200
# So many windows on what is too long are read. Each takes as long as a quarter of a turn, and all
# of the longest body as long as ten turns, in which nobody else is answered; a thread would need
# the same processor. So 14,600 characters are read as a whole, more than people type, and of more
# than that as many, spread from the beginning to the end.
MOST_WINDOWS = 8
# Characters at each end of a text that are read in a flood.
END = 300


def bubbles(reply_id: str) -> list[str]:
    """The filled-in bubbles of a register reply."""
    return render.bubbles(get_register(), get_register().reply(reply_id), where())


def from_register(reply_id: str) -> list[render.Button | str]:
    """The bubbles of a register reply, then its buttons."""
    register = get_register()
    return [*bubbles(reply_id), *render.buttons(register, register.reply(reply_id), where())]


def for_failed_turn(
    text: str, previous: str = "", known: Collection[str] = ()
) -> list[render.Button | str]:
    """What to say when the bot could not answer; 999 or the crisis lines first, if seen.

    Args:
        text: what was typed, or the payload of the button that was pressed.
        previous: what was typed just before, which may hold the other half of a cry for help.
        known: those of `URGENT` that must come first whatever the text says (`known_of`).
    """
    return _said(urgent(text, previous), known)


def for_refused_turn(
    text: str, previous: str = "", known: Collection[str] = ()
) -> list[render.Button | str]:
    """What to say when too many write at once: by the words alone, for a fraction of the time.

    Args: as of `for_failed_turn`.
    """
    return _said(urgent_by_words(text, previous), known)


def _said(seen: tuple[str, ...], known: Collection[str]) -> list[render.Button | str]:
    """What must come first, then that there is no answer: not where the words themselves cry."""
    first = [bubble for reply in together(seen, known) for bubble in bubbles(reply)]
    no_answer = bubbles("safe_reply")
    if first:
        return [*first] if seen else [*first, *no_answer[1:]]
    return [*no_answer]


def together(seen: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    """Those of `URGENT` that are seen or known, in their order."""
    return tuple(reply for reply in URGENT if reply in seen or reply in known)


def known_of(turn: context.InFlightTurn, text: str) -> frozenset[str]:
    """What must come first for all that is known of a turn, whatever the rules see in its text.

    Danger that only the models see, and what may mean danger to what was asked.
    """
    is_danger = turn.danger != "none" or may_mean_danger(text, turn.asked)
    is_crisis = turn.crisis != "none"
    return frozenset([EMERGENCY] * is_danger + [CRISIS] * is_crisis)


def may_mean_danger(text: str, asked: str) -> bool:
    """Whether a text may answer a question about danger so that there is some.

    To "Is this happening now?" anything but a no; to "Is the danger over?" a no; to "Is it
    happening now, or is it over?" either, for neither tells which.

    Args:
        text: what was typed, or the payload of the button that was pressed.
        asked: the question (slot `asked`); "" where none is open.
    """
    if not (asked and text):
        return False
    if text.startswith("/"):
        # What these questions offer says "/emergency" itself where there is danger.
        return text.startswith("/affirm") and asked not in ASKS_IF_SAFE
    try:
        # A no is the first word; to read on would take milliseconds.
        beginning = normalise(text[:OVERLAP])
        if asked in ASKS_IF_SAFE:
            is_not_over = _NO.match(beginning) or _NOT_OVER.match(beginning)
            return bool(is_not_over) or control_phrases.says_now(text)
        is_no = _NO.match(beginning) or control_phrases.says_not_now(text)
        return not control_phrases.says_ok(text) and (asked == NOW_OR_OVER or not is_no)
    except Exception as error:  # as below
        logger.error("the word rules failed: %s", reason_of(error))
        return True


def urgent(text: str, previous: str = "") -> tuple[str, ...]:
    """Replies that must come first by the net's rules alone, which in doubt see danger.

    Both, where both are seen: a wish to die can sound like an attack to the rules.
    """
    joined = f"{previous} {text}" if previous else ""
    try:
        typed = normalise(text)
        mended = mend(typed)
        # With slips mended too, which takes more time than there is where turns are refused.
        texts = (text, joined, mended if mended != typed else "")
        return _urgent(texts, danger.is_danger_seen, danger.is_crisis_seen)
    except Exception as error:  # this is the last resort, so it must not end in none
        logger.error("the rules failed: %s", reason_of(error))
        return urgent_by_words(text, previous)


def urgent_by_words(text: str, previous: str = "") -> tuple[str, ...]:
    """The same by the words alone, which take a fraction of the time.

    It grows with the length: a long text takes as long as a turn, so in a flood give its `ends`.
    """
    # A cry for help in two pieces is no longer than this; a long text is not read twice for it.
    joined = f"{previous} {text[:OVERLAP]}" if previous else ""
    try:
        return _urgent((text, joined), danger.may_be, _is_crisis_told)
    except Exception as error:
        # Nothing can be told of it, so it may be anything.
        logger.error("the word rules failed: %s", reason_of(error))
        return URGENT


def _is_crisis_told(text: str) -> bool:
    # Of harm that was done the beginning is read: the whole of a long text can take milliseconds.
    return rules.crisis_cue(text) or rules.tells_harm_done(text[:OVERLAP])


def _urgent(
    readings: Iterable[str], in_danger: Callable[[str], bool], in_crisis: Callable[[str], bool]
) -> tuple[str, ...]:
    # By itself too: some words are danger only as the whole of a message.
    texts = [one for one in readings if one]
    replies = []
    if any(text.startswith("/emergency") or in_danger(text) for text in texts):
        replies.append(EMERGENCY)
    if any(text.startswith("/crisis") or in_crisis(text) for text in texts):
        replies.append(CRISIS)
    return tuple(replies)


def danger_in_long(text: str, *, at_its_ends: bool = False) -> bool:
    """True when the word rules see danger in a text of any length, so far as it is read.

    Args:
        text: what is too long for the bot to read.
        at_its_ends: read its beginning and its end only: a message that is refused must not cost
            those who wait more.
    """
    size = rules.MAX_CHARACTERS
    try:
        windows = _windows(len(text), size, 2 if at_its_ends else MOST_WINDOWS)
        return any(rules.find(text[start : start + size]).cues for start in windows)
    except Exception as error:  # as above
        logger.error("the word rules failed: %s", reason_of(error))
        return True


def _windows(length: int, size: int, most: int) -> list[int]:
    """Where windows on a text begin: side by side, and where there are too many, spread evenly."""
    # Milliseconds each, so no more overlap than a cry for help is long.
    starts = [*range(0, length, size - OVERLAP)]
    if len(starts) <= most:
        return starts
    return [number * (length - size) // (most - 1) for number in range(most)]


def ends(text: str) -> str:
    """The beginning and the end of a text: a cry for help is seldom in the middle of a long one."""
    # A full stop between them, so that two halves are not read as one sentence.
    return text if len(text) <= 2 * END else f"{text[:END]} . {text[-END:]}"


def where() -> render.Context:
    """Whose website this is, and the time."""
    settings = get_settings()
    force = get_register().forces[settings.force]
    return render.Context(force=force, moment=now_in_london(), handover=settings.handover)
