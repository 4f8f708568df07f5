"""What is counted of each turn: an observer of `bot.channel.outcomes`."""

from __future__ import annotations

from bot.channel.outcomes import Outcome, Turn
from bot.counters import metrics
from bot.counters.counting import count
from bot.counters.names import WITHOUT_ANSWER, label_name, seconds_name

# Replies that stand for something else that is counted.
_REPLIES = {
    "emergency_check": ("check", "asked"),
    "check_denied": ("check", "no"),
    # By a button or typed: the reply is the same.
    "helpful/yes": ("helpful", "yes"),
    "helpful/no": ("helpful", "no"),
    "handover/offer": ("handover", "offered"),
    "handover/sending": ("handover", "consented"),
}


def count_turn(turn: Turn) -> None:
    """Count one finished turn."""
    names = [("outcome", turn.outcome.value), ("label", label_name(turn.label))]
    if turn.outcome not in WITHOUT_ANSWER:
        names.append(("seconds", seconds_name(turn.seconds)))
        metrics.reply_seconds.observe(turn.seconds)
    if turn.answers_check and turn.outcome is Outcome.EMERGENCY:
        names.append(("check", "yes"))
    if turn.has_storage_failed:
        names.append(("error", "storage"))
    names += [_REPLIES[reply_id] for reply_id in turn.replies]
    for counter, value in names:
        count(counter, value, turn.language)
