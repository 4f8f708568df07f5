"""Provides the replies that the gateway gives by itself, whatever else is down."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable

from bot.content import render
from bot.content.bubble import Bubble
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

# The register replies that come before all others, in this order.
EMERGENCY, CRISIS = URGENT = ("safe_reply_emergency", "crisis")
# "Nah he's gone" is not a yes. If the rules see danger in the rest of the text, we say so anyway.
_NO = re.compile(rf"(?:n|{shared()['no']})\b")
# "Not yet" and "it isn't over" are a no to "Is the danger over?". "I don't know" counts as a no.
_NOT_OVER = re.compile(r"(?:\w+ ){0,2}(?:not|(?:is|are|has|have|do|does|ca)n'?t)\b")
# Characters that two windows on a long text share, so that no sentence is cut in both.
OVERLAP = 200
# The most windows that we read of an overlong text. Each takes a quarter of a turn's time. The
# whole of the longest body would take as long as ten turns, and nobody else would be answered
# meanwhile. A thread would not help, because it needs the same processor. So we read all of a text
# of up to 14,600 characters, which is more than people type. Of a longer one we read as much,
# spread from beginning to end.
MOST_WINDOWS = 8
# Characters that we read at each end of a text in a flood.
END = 300


def bubbles(reply_id: str) -> list[Bubble]:
    """Returns the filled-in bubbles of a register reply."""
    return render.bubbles(get_register(), get_register().reply(reply_id), where())


def from_register(reply_id: str) -> list[render.Button | str]:
    """Returns the bubbles of a register reply, then its buttons."""
    register = get_register()
    return [*bubbles(reply_id), *render.buttons(register, register.reply(reply_id), where())]


def for_failed_turn(
    text: str, previous: str = "", known: Collection[str] = ()
) -> list[render.Button | str]:
    """Returns the safe reply when Rasa failed, with 999 or the crisis lines first if needed.

    Args:
        text: what was typed, or the payload of the button that was pressed.
        previous: what was typed just before, which may hold the other half of a cry for help.
        known: the replies of `URGENT` that must come first whatever the text says (`known_of`).
    """
    return _said(urgent(text, previous), known)


def urgent_bubbles(text: str, previous: str, known: Collection[str]) -> list[Bubble]:
    """Returns 999 or the crisis lines if they must come first; [] if nothing must.

    Args: as for `for_failed_turn`.
    """
    return _first(urgent(text, previous), known)


def for_refused_turn(
    text: str, previous: str = "", known: Collection[str] = ()
) -> list[render.Button | str]:
    """Returns the safe reply when too many people write at once.

    It judges by the words alone, which takes a fraction of the time.

    Args: as for `for_failed_turn`.
    """
    return _said(urgent_by_words(text, previous), known)


def _said(seen: tuple[str, ...], known: Collection[str]) -> list[render.Button | str]:
    """Returns what must come first, then says that there is no answer.

    If the text itself is a cry for help, it returns only what must come first.
    """
    first = _first(seen, known)
    no_answer = bubbles("safe_reply")
    if first:
        return [*first] if seen else [*first, *no_answer[1:]]
    return [*no_answer]


def _first(seen: tuple[str, ...], known: Collection[str]) -> list[Bubble]:
    return [bubble for reply in together(seen, known) for bubble in bubbles(reply)]


def together(seen: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    """Returns the replies of `URGENT` that are seen or known, in their order."""
    return tuple(reply for reply in URGENT if reply in seen or reply in known)


def known_of(turn: context.InFlightTurn, text: str) -> frozenset[str]:
    """Returns what must come first from all we know of a turn, whatever the rules see in its text.

    This covers danger that only the models see, and text that may mean danger as an answer to the
    open question.
    """
    is_danger = turn.danger != "none" or may_mean_danger(text, turn.asked)
    is_crisis = turn.crisis != "none"
    return frozenset([EMERGENCY] * is_danger + [CRISIS] * is_crisis)


def may_mean_danger(text: str, asked: str) -> bool:
    """Returns whether a text may mean danger as an answer to the open question.

    - To "Is this happening now?", anything but a no may mean danger.
    - To "Is the danger over?", a no means danger.
    - To "Is it happening now, or is it over?", a yes and a no both may, since neither says which.

    Args:
        text: what was typed, or the payload of the button that was pressed.
        asked: the open question about danger (slot `asked`); "" if there is none.
    """
    if not (asked and text):
        return False
    if text.startswith("/"):
        # The danger button of these questions sends "/emergency", which the rules see by itself.
        return text.startswith("/affirm") and asked not in ASKS_IF_SAFE
    try:
        # A no is the first word, and reading on would take milliseconds.
        beginning = normalise(text[:OVERLAP])
        if asked in ASKS_IF_SAFE:
            is_not_over = _NO.match(beginning) or _NOT_OVER.match(beginning)
            return bool(is_not_over) or control_phrases.says_now(text)
        is_no = _NO.match(beginning) or control_phrases.says_not_now(text)
        return not control_phrases.says_ok(text) and (asked == NOW_OR_OVER or not is_no)
    except Exception as error:  # in doubt, it may mean danger
        logger.error("the word rules failed: %s", reason_of(error))
        return True


def urgent(text: str, previous: str = "") -> tuple[str, ...]:
    """Returns the replies that must come first by the safety net's rules, which err towards danger.

    It returns both if the rules see both, because a wish to die can sound like an attack to them.
    """
    joined = f"{previous} {text}" if previous else ""
    try:
        typed = normalise(text)
        mended = mend(typed)
        # Read the text with its slips mended too. There is no time for that when turns are refused.
        texts = (text, joined, mended if mended != typed else "")
        return _urgent(texts, danger.is_danger_seen, danger.is_crisis_seen)
    except Exception as error:  # this is the last resort, so it must not end without a reply
        logger.error("the rules failed: %s", reason_of(error))
        return urgent_by_words(text, previous)


def urgent_by_words(text: str, previous: str = "") -> tuple[str, ...]:
    """Returns the replies that must come first by the words alone, in a fraction of the time.

    The time grows with the length. A long text takes as long as a turn, so in a flood pass only its
    `ends`.
    """
    # A cry for help in two messages is no longer than this, so we do not read a long text twice.
    joined = f"{previous} {text[:OVERLAP]}" if previous else ""
    try:
        return _urgent((text, joined), danger.may_be, _is_crisis_told)
    except Exception as error:
        # We know nothing of the text, so it may be anything.
        logger.error("the word rules failed: %s", reason_of(error))
        return URGENT


def _is_crisis_told(text: str) -> bool:
    # We look for harm done only at the beginning, because a whole long text can take milliseconds.
    return rules.crisis_cue(text) or rules.tells_harm_done(text[:OVERLAP])


def _urgent(
    readings: Iterable[str], in_danger: Callable[[str], bool], in_crisis: Callable[[str], bool]
) -> tuple[str, ...]:
    # Each reading is judged on its own, because some words mean danger only as a whole message.
    texts = [one for one in readings if one]
    replies = []
    if any(text.startswith("/emergency") or in_danger(text) for text in texts):
        replies.append(EMERGENCY)
    if any(text.startswith("/crisis") or in_crisis(text) for text in texts):
        replies.append(CRISIS)
    return tuple(replies)


def danger_in_long(text: str, *, at_its_ends: bool = False) -> bool:
    """Returns True if the word rules see danger in what they read of a text of any length.

    Args:
        text: the part that is too long for the bot to read.
        at_its_ends: read only its beginning and its end, because a refused message must not cost
            those who wait any more time.
    """
    size = rules.MAX_CHARACTERS
    try:
        windows = _windows(len(text), size, 2 if at_its_ends else MOST_WINDOWS)
        return any(rules.find(text[start : start + size]).cues for start in windows)
    except Exception as error:  # in doubt, there is danger
        logger.error("the word rules failed: %s", reason_of(error))
        return True


def _windows(length: int, size: int, most: int) -> list[int]:
    """Returns where the windows on a text begin: side by side, or spread evenly if too many."""
    # A window takes milliseconds, so they overlap by no more than the length of a cry for help.
    starts = [*range(0, length, size - OVERLAP)]
    if len(starts) <= most:
        return starts
    return [number * (length - size) // (most - 1) for number in range(most)]


def ends(text: str) -> str:
    """Returns a text's two ends. A cry for help is seldom in the middle of a long text."""
    # The full stop keeps the two halves from being read as one sentence.
    return text if len(text) <= 2 * END else f"{text[:END]} . {text[-END:]}"


def where() -> render.Context:
    """Returns the context for filling in replies: whose website this is, and the time."""
    settings = get_settings()
    force = get_register().forces[settings.force]
    return render.Context(force=force, moment=now_in_london(), handover=settings.handover)
