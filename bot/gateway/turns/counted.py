"""Counts each turn, as an observer of `bot.gateway.turns.outcomes`."""

from __future__ import annotations

from bot import security_events
from bot.counters import metrics
from bot.counters.counting import count
from bot.counters.names import WITHOUT_ANSWER, label_name, seconds_name
from bot.gateway.turns.outcomes import COUNTED, Outcome, TurnSummary


def count_turn(turn: TurnSummary) -> None:
    """Counts one finished turn."""
    names = [("outcome", turn.outcome.value), ("label", label_name(turn.label))]
    if turn.outcome not in WITHOUT_ANSWER:
        names.append(("seconds", seconds_name(turn.seconds)))
        metrics.reply_seconds.observe(turn.seconds)
    if turn.answers_check and turn.outcome is Outcome.EMERGENCY:
        names.append(("check", "yes"))
    if turn.outcome is Outcome.SAFE_REPLY_OVERLOADED:
        security_events.seen(security_events.Event.OVERLOADED)
    if turn.has_storage_failed:
        names.append(("error", "storage"))
    names += [COUNTED[reply_id] for reply_id in turn.replies]
    for counter, value in names:
        count(counter, value, turn.language)
